# SPDX-License-Identifier: MIT
# Builds TARGET in BUILD, which must fail and print every sentence that SOURCE names: a line
# "// refused: ..." above what is refused. Its twin, ${TARGET}_twin, must compile.
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --target "${TARGET}_twin"
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "the twin of ${SOURCE} must compile; it did not:\n${output}")
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --target "${TARGET}"
                RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(result EQUAL 0)
  message(FATAL_ERROR "${SOURCE} must not compile; it did")
endif()
file(STRINGS "${SOURCE}" sentences REGEX "^// refused: ")
file(STRINGS "${SOURCE}" instead REGEX "INSTEAD[(]")
list(LENGTH sentences count)
list(LENGTH instead wrong)
if(count EQUAL 0 OR wrong LESS count)
  message(FATAL_ERROR "each of ${count} sentences of ${SOURCE} must have its INSTEAD; got ${wrong}")
endif()
foreach(line IN LISTS sentences)
  string(REPLACE "// refused: " "" sentence "${line}")
  string(FIND "${output}" "${sentence}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "the compiler must say \"${sentence}\"; it said:\n${output}")
  endif()
endforeach()
