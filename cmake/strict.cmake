# SPDX-License-Identifier: MIT
# The warnings that our headers must not raise in a user's build. Ours are ordinary headers here;
# those of the dependencies are system headers. The presets turn warnings into errors.
add_library(iddpm_strict INTERFACE)
target_compile_options(
  iddpm_strict
  INTERFACE
    $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang,IntelLLVM>:-Wall;-Wextra;-Wshadow;-Wconversion;-Wsign-conversion;-Wdouble-promotion>
)
# What nvcc hands to g++ is full of line directives that only GCC knows, and of casts of C.
if(NOT iddpm_backend STREQUAL "CUDA")
  target_compile_options(
    iddpm_strict
    INTERFACE $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang,IntelLLVM>:-Wpedantic;-Wold-style-cast>)
endif()
# g++ 12 warns of its own AVX-512 intrinsics, which -march=native may select.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_FLAGS MATCHES "-march=native")
  target_compile_options(iddpm_strict INTERFACE -Wno-maybe-uninitialized)
endif()

# g++ cleans its heap up less often: less time, more memory (docs/testing.md).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU") # Kokkos' launcher of nvcc hands it on to g++
  add_compile_options(--param=ggc-min-heapsize=1000000)
endif()
