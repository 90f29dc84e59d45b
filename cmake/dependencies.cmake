# SPDX-License-Identifier: MIT
# What iddpm needs and where it comes from. For each, in this order:
#   1. a target that exists already;
#   2. find_package: the system, CMAKE_PREFIX_PATH, <package>_DIR;
#   3. the prefix .deps/<package>/ that an earlier configure made;
#   4. the upstream release: the sources in .deps/src/<package>/, or the archive in
#      .deps/downloads/, or that archive from the internet; installed once into .deps/<package>/;
#   5. Debian's packages, by apt and without root, into .deps/<package>/;
#   6. one sentence that says what to install.
# 4 and 5 are taken with IDDPM_FETCH_DEPS only. To fetch one anew, delete .deps/<package>/.
# A Kokkos of one backend (IDDPM_KOKKOS_BACKEND) is never another one that happens to lie there: 2
# takes what the user names (CMAKE_PREFIX_PATH, Kokkos_ROOT, Kokkos_DIR), not the system's, the
# prefix of 3 and 4 is .deps/kokkos-<backend>/, there is no 5, and what is found is checked.
# TOOL marks what only our tests, examples and benchmarks need, OPTIONAL what one test or the site
# needs, which is skipped where it is neither found nor fetched, LINKED a compiled library or a
# program: 5 takes it from the system's own release of Debian. VERSIONS are tried from left to
# right.

set(IDDPM_DEPS_DIR "${PROJECT_SOURCE_DIR}/.deps" CACHE PATH "Where fetched dependencies live")
set(IDDPM_KOKKOS_BACKEND "" CACHE STRING "Where Kokkos must run by default: CUDA, THREADS, ...")
string(TOUPPER "${IDDPM_KOKKOS_BACKEND}" iddpm_backend)
set(iddpm_built ${iddpm_backend})
if(NOT iddpm_backend)
  set(iddpm_built OPENMP)
endif()
set(IDDPM_KOKKOS_OPTIONS "" CACHE STRING
    "Options of a Kokkos that is built here; none: Serial, and the backend or OpenMP")
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}")
set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE) # a parent project links our targets, so sees theirs
include("${CMAKE_CURRENT_LIST_DIR}/fetch.cmake")

set(iddpm_builds FALSE)
if(IDDPM_BUILD_TESTS OR IDDPM_BUILD_EXAMPLES OR IDDPM_BUILD_BENCHMARKS)
  set(iddpm_builds TRUE)
endif()

macro(iddpm_dependency package)
  cmake_parse_arguments(
    iddpm_${package} "TOOL;OPTIONAL;LINKED" "TARGET;DEBIAN;RELEASE;URL;SHA256" "VERSIONS" ${ARGN})
  if(NOT iddpm_${package}_TOOL OR iddpm_builds)
    list(APPEND iddpm_packages ${package})
  endif()
endmacro()

iddpm_dependency(
  Kokkos TARGET Kokkos::kokkos VERSIONS 4.6 DEBIAN libkokkos-dev
  RELEASE 5.1.1 URL https://github.com/kokkos/kokkos/releases/download/@/kokkos-@.tar.gz
  SHA256 8bdbee0f0ac383436743ad8a9e3e928705b34b31a25a92dc5179c52a3aa98519)
iddpm_dependency(
  Eigen3 TARGET Eigen3::Eigen VERSIONS 5 3.4 DEBIAN libeigen3-dev
  RELEASE 5.0.1 URL https://gitlab.com/libeigen/eigen/-/archive/@/eigen-@.tar.gz
  SHA256 e9c326dc8c05cd1e044c71f30f1b2e34a6161a3b6ecf445d56b53ff1669e3dec)
iddpm_dependency(
  xtl TARGET xtl VERSIONS 0.7 DEBIAN xtl-dev
  RELEASE 0.8.0 URL https://github.com/xtensor-stack/xtl/archive/refs/tags/@.tar.gz
  SHA256 ee38153b7dd0ec84cee3361f5488a4e7e6ddd26392612ac8821cbc76e740273a)
iddpm_dependency(
  xtensor TARGET xtensor VERSIONS 0.24 DEBIAN libxtensor-dev
  RELEASE 0.27.1 URL https://github.com/xtensor-stack/xtensor/archive/refs/tags/@.tar.gz
  SHA256 117c192ae3b7c37c0156dedaa88038e0599a6b264666c3c6c2553154b500fe23)
iddpm_dependency(
  stb TARGET stb::stb VERSIONS 1 DEBIAN libstb-dev
  RELEASE 8b5f1f37b5b75829fc72d38e7b5d4bcbf8a26d55
  URL https://github.com/nothings/stb/archive/@.zip
  SHA256 93a16ee3e866e719feec459f6f132cce932c5ec751eb38e3ec1975f911353d2e)
iddpm_dependency(
  doctest TOOL TARGET doctest::doctest VERSIONS 2.4 DEBIAN doctest-dev
  RELEASE 2.4.12 URL https://github.com/doctest/doctest/archive/refs/tags/v@.tar.gz
  SHA256 73381c7aa4dee704bd935609668cf41880ea7f19fa0504a200e13b74999c2d70)
iddpm_dependency(
  CLI11 TOOL TARGET CLI11::CLI11 VERSIONS 2.1 DEBIAN libcli11-dev
  RELEASE 2.5.0 URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v@.tar.gz
  SHA256 17e02b4cddc2fa348e5dbdbb582c59a3486fa2b2433e70a0c3bacb871334fd55)
iddpm_dependency(
  nlohmann_json TARGET nlohmann_json::nlohmann_json VERSIONS 3.10 DEBIAN nlohmann-json3-dev
  RELEASE 3.12.0 URL https://github.com/nlohmann/json/archive/refs/tags/v@.tar.gz
  SHA256 4b92eb0c06d10683f7447ce9406cb97cd4b453be18d7279320f7b2f025c10187)
# What measures our errors (tests/accuracy). No RELEASE: it is built by autotools, which not every
# system has, and needs GMP, likewise.
if(IDDPM_BUILD_TESTS)
  iddpm_dependency(MPFR TOOL OPTIONAL LINKED TARGET mpfr::mpfr VERSIONS 4 DEBIAN libmpfr-dev)
endif()
# A program; see cmake/docs.cmake.
if(IDDPM_BUILD_DOCS)
  iddpm_dependency(
    Doxygen OPTIONAL LINKED TARGET Doxygen::doxygen VERSIONS 1.9.4 DEBIAN doxygen)
endif()
if(IDDPM_BUILD_BENCHMARKS)
  iddpm_dependency(
    benchmark TOOL LINKED TARGET benchmark::benchmark VERSIONS 1.6 DEBIAN libbenchmark-dev
    RELEASE 1.9.4 URL https://github.com/google/benchmark/archive/refs/tags/v@.tar.gz
    SHA256 b334658edd35efcf06a99d9be21e4e93e092bd5f95074c1673d5c8705d95c104)
endif()

# Sets ${result} to the prefix in .deps/ of a package.
function(iddpm_prefix package result)
  string(TOLOWER "${package}" name)
  if(package STREQUAL "Kokkos" AND iddpm_backend)
    string(TOLOWER "kokkos-${iddpm_backend}" name)
  endif()
  set(${result} "${IDDPM_DEPS_DIR}/${name}" PARENT_SCOPE)
endfunction()

# Refuses the Kokkos that was found if its default execution space is not the backend asked for. Of
# one that another folder of the project found nothing may be known here.
function(iddpm_check_backend)
  set(default)
  foreach(device IN ITEMS CUDA HIP OPENMPTARGET SYCL OPENACC OPENMP THREADS HPX SERIAL)
    # The first, as in Kokkos' Core_fwd; a Kokkos that is a part of the build has options only.
    if(NOT default AND (device IN_LIST Kokkos_DEVICES OR (NOT DEFINED Kokkos_DEVICES
                                                          AND Kokkos_ENABLE_${device})))
      set(default ${device})
    endif()
  endforeach()
  if(default AND NOT default STREQUAL iddpm_backend)
    set(found "${Kokkos_DIR}")
    unset(Kokkos_DIR CACHE) # so that the next configure looks anew
    iddpm_prefix(Kokkos prefix)
    message(FATAL_ERROR "iddpm needs a Kokkos whose default is ${iddpm_backend}, and the default of "
                        "${found} is ${default}: name the prefix of another one in Kokkos_ROOT, or "
                        "name none and put its sources into ${IDDPM_DEPS_DIR}/src/kokkos/; one in "
                        "${prefix} is built anew once that is deleted.")
  endif()
endfunction()

# Finds one package by steps 1 to 3; says where; sets ${result}.
function(iddpm_find package result)
  set(${result} TRUE PARENT_SCOPE)
  if(TARGET ${iddpm_${package}_TARGET})
    message(STATUS "iddpm: ${package}: the target exists already")
    if(package STREQUAL "Kokkos" AND iddpm_backend)
      iddpm_check_backend()
    endif()
    return()
  endif()
  iddpm_prefix(${package} prefix)
  set(named)
  if(package STREQUAL "Kokkos" AND iddpm_backend)
    set(named NO_CMAKE_SYSTEM_PATH NO_SYSTEM_ENVIRONMENT_PATH NO_CMAKE_PACKAGE_REGISTRY)
  endif()
  foreach(place IN ITEMS "" "${prefix};${prefix}/usr")
    list(APPEND CMAKE_PREFIX_PATH ${place})
    foreach(version IN LISTS iddpm_${package}_VERSIONS)
      find_package(${package} ${version} QUIET ${named})
      if(TARGET ${iddpm_${package}_TARGET})
        if(named)
          iddpm_check_backend()
        endif()
        string(TOUPPER "${package}" upper) # as FindDoxygen has it
        message(STATUS "iddpm: ${package} ${${package}_VERSION}: ${${package}_DIR}"
                       "${${package}_INCLUDE_DIR}${${upper}_EXECUTABLE}")
        return()
      endif()
    endforeach()
  endforeach()
  set(${result} FALSE PARENT_SCOPE)
endfunction()

# Sets ${result} to the packages of the list that iddpm_find does not find.
function(iddpm_find_all result)
  set(missing)
  foreach(package IN LISTS ARGN)
    iddpm_find(${package} found)
    if(NOT found)
      list(APPEND missing ${package})
    endif()
  endforeach()
  set(${result} ${missing} PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  return() # pack.cmake, which only carries
endif()
iddpm_find_all(iddpm_missing ${iddpm_packages})
if(iddpm_missing AND IDDPM_FETCH_DEPS)
  iddpm_fetch_all(iddpm_missing ${iddpm_missing})
endif()

# Step 6.
set(iddpm_needs)
foreach(package IN LISTS iddpm_missing)
  if(iddpm_${package}_OPTIONAL)
    message(STATUS "iddpm: ${package}: not found; what needs it will be skipped")
  elseif(package STREQUAL "Kokkos" OR iddpm_builds)
    list(GET iddpm_${package}_VERSIONS -1 version)
    set(iddpm_need "${package} ${version} or newer")
    if(package STREQUAL "Kokkos" AND iddpm_backend)
      string(APPEND iddpm_need " with ${iddpm_backend} (or its sources in .deps/src/kokkos/)")
    endif()
    list(APPEND iddpm_needs "${iddpm_need}")
  else()
    message(STATUS "iddpm: ${package}: not found; what needs it cannot be linked")
  endif()
endforeach()
if(iddpm_needs)
  list(JOIN iddpm_needs ", " iddpm_needs)
  set(iddpm_other ", or set IDDPM_FETCH_DEPS=ON")
  if(IDDPM_FETCH_DEPS)
    set(iddpm_other "; fetching failed, as said above")
  endif()
  message(FATAL_ERROR "iddpm needs ${iddpm_needs}: install that and name its prefix "
                      "in CMAKE_PREFIX_PATH${iddpm_other}.")
endif()
