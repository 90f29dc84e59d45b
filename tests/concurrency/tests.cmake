# SPDX-License-Identifier: MIT
# The host threads of the room under ThreadSanitizer. One thread per kernel: it does not see how the
# OpenMP runtime, which is not compiled for it, lets threads wait for each other.
include(CheckCXXSourceRuns)
set(CMAKE_REQUIRED_FLAGS -fsanitize=thread)
# Compilers for devices, and builds with a sanitizer of their own, are left alone.
if(CMAKE_CXX_COMPILER MATCHES "[+][+][^/]*$" AND NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  check_cxx_source_runs("int main() {}" IDDPM_THREAD_SANITIZER_RUNS)
endif()
unset(CMAKE_REQUIRED_FLAGS)

if(IDDPM_THREAD_SANITIZER_RUNS)
  add_executable(test_concurrency_tsan concurrency/instances.cpp support/main.cpp)
  target_link_libraries(test_concurrency_tsan PRIVATE iddpm::iddpm iddpm::nn doctest::doctest)
  target_include_directories(test_concurrency_tsan PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_compile_options(test_concurrency_tsan PRIVATE -O1 -fsanitize=thread
                                                       $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  target_link_options(test_concurrency_tsan PRIVATE -fsanitize=thread)
  add_test(NAME concurrency_tsan COMMAND test_concurrency_tsan)
  set_tests_properties(concurrency_tsan PROPERTIES ENVIRONMENT
                                                   "OMP_PROC_BIND=false;OMP_NUM_THREADS=1")
else()
  add_test(NAME concurrency_tsan COMMAND "${CMAKE_COMMAND}" -E echo
                                         "skipped: no ThreadSanitizer in this build")
  set_tests_properties(concurrency_tsan PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
endif()
