# SPDX-License-Identifier: MIT
# Steps 4 to 6 of dependencies.cmake: fills .deps/<package>/, each a prefix that find_package
# finds. A prefix is made in .deps/tmp/ and renamed when it is whole.

# Fetches the packages of the list, one configure at a time; sets ${result} to those still missing.
function(iddpm_fetch_all result)
  file(MAKE_DIRECTORY "${IDDPM_DEPS_DIR}")
  file(LOCK "${IDDPM_DEPS_DIR}/lock" GUARD FUNCTION TIMEOUT 3600 RESULT_VARIABLE locked)
  if(NOT locked EQUAL 0)
    message(STATUS "iddpm: ${IDDPM_DEPS_DIR} cannot be locked: ${locked}")
    set(${result} ${ARGN} PARENT_SCOPE)
    return()
  endif()
  set(work "${IDDPM_DEPS_DIR}/tmp")
  file(REMOVE_RECURSE "${work}")
  set(missing)
  set(optional)
  foreach(package IN LISTS ARGN)
    iddpm_find(${package} found) # by another configure, while this one waited for the lock
    if(NOT found AND NOT iddpm_${package}_OPTIONAL)
      iddpm_fetch_release(${package})
      iddpm_find(${package} found)
    endif()
    if(NOT found AND iddpm_${package}_OPTIONAL)
      list(APPEND optional ${package})
    elseif(NOT found)
      list(APPEND missing ${package})
    endif()
  endforeach()
  if(missing)
    set(asked ${missing})
    set(linked)
    if(iddpm_backend)
      list(REMOVE_ITEM missing Kokkos) # Debian's has OpenMP only
    endif()
    foreach(package IN LISTS asked)
      if(iddpm_${package}_LINKED)
        list(APPEND linked ${package})
        list(REMOVE_ITEM missing ${package})
      endif()
    endforeach()
    if(missing)
      iddpm_fetch_debian("sid testing" ${missing})
    endif()
    iddpm_fetch_linked(${linked})
    iddpm_find_all(missing ${asked})
    if("Kokkos" IN_LIST asked AND TARGET Kokkos::kokkos AND NOT iddpm_backend)
      iddpm_try_kokkos()
    endif()
  endif()
  if(optional)
    iddpm_fetch_optional(optional ${optional})
  endif()
  file(REMOVE_RECURSE "${work}")
  set(${result} ${missing} ${optional} PARENT_SCOPE)
endfunction()

# Debian's packages of compiled libraries, from the system's own release: a library of a newer one
# wants a newer C library.
function(iddpm_fetch_linked)
  cmake_host_system_information(RESULT release QUERY DISTRIB_VERSION_CODENAME)
  if(ARGN AND release)
    iddpm_fetch_debian("${release}" ${ARGN})
  endif()
endfunction()

# What we can do without is asked for once per build folder, so that a machine without internet
# waits once. Sets ${result} to those still missing.
function(iddpm_fetch_optional result)
  set(wanted ${ARGN})
  list(REMOVE_ITEM wanted ${IDDPM_NOT_FETCHED})
  iddpm_fetch_linked(${wanted})
  iddpm_find_all(missing ${ARGN})
  set(IDDPM_NOT_FETCHED "${missing}" CACHE INTERNAL "Optional packages that could not be fetched")
  set(${result} ${missing} PARENT_SCOPE)
endfunction()

# Puts a finished prefix in its place.
function(iddpm_place made package)
  iddpm_prefix(${package} prefix)
  file(REMOVE_RECURSE "${prefix}")
  file(RENAME "${made}" "${prefix}")
endfunction()

# Step 4: the upstream release, configured, built and installed with the compiler of this build.
function(iddpm_fetch_release package)
  string(TOLOWER "${package}" name)
  set(source "${IDDPM_DEPS_DIR}/src/${name}")
  if(NOT IS_DIRECTORY "${source}")
    iddpm_download(${package} source)
    if(NOT source)
      return()
    endif()
  endif()
  if(EXISTS "${source}/CMakeLists.txt")
    iddpm_install_source(${package} "${source}")
  else() # stb: headers and nothing else
    file(GLOB headers "${source}/*.h")
    file(COPY ${headers} DESTINATION "${work}/${name}/include/stb")
    iddpm_place("${work}/${name}" ${package})
  endif()
endfunction()

# Sets ${result} to the folder of the release's sources, or to nothing.
function(iddpm_download package result)
  set(${result} "" PARENT_SCOPE)
  string(TOLOWER "${package}" name)
  string(REPLACE "@" "${iddpm_${package}_RELEASE}" url "${iddpm_${package}_URL}")
  string(REGEX MATCH "(\\.tar)?\\.[a-z]+$" extension "${url}")
  set(archive "${IDDPM_DEPS_DIR}/downloads/${name}-${iddpm_${package}_RELEASE}${extension}")
  set(carried "${archive}")
  if(NOT EXISTS "${archive}")
    set(carried "${work}/${name}${extension}")
    iddpm_is_reachable("${url}" reachable)
    if(NOT reachable)
      return()
    endif()
    message(STATUS "iddpm: ${package}: downloading ${url}")
    file(DOWNLOAD "${url}" "${carried}" STATUS status INACTIVITY_TIMEOUT 30)
    list(GET status 0 code)
    if(NOT code EQUAL 0)
      message(STATUS "iddpm: ${package}: no download: ${status}")
      return()
    endif()
  endif()
  file(SHA256 "${carried}" sha256)
  if(NOT sha256 STREQUAL "${iddpm_${package}_SHA256}")
    message(STATUS "iddpm: ${package}: not used: ${carried} has the SHA-256 ${sha256}, "
                   "not ${iddpm_${package}_SHA256}")
    return()
  endif()
  if(NOT carried STREQUAL archive)
    file(MAKE_DIRECTORY "${IDDPM_DEPS_DIR}/downloads")
    file(RENAME "${carried}" "${archive}")
  endif()
  file(ARCHIVE_EXTRACT INPUT "${archive}" DESTINATION "${work}/${name}-source")
  file(GLOB source "${work}/${name}-source/*") # the one folder of the archive
  set(${result} "${source}" PARENT_SCOPE)
endfunction()

# Asks each host once, for at most 10 s: where there is no internet, nothing waits for long.
function(iddpm_is_reachable url result)
  string(REGEX MATCH "^[a-z]+://[^/]+" host "${url}")
  get_property(answer GLOBAL PROPERTY "iddpm_reachable_${host}")
  if("${answer}" STREQUAL "")
    file(DOWNLOAD "${host}/robots.txt" STATUS status TIMEOUT 10)
    list(GET status 0 code)
    set(answer TRUE)
    if(NOT code MATCHES "^(0|22)$") # 22: it answered, without the file
      set(answer FALSE)
      message(STATUS "iddpm: ${host} cannot be reached: ${status}")
    endif()
    set_property(GLOBAL PROPERTY "iddpm_reachable_${host}" ${answer})
  endif()
  set(${result} ${answer} PARENT_SCOPE)
endfunction()

# Configures, builds and installs the sources. DESTDIR, so that absolute paths inside the prefix
# name its final place; a HOME of its own, because Eigen registers its build there.
function(iddpm_install_source package source)
  string(TOLOWER "${package}" name)
  iddpm_prefix(${package} prefix)
  set(log "${prefix}.log")
  set(failed 0) # a parent project may have a variable of this name
  set(options)
  if(package STREQUAL "Kokkos")
    set(options ${IDDPM_KOKKOS_OPTIONS})
    if(NOT options)
      set(options -DKokkos_ENABLE_SERIAL=ON -DKokkos_ENABLE_${iddpm_built}=ON)
    endif()
    get_cmake_property(given CACHE_VARIABLES)
    list(FILTER given INCLUDE REGEX "^Kokkos_(ARCH|ENABLE)_")
    foreach(option IN LISTS given) # the user's, such as -DKokkos_ARCH_HOPPER90=ON
      list(APPEND options "-D${option}=${${option}}")
    endforeach()
  endif()
  cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
  message(STATUS "iddpm: ${package}: installing ${source} (log: ${log})")
  file(REMOVE "${log}")
  iddpm_run(
    "${CMAKE_COMMAND}" -E env "HOME=${work}/home" "${CMAKE_COMMAND}" -S "${source}"
    -B "${work}/${name}-build" -G "${CMAKE_GENERATOR}" --no-warn-unused-cli
    "-DCMAKE_MAKE_PROGRAM=${CMAKE_MAKE_PROGRAM}"
    "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" -DCMAKE_BUILD_TYPE=Release
    "-DCMAKE_INSTALL_PREFIX=${prefix}" -DCMAKE_CXX_STANDARD=20
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_POLICY_VERSION_MINIMUM=3.5
    "-Dxtl_DIR=${xtl_DIR}" -DBUILD_TESTING=OFF -DBUILD_TESTS=OFF -DEIGEN_BUILD_BLAS=OFF
    -DEIGEN_BUILD_LAPACK=OFF -DEIGEN_BUILD_TESTING=OFF -DEIGEN_BUILD_DOC=OFF
    -DDOCTEST_WITH_TESTS=OFF -DCLI11_BUILD_TESTS=OFF -DCLI11_BUILD_EXAMPLES=OFF
    -DCLI11_BUILD_DOCS=OFF -DJSON_BuildTests=OFF -DBENCHMARK_ENABLE_TESTING=OFF
    -DBENCHMARK_ENABLE_WERROR=OFF -DBENCHMARK_INSTALL_DOCS=OFF ${options})
  iddpm_run("${CMAKE_COMMAND}" --build "${work}/${name}-build" --config Release
            --parallel ${cores})
  iddpm_run("${CMAKE_COMMAND}" -E env "DESTDIR=${work}/${name}" "${CMAKE_COMMAND}" --install
            "${work}/${name}-build" --config Release)
  if(failed)
    message(STATUS "iddpm: ${package}: the release could not be installed: see ${log}")
  else()
    iddpm_place("${work}/${name}${prefix}" ${package})
  endif()
endfunction()

# Runs one step of iddpm_install_source, unless one before it failed.
macro(iddpm_run)
  if(NOT failed)
    execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE output ERROR_VARIABLE output
                    RESULT_VARIABLE failed)
    file(APPEND "${log}" "${output}")
  endif()
endmacro()

# Step 5: Debian's packages, all in one go, from the first of the releases that has them.
function(iddpm_fetch_debian releases)
  set(wanted)
  foreach(package IN LISTS ARGN)
    string(TOLOWER "${package}" name)
    list(APPEND wanted "${name}=${iddpm_${package}_DEBIAN}")
  endforeach()
  list(JOIN ARGN ", " names)
  message(STATUS "iddpm: ${names}: asking Debian's archive by apt")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -E env "DEBIAN_RELEASES=${releases}" sh
            "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/debian_prefix.sh" "${work}/debian" ${wanted}
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE failed)
  string(REGEX REPLACE "\n(.)" "\n--   \\1" output "${output}")
  message(STATUS "  ${output}")
  foreach(package IN LISTS ARGN)
    string(TOLOWER "${package}" name)
    if(IS_DIRECTORY "${work}/debian/${name}")
      iddpm_place("${work}/debian/${name}" ${package})
    endif()
  endforeach()
endfunction()

# Debian's Kokkos is made for a newer system: takes it only if a program of this compiler runs.
function(iddpm_try_kokkos)
  file(WRITE "${work}/try.cpp" "#include <Kokkos_Core.hpp>\n"
       "int main(int argc, char** argv) { Kokkos::ScopeGuard guard(argc, argv); }\n")
  try_run(run compiled "${work}/try" "${work}/try.cpp" LINK_LIBRARIES Kokkos::kokkos
          CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON COMPILE_OUTPUT_VARIABLE output)
  if(NOT compiled OR NOT run EQUAL 0)
    file(WRITE "${IDDPM_DEPS_DIR}/kokkos.log" "${output}")
    file(REMOVE_RECURSE "${IDDPM_DEPS_DIR}/kokkos")
    message(FATAL_ERROR "Debian's Kokkos does not work with this compiler (see "
                        "${IDDPM_DEPS_DIR}/kokkos.log): install Kokkos 4.6 or newer and name its "
                        "prefix in CMAKE_PREFIX_PATH.")
  endif()
endfunction()
