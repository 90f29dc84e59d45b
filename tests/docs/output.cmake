# SPDX-License-Identifier: MIT
# cmake -DPRINTS=<file> -P output.cmake -- program argument...
# Runs the program; fails unless it ends well and prints what the file says, to the letter. Without
# PRINTS it may print anything.
set(command)
set(is_command FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE ${last})
  if(is_command)
    list(APPEND command "${CMAKE_ARGV${i}}")
  elseif(CMAKE_ARGV${i} STREQUAL "--")
    set(is_command TRUE)
  endif()
endforeach()
execute_process(COMMAND ${command} OUTPUT_VARIABLE printed RESULT_VARIABLE failed)
message("${printed}")
if(failed)
  message(FATAL_ERROR "${command} ended with ${failed}")
elseif(PRINTS)
  file(READ "${PRINTS}" expected)
  if(NOT printed STREQUAL expected)
    message(FATAL_ERROR "should have printed\n${expected}but printed\n${printed}")
  endif()
endif()
