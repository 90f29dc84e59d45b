// SPDX-License-Identifier: MIT
#include <iddpm/iddpm.hpp>
