// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The version of the library, for `#if`. It is written here only: CMakeLists.txt reads it.

#define IDDPM_VERSION_MAJOR 0
#define IDDPM_VERSION_MINOR 1
#define IDDPM_VERSION_PATCH 0

/// major * 10000 + minor * 100 + patch, to compare.
#define IDDPM_VERSION \
  (IDDPM_VERSION_MAJOR * 10000 + IDDPM_VERSION_MINOR * 100 + IDDPM_VERSION_PATCH)

#define IDDPM_STRINGIFY_(x) #x
#define IDDPM_STRINGIFY(x) IDDPM_STRINGIFY_(x)

/// "major.minor.patch"
#define IDDPM_VERSION_STRING           \
  IDDPM_STRINGIFY(IDDPM_VERSION_MAJOR) \
  "." IDDPM_STRINGIFY(IDDPM_VERSION_MINOR) "." IDDPM_STRINGIFY(IDDPM_VERSION_PATCH)
