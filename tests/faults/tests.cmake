# SPDX-License-Identifier: MIT
# The main job, killed and out of disk.
if(NOT TARGET glyphs)
  return()
endif()
foreach(fault IN ITEMS kill disk)
  add_test(NAME faults_${fault}
           COMMAND "${CMAKE_COMMAND}" -D "GLYPHS=$<TARGET_FILE:glyphs>" -D
                   "DATA=${PROJECT_SOURCE_DIR}/examples/glyphs/data" -D
                   "WORK=${CMAKE_CURRENT_BINARY_DIR}/faults/${fault}" -D SEED=1 -P
                   "${CMAKE_CURRENT_SOURCE_DIR}/faults/${fault}.cmake")
  set_tests_properties(
    faults_${fault} PROPERTIES ENVIRONMENT "OMP_PROC_BIND=false;OMP_NUM_THREADS=2" PROCESSORS 2
                               TIMEOUT 900)
endforeach()
