# SPDX-License-Identifier: MIT
# Packs what a machine without internet needs to build and run this tree by its presets: the tree,
# and in its .deps/ the sources of Kokkos and of all the rest.
#   cmake [-D OUT=build/iddpm-offline.tar.gz] -P cmake/pack.cmake
cmake_minimum_required(VERSION 3.25)
get_filename_component(PROJECT_SOURCE_DIR "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
if(NOT OUT)
  set(OUT "${PROJECT_SOURCE_DIR}/build/iddpm-offline.tar.gz")
endif()
cmake_path(ABSOLUTE_PATH OUT)
set(IDDPM_BUILD_TESTS ON)
set(IDDPM_BUILD_BENCHMARKS ON)
include("${CMAKE_CURRENT_LIST_DIR}/dependencies.cmake")

file(MAKE_DIRECTORY "${IDDPM_DEPS_DIR}")
file(LOCK "${IDDPM_DEPS_DIR}/lock" GUARD PROCESS TIMEOUT 3600)
set(work "${IDDPM_DEPS_DIR}/tmp")
file(REMOVE_RECURSE "${work}")
set(tree "${work}/pack/iddpm")

# Copies a file or a folder, or what a link points to, to this place in the archive.
function(carry from to)
  file(REAL_PATH "${from}" from)
  if(IS_DIRECTORY "${from}")
    file(COPY "${from}/" DESTINATION "${tree}/${to}" PATTERN ".git" EXCLUDE)
  else()
    cmake_path(GET to PARENT_PATH folder)
    file(COPY "${from}" DESTINATION "${tree}/${folder}")
  endif()
endfunction()

# The sources unpacked, the release's archive, or a prefix of headers; a compiled library would be
# one for this machine.
set(missing)
foreach(package IN LISTS iddpm_packages)
  string(TOLOWER "${package}" name)
  set(place "src/${name}")
  if(NOT EXISTS "${IDDPM_DEPS_DIR}/${place}" AND iddpm_${package}_RELEASE)
    iddpm_download(${package} source)
    file(GLOB place RELATIVE "${IDDPM_DEPS_DIR}"
         "${IDDPM_DEPS_DIR}/downloads/${name}-${iddpm_${package}_RELEASE}.*")
    if(NOT source)
      set(place "${name}")
    endif()
  endif()
  set(compiled FALSE)
  if(place STREQUAL name AND (package STREQUAL "Kokkos" OR iddpm_${package}_LINKED))
    set(compiled TRUE)
  endif()
  if(EXISTS "${IDDPM_DEPS_DIR}/${place}" AND NOT compiled)
    message(STATUS "iddpm: ${package}: .deps/${place}")
    carry("${IDDPM_DEPS_DIR}/${place}" ".deps/${place}")
  elseif(iddpm_${package}_OPTIONAL)
    message(STATUS "iddpm: ${package}: not packed; where it is not installed, its test is skipped")
  else()
    list(APPEND missing "${package} in .deps/src/${name}/")
  endif()
endforeach()
if(missing)
  list(JOIN missing ", " missing)
  file(REMOVE_RECURSE "${work}")
  message(FATAL_ERROR "pack.cmake could not download these sources, so put them there by hand: "
                      "${missing}.")
endif()

file(GLOB entries RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/*"
     "${PROJECT_SOURCE_DIR}/.[a-z]*")
list(REMOVE_ITEM entries .git .deps build CMakeUserPresets.json)
foreach(entry IN LISTS entries)
  carry("${PROJECT_SOURCE_DIR}/${entry}" "${entry}")
endforeach()
cmake_path(GET OUT PARENT_PATH folder)
file(MAKE_DIRECTORY "${folder}")
execute_process(COMMAND "${CMAKE_COMMAND}" -E tar czf "${OUT}" iddpm
                WORKING_DIRECTORY "${work}/pack" COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE "${work}")
message(STATUS "iddpm: packed ${OUT}: unpack it there, then cmake --workflow --preset cuda, hip, "
               "threads or serial")
