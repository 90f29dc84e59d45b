# SPDX-License-Identifier: MIT
# Checks the house rules that a compiler does not: cmake [-DROOT=<tree>] -P check_layers.cmake
cmake_minimum_required(VERSION 3.25)

# The rooms by level. A header includes its own room and rooms of lower levels: never a sibling,
# never a higher level, never another room's detail/. The umbrellas include/iddpm/*.hpp are free.
set(levels
    "core"
    "math launch"
    "random schedule gaussian metrics io"
    "parametrization denoiser timestep"
    "process"
    "sampler loss likelihood"
    "training"
    "adapters")
set(max_columns 100)
set(max_header_lines 300)

if(NOT DEFINED ROOT)
  get_filename_component(ROOT "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
endif()
set(number 0)
foreach(rooms IN LISTS levels)
  string(REPLACE " " ";" rooms "${rooms}")
  foreach(room IN LISTS rooms)
    set(level_of_${room} ${number})
  endforeach()
  math(EXPR number "${number} + 1")
endforeach()

set(problems)
macro(problem)
  string(CONCAT sentence ${ARGN})
  list(APPEND problems "${sentence}")
endmacro()

function(check_include file room other is_detail)
  if(other STREQUAL room)
    return()
  elseif(NOT DEFINED level_of_${other})
    problem("${file} includes <iddpm/${other}/...>: no such room")
  elseif(NOT level_of_${other} LESS level_of_${room})
    problem("${file} includes <iddpm/${other}/...>: an arrow from ${room} (level ${level_of_${room}})"
            " must go to a lower level, ${other} is on level ${level_of_${other}}")
  elseif(is_detail)
    problem("${file} includes the detail/ of ${other}: a room's privates are its own")
  endif()
  set(problems "${problems}" PARENT_SCOPE)
endfunction()

# Each header of each room: its arrows, its size, its mirrored test.
file(GLOB_RECURSE headers RELATIVE "${ROOT}/include/iddpm" "${ROOT}/include/iddpm/*.hpp")
foreach(header IN LISTS headers)
  set(file "include/iddpm/${header}")
  file(READ "${ROOT}/${file}" text)
  string(REGEX REPLACE "//[^\n]*" "" code "${text}")
  # Characters that CMake's lists give a meaning to.
  string(REPLACE ";" "@" code "${code}")
  string(REGEX REPLACE "[][]" "_" code "${code}")

  string(REGEX MATCHALL "\n" newlines "${code}")
  list(LENGTH newlines lines)
  if(lines GREATER max_header_lines)
    problem("${file} has ${lines} lines: does one file hold two ideas?")
  endif()
  if(code MATCHES "Kokkos::fence *\\(")
    problem("${file} calls Kokkos::fence(: fence the caller's exec, and only where the host reads")
  endif()
  string(REGEX MATCHALL "static_assert *\\([^@]*@" asserts "${code}")
  foreach(assert IN LISTS asserts)
    if(NOT assert MATCHES "\"")
      string(REGEX REPLACE "[ \n]+" " " assert "${assert}")
      problem("${file} has a static_assert without a sentence: ${assert}")
    endif()
  endforeach()

  if(NOT header MATCHES "^([^/]+)/")
    continue() # an umbrella
  endif()
  set(room ${CMAKE_MATCH_1})
  if(NOT DEFINED level_of_${room})
    problem("${file}: the room ${room} is not in the table of cmake/check_layers.cmake")
    continue()
  endif()
  string(REGEX MATCHALL "# *include +[<\"][^>\"]*" includes "${code}")
  foreach(include IN LISTS includes)
    if(include MATCHES "<iddpm/([^/]+)/(detail/)?")
      check_include("${file}" ${room} ${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
    elseif(include MATCHES "<iddpm/" AND NOT include STREQUAL "#include <iddpm/version.hpp")
      problem("${file} includes an umbrella: it must include what it uses")
    elseif(include MATCHES "\"")
      problem("${file} includes by a relative path: it must say <iddpm/...>")
    endif()
  endforeach()

  string(REGEX REPLACE "hpp$" "cpp" test "tests/${header}")
  if(NOT header MATCHES "/(concepts\\.hpp$|detail/)" AND NOT EXISTS "${ROOT}/${test}")
    problem("${file} has no test ${test}")
  endif()
endforeach()

file(GLOB_RECURSE sources RELATIVE "${ROOT}" "${ROOT}/include/*.hpp" "${ROOT}/tests/*.[ch]pp"
     "${ROOT}/examples/*.[ch]pp" "${ROOT}/benchmarks/*.[ch]pp")
math(EXPR columns "${max_columns} + 1")
string(REPEAT "." ${columns} wide)
foreach(file IN LISTS sources)
  file(STRINGS "${ROOT}/${file}" lines REGEX "${wide}" ENCODING UTF-8)
  if(lines)
    list(LENGTH lines count)
    problem("${file} has ${count} line(s) of more than ${max_columns} columns")
  endif()
endforeach()

list(LENGTH headers count)
if(problems)
  list(JOIN problems "\n  " problems)
  message(FATAL_ERROR "The house rules are broken:\n  ${problems}")
endif()
message(STATUS "${count} headers keep the house rules")
