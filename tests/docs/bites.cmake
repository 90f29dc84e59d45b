# SPDX-License-Identifier: MIT
# cmake -DFOLDER=<scratch> -DCXX=<compiler> -P bites.cmake
# The checks of the pages see what is wrong: each wrong page here is refused with its sentence, and
# a right one is not.
cmake_minimum_required(VERSION 3.25)
if(PAGE)
  include("${CMAKE_CURRENT_LIST_DIR}/blocks.cmake")
  iddpm_doc_blocks("${FOLDER}" programs "${PAGE}")
  message("programs: ${programs}")
  return()
endif()

file(REMOVE_RECURSE "${FOLDER}")
set(page "${FOLDER}/page.md")
set(start "# A page\n\n")
set(main "int main(int argc, char** argv) {\n")
set(right "```cpp\n${main}  std::printf(\"1;2 [3]\\n\");\n}\n```\n\n```text\n1;2 [3]\n```\n")

# Extracts a page; what comes of it must match.
function(expect text pattern)
  file(WRITE "${page}" "${start}${text}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" "-DFOLDER=${FOLDER}" "-DPAGE=${page}" -P "${CMAKE_SCRIPT_MODE_FILE}"
    ERROR_VARIABLE said OUTPUT_VARIABLE said)
  string(REGEX REPLACE "[ \n]+" " " said "${said}")
  if(NOT said MATCHES "${pattern}")
    message(SEND_ERROR "for the page\n${text}\nexpected '${pattern}', got\n${said}")
  endif()
endfunction()

expect("```cpp\nint x;\n```\n" "page.md:3: a block without int main.* must say .* a part of")
expect("<!-- cpp: not compiled -->\n```cpp\nint x;\n```\n" "page.md:4: .* must say why")
expect("<!-- cpp: in nowhere -->\n```cpp\nint x;\n```\n" "page.md:4: there is no .*nowhere.cpp")
expect("```\nint x;\n```\n" "page.md:3: a block must name its language")
expect("```cpp\n${main}}\n" "page.md:3: the block does not end")
expect("<!-- cpp: not compiled: it is too old -->\n```cpp\nint x;\n```\n" "programs: \$")
expect("${right}" "programs: page_1")

# Compiles what the last page became; the compiler's words must match, and name the page's line.
function(expect_compiler pattern)
  execute_process(COMMAND "${CXX}" -std=c++20 -fsyntax-only "${FOLDER}/blocks.cpp"
                  ERROR_VARIABLE said OUTPUT_VARIABLE said RESULT_VARIABLE failed)
  if(NOT "${failed} ${said}" MATCHES "${pattern}")
    message(SEND_ERROR "expected '${pattern}' of the compiler, got\n${failed} ${said}")
  endif()
endfunction()
expect_compiler("^0 ")
expect("```cpp\n${main}  int right = 0;\n  int wrong = nothing;\n}\n```\n" "programs: page_1")
expect_compiler("^1 .*page.md:6:.*nothing")

# Runs a program that prints 1; the check of its output must say so.
function(expect_output printed pattern)
  file(WRITE "${FOLDER}/printed.txt" "${printed}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" "-DPRINTS=${FOLDER}/printed.txt" -P
            "${CMAKE_CURRENT_LIST_DIR}/../../cmake/check_output.cmake" -- ${ARGN}
    ERROR_VARIABLE said OUTPUT_VARIABLE said RESULT_VARIABLE failed)
  if(NOT "${failed} ${said}" MATCHES "${pattern}")
    message(SEND_ERROR "expected '${pattern}' of check_output.cmake, got\n${failed} ${said}")
  endif()
endfunction()
expect_output("1\n" "^0 " "${CMAKE_COMMAND}" -E echo 1)
expect_output("2\n" "^1 .*should have printed" "${CMAKE_COMMAND}" -E echo 1)
expect_output("~7\n" "^0 " "${CMAKE_COMMAND}" -E echo 1)
expect_output("~7\n" "^1 .*should have printed" "${CMAKE_COMMAND}" -E echo "1 2")
expect_output("a.c\n" "^1 .*should have printed" "${CMAKE_COMMAND}" -E echo abc)
expect_output("" "^1 .*ended with" "${CMAKE_COMMAND}" -E false)
