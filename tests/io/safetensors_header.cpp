// SPDX-License-Identifier: MIT
#include <iddpm/io/safetensors_header.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace iddpm;
using namespace iddpm::io;

namespace {

/// A header around one entry.
std::string with(const std::string& entry) { return R"({"a":)" + entry + "}"; }

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

bool is_refused(const std::string& text) { return !parse_safetensors_header(text).has_value(); }

}  // namespace

TEST_CASE("a header as other programs write it") {
  const auto header = parse_safetensors_header(
      R"({"__metadata__":{"format":"pt"},"b":{"dtype":"I64","shape":[],"data_offsets":[12,20]},)"
      R"("w.0":{"shape":[2,3],"data_offsets":[0,12],"dtype":"BF16"}}   )");
  REQUIRE(header.has_value());
  CHECK(header->metadata == std::map<std::string, std::string>{{"format", "pt"}});
  CHECK(header->tensors.size() == 2);
  CHECK(header->tensors.at("w.0") == SafetensorsEntry{"BF16", {2, 3}, 0, 12});
  CHECK(header->tensors.at("b") == SafetensorsEntry{"I64", {}, 12, 20});
  CHECK(header->data_bytes() == 20);
  CHECK(parse_safetensors_header("{}")->data_bytes() == 0);
}

TEST_CASE("what is written is read, whatever the names hold") {
  SafetensorsHeader header;
  header.tensors["x"] = {"F32", {1, 2}, 8, 16};
  header.tensors["a \"quoted\" name\n\xc3\xa9"] = {"F64", {}, 0, 8};
  header.tensors["none"] = {"U8", {0, 7}, 16, 16};
  header.metadata["note"] = "two\nlines";
  const std::string bytes = format_safetensors_header(header);
  REQUIRE(bytes.size() % 8 == 0);
  std::size_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8 | static_cast<unsigned char>(bytes[i]);
  CHECK(length == bytes.size() - 8);
  const auto read = parse_safetensors_header(std::string_view(bytes).substr(8));
  REQUIRE(read.has_value());
  CHECK(read->tensors == header.tensors);
  CHECK(read->metadata == header.metadata);
}

TEST_CASE("bytes that are no UTF-8 do not stop a file from being written") {
  SafetensorsHeader header;
  header.metadata["note"] = "\xff";
  const std::string bytes = format_safetensors_header(header);
  CHECK(parse_safetensors_header(bytes.substr(8))->metadata.at("note") == "\xef\xbf\xbd");
}

TEST_CASE("what is no header is refused") {
  for (const char* text : {"", "[]", "3", "{", R"({"a":1})", R"({"__metadata__":3})",
                           R"({"__metadata__":{"a":1}})", R"({"a":[]})"})
    CHECK_MESSAGE(is_refused(text), text);
  CHECK_FALSE(is_refused(with(entry("F32", "[2]", "[0,8]"))));
  for (const std::string& text :
       {entry("F33", "[2]", "[0,8]"), entry("F32", "[2]", "[0,4]"), entry("F32", "[2]", "[0,8,8]"),
        entry("F32", "[-2]", "[0,8]"), entry("F32", "[2.0]", "[0,8]"), entry("F32", "2", "[0,8]"),
        entry("F32", "[2]", "[8,0]"), entry("F32", "[2]", "3"), entry("F32", "[\"2\"]", "[0,8]")})
    CHECK_MESSAGE(is_refused(with(text)), text);
  CHECK(is_refused(with(R"({"dtype":"F32","shape":[2]})")));
  CHECK(is_refused(with(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1})")));
  CHECK(is_refused(with(R"({"dtype":32,"shape":[2],"data_offsets":[0,8]})")));
  CHECK(is_refused(with(R"({"type":"F32","shape":[2],"data_offsets":[0,8]})")));
}

TEST_CASE("extents whose product overflows are refused") {
  CHECK(is_refused(with(entry("F32", "[4294967296,4294967296]", "[0,0]"))));
  CHECK(is_refused(with(entry("F64", "[1152921504606846976]", "[0,0]"))));
  CHECK(is_refused(with(entry("F64", "[0,4294967296,4294967296]", "[0,0]"))));
  CHECK(is_refused(with(entry("F32", "[18446744073709551616]", "[0,0]"))));
}

TEST_CASE("tensors follow one another") {
  const auto two = [](const std::string& a, const std::string& b) {
    return R"({"a":)" + entry("U8", "[4]", a) + R"(,"b":)" + entry("U8", "[4]", b) + "}";
  };
  CHECK_FALSE(is_refused(two("[0,4]", "[4,8]")));
  CHECK_FALSE(is_refused(two("[4,8]", "[0,4]")));
  CHECK(is_refused(two("[0,4]", "[5,9]")));  // a gap
  CHECK(is_refused(two("[0,4]", "[2,6]")));  // an overlap
  CHECK(is_refused(two("[1,5]", "[5,9]")));  // a gap in front
}

TEST_CASE("every element type has its name and its size") {
  const auto fits = [](auto element, std::size_t bytes) {
    using T = decltype(element);
    const SafetensorsEntry one{std::string(safetensors_dtype<T>()), {3}, 0, 3 * bytes};
    return sizeof(T) == bytes && iddpm::io::detail::safetensors_bytes(one) == 3 * bytes;
  };
  CHECK(fits(std::uint8_t{}, 1));
  CHECK(fits(std::int32_t{}, 4));
  CHECK(fits(std::int64_t{}, 8));
  CHECK(fits(std::uint64_t{}, 8));
  CHECK(fits(float16{}, 2));
  CHECK(fits(bfloat16{}, 2));
  CHECK(fits(float{}, 4));
  CHECK(fits(double{}, 8));
}
