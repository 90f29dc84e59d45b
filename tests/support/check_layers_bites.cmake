# SPDX-License-Identifier: MIT
# Breaks every rule of cmake/check_layers.cmake once, in a tree of its own, and expects each to be
# named: cmake -DCHECK=<check_layers.cmake> -DROOT=<scratch> -P check_layers_bites.cmake
file(REMOVE_RECURSE "${ROOT}")
file(WRITE "${ROOT}/tests/core/good.cpp" "\n")
file(WRITE "${ROOT}/include/iddpm/core/good.hpp" "#include <iddpm/core/concepts.hpp>\n")
file(WRITE "${ROOT}/include/iddpm/core/concepts.hpp"
     "static_assert(sizeof(int) == 4,\n  \"a sentence\");\n// exec.fence(); not Kokkos::fence()\n")
execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${ROOT}" -P "${CHECK}" RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "a good tree was refused")
endif()

string(REPEAT "x" 101 wide)
string(REPEAT "\n" 301 long)
file(WRITE "${ROOT}/include/iddpm/core/upward.hpp" "#include <iddpm/math/exp.hpp>\n")
file(WRITE "${ROOT}/include/iddpm/loss/sideways.hpp" "#include <iddpm/sampler/ddim.hpp>\n")
file(WRITE "${ROOT}/include/iddpm/loss/private.hpp" "#include <iddpm/core/detail/secret.hpp>\n")
file(WRITE "${ROOT}/include/iddpm/loss/umbrella.hpp" "#include <iddpm/core.hpp>\n")
file(WRITE "${ROOT}/include/iddpm/loss/relative.hpp" "#include \"mse.hpp\"\n")
file(WRITE "${ROOT}/include/iddpm/attic/any.hpp" "\n")
file(WRITE "${ROOT}/include/iddpm/core/wide.hpp" "${wide}\n")
file(WRITE "${ROOT}/include/iddpm/core/long.hpp" "${long}")
file(WRITE "${ROOT}/include/iddpm/core/fence.hpp" "Kokkos::fence();\n")
file(WRITE "${ROOT}/include/iddpm/core/mute.hpp" "static_assert(a[0] ==\n  b);\n")
execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${ROOT}" -P "${CHECK}"
                RESULT_VARIABLE failed ERROR_VARIABLE output)
foreach(expected IN ITEMS
    "core/upward.hpp includes <iddpm/math/...>: an arrow" "loss/sideways.hpp includes <iddpm/sampler"
    "loss/private.hpp includes the detail/ of core" "loss/umbrella.hpp includes an umbrella"
    "loss/relative.hpp includes by a relative path" "the room attic is not in the table"
    "core/wide.hpp has 1 line" "core/long.hpp has 301 lines" "core/fence.hpp calls Kokkos::fence("
    "core/mute.hpp has a static_assert without a sentence: static_assert" "no test tests/core/mute.cpp")
  string(FIND "${output}" "${expected}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "not named: ${expected}\n${output}")
  endif()
endforeach()
