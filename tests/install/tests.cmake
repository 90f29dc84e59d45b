# SPDX-License-Identifier: MIT
# Builds and runs tests/install/ in every way a project can use iddpm.
set(IDDPM_TEST_KOKKOS "" CACHE PATH "One more installed Kokkos that tests/install/ is built with")
set(install "${CMAKE_CURRENT_BINARY_DIR}/install")
set(prefix "${install}/prefix")
list(JOIN CMAKE_PREFIX_PATH ":" prefixes)
set(environment "OMP_PROC_BIND=false" "OMP_NUM_THREADS=2")
# A dependency that was named to this build by its own path is named to the stranger as well.
foreach(package IN LISTS iddpm_packages)
  cmake_path(IS_PREFIX IDDPM_DEPS_DIR "${${package}_DIR}" fetched)
  if(${package}_DIR AND NOT fetched)
    list(APPEND environment "${package}_DIR=${${package}_DIR}")
  endif()
endforeach()
set(options "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" "-DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS}"
            "-DIDDPM_DEPS_DIR=${IDDPM_DEPS_DIR}" "-DIDDPM_KOKKOS_BACKEND=${IDDPM_KOKKOS_BACKEND}"
            "-DIDDPM_AVX512=${IDDPM_AVX512}" "-DIDDPM_CHECK_VALUES=${IDDPM_CHECK_VALUES}")

# The prefix, from a copy of the tree that is gone when the strangers come; and a git repository.
find_package(Git QUIET)
add_test(NAME install
         COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DPREFIX=${prefix}"
                 "-DCLONE=${install}/clone" "-DGIT=${GIT_EXECUTABLE}" "-DOPTIONS=${options}" -P
                 "${CMAKE_CURRENT_SOURCE_DIR}/install/install.cmake")
set_tests_properties(
  install PROPERTIES FIXTURES_SETUP installed
                     ENVIRONMENT "${environment};CMAKE_PREFIX_PATH=${prefixes}")
add_test(NAME install_layout
         COMMAND "${CMAKE_COMMAND}" "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DPREFIX=${prefix}"
                 "-DCOPY=${install}/copy" -P "${CMAKE_CURRENT_SOURCE_DIR}/install/layout.cmake")
set_tests_properties(install_layout PROPERTIES FIXTURES_REQUIRED installed)

function(iddpm_skip_install name reason)
  add_test(NAME ${name} COMMAND "${CMAKE_COMMAND}" -E echo "skipped: ${reason}")
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()

# iddpm_add_stranger(name prefix-path option...)
function(iddpm_add_stranger name path)
  add_test(
    NAME ${name}
    COMMAND
      "${CMAKE_CTEST_COMMAND}" --build-and-test "${CMAKE_CURRENT_SOURCE_DIR}/install"
      "${install}/${name}" --build-generator "${CMAKE_GENERATOR}" --build-options ${options}
      "-DIDDPM_SOURCE=${PROJECT_SOURCE_DIR}" "-DIDDPM_CLONE=${install}/clone"
      -DEXPECTED_VERSION=${PROJECT_VERSION} ${ARGN}
      --test-command "${install}/${name}/stranger")
  set_tests_properties(${name} PROPERTIES FIXTURES_REQUIRED installed
                                          ENVIRONMENT "${environment};CMAKE_PREFIX_PATH=${path}")
endfunction()
iddpm_add_stranger(install_package "${prefix}:${prefixes}" -DHOW=package -DWITH_EVERYTHING=ON)
set_tests_properties(install_package PROPERTIES FIXTURES_SETUP everything)
iddpm_add_stranger(install_subdirectory "${prefixes}" -DHOW=subdirectory)
set_tests_properties(install_subdirectory PROPERTIES FIXTURES_SETUP subdirectory)
add_test(NAME install_subdirectory_installs_nothing
         COMMAND "${CMAKE_COMMAND}" --install "${install}/install_subdirectory" --prefix
                 "${install}/nothing")
set_tests_properties(
  install_subdirectory_installs_nothing
  PROPERTIES FIXTURES_REQUIRED subdirectory FAIL_REGULAR_EXPRESSION "Installing:|Up-to-date:")
if(GIT_FOUND)
  iddpm_add_stranger(install_fetchcontent "${prefixes}" -DHOW=fetchcontent)
else()
  iddpm_skip_install(install_fetchcontent "there is no git")
endif()
if(IDDPM_TEST_KOKKOS)
  iddpm_add_stranger(install_other_kokkos "${prefix}:${IDDPM_TEST_KOKKOS}:${prefixes}" -DHOW=package
                     "-DKOKKOS_PREFIX=${IDDPM_TEST_KOKKOS}" "-DKokkos_ROOT=${IDDPM_TEST_KOKKOS}")
else()
  iddpm_skip_install(install_other_kokkos "name the prefix of another Kokkos in IDDPM_TEST_KOKKOS")
endif()

foreach(how IN ITEMS package subdirectory)
  add_test(NAME install_${how}_without_kokkos
           COMMAND "${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_SOURCE_DIR}/install" -B
                   "${install}/${how}_without_kokkos" ${options}
                   "-DIDDPM_SOURCE=${PROJECT_SOURCE_DIR}" -DHOW=${how}
                   -DCMAKE_DISABLE_FIND_PACKAGE_Kokkos=ON)
  set_tests_properties(
    install_${how}_without_kokkos
    PROPERTIES FIXTURES_REQUIRED installed
               ENVIRONMENT "${environment};CMAKE_PREFIX_PATH=${prefix}:${prefixes}"
               PASS_REGULAR_EXPRESSION
               "iddpm needs[ \n]+Kokkos[ \n]+4.6[ \n]+or[ \n]+newer[^:]*:[ \n]+install")
endforeach()

if(CMAKE_NM AND NOT WIN32 AND NOT on_device)
  add_test(NAME install_one_definition
           COMMAND "${CMAKE_COMMAND}" "-DNM=${CMAKE_NM}" "-DCOMPILER=${CMAKE_CXX_COMPILER}"
                   "-DBUILD=${install}/install_package" "-DTRIAL=${install}/one_definition" -P
                   "${CMAKE_CURRENT_SOURCE_DIR}/install/one_definition.cmake")
  set_tests_properties(install_one_definition PROPERTIES FIXTURES_REQUIRED everything)
else()
  iddpm_skip_install(install_one_definition "there is no nm, or the objects are a device compiler's")
endif()

if(on_device)
  iddpm_skip_install(install_needs "the compiler is a device's")
else()
  add_test(NAME install_needs
           COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${CMAKE_CXX_COMPILER}"
                   "-DINCLUDE=${PROJECT_SOURCE_DIR}/include" "-DFOLDER=${install}/needs" -P
                   "${CMAKE_CURRENT_SOURCE_DIR}/install/needs.cmake")
endif()

find_package(Python3 COMPONENTS Interpreter QUIET)
if(Python3_FOUND)
  add_test(NAME install_recipes
           COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_SOURCE_DIR}/install/recipes.py"
                   "${PROJECT_SOURCE_DIR}" "${prefix}" "${install}/recipes")
  set_tests_properties(install_recipes PROPERTIES FIXTURES_REQUIRED installed)
else()
  iddpm_skip_install(install_recipes "there is no Python")
endif()

# Without CMake. What Kokkos itself needs is read off its target: folders, OpenMP, libraries.
set(plain_compile)
set(plain_link)
if(TARGET Kokkos::kokkoscore AND NOT on_device)
  get_target_property(folders Kokkos::kokkoscore INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS folders)
    list(APPEND plain_compile -isystem "${folder}")
  endforeach()
  separate_arguments(plain_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
  list(APPEND plain_compile ${plain_flags})
  get_target_property(libraries Kokkos::kokkoscore INTERFACE_LINK_LIBRARIES)
  if("OpenMP::OpenMP_CXX" IN_LIST libraries)
    list(APPEND plain_compile ${OpenMP_CXX_FLAGS})
  endif()
  set(plain_link "$<TARGET_FILE:Kokkos::kokkoscore>"
                 "-Wl,-rpath,$<TARGET_FILE_DIR:Kokkos::kokkoscore>" -ldl -pthread)
  get_target_property(link_options Kokkos::kokkoscore INTERFACE_LINK_OPTIONS)
  foreach(option IN LISTS link_options)
    string(REGEX REPLACE "^LINKER:" "-Wl," option "${option}")
    if(NOT option MATCHES "^$|[$]<|NOTFOUND")
      list(APPEND plain_link "${option}")
    endif()
  endforeach()
endif()
get_target_property(definitions iddpm INTERFACE_COMPILE_DEFINITIONS)
list(FILTER definitions EXCLUDE REGEX "NOTFOUND$")
find_program(IDDPM_PKG_CONFIG NAMES pkg-config pkgconf)
foreach(how IN ITEMS include pkgconfig)
  if(NOT plain_link)
    iddpm_skip_install(install_${how} "this Kokkos is not an installed one for the host")
    continue()
  elseif(how STREQUAL "include")
    set(from "-DINCLUDE=${PROJECT_SOURCE_DIR}/include")
  elseif(IDDPM_PKG_CONFIG)
    set(from "-DPKG_CONFIG=${IDDPM_PKG_CONFIG}" "-DPREFIX=${prefix}")
  else()
    iddpm_skip_install(install_${how} "there is no pkg-config")
    continue()
  endif()
  add_test(NAME install_${how}
           COMMAND "${CMAKE_COMMAND}" "-DCOMPILER=${CMAKE_CXX_COMPILER}"
                   "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DKOKKOS_COMPILE=${plain_compile}"
                   "-DKOKKOS_LINK=${plain_link}" "-DPROGRAM=${install}/${how}/stranger" ${from}
                   "-DDEFINITIONS=${definitions}" -P
                   "${CMAKE_CURRENT_SOURCE_DIR}/install/plain.cmake")
  set_tests_properties(install_${how} PROPERTIES FIXTURES_REQUIRED installed
                                                 ENVIRONMENT "${environment}")
endforeach()
