// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/io/npy_header.hpp>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

/// \file
/// An .npy file whose header is believed only after it is checked against the size of the file.

namespace iddpm::io::detail {

/// Text for a sentence: short, and printable whatever the file holds.
inline std::string printable(std::string_view text) {
  std::string line(text.substr(0, 80));
  for (char& c : line)
    if (c < ' ' || c > '~') c = '?';
  return line + (text.size() > 80 ? "..." : "");
}

/// An .npy file, open at its first element. It allocates nothing that the file does not hold.
class NpyFile {
 public:
  NpyFile(std::string_view function, const std::filesystem::path& path)
      : function_(function), path_(path.string()) {
    std::error_code absent;
    must(std::filesystem::is_regular_file(path, absent), "be a regular file",
         std::filesystem::exists(path, absent) ? "a folder or a device" : "nothing");
    left_ = std::filesystem::file_size(path, absent);
    file_.open(path, std::ios::binary);
    must(file_.is_open(), "be readable", std::generic_category().message(errno));
    read_header();
    check_header();
  }

  [[nodiscard]] const NpyHeader& header() const { return header_; }

  /// Throws the sentence `<function>: <path> must <rule>; got <value>` unless `holds`.
  template <class Value>
  void must(bool holds, const std::string& rule, const Value& got) const {
    require(holds, function_, path_, rule, got);
  }

  template <NpyElement T>
  void must_hold() const {
    const std::string_view wanted = *npy_type_name(npy_dtype<T>());
    const std::string_view found = *npy_type_name(header_.dtype);
    must(found == wanted, "hold " + std::string(wanted), found);
  }

  /// All elements, in the order of the file and the byte order of this machine.
  /// \pre `count` is the product of the shape, and T the type of the elements.
  template <NpyElement T>
  void read(T* elements, std::size_t count) {
    char* bytes = reinterpret_cast<char*>(elements);
    take(bytes, count * sizeof(T));
    if constexpr (sizeof(T) > 1)
      if (header_.dtype != npy_dtype<T>())
        for (std::size_t i = 0; i < count * sizeof(T); i += sizeof(T))
          std::reverse(bytes + i, bytes + i + sizeof(T));
  }

 private:
  void take(char* to, std::size_t count) {
    must(left_ >= count, "hold " + std::to_string(count) + " more bytes", left_);
    left_ -= count;
    file_.read(to, static_cast<std::streamsize>(count));
    must(file_.good(), "give " + std::to_string(count) + " more bytes", file_.gcount());
  }

  std::string take(std::size_t count, std::string_view what) {
    must(left_ >= count, "hold " + std::to_string(count) + " bytes of " + std::string(what), left_);
    std::string bytes(count, '\0');
    take(bytes.data(), count);
    return bytes;
  }

  void read_header() {
    const std::string magic = take(6, "magic");
    must(magic == "\x93NUMPY", "begin with \\x93NUMPY", printable(magic));
    const std::string version = take(2, "version");
    must(version[0] >= 1 && version[0] <= 3 && version[1] == 0, "be of version 1.0, 2.0 or 3.0",
         std::to_string(+version[0]) + "." + std::to_string(+version[1]));
    std::size_t length = 0;
    const std::string digits = take(version[0] == 1 ? 2 : 4, "header length");
    for (std::size_t i = digits.size(); i-- > 0;)
      length = 256 * length + static_cast<unsigned char>(digits[i]);
    must(length <= 65536, "have a header of at most 65536 bytes", length);
    const std::string text = take(length, "header");
    const auto header = parse_npy_header(text);
    must(header.has_value(), "have a header {'descr': ..., 'fortran_order': ..., 'shape': ...}",
         printable(text));
    header_ = *header;
  }

  void check_header() const {
    must(npy_type_name(header_.dtype).has_value(), "hold uint8, int32, int64, float32 or float64",
         printable(header_.dtype));
    must(header_.shape.size() <= 8, "have rank 0 to 8", header_.shape.size());
    const auto bytes = npy_data_bytes(header_);
    must(bytes.has_value(), "have a shape of less than 2^63 bytes", npy_shape_text(header_.shape));
    must(left_ == *bytes, "hold " + std::to_string(*bytes) + " bytes of data", left_);
  }

  std::string_view function_;
  std::string path_;
  std::ifstream file_;
  std::uintmax_t left_ = 0;
  NpyHeader header_;
};

}  // namespace iddpm::io::detail
