# SPDX-License-Identifier: MIT
# Builds and runs tests/install/ in every way a project can use iddpm.
set(prefix "${CMAKE_CURRENT_BINARY_DIR}/install/prefix")
list(JOIN CMAKE_PREFIX_PATH ":" prefixes)
set(environment "OMP_PROC_BIND=false" "OMP_NUM_THREADS=2" "CMAKE_PREFIX_PATH=${prefix}:${prefixes}")
# A dependency that was named to this build by its own path is named to the stranger as well.
foreach(package IN LISTS iddpm_packages)
  cmake_path(IS_PREFIX IDDPM_DEPS_DIR "${${package}_DIR}" fetched)
  if(${package}_DIR AND NOT fetched)
    list(APPEND environment "${package}_DIR=${${package}_DIR}")
  endif()
endforeach()
set(options
    "-DIDDPM_SOURCE=${PROJECT_SOURCE_DIR}" "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
    "-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}" "-DIDDPM_DEPS_DIR=${IDDPM_DEPS_DIR}"
    "-DIDDPM_KOKKOS_BACKEND=${IDDPM_KOKKOS_BACKEND}")

add_test(NAME install COMMAND "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --prefix
                              "${prefix}")
set_tests_properties(install PROPERTIES FIXTURES_SETUP installed)

foreach(how IN ITEMS package subdirectory fetchcontent)
  set(build "${CMAKE_CURRENT_BINARY_DIR}/install/${how}")
  add_test(
    NAME install_${how}
    COMMAND
      "${CMAKE_CTEST_COMMAND}" --build-and-test "${CMAKE_CURRENT_SOURCE_DIR}/install" "${build}"
      --build-generator "${CMAKE_GENERATOR}" --build-options ${options} -DHOW=${how}
      --test-command "${build}/stranger")
  set_tests_properties(install_${how} PROPERTIES FIXTURES_REQUIRED installed
                                                 ENVIRONMENT "${environment}")
endforeach()

foreach(how IN ITEMS package subdirectory)
  add_test(NAME install_${how}_without_kokkos
           COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_SOURCE_DIR}/install" -B
                   "${CMAKE_CURRENT_BINARY_DIR}/install/${how}_without_kokkos" ${options} -DHOW=${how}
                   -DCMAKE_DISABLE_FIND_PACKAGE_Kokkos=ON)
  set_tests_properties(
    install_${how}_without_kokkos
    PROPERTIES FIXTURES_REQUIRED installed ENVIRONMENT "${environment}" PASS_REGULAR_EXPRESSION
               "iddpm needs[ \n]+Kokkos[ \n]+4.6[ \n]+or[ \n]+newer[^:]*:[ \n]+install")
endforeach()
