# SPDX-License-Identifier: MIT
# Every sentence of a static_assert in INCLUDE is one that a program of this folder is refused with.
# Not so where nothing that a user passes decides: the machine, an adapter's own arrays.
set(internal "float and double must be computed in their own precision"
             "two vectors hold [0-9]+ counters, the even and the odd ones"
             "safetensors files are little-endian, and nothing here swaps bytes"
             "a View has rank 0 to 8")
list(JOIN internal "|" internal)
file(GLOB sources "${CMAKE_CURRENT_LIST_DIR}/*.cpp")
set(refused)
foreach(source IN LISTS sources)
  file(STRINGS "${source}" lines REGEX "^// refused: ")
  list(APPEND refused ${lines})
endforeach()
list(TRANSFORM refused REPLACE "^// refused: " "")
file(GLOB_RECURSE headers "${INCLUDE}/*.hpp")
set(count 0)
foreach(header IN LISTS headers)
  file(READ "${header}" text)
  string(REPLACE ";" "," text "${text}") # no end of a list's element
  string(REGEX REPLACE "\"[ \n]+\"" "" text "${text}") # one literal on several lines
  string(REGEX MATCHALL "static_assert[(][^\"]*\"[^\"]*\"" asserts "${text}")
  foreach(assert IN LISTS asserts)
    string(REGEX REPLACE ".*\"([^\"]*)\"$" "\\1" sentence "${assert}")
    math(EXPR count "${count} + 1")
    if(sentence MATCHES "^(${internal})$")
      continue()
    endif()
    set(found FALSE)
    foreach(line IN LISTS refused)
      string(FIND "${sentence}" "${line}" at)
      if(at EQUAL 0)
        set(found TRUE)
      endif()
    endforeach()
    if(NOT found)
      message(SEND_ERROR "no program is refused with \"${sentence}\" of ${header}")
    endif()
  endforeach()
endforeach()
if(count LESS 70)
  message(SEND_ERROR "the headers have 70 sentences or more; got ${count}: the pattern is wrong")
endif()
message(STATUS "${count} sentences")
