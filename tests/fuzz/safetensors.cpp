// SPDX-License-Identifier: MIT
// A safetensors file, such as a checkpoint: its header, and the checksum of all of it.
#include "reader.hpp"
#include <iddpm/io/safetensors.hpp>

void fuzz::read(std::string_view bytes) {
  iddpm::io::SafetensorsFile file(as_file(bytes));
  for (const auto& [name, entry] : file.header().tensors)
    expect(entry.begin <= entry.end && entry.end <= bytes.size(), "a tensor outside of the file");
  const auto again = iddpm::io::parse_safetensors_header(
      std::string_view(iddpm::io::format_safetensors_header(file.header())).substr(8));
  expect(again && again->tensors == file.header().tensors, "a header that is not read back");
  file.require_checksum();
}
