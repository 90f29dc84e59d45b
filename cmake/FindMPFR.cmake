# SPDX-License-Identifier: MIT
# MPFR and the GMP beside it, as mpfr::mpfr; static libraries first, for a -dev package that was
# only unpacked has a .so that links to nothing.
if(NOT EXISTS "${MPFR_INCLUDE_DIR}/mpfr.h" OR NOT EXISTS "${MPFR_LIBRARY}")
  foreach(name IN ITEMS MPFR_INCLUDE_DIR MPFR_LIBRARY MPFR_GMP_INCLUDE_DIR MPFR_GMP_LIBRARY)
    unset(${name} CACHE) # what an earlier configure found is gone
  endforeach()
endif()
find_path(MPFR_INCLUDE_DIR mpfr.h)
if(MPFR_INCLUDE_DIR)
  find_library(MPFR_LIBRARY NAMES libmpfr.a mpfr)
  find_path(MPFR_GMP_INCLUDE_DIR gmp.h HINTS "${MPFR_INCLUDE_DIR}")
  find_library(MPFR_GMP_LIBRARY NAMES libgmp.a gmp)
  file(STRINGS "${MPFR_INCLUDE_DIR}/mpfr.h" MPFR_VERSION REGEX "define MPFR_VERSION_STRING")
  string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" MPFR_VERSION "${MPFR_VERSION}")
endif()
mark_as_advanced(MPFR_INCLUDE_DIR MPFR_LIBRARY MPFR_GMP_INCLUDE_DIR MPFR_GMP_LIBRARY)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(
  MPFR REQUIRED_VARS MPFR_LIBRARY MPFR_INCLUDE_DIR MPFR_GMP_LIBRARY MPFR_GMP_INCLUDE_DIR
  VERSION_VAR MPFR_VERSION)
if(MPFR_FOUND AND NOT TARGET mpfr::mpfr)
  add_library(mpfr::mpfr INTERFACE IMPORTED)
  target_include_directories(mpfr::mpfr SYSTEM INTERFACE "${MPFR_INCLUDE_DIR}"
                                                         "${MPFR_GMP_INCLUDE_DIR}")
  target_link_libraries(mpfr::mpfr INTERFACE "${MPFR_LIBRARY}" "${MPFR_GMP_LIBRARY}")
endif()
