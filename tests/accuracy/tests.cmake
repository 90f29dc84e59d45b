# SPDX-License-Identifier: MIT
# Every number of the library against 200-bit arithmetic: docs/accuracy.md is this program's page.
if(TARGET mpfr::mpfr)
  add_executable(accuracy accuracy/main.cpp)
  target_include_directories(accuracy PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(accuracy PRIVATE iddpm::iddpm mpfr::mpfr iddpm_strict)
  add_test(NAME accuracy COMMAND accuracy --write "${CMAKE_CURRENT_BINARY_DIR}/accuracy.md")
  set_tests_properties(accuracy PROPERTIES ENVIRONMENT OMP_PROC_BIND=false)
else()
  add_test(NAME accuracy COMMAND "${CMAKE_COMMAND}" -E echo
                                 "skipped: MPFR 4 (libmpfr-dev) was not found at configure time")
  set_tests_properties(accuracy PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
endif()
