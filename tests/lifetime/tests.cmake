# SPDX-License-Identifier: MIT
# What happens before Kokkos is initialised and after it is finalized.
add_executable(test_lifetime lifetime/main.cpp)
target_link_libraries(test_lifetime PRIVATE iddpm::iddpm iddpm::nn iddpm_strict)
add_test(NAME lifetime COMMAND test_lifetime sentences)

# A process that outlives Kokkos is met by Kokkos' own sentence, which has our label.
add_test(NAME lifetime_outlives COMMAND test_lifetime outlives)
set_tests_properties(
  lifetime_outlives
  PROPERTIES PASS_REGULAR_EXPRESSION
             "allocation \"iddpm::schedule::coefficients\" is being deallocated after")
set_tests_properties(lifetime lifetime_outlives
                     PROPERTIES ENVIRONMENT "OMP_PROC_BIND=false;OMP_NUM_THREADS=1")
