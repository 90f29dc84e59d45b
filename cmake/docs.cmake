# SPDX-License-Identifier: MIT
# The target `docs`: the site, in site/ of the build folder, by Doxygen. A warning is an error.
# cmake --workflow --preset docs
# As a part of another project, which may have a `docs` of its own, it is `iddpm_docs`.
set(docs docs)
if(NOT PROJECT_IS_TOP_LEVEL)
  set(docs iddpm_docs)
endif()
set(IDDPM_SITE "${PROJECT_BINARY_DIR}/site")
if(NOT TARGET Doxygen::doxygen) # a test looks at the site where there is one
  find_package(Doxygen 1.9.4 QUIET)
endif()
if(NOT TARGET Doxygen::doxygen)
  add_custom_target(
    ${docs} COMMAND "${CMAKE_COMMAND}" -E echo "docs: not available: no Doxygen 1.9.4 or newer was \
found, nor fetched from Debian (IDDPM_BUILD_DOCS does that)"
    COMMAND "${CMAKE_COMMAND}" -E false)
  return()
endif()
configure_file(docs/Doxyfile.in "${PROJECT_BINARY_DIR}/Doxyfile" @ONLY)
add_custom_target(
  ${docs}
  COMMAND "${CMAKE_COMMAND}" -E rm -rf "${IDDPM_SITE}"
  COMMAND Doxygen::doxygen "${PROJECT_BINARY_DIR}/Doxyfile"
  COMMAND "${CMAKE_COMMAND}" -E echo "wrote ${IDDPM_SITE}/index.html"
  WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  VERBATIM)
