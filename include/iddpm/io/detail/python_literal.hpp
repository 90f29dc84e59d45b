// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

/// \file
/// The few Python literals that the header of an .npy file is made of.

namespace iddpm::io::detail {

/// A cursor over Python text. Every member skips blanks and takes one thing, or takes nothing and
/// says so. There is no nesting, hence no recursion.
class PythonLiteral {
 public:
  explicit PythonLiteral(std::string_view text) : rest_(text) {}

  /// Only blanks are left.
  [[nodiscard]] bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

  [[nodiscard]] bool take(std::string_view token) {
    skip_blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  /// A comma, or nothing in front of the closing bracket.
  [[nodiscard]] bool take_separator(std::string_view closing) {
    return take(",") || rest_.starts_with(closing);
  }

  /// 'text' or "text", without escapes.
  [[nodiscard]] std::optional<std::string> take_string() {
    skip_blanks();
    if (!rest_.starts_with('\'') && !rest_.starts_with('"')) return {};
    const std::size_t end = rest_.find(rest_.front(), 1);
    if (end == std::string_view::npos) return {};
    const std::string_view text = rest_.substr(1, end - 1);
    if (text.find('\\') != std::string_view::npos) return {};
    rest_.remove_prefix(end + 1);
    return std::string(text);
  }

  [[nodiscard]] std::optional<bool> take_bool() {
    if (take("True")) return true;
    if (take("False")) return false;
    return {};
  }

  /// A decimal integer >= 0 that std::size_t holds, without leading zeros.
  [[nodiscard]] std::optional<std::size_t> take_extent() {
    skip_blanks();
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    if (error != std::errc() || (digits > 1 && rest_.front() == '0')) return {};
    rest_.remove_prefix(digits);
    return value;
  }

  /// A tuple of extents: (), (3,) or (2, 3). As in Python, (3) is no tuple.
  [[nodiscard]] std::optional<std::vector<std::size_t>> take_extents() {
    if (!take("(")) return {};
    std::vector<std::size_t> extents;
    bool comma = true;
    while (!take(")")) {
      const auto extent = take_extent();
      if (!comma || !extent) return {};
      extents.push_back(*extent);
      comma = take(",");
    }
    if (extents.size() == 1 && !comma) return {};
    return extents;
  }

 private:
  void skip_blanks() {
    const std::size_t first = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(first == std::string_view::npos ? rest_.size() : first);
  }

  std::string_view rest_;
};

}  // namespace iddpm::io::detail
