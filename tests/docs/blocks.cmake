# SPDX-License-Identifier: MIT
# Takes the C++ out of Markdown pages: iddpm_doc_blocks(<folder> <result> page...).
#
# - A ```cpp block with `int main(int argc, char** argv) {` is a whole program.
# - Any other ```cpp block is a part of one, and the line before it says of which:
#   <!-- cpp: in sampling --> puts it where around/sampling.cpp says #include "block".
# - <!-- cpp: not compiled: REASON --> leaves a block out.
# - A ```text block is what the ```cpp block before it prints, to the letter. On a page without C++
#   it is text.
# - Every block names its language.
#
# All programs become one source, <folder>/blocks.cpp, a namespace for each; beside it <name>.txt
# has what the program <name> prints, if the page says so. Sets ${result} to the names.

set(iddpm_doc_languages cpp sh text python)

# Sets ${result} to what is wrapped around a part, from around/<name>.cpp.
function(iddpm_doc_wrap where name body result)
  set(file "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/around/${name}.cpp")
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "${where}: there is no tests/docs/around/${name}.cpp")
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" around)
  string(REPLACE "#include \"block\"\n" "${body}" text "${around}")
  if(text STREQUAL around)
    message(FATAL_ERROR "tests/docs/around/${name}.cpp: the line #include \"block\" is missing")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Sets ${result} to the program of a block, or to nothing where it is not compiled.
function(iddpm_doc_program where before body line page result)
  set(text "#line ${line} \"${page}\"\n${body}")
  string(FIND "${text}" "\nint main(int argc, char** argv) {\n" main)
  if(before MATCHES "\n<!-- cpp: not compiled(.*) -->\n$")
    if(NOT CMAKE_MATCH_1 MATCHES "^: [^ ]")
      message(FATAL_ERROR "${where}: a block that is not compiled must say why: not compiled: ...")
    endif()
    set(text "")
  elseif(before MATCHES "\n<!-- cpp: in ([a-z_]+) -->\n$")
    iddpm_doc_wrap("${where}" "${CMAKE_MATCH_1}" "${text}" text)
  elseif(main EQUAL -1)
    message(FATAL_ERROR "${where}: a block without int main(int argc, char** argv) must say in the "
                        "line before it what it is a part of: <!-- cpp: in ... -->")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# Adds the blocks of a page to the caller's `names`, `includes` and `source`.
function(iddpm_doc_page file)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  cmake_path(GET file FILENAME page)
  cmake_path(GET file STEM stem)
  string(MAKE_C_IDENTIFIER "${stem}" stem)
  file(READ "${file}" rest)
  string(PREPEND rest "\n") # so that every line begins behind a newline
  set(line 0)
  set(number 0)
  set(last "")
  while(TRUE)
    string(FIND "${rest}" "\n```" at)
    if(at EQUAL -1)
      break()
    endif()
    math(EXPR at "${at} + 1")
    string(SUBSTRING "${rest}" 0 ${at} before)
    string(SUBSTRING "${rest}" ${at} -1 rest)
    string(FIND "${rest}" "\n" at)
    string(SUBSTRING "${rest}" 3 ${at} language)
    string(REGEX REPLACE "[`\n].*" "" language "${language}")
    string(SUBSTRING "${rest}" ${at} -1 rest)
    string(FIND "${rest}" "\n```\n" end)
    string(REGEX MATCHALL "\n" newlines "${before}")
    list(LENGTH newlines lines)
    math(EXPR line "${line} + ${lines}")
    set(where "${page}:${line}")
    if(NOT language IN_LIST iddpm_doc_languages)
      message(FATAL_ERROR "${where}: a block must name its language, one of "
                          "${iddpm_doc_languages}; got '${language}'")
    elseif(end EQUAL -1)
      message(FATAL_ERROR "${where}: the block does not end")
    endif()
    math(EXPR end "${end} + 1")
    string(SUBSTRING "${rest}" 0 ${end} body)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    string(SUBSTRING "${rest}" 3 -1 rest)
    math(EXPR first "${line} + 1")
    string(REGEX MATCHALL "\n" newlines "${body}")
    list(LENGTH newlines lines)
    math(EXPR line "${line} + ${lines}")

    if(language STREQUAL "cpp")
      math(EXPR number "${number} + 1")
      string(SUBSTRING "${body}" 1 -1 code)
      iddpm_doc_program("${where}" "${before}" "${code}" ${first} "${page}" code)
      set(last "${stem}_${number}")
      if(code)
        list(APPEND names ${last})
        string(REGEX MATCHALL "\n#include [^\n]+" found "\n${code}")
        list(APPEND includes ${found})
        string(REGEX REPLACE "#include [^\n]+" "" code "${code}")
        string(REPLACE "\nint main(int argc, char** argv) {\n"
                       "\nvoid program([[maybe_unused]] int argc, [[maybe_unused]] char** argv) {\n"
                       code "${code}")
        string(APPEND source "\nnamespace ${last} {\n${code}}  // namespace ${last}\n")
      endif()
    elseif(language STREQUAL "text" AND last)
      string(SUBSTRING "${body}" 1 -1 body)
      file(CONFIGURE OUTPUT "${folder}/${last}.txt" CONTENT "${body}" @ONLY)
    endif()
  endwhile()
  set(names "${names}" PARENT_SCOPE)
  set(includes "${includes}" PARENT_SCOPE)
  set(source "${source}" PARENT_SCOPE)
endfunction()

function(iddpm_doc_blocks folder result)
  file(GLOB printed "${folder}/*.txt")
  if(printed)
    file(REMOVE ${printed})
  endif()
  set(names)
  set(includes)
  set(source)
  foreach(file IN LISTS ARGN)
    iddpm_doc_page("${file}")
  endforeach()
  foreach(header IN ITEMS cstdio exception map string)
    list(APPEND includes "\n#include <${header}>")
  endforeach()
  list(REMOVE_DUPLICATES includes)
  list(SORT includes)
  list(JOIN includes "" includes)
  set(table)
  foreach(name IN LISTS names)
    string(APPEND table "      {\"${name}\", ${name}::program},\n")
  endforeach()
  string(CONCAT text
"// SPDX-License-Identifier: MIT
// Made from the pages by tests/docs/blocks.cmake.${includes}
${source}
#line 1 \"the end of blocks.cpp\"
int main(int argc, char** argv) {
  const std::map<std::string, void (*)(int, char**)> programs{
${table}  };
  try {
    programs.at(argc > 1 ? argv[1] : \"\")(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, \"%s\\n\", error.what());
    return 1;
  }
}
")
  file(CONFIGURE OUTPUT "${folder}/blocks.cpp" CONTENT "${text}" @ONLY)
  set(${result} "${names}" PARENT_SCOPE)
endfunction()
