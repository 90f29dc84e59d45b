# SPDX-License-Identifier: MIT
# Every 4099th float and word always; `exhaustive 1` (all of them) is for whoever changes math/ or
# random/: see docs/noise.md.
add_executable(exhaustive exhaustive/main.cpp)
target_include_directories(exhaustive PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
target_link_libraries(exhaustive PRIVATE iddpm::iddpm iddpm_strict)
add_test(NAME every_4099th_float COMMAND exhaustive 4099)
set_tests_properties(every_4099th_float PROPERTIES ENVIRONMENT "OMP_PROC_BIND=false;OMP_NUM_THREADS=2")

# The raw words, for a battery of tests: docs/noise.md says how it is run and what came of it.
add_executable(noise_words EXCLUDE_FROM_ALL noise_words/main.cpp)
target_link_libraries(noise_words PRIVATE iddpm::iddpm iddpm_strict)
