# SPDX-License-Identifier: MIT
# HIP, by the hipcc of Debian unstable, for gfx90a and gfx942 at once: checked, not generated, which
# takes a quarter of an hour for every policy's kernels.
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
iddpm_add_device_test(
  hip
  "${reason}"
  "${kokkos}"
  "${PROJECT_SOURCE_DIR}/cmake/hip_root.sh"
  "${deps}/hip-root"
  "${PROJECT_SOURCE_DIR}"
  "${PROJECT_BINARY_DIR}"
  "${deps}"
  "${folders}"
  --
  hipcc
  -x
  hip
  -std=c++20
  -fsyntax-only
  --offload-arch=gfx90a
  --offload-arch=gfx942
  -fno-gpu-rdc
  -Werror
  -Wno-unused-command-line-argument
  "${device_warnings}"
  -DKOKKOS_ARCH_AMD_GPU=\"gfx90a\"
  -DKOKKOS_ARCH_AMD_GFX90A
  ${device_flags})
