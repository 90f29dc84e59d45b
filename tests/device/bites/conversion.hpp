// SPDX-License-Identifier: MIT
#pragma once

// A header of ours that changes a sign without saying so.
inline unsigned to_unsigned(int i) { return i; }
