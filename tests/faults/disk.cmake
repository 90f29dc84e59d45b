# SPDX-License-Identifier: MIT
# A disk that is full (a limit on files, which the system answers alike) and a folder that cannot be
# written: one sentence, and what was there is as it was.
# cmake -D GLYPHS=program -D DATA=folder -D WORK=scratch -P disk.cmake
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
set(job "${GLYPHS}" --quick --data "${DATA}")
execute_process(COMMAND ${job} --steps 4 --out "${WORK}/out" COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET
                ERROR_QUIET)
file(GLOB before "${WORK}/out/*")
file(SHA256 "${WORK}/out/checkpoint.safetensors" checkpoint)

# In units of 512 bytes: less than a checkpoint, which has 1.8 MB.
execute_process(
  COMMAND sh -c "trap '' XFSZ; ulimit -f 2000; exec \"$@\"" sh ${job} --steps 9 --resume
          "${WORK}/out/checkpoint.safetensors" --out "${WORK}/out"
  RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE sentence)
string(REGEX MATCH "glyphs: [^\n]*\n$" said "${sentence}")
if(NOT code EQUAL 2 OR NOT said MATCHES
   "^glyphs: save_checkpoint: .*checkpoint.safetensors must be writable; got File too large")
  message(FATAL_ERROR "a full disk must be a sentence; got ${code}: ${sentence}")
endif()
file(GLOB after "${WORK}/out/*")
file(SHA256 "${WORK}/out/checkpoint.safetensors" got)
if(NOT after STREQUAL before OR NOT got STREQUAL checkpoint)
  message(FATAL_ERROR "a full disk must change nothing; got ${after}")
endif()

# No user may write there.
foreach(folder IN ITEMS /proc/iddpm /proc)
  if(NOT IS_DIRECTORY /proc)
    message(STATUS "skipped: there is no /proc")
    break()
  endif()
  execute_process(COMMAND ${job} --steps 4 --out ${folder} RESULT_VARIABLE code OUTPUT_QUIET
                  ERROR_VARIABLE sentence)
  if(NOT code EQUAL 2 OR NOT sentence MATCHES "^glyphs: [^\n]*${folder}[^\n]* must [^\n]*\n$")
    message(FATAL_ERROR "a folder that cannot be written must be a sentence; got ${sentence}")
  endif()
endforeach()
