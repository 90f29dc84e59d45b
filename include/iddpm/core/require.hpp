// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

#include <cstddef>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>

/// \file
/// The one form of every run-time error: `<function>: <argument> must <rule>; got <value>`.

namespace iddpm {

/// Throws std::invalid_argument `<function>: <argument> must <rule>; got <value>` unless `holds`.
/// Called on the host before the first launch, so a failed call has changed nothing.
template <class Value>
void require(bool holds, std::string_view function, std::string_view argument,
             std::string_view rule, const Value& got) {
  if (holds) return;
  std::ostringstream sentence;
  sentence.precision(17);
  sentence << function << ": " << argument << " must " << rule << "; got " << got;
  throw std::invalid_argument(sentence.str());
}

/// The extents of a View as text: `(16, 3, 64, 64)`.
template <View V>
[[nodiscard]] std::string shape_of(const V& view) {
  std::string text = "(";
  for (std::size_t r = 0; r < V::rank(); ++r)
    text += (r == 0 ? "" : ", ") + std::to_string(view.extent(r));
  return text + ")";
}

/// Throws unless `view` has the extents of `like`, both of one rank.
template <View V, View Like>
void require_same_shape(std::string_view function, std::string_view name, const V& view,
                        std::string_view like_name, const Like& like) {
  static_assert(V::rank() == Like::rank(), "all batches of one call have one rank");
  require(shape_of(view) == shape_of(like), function, name,
          "have the extents of " + std::string(like_name) + " " + shape_of(like), shape_of(view));
}

}  // namespace iddpm
