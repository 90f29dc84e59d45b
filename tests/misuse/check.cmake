# SPDX-License-Identifier: MIT
# Builds TARGET in BUILD, which must fail and print every sentence that SOURCE names: a line
# "// refused: ..." each.
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --target "${TARGET}"
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} must not compile; it did")
endif()
file(STRINGS "${SOURCE}" sentences REGEX "^// refused: ")
if(NOT sentences)
  message(FATAL_ERROR "${SOURCE} must name a sentence; it names none")
endif()
foreach(line IN LISTS sentences)
  string(REPLACE "// refused: " "" sentence "${line}")
  string(FIND "${output}" "${sentence}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "the compiler must say \"${sentence}\"; it said:\n${output}")
  endif()
endforeach()
