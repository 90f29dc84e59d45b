# SPDX-License-Identifier: MIT
# Kills the main job at 50 random moments. After each it goes on from its last checkpoint, which must
# be readable, and at the end has the bits of a run that was left alone.
# cmake -D GLYPHS=program -D DATA=folder -D WORK=scratch -D SEED=number -P kill.cmake
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(job "${GLYPHS}" --quick --data "${DATA}" --steps 300 --checkpoint-every 2)
execute_process(COMMAND ${job} --out "${WORK}/alone" COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET
                ERROR_QUIET)
file(SHA256 "${WORK}/alone/checkpoint.safetensors" expected)

# Sets ${result} to the options that let the job go on from what is in a folder.
function(resume file result)
  set(${result} PARENT_SCOPE)
  if(EXISTS "${file}")
    set(${result} --resume "${file}" PARENT_SCOPE)
  endif()
endfunction()

set(out "${WORK}/killed")
set(kills 0)
set(resumed 0)
set(finished 0)
string(RANDOM LENGTH 1 ALPHABET 0 RANDOM_SEED ${SEED} unused)
while(kills LESS 50)
  string(RANDOM LENGTH 3 ALPHABET 0123456789 thousandths)
  resume("${out}/checkpoint.safetensors" options)
  execute_process(COMMAND ${job} --out "${out}" ${options} TIMEOUT 0.${thousandths}
                  RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE sentence)
  if(options)
    math(EXPR resumed "${resumed} + 1")
  endif()
  if(code MATCHES "timeout")
    math(EXPR kills "${kills} + 1")
    continue()
  endif()
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "seed ${SEED}, after ${kills} kills: the job must go on; got ${sentence}")
  endif()
  math(EXPR finished "${finished} + 1")
  file(SHA256 "${out}/checkpoint.safetensors" got)
  if(NOT got STREQUAL expected)
    message(FATAL_ERROR "seed ${SEED}, after ${kills} kills: the run must end with its bits")
  endif()
  file(REMOVE_RECURSE "${out}") # begin anew
endwhile()
if(resumed LESS 10)
  message(FATAL_ERROR "seed ${SEED}: of 50 runs 10 must go on from a checkpoint; got ${resumed}")
endif()

# From both files to the end.
foreach(file IN ITEMS checkpoint checkpoint.previous)
  resume("${out}/${file}.safetensors" options)
  execute_process(COMMAND ${job} --out "${WORK}/${file}" ${options} COMMAND_ERROR_IS_FATAL ANY
                  OUTPUT_QUIET ERROR_QUIET)
  file(SHA256 "${WORK}/${file}/checkpoint.safetensors" got)
  if(NOT got STREQUAL expected)
    message(FATAL_ERROR "seed ${SEED}: the run from ${file} must end with its bits")
  endif()
endforeach()
file(GLOB parts "${WORK}/*/*.part*")
list(FILTER parts EXCLUDE REGEX "^${out}/") # what was killed last
if(parts)
  message(FATAL_ERROR "seed ${SEED}: nothing half written may stay; got ${parts}")
endif()
message(STATUS "50 kills, ${resumed} runs that went on, ${finished} that ended meanwhile")
