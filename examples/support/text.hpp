// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// Text of a page: safe, and numbers as a reader likes them.

namespace page {

inline std::string escape(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '"')
      safe += "&quot;";
    else if (c == '\'')
      safe += "&#39;";
    else
      safe += c;
  }
  return safe;
}

inline std::string base64(std::string_view bytes) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::size_t bits = 0;
    for (std::size_t k = i; k < i + 3; ++k)
      bits = bits << 8 | (k < bytes.size() ? static_cast<unsigned char>(bytes[k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : letters[bits >> (18 - 6 * k) & 63];
  }
  return text;
}

/// `value` with exactly `decimals` digits behind the point, whatever the locale says.
inline std::string fixed(double value, int decimals) {
  if (std::isnan(value)) return "nan";
  std::array<char, 400> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value,
                                 std::chars_format::fixed, decimals);
  return {text.data(), end.ptr};
}

/// `value` to `digits` significant digits: 0.025, 12 000, 3×10⁻⁵. With `powers` it is 10⁻²
/// and 10⁴ in place of 0.01 and 10 000.
inline std::string number(double value, int digits = 4, bool powers = false) {
  if (std::isnan(value)) return "nan";
  if (value < 0) return "−" + number(-value, digits, powers);
  if (std::isinf(value)) return "inf";
  if (value == 0) return "0";
  const auto without_zeros = [](std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
  };
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific, digits - 1);
  const std::string text(buffer.data(), end.ptr);
  const std::size_t e = text.find('e');
  const int exponent = std::stoi(text.substr(e + 1));
  if (exponent < -3 || exponent > 5 || (powers && (exponent < 0 || exponent > 3))) {
    constexpr std::array<const char*, 10> raised = {"⁰", "¹", "²", "³", "⁴",
                                                    "⁵", "⁶", "⁷", "⁸", "⁹"};
    const std::string mantissa = without_zeros(text.substr(0, e));
    std::string power = (mantissa == "1" ? "10" : mantissa + "×10");
    if (exponent < 0) power += "⁻";
    for (const char c : std::to_string(std::abs(exponent)))
      power += raised[static_cast<std::size_t>(c - '0')];
    return power;
  }
  std::string plain = without_zeros(fixed(value, std::max(0, digits - 1 - exponent)));
  if (exponent >= 4) plain.insert(static_cast<std::size_t>(exponent - 2), "\u202f");
  return plain;
}

/// Names and their values, in two columns.
inline std::string definitions(const std::vector<std::pair<std::string, std::string>>& pairs,
                               const std::string& style) {
  std::string text = "<dl class=\"" + style + "\">";
  for (const auto& [name, value] : pairs)
    text += "<div><dt>" + escape(name) + "</dt><dd>" + escape(value) + "</dd></div>\n";
  return text + "</dl>\n";
}

}  // namespace page
