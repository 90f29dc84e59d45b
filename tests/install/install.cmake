# SPDX-License-Identifier: MIT
# Installs a copy of the tree SOURCE into PREFIX and deletes the copy, so that a package that leans
# on its source or build folder is found out; OPTIONS configure it. Leaves another copy as a git
# repository in CLONE, if GIT names a git.
cmake_minimum_required(VERSION 3.25)
cmake_path(GET PREFIX PARENT_PATH folder)
set(copy "${folder}/copy")
file(REMOVE_RECURSE "${PREFIX}" "${copy}" "${CLONE}")
foreach(entry IN ITEMS CMakeLists.txt LICENSE cmake include)
  file(COPY "${SOURCE}/${entry}" DESTINATION "${copy}")
  file(COPY "${SOURCE}/${entry}" DESTINATION "${CLONE}")
endforeach()

set(ENV{CMAKE_INSTALL_MODE}) # a user's habit of links would lean on the copy
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${copy}" -B "${copy}/build" ${OPTIONS} -DIDDPM_FETCH_DEPS=OFF
          -DIDDPM_BUILD_TESTS=OFF -DIDDPM_BUILD_EXAMPLES=OFF COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${copy}/build" --prefix "${PREFIX}"
                COMMAND_ERROR_IS_FATAL ANY)
file(REMOVE_RECURSE "${copy}")

if(GIT)
  # Where a hook of git runs the tests, these name the repository of the hook.
  unset(ENV{GIT_DIR})
  unset(ENV{GIT_WORK_TREE})
  unset(ENV{GIT_INDEX_FILE})
  set(git "${GIT}" -c user.name=iddpm -c user.email=iddpm -c init.defaultBranch=main
          -c commit.gpgSign=false -c core.hooksPath=/dev/null)
  foreach(step IN ITEMS "init;-q" "add;." "commit;-q;-m;a copy")
    execute_process(COMMAND ${git} ${step} WORKING_DIRECTORY "${CLONE}" COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
