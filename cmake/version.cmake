# SPDX-License-Identifier: MIT
# Sets iddpm_version. It is written once, in the header.
file(STRINGS "${CMAKE_CURRENT_LIST_DIR}/../include/iddpm/version.hpp" iddpm_version
     REGEX "^#define IDDPM_VERSION_(MAJOR|MINOR|PATCH)")
list(TRANSFORM iddpm_version REPLACE "[^0-9]" "")
list(JOIN iddpm_version "." iddpm_version)
