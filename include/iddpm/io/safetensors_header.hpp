// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/io/detail/array_bytes.hpp>
#include <iddpm/math/float16.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// What a safetensors file says about itself, as text. No files here: see safetensors.hpp.

namespace iddpm::io {

/// The element types that safetensors files are read and written with.
template <class T>
concept SafetensorsElement = std::same_as<T, std::uint8_t> || std::same_as<T, std::int32_t> ||
    std::same_as<T, std::int64_t> || std::same_as<T, std::uint64_t> || std::same_as<T, float16> ||
    std::same_as<T, bfloat16> || std::same_as<T, float> || std::same_as<T, double>;

/// The format's name of T: "F32" for float.
template <SafetensorsElement T>
[[nodiscard]] constexpr std::string_view safetensors_dtype() {
  if constexpr (std::same_as<T, bfloat16>) return "BF16";
  if constexpr (std::same_as<T, float16>) return "F16";
  if constexpr (std::same_as<T, float>) return "F32";
  if constexpr (std::same_as<T, double>) return "F64";
  if constexpr (std::same_as<T, std::uint8_t>) return "U8";
  if constexpr (std::same_as<T, std::int32_t>) return "I32";
  if constexpr (std::same_as<T, std::int64_t>) return "I64";
  if constexpr (std::same_as<T, std::uint64_t>) return "U64";
}

/// One tensor of a file.
struct SafetensorsEntry {
  std::string dtype;               ///< the format's name: "F32"
  std::vector<std::size_t> shape;  ///< outermost extent first; empty for a scalar
  std::size_t begin = 0;           ///< its first byte, counted from the end of the header
  std::size_t end = 0;             ///< behind its last byte

  /// Equal in every field.
  friend bool operator==(const SafetensorsEntry&, const SafetensorsEntry&) = default;
};

/// The header of a safetensors file.
struct SafetensorsHeader {
  std::map<std::string, SafetensorsEntry> tensors;  ///< by name
  std::map<std::string, std::string> metadata;      ///< what a program says about the file

  /// The bytes of all tensors.
  [[nodiscard]] std::size_t data_bytes() const {
    std::size_t end = 0;
    for (const auto& [name, entry] : tensors) end = std::max(end, entry.end);
    return end;
  }
};

namespace detail {

/// Bits of an element of the format; 0 for a type that it has not.
inline std::size_t safetensors_bits(std::string_view dtype) {
  struct Type {
    std::string_view name;
    std::size_t bits;
  };
  constexpr Type types[] = {{"BOOL", 8}, {"U8", 8},   {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8},
                            {"I16", 16}, {"U16", 16}, {"F16", 16}, {"BF16", 16},   {"I32", 32},
                            {"U32", 32}, {"F32", 32}, {"F64", 64}, {"I64", 64},    {"U64", 64}};
  for (const auto& [name, bits] : types)
    if (name == dtype) return bits;
  return 0;
}

/// The bytes of an entry by its type and shape; nothing where there is no such type, or too many.
inline std::optional<std::size_t> safetensors_bytes(const SafetensorsEntry& entry) {
  const std::size_t element = safetensors_bits(entry.dtype) / 8;
  if (element == 0) return {};
  return array_bytes(element, entry.shape);
}

inline std::optional<std::vector<std::size_t>> read_sizes(const nlohmann::json& json) {
  if (!json.is_array()) return {};
  std::vector<std::size_t> sizes;
  for (const auto& item : json) {
    if (!item.is_number_unsigned()) return {};
    sizes.push_back(item.get<std::size_t>());
  }
  return sizes;
}

inline std::optional<SafetensorsEntry> read_entry(const nlohmann::json& json) {
  if (!json.is_object() || json.size() != 3) return {};
  const auto dtype = json.find("dtype"), shape = json.find("shape"),
             offsets = json.find("data_offsets");
  if (dtype == json.end() || shape == json.end() || offsets == json.end()) return {};
  const auto extents = read_sizes(*shape), range = read_sizes(*offsets);
  if (!dtype->is_string() || !extents || !range || range->size() != 2) return {};
  SafetensorsEntry entry{dtype->get<std::string>(), *extents, (*range)[0], (*range)[1]};
  const auto bytes = safetensors_bytes(entry);
  if (!bytes || entry.begin > entry.end || entry.end - entry.begin != *bytes) return {};
  return entry;
}

/// Do the tensors follow one another from byte 0 on, without gaps?
inline bool follow_one_another(const SafetensorsHeader& header) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  for (const auto& [name, entry] : header.tensors) ranges.emplace_back(entry.begin, entry.end);
  std::sort(ranges.begin(), ranges.end());
  std::size_t end = 0;
  for (const auto& [begin, behind] : ranges) {
    if (begin != end) return false;
    end = behind;
  }
  return true;
}

}  // namespace detail

/// Reads the text of a header: a JSON object of tensors, each with exactly dtype, shape and
/// data_offsets, and of strings under "__metadata__". Nothing where it is anything else, where
/// offsets do not fit types and shapes, or where tensors overlap or leave gaps.
[[nodiscard]] inline std::optional<SafetensorsHeader> parse_safetensors_header(
    std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return {};
  SafetensorsHeader header;
  for (const auto& [name, item] : json.items()) {
    if (name == "__metadata__") {
      if (!item.is_object()) return {};
      for (const auto& [key, value] : item.items()) {
        if (!value.is_string()) return {};
        header.metadata[key] = value.template get<std::string>();
      }
    } else {
      const auto entry = detail::read_entry(item);
      if (!entry) return {};
      header.tensors[name] = *entry;
    }
  }
  if (!detail::follow_one_another(header)) return {};
  return header;
}

/// Everything in front of the data: the length, and JSON padded to a multiple of 8 bytes.
/// \pre Names and metadata are UTF-8; bytes that are not become U+FFFD.
[[nodiscard]] inline std::string format_safetensors_header(const SafetensorsHeader& header) {
  nlohmann::json json = nlohmann::json::object();
  if (!header.metadata.empty()) json["__metadata__"] = header.metadata;
  for (const auto& [name, entry] : header.tensors)
    json[name] = {
        {"dtype", entry.dtype}, {"shape", entry.shape}, {"data_offsets", {entry.begin, entry.end}}};
  std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(text.size() >> (8 * i) & 255);
  return bytes + text;
}

}  // namespace iddpm::io
