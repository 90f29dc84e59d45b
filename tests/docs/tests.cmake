# SPDX-License-Identifier: MIT
# Every block of C++ in the pages is compiled and run; see blocks.cmake for what a page must say.
# One source for all of them, so that the headers are read once.
include(docs/blocks.cmake)
file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/*.md" "${PROJECT_SOURCE_DIR}/docs/*.md"
     "${PROJECT_SOURCE_DIR}/docs/tutorials/*.md")
set(folder "${CMAKE_CURRENT_BINARY_DIR}/docs")
iddpm_doc_blocks("${folder}" programs ${pages})

add_executable(doc_blocks "${folder}/blocks.cpp")
target_link_libraries(doc_blocks PRIVATE iddpm::iddpm iddpm::nn iddpm::io iddpm::eigen)
if(IDDPM_TEST_UNOPTIMISED)
  target_compile_options(doc_blocks PRIVATE -O0 -g0)
endif()
foreach(program IN LISTS programs)
  set(prints)
  if(EXISTS "${folder}/${program}.txt")
    set(prints "-DPRINTS=${folder}/${program}.txt")
  endif()
  add_test(NAME docs_${program}
           COMMAND "${CMAKE_COMMAND}" ${prints} -P "${PROJECT_SOURCE_DIR}/cmake/check_output.cmake"
                   -- $<TARGET_FILE:doc_blocks> ${program}
           WORKING_DIRECTORY "${folder}")
  set_tests_properties(docs_${program} PROPERTIES ENVIRONMENT
                                                  "OMP_PROC_BIND=false;OMP_NUM_THREADS=1")
endforeach()
add_test(NAME docs_bites
         COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${folder}/bites" "-DCXX=${CMAKE_CXX_COMPILER}" -P
                 "${CMAKE_CURRENT_SOURCE_DIR}/docs/bites.cmake")
