# SPDX-License-Identifier: MIT
# Every block of C++ in the pages is compiled and run; see blocks.cmake for what a page must say.
# One source for all of them, so that the headers are read once.
include(docs/blocks.cmake)
file(GLOB pages CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/*.md" "${PROJECT_SOURCE_DIR}/docs/*.md"
     "${PROJECT_SOURCE_DIR}/docs/tutorials/*.md")
set(folder "${CMAKE_CURRENT_BINARY_DIR}/docs")
iddpm_doc_blocks("${folder}" programs ${pages})

add_executable(doc_blocks "${folder}/blocks.cpp")
target_link_libraries(doc_blocks PRIVATE iddpm::iddpm iddpm::nn iddpm::io
                                         iddpm::checkpoint iddpm::eigen)
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

# The site, and that a name without a comment, or a link to nowhere, would be refused. Other
# versions of Doxygen have other opinions, so that there this is no test.
if(TARGET Doxygen::doxygen AND DOXYGEN_VERSION VERSION_EQUAL 1.9.4)
  add_test(NAME docs_site COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/Doxyfile"
           WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  add_test(NAME docs_site_bites
           COMMAND "${CMAKE_COMMAND}" "-DDOXYGEN=$<TARGET_FILE:Doxygen::doxygen>"
                   "-DDOXYFILE=${PROJECT_BINARY_DIR}/Doxyfile" "-DFOLDER=${folder}/site_bites" -P
                   "${CMAKE_CURRENT_SOURCE_DIR}/docs/site_bites.cmake")
else()
  add_test(NAME docs_site COMMAND "${CMAKE_COMMAND}" -E echo "skipped: there is no Doxygen 1.9.4")
  set_tests_properties(docs_site PROPERTIES SKIP_REGULAR_EXPRESSION "^skipped: ")
endif()
