// SPDX-License-Identifier: MIT
#include "everything.hpp"

int version() { return IDDPM_VERSION; }
