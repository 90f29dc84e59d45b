# SPDX-License-Identifier: MIT
# What does the library cost to compile? Alternates the sources beside this file, compiled at -O2 as
# the build compiles main.cpp, prints the medians and writes compile_time.json.
#   cmake -D BUILD=build/bench [-D REPETITIONS=5] [-D LAUNCHER="..."] -P measure.cmake
cmake_minimum_required(VERSION 3.25)
if(NOT REPETITIONS)
  set(REPETITIONS 5)
endif()
set(sources kokkos iddpm one_process two_processes)
set(kokkos_is "Kokkos_Core.hpp alone")
set(iddpm_is "iddpm/iddpm.hpp")
set(one_process_is "+ one process: p_sample, training_losses")
set(two_processes_is "+ a second process")

# The compiler and its options: the command of main.cpp without its source, output and level.
file(READ "${BUILD}/compile_commands.json" commands)
string(JSON count LENGTH "${commands}")
math(EXPR last "${count} - 1")
foreach(i RANGE ${last})
  string(JSON file GET "${commands}" ${i} file)
  if(file MATCHES "benchmarks/main.cpp$")
    string(JSON command GET "${commands}" ${i} command)
  endif()
endforeach()
if(NOT command)
  message(FATAL_ERROR "${BUILD}/compile_commands.json must have benchmarks/main.cpp: "
                      "configure with -DIDDPM_BUILD_BENCHMARKS=ON -DCMAKE_EXPORT_COMPILE_COMMANDS=ON")
endif()
separate_arguments(command UNIX_COMMAND "${command}")
list(FIND command "-o" at)
list(SUBLIST command 0 ${at} command)
list(FILTER command EXCLUDE REGEX "^-O")
list(GET command 0 compiler)
separate_arguments(launcher UNIX_COMMAND "${LAUNCHER}")
list(PREPEND command ${launcher})
set(work "${BUILD}/compile_time")
file(MAKE_DIRECTORY "${work}")

execute_process(COMMAND ${command} -M "${CMAKE_CURRENT_LIST_DIR}/iddpm.cpp" OUTPUT_VARIABLE read
                COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "/Eigen/" eigen "${read}")
list(LENGTH eigen eigen)

foreach(turn RANGE 1 ${REPETITIONS})
  foreach(source IN LISTS sources)
    string(TIMESTAMP begin "%s%f")
    execute_process(COMMAND ${command} -O2 -o "${work}/${source}.o" -c
                            "${CMAKE_CURRENT_LIST_DIR}/${source}.cpp" COMMAND_ERROR_IS_FATAL ANY)
    string(TIMESTAMP end "%s%f")
    math(EXPR milliseconds "(${end} - ${begin}) / 1000")
    list(APPEND ${source}_ms ${milliseconds})
  endforeach()
endforeach()

# Sets ${result} to a / b with two decimals.
function(ratio result a b)
  math(EXPR hundredths "(100 * ${a} + ${b} / 2) / ${b}")
  math(EXPR whole "${hundredths} / 100")
  math(EXPR rest "${hundredths} % 100 + 100")
  string(SUBSTRING "${rest}" 1 2 rest)
  set(${result} "${whole}.${rest}" PARENT_SCOPE)
endfunction()

set(rows)
message("Compile time at -O2, medians of ${REPETITIONS} alternations (${compiler}):")
math(EXPR middle "(${REPETITIONS} - 1) / 2")
foreach(source IN LISTS sources)
  list(SORT ${source}_ms COMPARE NATURAL)
  list(GET ${source}_ms ${middle} median)
  list(GET kokkos_ms ${middle} kokkos)
  ratio(seconds ${median} 1000)
  ratio(times ${median} ${kokkos})
  message("  ${seconds} s  ${times} x  ${${source}_is}")
  list(APPEND rows "{\"what\": \"${${source}_is}\", \"median_ms\": ${median}}")
endforeach()
message("  Eigen's headers that iddpm/iddpm.hpp reads: ${eigen}")
list(JOIN rows ",\n  " rows)
file(WRITE "${BUILD}/compile_time.part"
     "{\"compiler\": \"${compiler}\", \"repetitions\": ${REPETITIONS}, \"eigen_headers\": ${eigen},
 \"sources\": [\n  ${rows}]}\n")
file(RENAME "${BUILD}/compile_time.part" "${BUILD}/compile_time.json")
