// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The version of the library, for `#if`. CMake and the Conan recipe read it here; a test holds
/// what the recipes for vcpkg and Spack write to it.

#define IDDPM_VERSION_MAJOR 0  ///< incompatible changes
#define IDDPM_VERSION_MINOR 1  ///< additions
#define IDDPM_VERSION_PATCH 0  ///< repairs

/// major * 10000 + minor * 100 + patch, to compare.
#define IDDPM_VERSION \
  (IDDPM_VERSION_MAJOR * 10000 + IDDPM_VERSION_MINOR * 100 + IDDPM_VERSION_PATCH)

/// x as text, as it is written.
#define IDDPM_STRINGIFY_(x) #x
/// x as text, after macros in it are expanded.
#define IDDPM_STRINGIFY(x) IDDPM_STRINGIFY_(x)

/// "major.minor.patch"
#define IDDPM_VERSION_STRING           \
  IDDPM_STRINGIFY(IDDPM_VERSION_MAJOR) \
  "." IDDPM_STRINGIFY(IDDPM_VERSION_MINOR) "." IDDPM_STRINGIFY(IDDPM_VERSION_PATCH)
