# SPDX-License-Identifier: MIT
# Copies the installed headers of Kokkos and switches its device backend on in the copy, beside
# Serial as the host's: enough to compile for a device where no Kokkos of that backend is installed,
# not to link. The compiler is told the architecture, -D KOKKOS_ARCH_...
# cmake -D BACKEND=Cuda|HIP -D FROM=<folder of Kokkos_Core.hpp> -D TO=<folder> -P switch_backend.cmake
cmake_minimum_required(VERSION 3.25)

string(TOUPPER "${BACKEND}" device)
file(REMOVE_RECURSE "${TO}")
file(COPY "${FROM}/" DESTINATION "${TO}")

# switch(file [ON option...] [OFF option...])
function(switch file)
  cmake_parse_arguments(PARSE_ARGV 1 turn "" "" "ON;OFF")
  file(READ "${TO}/${file}" text)
  foreach(option IN LISTS turn_ON)
    string(REPLACE "/* #undef ${option} */" "#define ${option}" text "${text}")
    if(NOT text MATCHES "#define ${option}[ \n]")
      file(REMOVE_RECURSE "${TO}")
      message(FATAL_ERROR "${FROM}/${file} has no ${option}")
    endif()
  endforeach()
  foreach(option IN LISTS turn_OFF)
    string(REGEX REPLACE "#define ${option}[^\n]*" "" text "${text}")
  endforeach()
  file(WRITE "${TO}/${file}" "${text}")
endfunction()

switch(KokkosCore_config.h ON KOKKOS_ENABLE_SERIAL KOKKOS_ENABLE_${device}
       OFF KOKKOS_ENABLE_OPENMP KOKKOS_ENABLE_THREADS KOKKOS_ENABLE_HPX)
switch(desul/atomics/Config.hpp ON DESUL_ATOMICS_ENABLE_${device})
set(Fwd fwd)
set(Declare decl)
foreach(kind IN ITEMS Fwd Declare)
  set(text "#pragma once\n")
  foreach(backend IN ITEMS SERIAL ${device})
    string(APPEND text "#include <${${kind}}/Kokkos_${kind}_${backend}.hpp>\n")
  endforeach()
  file(WRITE "${TO}/KokkosCore_Config_${kind}Backend.hpp" "${text}")
endforeach()
file(WRITE "${TO}/KokkosCore_Config_SetupBackend.hpp"
     "#pragma once\n#include <setup/Kokkos_Setup_${BACKEND}.hpp>\n")
