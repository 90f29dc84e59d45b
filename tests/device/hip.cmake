# SPDX-License-Identifier: MIT
# HIP, by the hipcc of Debian unstable, for gfx90a, headers and examples for gfx942 too: checked, not
# generated, which takes a quarter of an hour for every policy's kernels.
set(hip_everything --offload-arch=gfx942)
set(reason)
iddpm_device_kokkos(HIP kokkos)
if(NOT IDDPM_TEST_HIP)
  set(reason "IDDPM_TEST_HIP is off")
elseif(NOT kokkos)
  set(reason "${no_kokkos}")
endif()
file(REAL_PATH "${IDDPM_DEPS_DIR}" deps)
# What the compiler reads and writes, at the same paths; the root has its own /usr.
set(folders "$<TARGET_PROPERTY:device_dependencies,INTERFACE_INCLUDE_DIRECTORIES>")
set(folders "$<FILTER:${folders},EXCLUDE,^/usr/>")
set(hip_root "${PROJECT_SOURCE_DIR}/cmake/hip_root.sh" "${deps}/hip-root" "${PROJECT_SOURCE_DIR}"
             "${PROJECT_BINARY_DIR}" "${deps}" "${folders}" --)
iddpm_add_device_test(
  hip
  "${reason}"
  "${kokkos}"
  hipcc
  -x
  hip
  -std=c++20
  -fsyntax-only
  --offload-arch=gfx90a
  -fno-gpu-rdc
  -Werror
  -Wno-unused-command-line-argument
  "${device_warnings}"
  -DKOKKOS_ARCH_AMD_GPU=\"gfx90a\"
  -DKOKKOS_ARCH_AMD_GFX90A
  ${device_flags})

# clang-tidy, by the project's own file, of all headers and examples: that of Debian 12 is too old.
if(reason)
  iddpm_add_skipped_test(device_tidy "${reason}")
  return()
endif()
add_test(
  NAME device_tidy
  COMMAND
    ${hip_root} clang-tidy-21 --quiet "--config-file=${PROJECT_SOURCE_DIR}/.clang-tidy"
    "${everything}" -- -std=c++20 -fopenmp -Werror "${device_warnings}" ${device_flags} -isystem
    "${device_kokkos}"
  COMMAND_EXPAND_LISTS)
set_tests_properties(device_tidy PROPERTIES SKIP_RETURN_CODE 77)
