// SPDX-License-Identifier: MIT
// Must not compile: the compiler of the host warns of a header.
#include "conversion.hpp"

unsigned use() { return to_unsigned(1); }
