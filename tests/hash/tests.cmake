# SPDX-License-Identifier: MIT
# The bits of noise and of sampling runs, from one source built in several ways: as everything else
# here, and by options and another compiler that would change them if they could be changed.
function(iddpm_add_hash_test name threads)
  add_test(NAME ${name} COMMAND ${ARGN})
  set_tests_properties(
    ${name}
    PROPERTIES ENVIRONMENT
               "OMP_PROC_BIND=false;OMP_NUM_THREADS=${threads};KOKKOS_NUM_THREADS=${threads}"
               PROCESSORS ${threads} SKIP_RETURN_CODE 77)
endfunction()

# One more build of the program, with these options after the preset's.
function(iddpm_add_hash name)
  add_executable(test_${name} hash/main.cpp)
  target_link_libraries(test_${name} PRIVATE iddpm::iddpm)
  target_compile_options(test_${name} PRIVATE -UIDDPM_NO_AVX512 ${ARGN})
  iddpm_add_hash_test(${name} 1 test_${name})
endfunction()

# One by another compiler, linked by ours. Its own OpenMP runtime would be a second one, so it
# compiles no pragma, and the program has one thread.
function(iddpm_add_hash_by compiler name)
  set(object "${CMAKE_CURRENT_BINARY_DIR}/${name}.o")
  # Named as one of ours, the system's own folder would be searched too early.
  set(folders "$<FILTER:$<TARGET_PROPERTY:test_hash,INCLUDE_DIRECTORIES>,EXCLUDE,^/usr/include/?$>")
  add_custom_command(
    OUTPUT "${object}"
    DEPENDS hash/main.cpp
    DEPFILE "${object}.d"
    COMMAND
      "${compiler}" -std=c++20 ${ARGN} -isystem "${CMAKE_CURRENT_SOURCE_DIR}/hash/without_openmp"
      -D_OPENMP=201511 -isystem "$<JOIN:${folders},;-isystem;>" -MD -MF "${object}.d" -c
      "${CMAKE_CURRENT_SOURCE_DIR}/hash/main.cpp" -o "${object}"
    COMMENT "Compiling ${name} by ${compiler}"
    VERBATIM COMMAND_EXPAND_LISTS)
  add_executable(test_${name} "${object}")
  set_target_properties(test_${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_link_libraries(test_${name} PRIVATE iddpm::iddpm)
  iddpm_add_hash_test(${name} 1 test_${name})
endfunction()

iddpm_add_hash(hash -O2)
target_link_libraries(test_hash PRIVATE iddpm_strict)
iddpm_add_hash_test(hash_two_threads 2 test_hash)
iddpm_add_hash_test(hash_three_threads 3 test_hash)

# What a processor without AVX-512, or without AVX2, does.
if(NOT on_device)
  list(APPEND sets avx512)
endif()
foreach(set IN LISTS sets)
  iddpm_add_hash_test(hash_on_${set} 2 test_hash)
  iddpm_on_instruction_set(hash_on_${set} ${set})
endforeach()

# Compilers for devices are slow, and sanitizers know their own options.
if(NOT CMAKE_CXX_COMPILER MATCHES "[+][+][^/]*$" OR on_device
   OR CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  return()
endif()
option(IDDPM_TEST_MORE_HASHES "Build the hash program in five more ways" OFF)
iddpm_add_hash(hash_O0 -O0)
iddpm_add_hash(hash_O3_native -O3 -march=native -ffp-contract=fast)
if(IDDPM_TEST_MORE_HASHES)
  iddpm_add_hash(hash_O3 -O3)
  iddpm_add_hash(hash_native_no_contraction -O2 -march=native -ffp-contract=off)
  iddpm_add_hash(hash_unrolled -O3 -funroll-loops -fno-trapping-math -fno-math-errno)
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  find_program(IDDPM_CLANG NAMES clang++ clang++-21 clang++-20 clang++-19 clang++-18 clang++-17
                                 clang++-16 clang++-15 clang++-14)
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/clang.cpp" CONTENT
       "#include <concepts>\nstatic_assert(__clang_major__ >= 14);\n")
  set(status missing)
  if(IDDPM_CLANG)
    execute_process(
      COMMAND "${IDDPM_CLANG}" -std=c++20 -march=native -fsyntax-only
              "${CMAKE_CURRENT_BINARY_DIR}/clang.cpp"
      RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(status STREQUAL "0")
    if(IDDPM_TEST_MORE_HASHES)
      iddpm_add_hash_by("${IDDPM_CLANG}" hash_clang_O0 -O0)
      iddpm_add_hash_by("${IDDPM_CLANG}" hash_clang_O3 -O3)
    endif()
    iddpm_add_hash_by("${IDDPM_CLANG}" hash_clang_O3_native -O3 -march=native -ffp-contract=fast)
  else()
    add_test(NAME hash_clang COMMAND "${CMAKE_COMMAND}" -E echo
                                     "skipped: no clang++ 14 or newer that compiles C++20")
    set_tests_properties(hash_clang PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
  endif()
endif()
