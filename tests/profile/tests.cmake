# SPDX-License-Identifier: MIT
# A profile of an example, by a Kokkos Tools library of our own: what docs/profile.md shows.
add_library(iddpm_profile_tree MODULE profile/tree.cpp)
target_compile_features(iddpm_profile_tree PRIVATE cxx_std_20)
target_link_libraries(iddpm_profile_tree PRIVATE iddpm_strict)

if(TARGET 01_sample)
  # The run in the tree, two spaces deeper per level: 50 steps, each a call and a kernel.
  set(numbers " +[0-9.]+ +0  ")
  string(CONCAT tree " 1${numbers}iddpm::sampler::sample\n.*"
                " 50${numbers}  iddpm::denoiser::call_denoiser\n"
                " +50${numbers}    disc\n"
                " +50${numbers}  iddpm::sampler::p_sample\n")
  add_test(NAME profile COMMAND 01_sample)
  set(environment "OMP_PROC_BIND=false" "OMP_NUM_THREADS=2"
                  "KOKKOS_TOOLS_LIBS=$<TARGET_FILE:iddpm_profile_tree>")
  set_tests_properties(
    profile PROPERTIES ENVIRONMENT "${environment}" PROCESSORS 2 PASS_REGULAR_EXPRESSION "${tree}"
                       WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
endif()
