# SPDX-License-Identifier: MIT
# What must not compile, and the sentences that say why; and types that are near to a role.
foreach(file IN ITEMS views roles parts bridges)
  set(source "${CMAKE_CURRENT_SOURCE_DIR}/misuse/${file}.cpp")
  foreach(name IN ITEMS misuse_${file} misuse_${file}_twin)
    add_library(${name} OBJECT EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(${name} PRIVATE iddpm::iddpm iddpm::nn iddpm::io iddpm::metrics
                                            iddpm::checkpoint iddpm::eigen iddpm::xtensor)
    target_compile_options(${name} PRIVATE -fsyntax-only -w) # there is no object: built when asked
  endforeach()
  target_compile_definitions(misuse_${file}_twin PRIVATE IDDPM_TWIN)
  add_test(NAME misuse_${file}
           COMMAND "${CMAKE_COMMAND}" "-DBUILD=${PROJECT_BINARY_DIR}" -DTARGET=misuse_${file}
                   "-DSOURCE=${source}" -P "${CMAKE_CURRENT_SOURCE_DIR}/misuse/check.cmake")
  set_tests_properties(misuse_${file} PROPERTIES RESOURCE_LOCK build_tree)
endforeach()
add_test(NAME misuse_sentences
         COMMAND "${CMAKE_COMMAND}" "-DINCLUDE=${PROJECT_SOURCE_DIR}/include" -P
                 "${CMAKE_CURRENT_SOURCE_DIR}/misuse/sentences.cmake")
add_library(misuse_near_misses OBJECT misuse/near_misses.cpp)
target_link_libraries(misuse_near_misses PRIVATE iddpm::iddpm iddpm_strict)
target_compile_options(misuse_near_misses PRIVATE -O0 -g0)
