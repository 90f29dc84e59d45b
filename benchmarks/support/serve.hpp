// SPDX-License-Identifier: MIT
#pragma once

#include "case.hpp"

namespace bench {

/// Answers a program that compares, one line for each line of standard input:
///
///     list               the names of all cases, and an empty line
///     run NAME CALLS     seconds per call
///     context            the machine and the build as one line of name=value; and an empty line
///
/// NAME is a case's whole name, or an operation: the default backend's, with all its threads.
void serve(const Cases& cases);

}  // namespace bench
