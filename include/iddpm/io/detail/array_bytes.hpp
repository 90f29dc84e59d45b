// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace iddpm::io::detail {

/// The bytes of an array of such elements; nothing where they, or the extents that are not zero,
/// multiply to more than a machine can address.
inline std::optional<std::size_t> array_bytes(std::size_t element,
                                              const std::vector<std::size_t>& shape) {
  constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());
  std::size_t bytes = element;
  bool empty = false;
  for (const std::size_t extent : shape) {
    empty = empty || extent == 0;
    if (extent != 0 && bytes > most / extent) return {};
    bytes *= std::max<std::size_t>(extent, 1);
  }
  return empty ? 0 : bytes;
}

}  // namespace iddpm::io::detail
