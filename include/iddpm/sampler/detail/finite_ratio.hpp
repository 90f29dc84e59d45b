// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/sampler/path.hpp>

#include <string_view>

namespace iddpm::detail {

/// \throws std::invalid_argument where a run comes to a level without any x_0 in it.
inline void require_finite_ratio(std::string_view sampler, const Path& path) {
  for (int k = path.first(); k <= path.count(); ++k)
    require(path[k].alpha > 0, sampler, "times",
            "stay where some of x_0 is left: it works in sqrt((1 - alpha_bar) / alpha_bar), which "
            "is infinite at zero terminal SNR",
            path[k].t);
}

}  // namespace iddpm::detail
