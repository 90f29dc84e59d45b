// SPDX-License-Identifier: MIT
// The text of an .npy header: what is read is written and read again.
#include "reader.hpp"
#include <iddpm/io/npy_header.hpp>

void fuzz::read(std::string_view bytes) {
  const auto header = iddpm::io::parse_npy_header(bytes);
  if (!header || !iddpm::io::npy_type_name(header->dtype)) return;
  const std::string written = iddpm::io::format_npy_header(*header);
  expect(written.size() % 64 == 0, "a header that is not padded");
  const auto again = iddpm::io::parse_npy_header(std::string_view(written).substr(10));
  expect(again == header, "a header that is read as another one");
  (void)iddpm::io::npy_data_bytes(*header);
}
