# SPDX-License-Identifier: MIT
# Compiles, links and runs main.cpp by calls of the COMPILER alone, with the flags that Kokkos needs
# (KOKKOS_COMPILE, KOKKOS_LINK) and for iddpm either -I INCLUDE or what PKG_CONFIG says of PREFIX.
cmake_minimum_required(VERSION 3.25)
include("${SOURCE}/cmake/version.cmake")
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} "${PREFIX}/share/pkgconfig")
  set(ENV{PKG_CONFIG_SYSROOT_DIR})
  foreach(question IN ITEMS cflags modversion libs)
    execute_process(COMMAND "${PKG_CONFIG}" --${question} iddpm OUTPUT_VARIABLE ${question}
                    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  if(NOT modversion STREQUAL iddpm_version)
    message(FATAL_ERROR "iddpm.pc must have version ${iddpm_version}; it has ${modversion}")
  endif()
  separate_arguments(flags UNIX_COMMAND "${cflags}")
  separate_arguments(libs UNIX_COMMAND "${libs}")
  foreach(definition IN LISTS DEFINITIONS)
    if(NOT "-D${definition}" IN_LIST flags)
      message(FATAL_ERROR "iddpm.pc must define ${definition}, as iddpm::iddpm does; got ${cflags}")
    endif()
  endforeach()
else()
  set(flags -std=c++20 -I "${INCLUDE}")
  set(libs)
endif()
cmake_path(GET PROGRAM PARENT_PATH folder)
file(MAKE_DIRECTORY "${folder}")
file(REMOVE "${PROGRAM}")
execute_process(
  COMMAND "${COMPILER}" -O0 ${flags} ${KOKKOS_COMPILE} "-DEXPECTED_VERSION=\"${iddpm_version}\""
          "${SOURCE}/tests/install/main.cpp" -o "${PROGRAM}" ${libs} ${KOKKOS_LINK}
  COMMAND_ERROR_IS_FATAL ANY COMMAND_ECHO STDOUT)
execute_process(COMMAND "${PROGRAM}" COMMAND_ERROR_IS_FATAL ANY)
