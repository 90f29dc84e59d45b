# SPDX-License-Identifier: MIT
# cmake -DDOXYGEN=<program> -DDOXYFILE=<the site's> -DFOLDER=<scratch> -P site_bites.cmake
# The site is refused where a public name has no comment, or a page names what is not there.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${FOLDER}")
set(right "/// \\file\n/// Right.\n\n/// A type.\nstruct A {\n  int x;  ///< a number\n};\n")

function(expect text pattern)
  file(WRITE "${FOLDER}/a.hpp" "${text}")
  file(WRITE "${FOLDER}/Doxyfile"
       "@INCLUDE = ${DOXYFILE}\nINPUT = a.hpp\nUSE_MDFILE_AS_MAINPAGE =\nOUTPUT_DIRECTORY = site\n")
  execute_process(COMMAND "${DOXYGEN}" Doxyfile WORKING_DIRECTORY "${FOLDER}" RESULT_VARIABLE failed
                  OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT "${failed} ${said}" MATCHES "${pattern}")
    message(SEND_ERROR "for\n${text}\nexpected '${pattern}', got\n${failed} ${said}")
  endif()
endfunction()

expect("${right}" "^0 $")
string(REPLACE "///< a number" "" wrong "${right}")
expect("${wrong}" "^1 .*Member x .* is not documented")
string(REPLACE "/// A type." "" wrong "${right}")
expect("${wrong}" "^1 .*Compound A is not documented")
string(REPLACE "/// A type." "/// A type. \\ref nothing" wrong "${right}")
expect("${wrong}" "^1 .*nothing")
