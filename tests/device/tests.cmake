# SPDX-License-Identifier: MIT
# Compiles device code for GPUs that this machine need not have; nothing is linked or run.
# Our headers are ordinary headers here, and a warning in one is an error. Those of Kokkos are a copy
# that is switched to the backend (cmake/switch_backend.cmake), whatever Kokkos was found.
option(IDDPM_TEST_CUDA "Compile for CUDA too: nvcc, 8 minutes of a processor" OFF)
option(IDDPM_TEST_HIP "Compile for HIP too, and clang-tidy, in a Debian unstable root: 2 GB" OFF)

if(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  return() # the code is the same
endif()

# All examples and public headers in one file, for each file costs a minute. An example becomes a
# namespace, unless it has one of its own; what it includes comes before.
set(examples "${PROJECT_SOURCE_DIR}/examples")
set(includes)
set(bodies)
foreach(header IN LISTS headers)
  file(RELATIVE_PATH header "${PROJECT_SOURCE_DIR}/include" "${header}")
  if(NOT header MATCHES "/detail/")
    string(APPEND includes "#include <${header}>\n")
  endif()
endforeach()
file(GLOB sources CONFIGURE_DEPENDS "${examples}/*/*.cpp")
foreach(source IN LISTS sources)
  cmake_path(GET source PARENT_PATH folder)
  cmake_path(GET folder FILENAME name)
  set(body "#define main main_of_${name}\n#include \"${source}\"\n#undef main\n")
  file(STRINGS "${source}" own REGEX "^namespace ${name} {")
  if(NOT own)
    set(body "namespace example_${name} {\n${body}}\n")
  endif()
  string(APPEND bodies "${body}")
  file(STRINGS "${source}" lines REGEX "^#include")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE ".*[<\"](.*)[>\"].*" "\\1" file "${line}")
    if(EXISTS "${folder}/${file}")
      set(line "#include \"${folder}/${file}\"")
    endif()
    string(APPEND includes "${line}\n")
  endforeach()
endforeach()
set(everything "${CMAKE_CURRENT_BINARY_DIR}/device/everything.cpp")
# Only a main that is called so may end without a return.
string(PREPEND bodies "#ifdef __NVCC__\n#pragma nv_diag_suppress 940\n#endif\n"
               "#pragma GCC diagnostic ignored \"-Wreturn-type\"\n")
file(CONFIGURE OUTPUT "${everything}"
     CONTENT "#define IDDPM_GLYPHS_DATA \"data\"\n@includes@\n@bodies@" @ONLY)
file(GLOB device_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/device/*.cpp")
list(PREPEND device_sources "${everything}")

# What every compiler is told. Named as a dependency's, the system's own folder would be searched
# too early; -Wpedantic and -Wold-style-cast mind what nvcc generates.
add_library(device_dependencies INTERFACE)
target_link_libraries(device_dependencies INTERFACE Eigen3::Eigen xtensor stb::stb CLI11::CLI11
                                                    nlohmann_json::nlohmann_json)
set(folders "$<TARGET_PROPERTY:device_dependencies,INTERFACE_INCLUDE_DIRECTORIES>")
set(folders "$<FILTER:${folders},EXCLUDE,^/usr/include/?$>")
# Eigen works on the host here; its own code for devices has warnings that name no place.
set(device_flags -DEIGEN_NO_CUDA -DEIGEN_NO_HIP -I "${PROJECT_SOURCE_DIR}/include" -I
                 "${examples}" -isystem "$<JOIN:${folders},$<SEMICOLON>-isystem$<SEMICOLON>>")
set(device_warnings "$<TARGET_PROPERTY:iddpm_strict,INTERFACE_COMPILE_OPTIONS>")
set(device_warnings "$<FILTER:${device_warnings},EXCLUDE,^-W(pedantic|old-style-cast)$>")

# Where Kokkos was installed.
get_target_property(folders Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
if(TARGET Kokkos::kokkoscore)
  get_target_property(folders Kokkos::kokkoscore INTERFACE_INCLUDE_DIRECTORIES)
endif()
set(device_kokkos)
foreach(folder IN LISTS folders)
  if(EXISTS "${folder}/KokkosCore_config.h" AND EXISTS "${folder}/Kokkos_Core.hpp")
    set(device_kokkos "${folder}")
  endif()
endforeach()

# Sets ${result} to the folder of Kokkos' headers for this backend (Cuda, HIP), or to nothing.
function(iddpm_device_kokkos backend result)
  string(TOUPPER "${backend}" device)
  set(${result} PARENT_SCOPE)
  foreach(file IN ITEMS KokkosCore_Config_FwdBackend.hpp desul/atomics/Config.hpp
                        fwd/Kokkos_Fwd_${device}.hpp setup/Kokkos_Setup_${backend}.hpp)
    if(NOT EXISTS "${device_kokkos}/${file}")
      return()
    endif()
  endforeach()
  set(copy "${CMAKE_CURRENT_BINARY_DIR}/device/kokkos_${backend}")
  add_custom_command(
    OUTPUT "${copy}/KokkosCore_Config_SetupBackend.hpp"
    COMMAND "${CMAKE_COMMAND}" -D BACKEND=${backend} -D "FROM=${device_kokkos}" -D "TO=${copy}" -P
            "${PROJECT_SOURCE_DIR}/cmake/switch_backend.cmake"
    DEPENDS "${PROJECT_SOURCE_DIR}/cmake/switch_backend.cmake"
            "${device_kokkos}/KokkosCore_config.h"
    COMMENT "Switching the headers of Kokkos to ${backend}"
    VERBATIM)
  set(${result} "${copy}" PARENT_SCOPE)
endfunction()

function(iddpm_add_skipped_test name reason)
  add_test(NAME ${name} COMMAND "${CMAKE_COMMAND}" -E echo "skipped: ${reason}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()

# The CTest device_<backend>: compiles every source, or says why it cannot.
# iddpm_add_device_test(backend reason kokkos compiler argument...)
#   <backend>_<file>  more arguments, for one file
#   <backend>_root    what the compiler is run by, which exits with 77 where it cannot; asked once,
#                     for a file that is skipped must not hide another's error
function(iddpm_add_device_test backend reason kokkos)
  set(name device_${backend})
  set(build "${CMAKE_COMMAND}" --build "${PROJECT_BINARY_DIR}" --target ${name} --parallel 2)
  if(reason)
    iddpm_add_skipped_test(${name} "${reason}")
  elseif(${backend}_root)
    list(JOIN build "' '" build)
    add_test(NAME ${name} COMMAND sh -c "\"$@\" true && unset IDDPM_HIP_UNTIL && exec '${build}'" sh
                                  ${${backend}_root} COMMAND_EXPAND_LISTS)
  else()
    add_test(NAME ${name} COMMAND ${build})
  endif()
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 PROCESSORS 2 TIMEOUT 3600
                                          RESOURCE_LOCK build_tree)
  set(objects)
  foreach(source IN LISTS device_sources)
    cmake_path(GET source STEM file)
    set(object "${CMAKE_CURRENT_BINARY_DIR}/device/${backend}/${file}.o") # or its stamp
    add_custom_command(
      OUTPUT "${object}"
      DEPENDS "${source}" "${kokkos}/KokkosCore_Config_SetupBackend.hpp"
      DEPFILE "${object}.d"
      COMMAND ${${backend}_root} ${ARGN} ${${backend}_${file}} -isystem "${kokkos}" -MD -MF
              "${object}.d" -c "${source}" -o "${object}"
      COMMAND "${CMAKE_COMMAND}" -E touch "${object}"
      COMMENT "Compiling device/${file} for ${backend}"
      VERBATIM COMMAND_EXPAND_LISTS)
    list(APPEND objects "${object}")
  endforeach()
  if(NOT reason)
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/device/${backend}")
    add_custom_target(${name} DEPENDS ${objects})
  endif()
endfunction()
set_tests_properties(self_contained PROPERTIES RESOURCE_LOCK build_tree)
set(no_kokkos "the headers of this Kokkos are not those of an installed one, or lack the backend")

include(device/cuda.cmake)
include(device/hip.cmake)
