// SPDX-License-Identifier: MIT
#include "temporary_folder.hpp"
#include <iddpm/io/npy.hpp>

#include <Kokkos_Core.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

using iddpm::io::read_npy;
using Exec = Kokkos::DefaultExecutionSpace;

namespace {

const std::string magic = "\x93NUMPY";

/// A file of version 2.0 around any dict and data.
std::string around(const std::string& dict, const std::string& data) {
  const std::size_t n = dict.size();
  return magic + std::string("\2\0", 2) + static_cast<char>(n & 255) +
         static_cast<char>(n >> 8 & 255) + static_cast<char>(n >> 16 & 255) + '\0' + dict + data;
}

std::string dict(const std::string& dtype, const std::string& shape) {
  return "{'descr': '" + dtype + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

/// What read_npy<float> says about a file of these bytes, behind "read_npy: a.npy must ".
std::string refusal(const std::string& bytes) {
  const TemporaryFolder folder;
  folder.put("a.npy", bytes);
  const auto of = [&](auto&& call) { return folder.sentence<std::invalid_argument>(call); };
  const std::string host = of([&] { (void)read_npy<float>(folder / "a.npy"); });
  CHECK(of([&] { (void)read_npy<float, 1>(Exec{}, folder / "a.npy"); }) == host);
  const std::string start = "read_npy: a.npy must ";
  return host.starts_with(start) ? host.substr(start.size()) : host;
}

}  // namespace

TEST_CASE("what is no file is refused") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "inner");
  const auto of = [&](std::string_view name) {
    return folder.sentence<std::invalid_argument>([&] { (void)read_npy<float>(folder / name); });
  };
  CHECK(of("a.npy") == "read_npy: a.npy must be a regular file; got nothing");
  CHECK(of("inner") == "read_npy: inner must be a regular file; got a folder or a device");
  CHECK(folder.sentence<std::invalid_argument>([] { (void)read_npy<float>("/dev/zero"); }) ==
        "read_npy: /dev/zero must be a regular file; got a folder or a device");
  CHECK(folder.sentence<std::invalid_argument>([&] {
    (void)iddpm::io::read_npy_header(folder / "a.npy");
  }) == "read_npy_header: a.npy must be a regular file; got nothing");
}

TEST_CASE("a file that may not be read is refused") {
  const TemporaryFolder folder;
  const auto path = folder.put("a.npy", around(dict("<f4", "(1,)"), "1234"));
  std::filesystem::permissions(path, std::filesystem::perms::none);
  if (std::ifstream(path).is_open()) {
    MESSAGE("skipped: this user may read everything");
    return;
  }
  CHECK(folder.sentence<std::invalid_argument>([&] { (void)read_npy<float>(path); }) ==
        "read_npy: a.npy must be readable; got Permission denied");
}

TEST_CASE("a file that is cut anywhere is refused") {
  CHECK(refusal("") == "hold 6 bytes of magic; got 0");
  CHECK(refusal("\x93NUMP") == "hold 6 bytes of magic; got 5");
  CHECK(refusal(magic + "\1") == "hold 2 bytes of version; got 1");
  CHECK(refusal(magic + std::string("\1\0v", 3)) == "hold 2 bytes of header length; got 1");
  CHECK(refusal(magic + std::string("\2\0v\0\0", 5)) == "hold 4 bytes of header length; got 3");
  CHECK(refusal(magic + std::string("\1\0v\0{", 5)) == "hold 118 bytes of header; got 1");
  const std::string good = around(dict("<f4", "(2,)"), "12345678");
  CHECK(refusal(good) == "no error");
  for (std::size_t n = 0; n < good.size(); ++n) CHECK(refusal(good.substr(0, n)) != "no error");
}

TEST_CASE("what is no .npy file is refused") {
  CHECK(refusal("\x89PNG\r\n\x1a\n") == "begin with \\x93NUMPY; got ?PNG??");
  CHECK(refusal("NUMPY....") == "begin with \\x93NUMPY; got NUMPY.");
  CHECK(refusal(magic + std::string("\4\0", 2)) == "be of version 1.0, 2.0 or 3.0; got 4.0");
  CHECK(refusal(magic + std::string("\0\0", 2)) == "be of version 1.0, 2.0 or 3.0; got 0.0");
  CHECK(refusal(magic + std::string("\1\1", 2)) == "be of version 1.0, 2.0 or 3.0; got 1.1");
}

TEST_CASE("a header of more than 64 KiB is refused unread") {
  CHECK(refusal(magic + std::string("\2\0\1\0\1\0", 6)) ==
        "have a header of at most 65536 bytes; got 65537");
  CHECK(refusal(magic + std::string("\3\0\xff\xff\xff\xff", 6)) ==
        "have a header of at most 65536 bytes; got 4294967295");
  std::string longest = dict("<f4", "(1,)");
  longest.resize(65536, ' ');
  CHECK(refusal(around(longest, "1234")) == "no error");
}

TEST_CASE("a header that is no dict of the three keys is refused, printably") {
  const std::string rule = "have a header {'descr': ..., 'fortran_order': ..., 'shape': ...}; got ";
  CHECK(refusal(around("junk", "")) == rule + "junk");
  CHECK(refusal(around("", "")) == rule);
  CHECK(refusal(around("\n{\1'\x80", "")) == rule + "?{?'?");
  CHECK(refusal(around(std::string(500, '{'), "")) == rule + std::string(80, '{') + "...");
  CHECK(refusal(around(dict("<f4", "(-1,)"), "")) == rule + dict("<f4", "(-1,)"));
  const std::string nested = "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }";
  CHECK(refusal(around(nested, "1234")) == rule + nested);
}

TEST_CASE("a shape that does not fit is refused") {
  CHECK(refusal(around(dict("<f4", "(4611686018427387904, 8)"), "")) ==
        "have a shape of less than 2^63 bytes; got (4611686018427387904, 8)");
  CHECK(refusal(around(dict("<f4", "(0, 4611686018427387904, 8)"), "")) ==
        "have a shape of less than 2^63 bytes; got (0, 4611686018427387904, 8)");
  CHECK(refusal(around(dict("<f4", "(2305843009213693951,)"), "1234")) ==
        "hold 9223372036854775804 bytes of data; got 4");
  CHECK(refusal(around(dict("<f4", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), "1234")) ==
        "have rank 0 to 8; got 9");
}

TEST_CASE("missing and trailing bytes are refused") {
  CHECK(refusal(around(dict("<f4", "(2,)"), "1234567")) == "hold 8 bytes of data; got 7");
  CHECK(refusal(around(dict("<f4", "(2,)"), "123456789")) == "hold 8 bytes of data; got 9");
  CHECK(refusal(around(dict("<f4", "(0,)"), "1")) == "hold 0 bytes of data; got 1");
  CHECK(refusal(around(dict("<f4", "()"), "")) == "hold 4 bytes of data; got 0");
}

TEST_CASE("other types and ranks are refused by name") {
  const std::string known = "hold uint8, int32, int64, float32 or float64; got ";
  for (const std::string dtype : {"<c16", "|O", "|b1", "<f2", "|S5", "<U7", "=f4", ""})
    CHECK(refusal(around(dict(dtype, "(1,)"), "1234")) == known + dtype);
  CHECK(refusal(around(dict("<i4", "(1,)"), "1234")) == "hold float32; got int32");
  CHECK(refusal(around(dict(">f8", "(1,)"), "12345678")) == "hold float32; got float64");
  const TemporaryFolder folder;
  folder.put("a.npy", around(dict("<f4", "(1, 1)"), "1234"));
  CHECK(folder.sentence<std::invalid_argument>([&] {
    (void)read_npy<float, 3>(Exec{}, folder / "a.npy");
  }) == "read_npy: a.npy must have rank 3; got 2");
  CHECK(folder.sentence<std::invalid_argument>([&] {
    (void)read_npy<std::uint8_t>(folder / "a.npy");
  }) == "read_npy: a.npy must hold uint8; got float32");
}
