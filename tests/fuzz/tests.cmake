# SPDX-License-Identifier: MIT
# Readers of bytes and text that others wrote. Each is a file of one function: fuzz/reader.hpp.
#   seeds, and a fixed number of inputs made from them: the tests fuzz_<reader>, in seconds
#   libFuzzer with address and undefined-behaviour sanitizers: `cmake --workflow --preset fuzz`
set(readers npy npy_header respacing row_log safetensors)
foreach(reader IN LISTS readers)
  add_executable(fuzz_${reader} fuzz/${reader}.cpp fuzz/driver.cpp)
  target_link_libraries(fuzz_${reader} PRIVATE iddpm::iddpm iddpm::io iddpm::checkpoint iddpm_strict)
  target_compile_options(fuzz_${reader} PRIVATE -O0)
  add_test(NAME fuzz_${reader}
           COMMAND fuzz_${reader} "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/seeds/${reader}" 4000)
endforeach()

option(IDDPM_FUZZ "The target `fuzz`: every reader under libFuzzer, which needs clang" OFF)
set(IDDPM_FUZZ_SECONDS 600 CACHE STRING "How long the target `fuzz` runs each reader")
if(NOT IDDPM_FUZZ)
  return()
endif()
find_program(IDDPM_CLANG NAMES clang++ clang++-21 clang++-20 clang++-19 clang++-18 clang++-17
                               clang++-16 clang++-15 clang++-14 REQUIRED)
set(folders "$<TARGET_PROPERTY:fuzz_npy,INCLUDE_DIRECTORIES>")
set(folders "$<FILTER:${folders},EXCLUDE,^/usr/include/?$>")
add_custom_target(fuzz)
foreach(reader IN LISTS readers)
  # Nothing of Kokkos is called, so nothing of it is linked.
  set(program "${CMAKE_CURRENT_BINARY_DIR}/libfuzzer_${reader}")
  add_custom_command(
    OUTPUT "${program}"
    DEPENDS fuzz/${reader}.cpp fuzz/reader.hpp ${headers}
    COMMAND
      "${IDDPM_CLANG}" -std=c++20 -O1 -g -fno-omit-frame-pointer
      -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -isystem
      "${CMAKE_CURRENT_SOURCE_DIR}/hash/without_openmp" -D_OPENMP=201511 -isystem
      "$<JOIN:${folders},;-isystem;>" "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/${reader}.cpp" -o
      "${program}"
    COMMENT "Compiling libfuzzer_${reader}"
    VERBATIM COMMAND_EXPAND_LISTS)
  set(corpus "${CMAKE_CURRENT_BINARY_DIR}/fuzz/${reader}")
  add_custom_target(
    fuzz_run_${reader}
    DEPENDS "${program}"
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${corpus}"
    COMMAND
      "${program}" -max_total_time=${IDDPM_FUZZ_SECONDS} -max_len=4096 -timeout=10
      -rss_limit_mb=1024 -malloc_limit_mb=64 -print_final_stats=1
      "-dict=${CMAKE_CURRENT_SOURCE_DIR}/fuzz/words.dict" "-artifact_prefix=${corpus}_" "${corpus}"
      "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/seeds/${reader}"
    COMMENT "Fuzzing ${reader} for ${IDDPM_FUZZ_SECONDS} s"
    USES_TERMINAL VERBATIM)
  add_dependencies(fuzz fuzz_run_${reader})
endforeach()
