# SPDX-License-Identifier: MIT
# stb has no package file: finds stb_image_write.h, in include/ or include/stb/, as stb::stb.
if(NOT EXISTS "${stb_INCLUDE_DIR}/stb_image_write.h")
  unset(stb_INCLUDE_DIR CACHE) # what an earlier configure found is gone
endif()
find_path(stb_INCLUDE_DIR stb_image_write.h PATH_SUFFIXES stb)
mark_as_advanced(stb_INCLUDE_DIR)
if(stb_INCLUDE_DIR)
  file(STRINGS "${stb_INCLUDE_DIR}/stb_image_write.h" stb_VERSION LIMIT_COUNT 1)
  string(REGEX MATCH "[0-9]+\\.[0-9]+" stb_VERSION "${stb_VERSION}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(stb REQUIRED_VARS stb_INCLUDE_DIR VERSION_VAR stb_VERSION)
if(stb_FOUND AND NOT TARGET stb::stb)
  add_library(stb::stb INTERFACE IMPORTED)
  target_include_directories(stb::stb INTERFACE "${stb_INCLUDE_DIR}")
endif()
