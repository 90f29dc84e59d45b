# SPDX-License-Identifier: MIT
# Reads with NM what the two objects in BUILD, which include everything, define so that a second
# definition does not link: nothing but what main.cpp and other.cpp define themselves. First shows,
# in the folder TRIAL, that a header with such definitions is found out.
cmake_minimum_required(VERSION 3.25)

# strong_symbols(object result): names of functions and variables that are not inline.
function(strong_symbols object result)
  execute_process(
    COMMAND "${NM}" -C --defined-only "${object}"
    COMMAND grep -E "^[0-9a-f]+ [A-TX-Z] "
    OUTPUT_VARIABLE text RESULTS_VARIABLE codes ERROR_VARIABLE sentence)
  if(NOT codes MATCHES "^0;[01]$")
    message(FATAL_ERROR "${NM} must read ${object}; got ${codes}: ${sentence}")
  endif()
  string(REGEX REPLACE "[0-9a-f]+ [A-Z] ([^\n]*)\n" "\\1;" names "${text}")
  list(FILTER names EXCLUDE REGEX "^$|^__")
  list(SORT names)
  set(${result} "${names}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${TRIAL}")
file(WRITE "${TRIAL}/wrong.hpp" "namespace iddpm {\nint a_function() { return 1; }\n"
                                "int zeros;\nint data = 2;\nextern const int constant = 3;\n"
                                "template <class T> int special() { return 0; }\n"
                                "template <> int special<int>() { return 4; }\n"
                                "inline int right() { return 5; }\n}\n")
foreach(name IN ITEMS one two)
  file(WRITE "${TRIAL}/${name}.cpp" "#include \"wrong.hpp\"\nint ${name}() "
                                    "{ return iddpm::right() + iddpm::special<char>(); }\n")
  execute_process(COMMAND "${COMPILER}" -c ${name}.cpp -o ${name}.o WORKING_DIRECTORY "${TRIAL}"
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
strong_symbols("${TRIAL}/one.o" found)
set(wrong "iddpm::a_function()" "iddpm::constant" "iddpm::data" "iddpm::zeros"
          "int iddpm::special<int>()" "one()")
if(NOT found STREQUAL wrong)
  message(FATAL_ERROR "the wrong header must show ${wrong}; got ${found}")
endif()
execute_process(COMMAND "${COMPILER}" -shared one.o two.o -o both.so WORKING_DIRECTORY "${TRIAL}"
                RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE sentence)
if(code EQUAL 0 OR NOT sentence MATCHES "multiple definition|duplicate symbol")
  message(FATAL_ERROR "two files with the wrong header must not link; got ${code}: ${sentence}")
endif()

foreach(file IN ITEMS main other)
  file(GLOB object "${BUILD}/CMakeFiles/both.dir/${file}.cpp.o*")
  list(FILTER object INCLUDE REGEX "[.]o(bj)?$")
  set(own_main "main")
  set(own_other "version()")
  strong_symbols("${object}" found)
  if(NOT found STREQUAL own_${file})
    message(SEND_ERROR "a header must define nothing that is not inline; ${file}.cpp got ${found}")
  endif()
  message(STATUS "${file}.cpp defines ${found}, and else what is inline")
endforeach()
file(GLOB library "${BUILD}/*together.*")
if(library STREQUAL "")
  message(SEND_ERROR "the shared library of the two objects must be in ${BUILD}; got none")
endif()
