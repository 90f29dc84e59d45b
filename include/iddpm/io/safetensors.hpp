// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/io/atomic_file.hpp>
#include <iddpm/io/crc64.hpp>
#include <iddpm/io/detail/host_copy.hpp>
#include <iddpm/io/safetensors_header.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

/// \file
/// Files of many named tensors, in the format in which networks' weights are traded: safetensors.
///
/// What is written here ends with a tensor `checksum` of 8 bytes, the CRC-64/XZ of everything in
/// front of it, least significant byte first. Other programs read such a file as any other, and
/// ours reads files without one. A file is refused with a sentence before anything of its claimed
/// size is allocated. Needs a JSON library: link iddpm::checkpoint.
/// \see the documentation of Hugging Face's safetensors, "Format"

namespace iddpm::io {

static_assert(std::endian::native == std::endian::little,
              "safetensors files are little-endian, and nothing here swaps bytes");

namespace detail {

inline std::string checksum_bytes(const Crc64& crc) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(crc.value() >> (8 * i) & 255);
  return bytes;
}

/// "F32 (2, 3)".
inline std::string safetensors_text(std::string_view dtype, const std::vector<std::size_t>& shape) {
  std::string text(dtype);
  text += " (";
  for (std::size_t r = 0; r < shape.size(); ++r) {
    if (r > 0) text += ", ";
    text += std::to_string(shape[r]);
  }
  return text + ")";
}

}  // namespace detail

/// A safetensors file that is open to be read.
///
/// Example: `SafetensorsFile file("unet.safetensors"); file.read(exec, "conv_in.weight", weight);`
class SafetensorsFile {
 public:
  /// Opens the file and checks its header against its size.
  /// \param function what sentences begin with
  /// \throws std::invalid_argument `<function>: <path> must <rule>; got <value>`.
  explicit SafetensorsFile(const std::filesystem::path& path,
                           std::string_view function = "SafetensorsFile")
      : function_(function), path_(path.string()) {
    std::error_code absent;
    must(std::filesystem::is_regular_file(path, absent), "be a regular file",
         std::filesystem::exists(path, absent) ? "a folder or a device" : "nothing");
    size_ = std::filesystem::file_size(path, absent);
    file_.open(path, std::ios::binary);
    must(file_.is_open(), "be readable", std::generic_category().message(errno));
    read_header();
  }

  /// What the file says about itself.
  [[nodiscard]] const SafetensorsHeader& header() const { return header_; }

  /// Throws the sentence `<function>: <path> must <rule>; got <value>` unless `holds`.
  template <class Value>
  void must(bool holds, std::string_view rule, const Value& got) const {
    require(holds, function_, path_, rule, got);
  }

  /// Reads the whole file once.
  /// \throws std::invalid_argument unless it ends with the checksum of what is in front of it.
  void require_checksum() {
    const auto entry = header_.tensors.find("checksum");
    const std::size_t end = size_ - 8;
    must(entry != header_.tensors.end() &&
             entry->second == SafetensorsEntry{"U8", {8}, end - data_, size_ - data_},
         "end with a checksum", "none");
    Crc64 crc;
    std::string part;
    for (std::size_t at = 0; at < end; at += part.size()) {
      part.resize(std::min(std::size_t{1} << 16, end - at));
      read_at(at, part.data(), part.size());
      crc.add(part);
    }
    std::string checksum(8, '\0');
    read_at(end, checksum.data(), 8);
    must(checksum == detail::checksum_bytes(crc), "be as it was written", "another checksum");
  }

  /// \throws std::invalid_argument unless there is a tensor of this name and of the view's type and
  /// extents.
  template <View V>
  requires SafetensorsElement<value_t<V>>
  void require_tensor(const std::string& name, const V& view) const {
    const auto entry = header_.tensors.find(name);
    const bool found = entry != header_.tensors.end();
    const std::string wanted =
        detail::safetensors_text(safetensors_dtype<value_t<V>>(), detail::extents_of(view));
    const std::string got =
        found ? detail::safetensors_text(entry->second.dtype, entry->second.shape) : "none";
    must(got == wanted, "hold " + name + " as " + wanted, got);
  }

  /// Reads a tensor into a View of its type and extents, of any layout; waits for exec.
  /// \throws std::invalid_argument as require_tensor, before anything is written.
  template <ExecutionSpace Exec, ViewOn<Exec> V>
  requires SafetensorsElement<value_t<V>>
  void read(const Exec& exec, const std::string& name, const V& view) {
    using T = value_t<V>;
    const std::string label = "iddpm::io::safetensors";
    require_kokkos(function_);
    require_tensor(name, view);
    const auto rows = [&]<class Memory>(const Memory&) {
      return Tensor<T, V::rank(), Memory>(
          Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, label),
          detail::rows(detail::extents_of(view)));
    };
    const auto packed = rows(typename V::memory_space{});
    const auto host = Kokkos::create_mirror_view(
        Kokkos::view_alloc(Kokkos::WithoutInitializing, Kokkos::HostSpace{}), packed);
    exec.fence(label);  // the memory may be new on exec, and is written by the host
    read_at(data_ + header_.tensors.at(name).begin, reinterpret_cast<char*>(host.data()),
            host.size() * sizeof(T));
    Kokkos::deep_copy(exec, packed, host);
    Kokkos::deep_copy(exec, view, packed);
    exec.fence(label);
  }

 private:
  static constexpr std::uint64_t longest_header = 100000000;  // the format's own limit

  std::string function_, path_;
  std::ifstream file_;
  std::size_t size_ = 0, data_ = 0;
  SafetensorsHeader header_;

  void read_at(std::size_t offset, char* to, std::size_t count) {
    file_.clear();
    file_.seekg(static_cast<std::streamoff>(offset));
    file_.read(to, static_cast<std::streamsize>(count));
    must(file_.good(), "give " + std::to_string(count) + " bytes", file_.gcount());
  }

  void read_header() {
    must(size_ >= 8, "hold 8 bytes of header length", size_);
    unsigned char digits[8] = {};
    read_at(0, reinterpret_cast<char*>(digits), 8);
    std::uint64_t length = 0;
    for (std::size_t i = 8; i-- > 0;) length = length << 8 | digits[i];
    must(length <= std::min<std::uint64_t>(longest_header, size_ - 8),
         "hold " + std::to_string(length) + " bytes of header", size_ - 8);
    std::string text(static_cast<std::size_t>(length), '\0');
    data_ = 8 + text.size();
    read_at(8, text.data(), text.size());
    const auto header = parse_safetensors_header(text);
    must(header.has_value(), "begin with a safetensors header", "something else");
    header_ = *header;
    const std::size_t bytes = header_.data_bytes();
    must(size_ - data_ == bytes, "hold " + std::to_string(bytes) + " bytes of tensors",
         size_ - data_);
  }
};

/// What is to become a safetensors file.
///
/// Example: `SafetensorsWriter file; file.add(exec, "weight", weight); file.write(path);`
class SafetensorsWriter {
 public:
  /// Strings that go into the file; UTF-8.
  std::map<std::string, std::string> metadata;

  /// Takes a View of any layout, rank and memory under a name; waits for exec. On a host it may be
  /// read again in `write`, so it must not change before.
  /// \throws std::invalid_argument where the name is taken, "checksum" or "__metadata__".
  template <ExecutionSpace Exec, ViewOn<Exec> V>
  requires SafetensorsElement<value_t<V>>
  void add(const Exec& exec, const std::string& name, const V& view) {
    bool is_new = name != "checksum" && name != "__metadata__";
    for (const Part& part : parts_) is_new = is_new && part.name != name;
    require(is_new, "SafetensorsWriter::add", "name", "be new to the file", name);
    auto host = detail::host_copy(exec, view, "iddpm::io::safetensors");
    const std::string_view bytes(reinterpret_cast<const char*>(host.data()),
                                 host.size() * sizeof(value_t<V>));
    const SafetensorsEntry entry{std::string(safetensors_dtype<value_t<V>>()),
                                 detail::extents_of(view), 0, 0};
    // Both: what is copied may be the View's own memory.
    parts_.push_back({name, entry, sizeof(value_t<V>), bytes,
                      std::make_shared<std::pair<V, decltype(host)>>(view, host)});
  }

  /// Writes the file, as io::write_file does. Larger elements come first, so that all are aligned.
  /// \param previous the name that a file in the place of `path` gets; none where it is empty
  /// \throws std::runtime_error `<function>: <path> must be writable; got <reason of the system>`.
  void write(const std::filesystem::path& path, const std::filesystem::path& previous = {},
             std::string_view function = "SafetensorsWriter::write") const {
    std::vector<Part> parts = parts_;
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.element_size > b.element_size; });
    SafetensorsHeader header{{}, metadata};
    std::size_t end = 0;
    for (Part& part : parts) {
      part.entry.begin = end;
      part.entry.end = end += part.bytes.size();
      header.tensors[part.name] = part.entry;
    }
    header.tensors["checksum"] = {"U8", {8}, end, end + 8};
    detail::Replacement file(function, path);
    Crc64 crc;
    const auto put = [&](std::string_view bytes) {
      crc.add(bytes);
      file.write(bytes);
    };
    put(format_safetensors_header(header));
    for (const Part& part : parts) put(part.bytes);
    file.write(detail::checksum_bytes(crc));
    file.commit(previous);
  }

 private:
  struct Part {
    std::string name;
    SafetensorsEntry entry;
    std::size_t element_size;
    std::string_view bytes;
    std::shared_ptr<const void> owner;
  };

  std::vector<Part> parts_;
};

}  // namespace iddpm::io
