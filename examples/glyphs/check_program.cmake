# SPDX-License-Identifier: MIT
# What a stranger does wrong gets one line on stderr, exit code 2 and no output folder; a signal
# ends the training, and what there is is written.
# cmake -D GLYPHS=program -D DATA=folder -D WORK=scratch -P check_program.cmake
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")

function(refused sentence)
  execute_process(COMMAND "${GLYPHS}" --quick --out "${WORK}/out" ${ARGN}
                  RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  string(REGEX MATCHALL "\n" lines "${err}")
  list(LENGTH lines lines)
  if(NOT code EQUAL 2 OR NOT err MATCHES "^glyphs: .*${sentence}" OR err MATCHES "^glyphs: glyphs:"
     OR NOT lines EQUAL 1)
    message(SEND_ERROR "glyphs ${ARGN}: expected code 2 and '${sentence}'; got ${code}: ${err}${out}")
  endif()
  if(EXISTS "${WORK}/out")
    message(SEND_ERROR "glyphs ${ARGN}: wrote something")
    file(REMOVE_RECURSE "${WORK}/out")
  endif()
endfunction()

# A copy of the data with one file replaced.
function(broken_data name)
  file(REMOVE_RECURSE "${WORK}/${name}")
  file(COPY "${DATA}/" DESTINATION "${WORK}/${name}")
endfunction()

refused("--data must be a folder" --data "${WORK}/nowhere")
broken_data(missing)
file(REMOVE "${WORK}/missing/test_labels.npy")
refused("test_labels.npy must" --data "${WORK}/missing")
broken_data(not_npy)
file(WRITE "${WORK}/not_npy/train_images.npy" "this is no npy file, whatever its name says")
refused("train_images.npy must" --data "${WORK}/not_npy")
broken_data(truncated)
execute_process(COMMAND head -c 3000 "${DATA}/train_labels.npy"
                OUTPUT_FILE "${WORK}/truncated/train_labels.npy")
refused("train_labels.npy must" --data "${WORK}/truncated")
broken_data(lengths)
file(COPY_FILE "${DATA}/test_labels.npy" "${WORK}/lengths/train_labels.npy")
refused("train_labels.npy must have one label per image .5250.. got 750" --data "${WORK}/lengths")
broken_data(rank)
file(COPY_FILE "${DATA}/train_labels.npy" "${WORK}/rank/train_images.npy")
refused("train_images.npy must have rank 4" --data "${WORK}/rank")
refused("no_run.safetensors must be a regular file" --data "${DATA}" --resume
        "${WORK}/no_run.safetensors")
refused("train_labels.npy must" --data "${DATA}" --resume "${DATA}/train_labels.npy")
file(WRITE "${WORK}/a_file" "in the way")
execute_process(COMMAND "${GLYPHS}" --quick --data "${DATA}" --out "${WORK}/a_file"
                RESULT_VARIABLE code ERROR_VARIABLE err)
if(NOT code EQUAL 2 OR NOT err MATCHES "^glyphs: .*--out .*a_file must be a folder")
  message(SEND_ERROR "an --out that is a file: ${code}: ${err}")
endif()
refused("--steps" --steps -3)
refused("--batch" --batch 0)
refused("--width" --width 1000000)
refused("--learning-rate" --learning-rate nan)
refused("--seconds" --seconds -1)
refused("--timesteps" --timesteps 1.5)
refused("--seed" --seed -7)
refused("--colour" --colour red)

# A run of another network, or of another seed.
execute_process(COMMAND "${GLYPHS}" --quick --steps 1 --data "${DATA}" --out "${WORK}/first"
                RESULT_VARIABLE code ERROR_VARIABLE err)
if(NOT code EQUAL 0)
  message(SEND_ERROR "a quick run: ${code}: ${err}")
endif()
set(first "${WORK}/first/checkpoint.safetensors")
refused("load_checkpoint: .* must hold parameters as F32 .*; got F32" --data "${DATA}" --width 32
        --resume "${first}")
refused("load_checkpoint: .* must say iddpm.seed = 7, as the trainer does; got 0" --data "${DATA}"
        --seed 7 --resume "${first}")

# A run that goes on and has no step left keeps its record; one that makes none keeps the checkpoint.
set(job "${GLYPHS}" --quick --data "${DATA}" --out "${WORK}/record" --steps 40)
set(checkpoint "${WORK}/record/checkpoint.safetensors")
execute_process(COMMAND ${job} RESULT_VARIABLE first OUTPUT_QUIET ERROR_QUIET)
file(READ "${WORK}/record/metrics.json" metrics)
string(JSON loss GET "${metrics}" loss)
string(JSON seconds GET "${metrics}" seconds training)
file(SHA256 "${checkpoint}" kept)
execute_process(COMMAND ${job} --resume "${checkpoint}" RESULT_VARIABLE again OUTPUT_QUIET ERROR_QUIET)
file(READ "${WORK}/record/metrics.json" metrics)
string(JSON loss_again GET "${metrics}" loss)
string(JSON seconds_again GET "${metrics}" seconds training)
if(first OR again OR NOT loss_again STREQUAL loss OR NOT seconds_again STREQUAL seconds OR loss EQUAL 0)
  message(SEND_ERROR "resumed at its end: loss ${loss_again}, ${seconds_again} s; it was ${loss}, "
                     "${seconds} s")
endif()
execute_process(COMMAND "${GLYPHS}" --quick --data "${DATA}" --out "${WORK}/record"
                        --steps 0 RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
file(SHA256 "${checkpoint}" got)
if(code OR NOT got STREQUAL kept)
  message(SEND_ERROR "a run without a step must leave the checkpoint: ${code}")
endif()

# nohup has HUP ignored, and it stays so.
execute_process(COMMAND timeout -s HUP 1 nohup "${GLYPHS}" --quick --seconds 2 --data "${DATA}"
                        --out "${WORK}/nohup" RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
file(READ "${WORK}/nohup/metrics.json" metrics)
if(NOT code EQUAL 124 OR NOT metrics MATCHES "\"interrupted\": false")
  message(SEND_ERROR "nohup: SIGHUP must be ignored; got ${code}: ${metrics}")
endif()

# timeout sends its signal to the program and to the program's process group: twice.
foreach(signal IN ITEMS INT TERM HUP)
  execute_process(COMMAND timeout -s ${signal} 4 "${GLYPHS}" --quick --seconds 600 --data "${DATA}"
                          --out "${WORK}/${signal}"
                  RESULT_VARIABLE code ERROR_VARIABLE err)
  set(metrics "")
  if(EXISTS "${WORK}/${signal}/metrics.json")
    file(READ "${WORK}/${signal}/metrics.json" metrics)
  endif()
  if(NOT code EQUAL 124 OR NOT metrics MATCHES "\"interrupted\": true")
    message(SEND_ERROR "SIG${signal}: expected an interrupted run; got ${code}: ${err}")
  endif()
  foreach(file IN ITEMS checkpoint.safetensors training.csv report.html)
    if(NOT EXISTS "${WORK}/${signal}/${file}")
      message(SEND_ERROR "SIG${signal}: ${file} is missing")
    endif()
  endforeach()
endforeach()
