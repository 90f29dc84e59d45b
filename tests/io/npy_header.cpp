// SPDX-License-Identifier: MIT
#include <iddpm/io/npy_header.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using iddpm::io::NpyHeader;
using iddpm::io::parse_npy_header;

namespace {

std::string dict(const std::string& dtype, const std::string& order, const std::string& shape) {
  return "{'descr': " + dtype + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

bool refused(const std::string& text) { return !parse_npy_header(text).has_value(); }
bool shape_refused(const std::string& shape) { return refused(dict("'<f4'", "False", shape)); }

}  // namespace

TEST_CASE("the header that NumPy writes is read") {
  CHECK(parse_npy_header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }     \n") ==
        NpyHeader{"<f4", {2, 3}, false});
  CHECK(parse_npy_header(dict("'|u1'", "True", "(7,)")) == NpyHeader{"|u1", {7}, true});
  CHECK(parse_npy_header(dict("'>i8'", "False", "()")) == NpyHeader{">i8", {}, false});
  CHECK(parse_npy_header(dict("'<f8'", "False", "(18446744073709551615, 0)")) ==
        NpyHeader{"<f8", {18446744073709551615u, 0}, false});
}

TEST_CASE("keys in any order, both quotes, any blanks and no last comma are the same header") {
  const NpyHeader wanted{"<f4", {2, 3}, true};
  CHECK(parse_npy_header("{'shape':(2,3),'fortran_order':True,'descr':'<f4'}") == wanted);
  CHECK(parse_npy_header(" { \"descr\" : '<f4',\n'shape' : ( 2 , 3 , ) ,"
                         "'fortran_order':\tTrue}\r\n") == wanted);
}

TEST_CASE("the dtype may be any string: it is not judged here") {
  CHECK(parse_npy_header(dict("'|O'", "False", "()"))->dtype == "|O");
  CHECK(parse_npy_header(dict("''", "False", "()"))->dtype.empty());
}

TEST_CASE("a dict without exactly the three keys is no header") {
  CHECK(refused(""));
  CHECK(refused("   \n"));
  CHECK(refused("{}"));
  CHECK(refused("{'descr': '<f4', 'fortran_order': False}"));
  CHECK(refused("{'descr': '<f4', 'shape': (2,)}"));
  CHECK(refused("{'fortran_order': False, 'shape': (2,)}"));
  CHECK(refused("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}"));
  CHECK(refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}"));
  CHECK(refused("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}"));
  CHECK(refused("{'Descr': '<f4', 'fortran_order': False, 'shape': (2,)}"));
}

TEST_CASE("a shape that is no tuple of integers >= 0 is no header") {
  for (const char* shape : {"(3)",    "3",      "[3]",     "(,)",       "(2,,3)",
                            "(2 3)",  "(2, 3",  "2, 3)",   "(-1,)",     "(+1,)",
                            "(1.5,)", "(1e3,)", "(0x10,)", "(007,)",    "(1_000,)",
                            "(3L,)",  "('3',)", "(None,)", "((2,), 3)", "(18446744073709551616,)"})
    CHECK_MESSAGE(shape_refused(shape), shape);
}

TEST_CASE("a dtype that is no plain string is no header") {
  for (const char* dtype : {"<f4", "'<f4", "\"<f4'", "'<\\x664'", "[('a', '<f4')]", "('<f4', (2,))",
                            "{'a': 1}", "b'<f4'", "u'<f4'", "'<f' '4'", "None"})
    CHECK_MESSAGE(refused(dict(dtype, "False", "(2,)")), dtype);
}

TEST_CASE("an order that is neither True nor False is no header") {
  for (const char* order : {"0", "true", "'True'", "not True", "Truely", ""})
    CHECK_MESSAGE(refused(dict("'<f4'", order, "(2,)")), order);
}

TEST_CASE("anything around or inside the dict is no header") {
  const std::string good = dict("'<f4'", "False", "(2,)");
  REQUIRE(!refused(good));
  CHECK(refused(good + "x"));
  CHECK(refused(good + good));
  CHECK(refused("x" + good));
  CHECK(refused("(" + good + ")"));
  CHECK(refused(good + std::string(1, '\0')));
  CHECK(refused("{,'descr': '<f4', 'fortran_order': False, 'shape': (2,)}"));
  CHECK(refused("{'descr': '<f4',, 'fortran_order': False, 'shape': (2,)}"));
  CHECK(refused("{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}"));
  CHECK(refused("{'descr' '<f4', 'fortran_order': False, 'shape': (2,)}"));
  CHECK(refused(std::string(65536, '{')));
  for (std::size_t n = 0; n < good.size(); ++n)
    CHECK_MESSAGE(refused(good.substr(0, n)), good.substr(0, n));
}

TEST_CASE("what is written is read back, and ends on a multiple of 64 bytes") {
  for (const NpyHeader& header :
       {NpyHeader{"|u1", {}, false}, NpyHeader{"<f4", {5}, true}, NpyHeader{">i8", {0, 3}, false},
        NpyHeader{"<f8", std::vector<std::size_t>(8, 18446744073709551615u), false}}) {
    const std::string bytes = iddpm::io::format_npy_header(header);
    CHECK(bytes.size() % 64 == 0);
    CHECK(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
    CHECK(static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]) ==
          static_cast<int>(bytes.size()) - 10);
    CHECK(bytes.back() == '\n');
    CHECK(parse_npy_header(bytes.substr(10)) == header);
  }
}

TEST_CASE("the bytes are those that NumPy writes") {
  // Appended piece by piece: g++ 12 warns of a chain of operator+ that begins with a short string.
  std::string expected("\x93NUMPY\x01\x00v\x00", 10);
  expected += "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  expected.append(58, ' ');
  expected += '\n';
  CHECK(iddpm::io::format_npy_header({"<f4", {2, 3}, false}) == expected);
}

TEST_CASE("dtypes have NumPy's names") {
  using iddpm::io::npy_dtype;
  using iddpm::io::npy_type_name;
  CHECK(npy_type_name("|u1") == "uint8");
  CHECK(npy_type_name("<i4") == "int32");
  CHECK(npy_type_name(">i8") == "int64");
  CHECK(npy_type_name("<f4") == "float32");
  CHECK(npy_type_name(">f8") == "float64");
  for (const char* dtype : {"", "<", "f4", "|f4", "=f4", "<f2", "<f44", "<c16", "|O", "|b1", "|i1"})
    CHECK_MESSAGE(!npy_type_name(dtype), dtype);
  if (std::endian::native == std::endian::little) {
    CHECK(npy_dtype<std::uint8_t>() == "|u1");
    CHECK(npy_dtype<std::int32_t>() == "<i4");
    CHECK(npy_dtype<std::int64_t>() == "<i8");
    CHECK(npy_dtype<float>() == "<f4");
    CHECK(npy_dtype<double>() == "<f8");
  }
}

TEST_CASE("the size of the data is a checked product") {
  const std::size_t big = std::size_t{1} << 60;
  using iddpm::io::npy_data_bytes;
  CHECK(npy_data_bytes({"<f8", {}, false}) == 8);
  CHECK(npy_data_bytes({"<f4", {2, 3, 5}, false}) == 120);
  CHECK(npy_data_bytes({"|u1", {3, 0}, false}) == 0);
  CHECK(npy_data_bytes({"|u1", {big, 4}, false}) == 4 * big);
  CHECK(!npy_data_bytes({"|u1", {big, 8}, false}));
  CHECK(!npy_data_bytes({"<f8", {big}, false}));
  CHECK(!npy_data_bytes({"<f8", {4 * big, 8}, false}));
  CHECK(!npy_data_bytes({"<f8", {0, 4 * big, 8}, false}));
  CHECK(!npy_data_bytes({"|u1", {big * 15 + 1, big, 2}, false}));
}

TEST_CASE("shapes are written as in Python") {
  CHECK(iddpm::io::npy_shape_text({}) == "()");
  CHECK(iddpm::io::npy_shape_text({3}) == "(3,)");
  CHECK(iddpm::io::npy_shape_text({2, 0, 3}) == "(2, 0, 3)");
}
