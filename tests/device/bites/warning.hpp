// SPDX-License-Identifier: MIT
#pragma once

// A header of ours with a variable that nobody uses.
inline int one() {
  int unused;
  return 1;
}
