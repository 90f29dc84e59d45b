// SPDX-License-Identifier: MIT
// Must not compile: the compiler of the device warns of a header.
#include "warning.hpp"

int use() { return one(); }
