# SPDX-License-Identifier: MIT
# CUDA, by nvcc for sm_90.
find_program(IDDPM_NVCC nvcc HINTS ENV CUDA_PATH ENV CUDA_HOME PATHS /usr/local/cuda PATH_SUFFIXES
                                                                     bin)
iddpm_device_kokkos(Cuda kokkos)
set(nvcc "${IDDPM_NVCC}" -x cu -std=c++20 --extended-lambda)
# To the PTX of sm_90 and no further, by the least optimisation, and the host's side checked only:
# what is asked is whether it is device code. The rest of the device's side doubles the time, the
# host's adds half of it.
list(APPEND nvcc -gencode arch=compute_90,code=compute_90)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND nvcc -ccbin "${CMAKE_CXX_COMPILER}")
endif()
set(probe "${CMAKE_CURRENT_BINARY_DIR}/device/probe.cu")
file(CONFIGURE OUTPUT "${probe}" CONTENT "#include <concepts>\n__global__ void probe() {}\n")
set(reason "no nvcc was found")
if(IDDPM_NVCC AND kokkos)
  set(reason "${IDDPM_NVCC} compiles no C++20 for sm_90 with this host's compiler")
  foreach(fast IN ITEMS "-Ofc;max" "") # CUDA 12 does not know it
    execute_process(COMMAND ${nvcc} ${fast} -c "${probe}" -o "${probe}.o" RESULT_VARIABLE status
                    OUTPUT_QUIET ERROR_QUIET)
    if(status STREQUAL "0")
      list(APPEND nvcc ${fast})
      set(reason)
      break()
    endif()
  endforeach()
elseif(IDDPM_NVCC)
  set(reason "${no_kokkos}")
endif()
if(NOT IDDPM_TEST_CUDA)
  set(reason "IDDPM_TEST_CUDA is off")
endif()

list(
  APPEND
  nvcc
  -Werror
  all-warnings
  "-Xcompiler=-fsyntax-only,-Werror,$<JOIN:${device_warnings},$<COMMA>>"
  -DKOKKOS_ARCH_HOPPER
  -DKOKKOS_ARCH_HOPPER90
  ${device_flags})
iddpm_add_device_test(cuda "${reason}" "${kokkos}" ${nvcc})
if(reason)
  return()
endif()

# The check bites: what must not compile does not, for the reason that is meant.
function(iddpm_add_device_refusal name sentence)
  add_test(NAME device_cuda_refuses_${name}
           COMMAND ${nvcc} -c "${CMAKE_CURRENT_SOURCE_DIR}/device/bites/${name}.cpp" -o
                   "${CMAKE_CURRENT_BINARY_DIR}/device/refused.o" COMMAND_EXPAND_LISTS)
  set_tests_properties(device_cuda_refuses_${name} PROPERTIES PASS_REGULAR_EXPRESSION "${sentence}")
endfunction()
iddpm_add_device_refusal(warning "warning.hpp.*error.*declared but never referenced")
iddpm_add_device_refusal(conversion "conversion.hpp.*Werror=sign-conversion")
iddpm_add_device_refusal(host_call "error.*calling a __host__ function")
