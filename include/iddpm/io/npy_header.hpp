// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/io/detail/array_bytes.hpp>
#include <iddpm/io/detail/python_literal.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// What an .npy file says about itself, as text. No files here: see npy.hpp.

namespace iddpm::io {

/// The element types that .npy files are read and written with.
template <class T>
concept NpyElement = std::same_as<T, std::uint8_t> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, float> || std::same_as<T, double>;

/// The header of an .npy file.
struct NpyHeader {
  std::string dtype;               ///< As in the file: "<f4" is little-endian float32.
  std::vector<std::size_t> shape;  ///< Outermost extent first; empty for a scalar.
  bool fortran_order = false;      ///< The first extent varies fastest in the file.

  /// Equal in every field.
  friend bool operator==(const NpyHeader&, const NpyHeader&) = default;
};

/// The dtype of T in the byte order of this machine: "<f4" for float on most.
template <NpyElement T>
[[nodiscard]] std::string npy_dtype() {
  const char order = sizeof(T) == 1 ? '|' : std::endian::native == std::endian::little ? '<' : '>';
  const char kind = std::floating_point<T> ? 'f' : std::signed_integral<T> ? 'i' : 'u';
  return {order, kind, static_cast<char>('0' + sizeof(T))};
}

/// NumPy's name of a dtype, "float32" for "<f4" and ">f4"; nothing where no NpyElement has it.
[[nodiscard]] inline std::optional<std::string_view> npy_type_name(std::string_view dtype) {
  struct Name {
    std::string_view type, name;
  };
  constexpr Name names[] = {
      {"u1", "uint8"}, {"i4", "int32"}, {"i8", "int64"}, {"f4", "float32"}, {"f8", "float64"}};
  for (const auto& [type, name] : names) {
    const bool ordered = dtype.starts_with('<') || dtype.starts_with('>');
    if ((ordered || (type == "u1" && dtype.starts_with('|'))) && dtype.substr(1) == type)
      return name;
  }
  return {};
}

/// The bytes of the data behind a header; nothing where they, or the extents that are not zero,
/// multiply to more than a machine can address.
/// \pre npy_type_name(header.dtype) has a value.
[[nodiscard]] inline std::optional<std::size_t> npy_data_bytes(const NpyHeader& header) {
  return detail::array_bytes(static_cast<std::size_t>(header.dtype[2] - '0'), header.shape);
}

/// A shape as Python writes it: (), (3,) or (2, 3).
[[nodiscard]] inline std::string npy_shape_text(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (std::size_t r = 0; r < shape.size(); ++r)
    text += (r == 0 ? "" : ", ") + std::to_string(shape[r]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

/// Reads the text of a header: a Python dict with exactly the keys descr, fortran_order and shape,
/// in any order. Nothing where it is anything else; the dtype may be any string.
[[nodiscard]] inline std::optional<NpyHeader> parse_npy_header(std::string_view text) {
  detail::PythonLiteral literal(text);
  std::optional<std::string> dtype;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::size_t>> shape;
  if (!literal.take("{")) return {};
  while (!literal.take("}")) {
    const auto key = literal.take_string();
    if (!key || !literal.take(":")) return {};
    bool taken = false;
    if (key == "descr" && !dtype) taken = (dtype = literal.take_string()).has_value();
    if (key == "fortran_order" && !fortran_order)
      taken = (fortran_order = literal.take_bool()).has_value();
    if (key == "shape" && !shape) taken = (shape = literal.take_extents()).has_value();
    if (!taken || !literal.take_separator("}")) return {};
  }
  if (!dtype || !fortran_order || !shape || !literal.at_end()) return {};
  return NpyHeader{*dtype, *shape, *fortran_order};
}

/// Everything in front of the data: magic, version 1.0, length and dict, padded to a multiple of
/// 64 bytes as NumPy does.
[[nodiscard]] inline std::string format_npy_header(const NpyHeader& header) {
  std::string dict = "{'descr': '" + header.dtype +
                     "', 'fortran_order': " + (header.fortran_order ? "True" : "False") +
                     ", 'shape': " + npy_shape_text(header.shape) + ", }";
  dict.append(63 - (10 + dict.size()) % 64, ' ').push_back('\n');
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += {static_cast<char>(dict.size() & 255), static_cast<char>(dict.size() >> 8)};
  return bytes + dict;
}

}  // namespace iddpm::io
