// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/io/atomic_file.hpp>

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// \file
/// Tables that grow a line at a time while a program runs, for others to read meanwhile.

namespace iddpm::io {

/// Rows of named numbers in a file, by its name's end: `.csv`, with a line of names, where a number
/// that is not finite is an empty field (RFC 4180); or `.jsonl`, an object a line, where it is
/// null. Numbers are written in the fewest digits that give them back.
///
/// Example: `RowLog log("training.csv", {"step", "loss"}); log.append({100, 0.25});`
class RowLog {
 public:
  /// A new table in the place of a file that is there; or, to go on with one, the lines of that
  /// file whose first number is at most `keep_to` (a line that a killed program did not end is
  /// dropped).
  /// \param columns names of letters, digits and _
  /// \throws std::invalid_argument `RowLog: <what> must <rule>; got <value>`, also where the lines
  ///         to be kept have other columns; std::runtime_error where the file cannot be read or
  ///         written.
  RowLog(const std::filesystem::path& path, std::vector<std::string> columns, double keep_to = -1)
      : path_(path), columns_(std::move(columns)), is_csv_(path.extension() == ".csv") {
    require(is_csv_ || path.extension() == ".jsonl", "RowLog", "path", "end in .csv or .jsonl",
            path.string());
    require(!columns_.empty(), "RowLog", "columns", "hold at least one name", "none");
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    for (const std::string& name : columns_)
      require(!name.empty() && name.find_first_not_of(allowed) == name.npos, "RowLog",
              "every column", "be named by letters, digits and _", name);
    path_ = std::filesystem::absolute(path);  // the program may go elsewhere
    const std::string lines = keep_to < 0 ? heading() : kept(keep_to);
    write_file(path, lines);
    size_ = lines.size();
    file_.rdbuf()->pubsetbuf(nullptr, 0);  // what was not written must not be tried again later
    file_.open(path_, std::ios::binary | std::ios::app);
    check(file_.is_open(), "be writable");
  }

  /// The names, in their order.
  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }

  /// The rows that were kept of the file that was there.
  [[nodiscard]] const std::vector<std::vector<double>>& kept_rows() const { return rows_; }

  /// Writes a line and hands it to the system. What a full disk took of a line that failed is taken
  /// back, so that the table stays one, and the next line may be tried; where that fails too, no
  /// line is written any more.
  /// \throws std::invalid_argument unless there is a number per column; std::runtime_error where
  ///         the file cannot be written.
  void append(const std::vector<double>& row) {
    require(row.size() == columns_.size(), "RowLog::append", "row",
            "hold " + std::to_string(columns_.size()) + " numbers", row.size());
    std::string line = is_csv_ ? "" : "{";
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (c > 0) line += is_csv_ ? "," : ", ";
      if (!is_csv_) line += '"' + columns_[c] + "\": ";
      line += number(row[c]);
    }
    line += is_csv_ ? "\n" : "}\n";
    errno = EIO;  // of a stream that refuses by itself
    file_.write(line.data(), static_cast<std::streamsize>(line.size()));
    if (file_.good()) {
      size_ += line.size();
      return;
    }
    const int reason = errno;
    std::error_code failure;
    if (std::filesystem::file_size(path_, failure) > size_ && !failure)
      std::filesystem::resize_file(path_, size_, failure);
    if (!failure) file_.clear();
    errno = reason;
    check(false, "be writable");
  }

 private:
  std::filesystem::path path_;
  std::vector<std::string> columns_;
  bool is_csv_;
  std::vector<std::vector<double>> rows_;
  std::ofstream file_;
  std::uintmax_t size_ = 0;  // of the whole lines

  void check(bool done, std::string_view rule) const {
    if (!done)
      throw std::runtime_error("RowLog: " + path_.string() + " must " + std::string(rule) +
                               "; got " + std::generic_category().message(errno));
  }

  [[nodiscard]] std::string number(double value) const {
    if (!std::isfinite(value)) return is_csv_ ? "" : "null";
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
  }

  [[nodiscard]] std::string heading() const {
    std::string line;
    for (const std::string& name : columns_) line += (line.empty() ? "" : ",") + name;
    return is_csv_ ? line + "\n" : "";
  }

  // The numbers of a line of ours; nothing where it is none.
  [[nodiscard]] std::optional<std::vector<double>> read(std::string_view line) const {
    const auto take = [&](std::string_view text) {
      const bool found = line.starts_with(text);
      if (found) line.remove_prefix(text.size());
      return found;
    };
    std::vector<double> row;
    if (!is_csv_ && !take("{")) return {};
    for (const std::string& name : columns_) {
      if (!row.empty() && !take(is_csv_ ? "," : ", ")) return {};
      if (!is_csv_ && !take('"' + name + "\": ")) return {};
      row.push_back(std::numeric_limits<double>::quiet_NaN());
      if (is_csv_ ? line.empty() || line.starts_with(',') : take("null")) continue;
      const auto [end, failure] =
          std::from_chars(line.data(), line.data() + line.size(), row.back());
      if (failure != std::errc()) return {};
      line.remove_prefix(static_cast<std::size_t>(end - line.data()));
    }
    if ((!is_csv_ && !take("}")) || !line.empty()) return {};
    return row;
  }

  // All of the file that is there; nothing where there is none.
  [[nodiscard]] std::string text_of_file() const {
    std::error_code failure;
    if (!std::filesystem::exists(path_, failure) && !failure) return {};
    errno = 0;
    std::ifstream file(path_, std::ios::binary);
    check(file.is_open(), "be readable");
    std::string text;
    char part[4096];
    while (file.read(part, sizeof part) || file.gcount() > 0)
      text.append(part, static_cast<std::size_t>(file.gcount()));
    check(!file.bad(), "be readable");
    return text;
  }

  // The lines that stay, whose numbers become rows_.
  [[nodiscard]] std::string kept(double keep_to) {
    const std::string old = text_of_file();
    std::string lines = heading();
    if (old.empty()) return lines;
    const auto must = [&](bool holds, std::string_view got) {
      require(holds, "RowLog", path_.string(), "be a table of these columns", got.substr(0, 80));
    };
    must(old.starts_with(lines), std::string_view(old).substr(0, old.find('\n')));
    for (std::size_t begin = lines.size(), end; (end = old.find('\n', begin)) != old.npos;
         begin = end + 1) {
      const std::string_view line(old.data() + begin, end - begin);
      auto row = read(line);
      must(row.has_value(), line);
      if (!(row->front() <= keep_to)) continue;
      lines.append(line).push_back('\n');
      rows_.push_back(std::move(*row));
    }
    return lines;
  }
};

}  // namespace iddpm::io
