// SPDX-License-Identifier: MIT
#include "temporary_folder.hpp"
#include <iddpm/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

using namespace iddpm;
using namespace iddpm::io;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

template <class V>
void count_up(const V& view) {
  const auto host = Kokkos::create_mirror(Kokkos::HostSpace{}, view);
  for (std::size_t i = 0; i < host.size(); ++i)
    host.data()[i] = static_cast<value_t<V>>(static_cast<float>(i));
  Kokkos::deep_copy(view, host);
}

/// A file that another program could have written: text and data.
std::string file_of(const std::string& text, const std::string& data) {
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(text.size());
  return bytes + text + data;
}

std::string refusal_of(const std::string& bytes) {
  const TemporaryFolder folder;
  folder.put("a", bytes);
  return folder.sentence<std::invalid_argument>([&] { (void)SafetensorsFile(folder / "a"); });
}

constexpr const char* two_floats = R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

}  // namespace

TEST_CASE_TEMPLATE("what is written is read", T, float, double, std::int32_t, std::uint64_t,
                   float16) {
  const TemporaryFolder folder;
  const Tensor<T, 2, Exec> x("x", 3, 5), back("back", 3, 5);
  count_up(x);
  SafetensorsWriter file;
  file.metadata["note"] = "one";
  file.add(Exec{}, "x", x);
  file.write(folder / "a");
  SafetensorsFile read(folder / "a");
  read.require_checksum();
  read.read(Exec{}, "x", back);
  const auto a = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
  const auto b = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, back);
  for (std::size_t i = 0; i < a.size(); ++i)
    CHECK(static_cast<double>(a.data()[i]) == static_cast<double>(b.data()[i]));
  CHECK(read.header().metadata.at("note") == "one");
  CHECK(folder.count() == 1);
}

TEST_CASE("any layout: a file has rows") {
  const TemporaryFolder folder;
  const Kokkos::View<int**, Kokkos::LayoutLeft, Exec> left("left", 2, 3);
  const Tensor<int, 2, Exec> rows("rows", 2, 3);
  count_up(rows);
  Kokkos::deep_copy(left, rows);
  SafetensorsWriter file;
  file.add(Exec{}, "left", left);
  file.add(Exec{}, "none", Tensor<float, 2, Exec>("none", 0, 4));
  file.add(Exec{}, "scalar", Tensor<double, 0, Exec>("scalar"));
  file.write(folder / "a");
  SafetensorsFile read(folder / "a");
  const Kokkos::View<int**, Kokkos::LayoutLeft, Exec> again("again", 2, 3);
  const Tensor<int, 2, Exec> back("back", 2, 3);
  read.read(Exec{}, "left", again);
  Kokkos::deep_copy(back, again);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, back);
  for (int i = 0; i < 6; ++i) CHECK(host.data()[i] == i);
  read.read(Exec{}, "none", Tensor<float, 2, Exec>("none", 0, 4));
  CHECK(read.header().tensors.at("scalar").shape.empty());
  CHECK(read.header().tensors.at("scalar").begin == 0);  // the largest elements come first
}

TEST_CASE("a file without a checksum is read, and said to be one where it matters") {
  const TemporaryFolder folder;
  const std::string data("\0\0\x80\x3f\0\0\0\x40", 8);  // 1 and 2
  const auto path = folder.put("a", file_of(two_floats, data));
  SafetensorsFile file(path);
  const Tensor<float, 1, Exec> x("x", 2);
  file.read(Exec{}, "x", x);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
  CHECK(host(0) == 1);
  CHECK(host(1) == 2);
  CHECK(folder.sentence<std::invalid_argument>([&] { file.require_checksum(); }) ==
        "SafetensorsFile: a must end with a checksum; got none");
}

TEST_CASE("every wrong bit is found") {
  const TemporaryFolder folder;
  SafetensorsWriter file;
  file.add(Exec{}, "x", Tensor<float, 1, Exec>("x", 2));
  file.write(folder / "a");
  const std::string whole = folder.get("a");
  int found = 0;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string wrong = whole;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    folder.put("a", wrong);
    found += folder.sentence<std::invalid_argument>(
                 [&] { SafetensorsFile(folder / "a").require_checksum(); }) != "no error";
  }
  CHECK(found == static_cast<int>(whole.size()));
}

TEST_CASE("what is no such file is refused") {
  CHECK(refusal_of("1234") == "SafetensorsFile: a must hold 8 bytes of header length; got 4");
  CHECK(refusal_of(std::string(8, '\xff')) ==
        "SafetensorsFile: a must hold 18446744073709551615 bytes of header; got 0");
  CHECK(refusal_of(file_of("{]", "")) ==
        "SafetensorsFile: a must begin with a safetensors header; got something else");
  CHECK(refusal_of(file_of(two_floats, "1234567")) ==
        "SafetensorsFile: a must hold 8 bytes of tensors; got 7");
  CHECK(refusal_of(file_of(two_floats, "123456789")) ==
        "SafetensorsFile: a must hold 8 bytes of tensors; got 9");
  CHECK(refusal_of(file_of(two_floats, "12345678")) == "no error");
  const TemporaryFolder folder;
  const auto of = [&](const char* name) {
    return folder.sentence<std::invalid_argument>([&] { (void)SafetensorsFile(folder / name); });
  };
  CHECK(of("b") == "SafetensorsFile: b must be a regular file; got nothing");
  std::filesystem::create_directory(folder / "inner");
  CHECK(of("inner") == "SafetensorsFile: inner must be a regular file; got a folder or a device");
}

TEST_CASE("a tensor of another name, type or shape is refused") {
  const TemporaryFolder folder;
  const auto path = folder.put("a", file_of(two_floats, "12345678"));
  SafetensorsFile file(path);
  const auto of = [&](const char* name, const auto& view) {
    return folder.sentence<std::invalid_argument>([&] { file.read(Exec{}, name, view); });
  };
  const std::string begin = "SafetensorsFile: a must hold ";
  CHECK(of("y", Tensor<float, 1, Exec>("y", 2)) == begin + "y as F32 (2); got none");
  CHECK(of("x", Tensor<double, 1, Exec>("x", 2)) == begin + "x as F64 (2); got F32 (2)");
  CHECK(of("x", Tensor<float, 2, Exec>("x", 1, 2)) == begin + "x as F32 (1, 2); got F32 (2)");
}

TEST_CASE("a name is taken once, and some are the format's") {
  SafetensorsWriter file;
  const Tensor<float, 1, Exec> x("x", 2);
  file.add(Exec{}, "x", x);
  for (const char* name : {"x", "checksum", "__metadata__"})
    CHECK_THROWS_WITH_AS(
        file.add(Exec{}, name, x),
        ("SafetensorsWriter::add: name must be new to the file; got " + std::string(name)).c_str(),
        std::invalid_argument);
}
