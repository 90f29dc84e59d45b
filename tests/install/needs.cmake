# SPDX-License-Identifier: MIT
# A header of a component that is included without what it needs says which target brings that.
# The COMPILER is shown the headers in INCLUDE and none of the system, in which Eigen may lie.
cmake_minimum_required(VERSION 3.25)
file(MAKE_DIRECTORY "${FOLDER}")
foreach(need IN ITEMS "nn iddpm::nn" "io iddpm::io" "metrics iddpm::metrics"
                      "checkpoint iddpm::checkpoint" "adapters/eigen iddpm::eigen"
                      "adapters/xtensor iddpm::xtensor")
  separate_arguments(need)
  list(POP_FRONT need header)
  file(WRITE "${FOLDER}/needs.cpp" "#include <iddpm/${header}.hpp>\n")
  execute_process(COMMAND "${COMPILER}" -std=c++20 -nostdinc "-I${INCLUDE}" -fsyntax-only needs.cpp
                  WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE code ERROR_VARIABLE said)
  if(code EQUAL 0 OR NOT said MATCHES "iddpm/${header}.hpp needs [a-zA-Z_.]+: link ${need},")
    message(SEND_ERROR "iddpm/${header}.hpp must say to link ${need}; got ${code}: ${said}")
  endif()
endforeach()
