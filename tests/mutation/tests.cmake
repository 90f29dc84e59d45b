# SPDX-License-Identifier: MIT
# For tests/mutation/run.py alone: the tests of formulas, one program for each file, so that a
# changed header costs only those that mirror it. None has a kernel that takes long to compile.
option(IDDPM_TEST_MUTANTS "Programs for the mutation check, in its copy of the tree" OFF)
if(NOT IDDPM_TEST_MUTANTS)
  return()
endif()
file(GLOB formula_sources RELATIVE "${CMAKE_CURRENT_SOURCE_DIR}" math/*.cpp schedule/*.cpp
     gaussian/*.cpp gaussian/decoder/*.cpp parametrization/mean/*.cpp parametrization/variance/*.cpp
     parametrization/denoised/*.cpp formulas/*.cpp metrics/*.cpp)
list(APPEND formula_sources process/times.cpp process/network_timesteps.cpp random/philox.cpp
     random/uniform.cpp random/noise_stream.cpp random/normal.cpp sampler/path.cpp
     timestep/uniform.cpp timestep/loss_second_moment.cpp training/adamw.cpp
     training/clip_gradient.cpp training/ema.cpp training/learning_rate.cpp)
foreach(source IN LISTS formula_sources)
  string(REGEX REPLACE "\\.cpp$" "" name "${source}")
  string(REPLACE "/" "_" name "formula_${name}")
  add_executable(${name} EXCLUDE_FROM_ALL ${source})
  target_link_libraries(${name} PRIVATE iddpm_test_main)
  target_precompile_headers(${name} REUSE_FROM iddpm_test_main)
endforeach()
