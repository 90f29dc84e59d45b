# SPDX-License-Identifier: MIT
# DLPack against real consumers: NumPy, and PyTorch where it is, of the Python that is found (or of
# -DPython3_EXECUTABLE=...). Nothing is installed for it; what is missing makes it skipped.
find_package(Python3 QUIET COMPONENTS Interpreter)
set(skipped)
if(NOT Python3_Interpreter_FOUND)
  set(skipped "no Python 3 was found at configure time")
elseif(CMAKE_CXX_FLAGS MATCHES "-fsanitize")
  set(skipped "Python cannot load a library that has a sanitizer")
else()
  # A static Kokkos may have code that no shared library can hold.
  file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/dlpack_python.cpp" CONTENT
       "#include <Kokkos_Core.hpp>\nvoid start() { Kokkos::initialize(); }\n")
  try_compile(
    IDDPM_KOKKOS_IN_SHARED "${CMAKE_CURRENT_BINARY_DIR}/dlpack_python"
    "${CMAKE_CURRENT_BINARY_DIR}/dlpack_python.cpp"
    COMPILE_DEFINITIONS -fPIC
    LINK_OPTIONS -shared
    LINK_LIBRARIES Kokkos::kokkos
    CXX_STANDARD 20)
  if(NOT IDDPM_KOKKOS_IN_SHARED)
    set(skipped "this Kokkos was built without CMAKE_POSITION_INDEPENDENT_CODE")
  endif()
endif()
if(skipped)
  add_test(NAME dlpack_python COMMAND "${CMAKE_COMMAND}" -E echo "skipped: ${skipped}")
  set_tests_properties(dlpack_python PROPERTIES SKIP_REGULAR_EXPRESSION "skipped: ")
  return()
endif()

add_library(dlpack_python MODULE dlpack_python/library.cpp)
target_link_libraries(dlpack_python PRIVATE iddpm::iddpm iddpm_strict)

# A Kokkos that carries its own loader is loaded by that one only, so it runs Python too.
set(loader)
get_target_property(options Kokkos::kokkoscore INTERFACE_LINK_OPTIONS)
if("${options}" MATCHES "--dynamic-linker=([^;]*)")
  set(loader "${CMAKE_MATCH_1}")
  cmake_path(GET loader PARENT_PATH runtime)
  list(APPEND loader --library-path "${runtime}:$<TARGET_FILE_DIR:Kokkos::kokkoscore>")
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c "import sys; print(sys.executable)" # not a script before it
    OUTPUT_VARIABLE python OUTPUT_STRIP_TRAILING_WHITESPACE)
else()
  set(python "${Python3_EXECUTABLE}")
endif()
add_test(NAME dlpack_python COMMAND ${loader} "${python}" "${CMAKE_CURRENT_SOURCE_DIR}/dlpack_python/test.py"
                                    "$<TARGET_FILE:dlpack_python>")
set_tests_properties(
  dlpack_python PROPERTIES ENVIRONMENT "OMP_PROC_BIND=false;OMP_NUM_THREADS=2" PROCESSORS 2
                           SKIP_RETURN_CODE 77)
