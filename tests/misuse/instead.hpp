// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// A program that must not compile, and its twin that must: one file, compiled twice.

/// The wrong thing; in the twin (IDDPM_TWIN) the right one in its place, so that nothing else is
/// why the program is refused.
#ifdef IDDPM_TWIN
#define INSTEAD(wrong, ...) __VA_ARGS__
#else
#define INSTEAD(wrong, ...) wrong
#endif
