// SPDX-License-Identifier: MIT
#include "temporary_folder.hpp"
#include <iddpm/io/npy.hpp>

#include <Kokkos_Core.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using iddpm::io::HostArray;
using iddpm::io::read_npy;
using iddpm::io::write_npy;
using Exec = Kokkos::DefaultExecutionSpace;

#define NPY_TYPES std::uint8_t, std::int32_t, std::int64_t, float, double

namespace {

/// A file as another program might write it: no padding, versions 1 to 3.
std::string file(int version, const std::string& dtype, bool fortran, const std::string& shape,
                 const std::string& data) {
  const std::string dict = "{'descr': '" + dtype +
                           "', 'fortran_order': " + (fortran ? "True" : "False") +
                           ", 'shape': " + shape + "}";
  std::string bytes = "\x93NUMPY";
  bytes += {static_cast<char>(version), '\0', static_cast<char>(dict.size()), '\0'};
  if (version > 1) bytes += std::string(2, '\0');
  return bytes + dict + data;
}

template <class T>
HostArray<T> counted(const std::vector<std::size_t>& shape) {
  HostArray<T> array = HostArray<T>::from_shape(shape);
  for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = static_cast<T>(i + 1);
  return array;
}

template <class V>
void fill(const V& view) {
  // Kokkos copies no View with gaps between a device and the host.
  const iddpm::Tensor<float, 3, Exec> packed("packed", view.extent(0), view.extent(1),
                                             view.extent(2));
  const auto host = Kokkos::create_mirror_view(packed);
  for (std::size_t i = 0; i < host.extent(0); ++i)
    for (std::size_t j = 0; j < host.extent(1); ++j)
      for (std::size_t k = 0; k < host.extent(2); ++k)
        host(i, j, k) = static_cast<float>(100 * i + 10 * j + k);
  Kokkos::deep_copy(packed, host);
  Kokkos::deep_copy(view, packed);
}

}  // namespace

TEST_CASE("files written by hand are read in every version") {
  const TemporaryFolder folder;
  for (int version : {1, 2, 3}) {
    folder.put("a.npy", file(version, "<i4", false, "(2, 2)",
                             std::string("\1\0\0\0\2\0\0\0\0\1\0\0\xff\xff\xff\xff", 16)));
    CHECK(iddpm::io::read_npy_header(folder / "a.npy") ==
          iddpm::io::NpyHeader{"<i4", {2, 2}, false});
    CHECK(read_npy<std::int32_t>(folder / "a.npy") == HostArray<std::int32_t>{{1, 2}, {256, -1}});
  }
}

TEST_CASE("big-endian files are read as what they mean") {
  const TemporaryFolder folder;
  folder.put("i4", file(1, ">i4", false, "(2,)", std::string("\0\0\0\1\xff\xff\xff\xfe", 8)));
  CHECK(read_npy<std::int32_t>(folder / "i4") == HostArray<std::int32_t>{1, -2});
  folder.put("i8", file(1, ">i8", false, "(1,)", std::string("\0\0\0\0\0\0\1\2", 8)));
  CHECK(read_npy<std::int64_t>(folder / "i8") == HostArray<std::int64_t>{258});
  folder.put("f4", file(1, ">f4", false, "(1,)", std::string("\x3f\xc0\0\0", 4)));
  CHECK(read_npy<float>(folder / "f4") == HostArray<float>{1.5f});
  folder.put("f8", file(1, ">f8", false, "(1,)", std::string("\xc0\0\0\0\0\0\0\0", 8)));
  CHECK(read_npy<double>(folder / "f8") == HostArray<double>{-2.0});
}

TEST_CASE("a file in Fortran order gives the same array, on the host and in a View") {
  const TemporaryFolder folder;
  folder.put("f.npy", file(1, "|u1", true, "(2, 3)", "\1\4\2\5\3\6"));
  CHECK(read_npy<std::uint8_t>(folder / "f.npy") == HostArray<std::uint8_t>{{1, 2, 3}, {4, 5, 6}});
  const auto view = read_npy<std::uint8_t, 2>(Exec{}, folder / "f.npy");
  write_npy(Exec{}, view, folder / "c.npy");
  CHECK(folder.get("c.npy").ends_with("\1\2\3\4\5\6"));
  folder.put("big", file(2, ">i4", true, "(1, 2, 2)",
                         std::string("\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4", 16)));
  CHECK(read_npy<std::int32_t>(folder / "big") == HostArray<std::int32_t>{{{1, 3}, {2, 4}}});
}

TEST_CASE_TEMPLATE("arrays of rank 0 to 8 come back as they went", T, NPY_TYPES) {
  const TemporaryFolder folder;
  std::vector<std::size_t> shape;
  for (std::size_t rank = 0; rank <= 8; ++rank) {
    const HostArray<T> array = counted<T>(shape);
    write_npy(array, folder / "a.npy");
    const HostArray<T> back = read_npy<T>(folder / "a.npy");
    CHECK(std::vector<std::size_t>(back.shape().begin(), back.shape().end()) == shape);
    CHECK(back == array);
    CHECK(std::filesystem::file_size(folder / "a.npy") == 128 + array.size() * sizeof(T));
    shape.push_back(1 + (rank + 1) % 3);
  }
}

TEST_CASE_TEMPLATE("the extremes of a type come back bit by bit", T, NPY_TYPES) {
  const TemporaryFolder folder;
  using Limits = std::numeric_limits<T>;
  write_npy(HostArray<T>{Limits::lowest(), Limits::max(), Limits::min(), Limits::infinity()},
            folder / "a.npy");
  write_npy(read_npy<T>(folder / "a.npy"), folder / "b.npy");
  CHECK(folder.get("a.npy") == folder.get("b.npy"));
}

TEST_CASE("an array without elements keeps its shape") {
  const TemporaryFolder folder;
  write_npy(HostArray<float>::from_shape({3, 0, 2}), folder / "a.npy");
  CHECK(iddpm::io::read_npy_header(folder / "a.npy").shape == std::vector<std::size_t>{3, 0, 2});
  const auto view = read_npy<float, 3>(Exec{}, folder / "a.npy");
  CHECK(iddpm::shape_of(view) == "(3, 0, 2)");
  write_npy(Exec{}, view, folder / "b.npy");
  CHECK(folder.get("a.npy") == folder.get("b.npy"));
}

TEST_CASE("expressions and column-major arrays are written as rows") {
  const TemporaryFolder folder;
  const HostArray<float> rows{{1, 2, 3}, {4, 5, 6}};
  write_npy(rows + rows, folder / "twice.npy");
  CHECK(read_npy<float>(folder / "twice.npy") == HostArray<float>{{2, 4, 6}, {8, 10, 12}});
  const xt::xarray<float, xt::layout_type::column_major> columns = rows;
  write_npy(columns, folder / "columns.npy");
  CHECK(read_npy<float>(folder / "columns.npy") == rows);
}

TEST_CASE("Views of every layout write the same bytes") {
  const TemporaryFolder folder;
  const iddpm::Tensor<float, 3, Exec> right("right", 2, 3, 4);
  const Kokkos::View<float***, Kokkos::LayoutLeft, Exec> left("left", 2, 3, 4);
  const iddpm::Tensor<float, 4, Exec> wide("wide", 2, 3, 5, 4);
  const auto strided = Kokkos::subview(wide, Kokkos::ALL, Kokkos::ALL, 2, Kokkos::ALL);
  fill(right), fill(left), fill(strided);
  write_npy(Exec{}, right, folder / "right");
  write_npy(Exec{}, left, folder / "left");
  write_npy(Exec{}, strided, folder / "strided");
  write_npy(Exec{}, iddpm::Tensor<const float, 3, Exec>(right), folder / "const");
  CHECK(folder.get("right") == folder.get("left"));
  CHECK(folder.get("right") == folder.get("strided"));
  CHECK(folder.get("right") == folder.get("const"));
  CHECK(read_npy<float>(folder / "right")(1, 2, 3) == 123.0f);
}

TEST_CASE("a row-major part of a View is written without the rest") {
  const TemporaryFolder folder;
  write_npy(counted<float>({4, 6}), folder / "all");
  const auto all = read_npy<float, 2>(Exec{}, folder / "all");
  write_npy(Exec{}, Kokkos::subview(all, Kokkos::pair(1, 3), Kokkos::ALL), folder / "rows");
  CHECK(read_npy<float>(folder / "rows") ==
        HostArray<float>{{7, 8, 9, 10, 11, 12}, {13, 14, 15, 16, 17, 18}});
  write_npy(Exec{}, Kokkos::subview(all, Kokkos::ALL, Kokkos::pair(4, 6)), folder / "columns");
  CHECK(read_npy<float>(folder / "columns") ==
        HostArray<float>{{5, 6}, {11, 12}, {17, 18}, {23, 24}});
  write_npy(Exec{}, Kokkos::subview(all, Kokkos::ALL, 4), folder / "vector");
  CHECK(read_npy<float>(folder / "vector") == HostArray<float>{5, 11, 17, 23});
}

TEST_CASE_TEMPLATE("Views of rank 0 to 8 come back as they went", T, NPY_TYPES) {
  const TemporaryFolder folder;
  const Exec exec;
  const auto round_trip = [&]<std::size_t Rank>(std::integral_constant<std::size_t, Rank>) {
    write_npy(counted<T>(std::vector<std::size_t>(Rank, 2)), folder / "a");
    const iddpm::Tensor<T, Rank, Exec> view = read_npy<T, Rank>(exec, folder / "a");
    CHECK(view.size() == std::size_t{1} << Rank);
    write_npy(exec, view, folder / "b");
    CHECK(folder.get("a") == folder.get("b"));
  };
  [&]<std::size_t... Rank>(std::index_sequence<Rank...>) {
    (round_trip(std::integral_constant<std::size_t, Rank>{}), ...);
  }
  (std::make_index_sequence<9>{});
}

TEST_CASE("an array of rank 9 is refused before anything is written") {
  const TemporaryFolder folder;
  const auto nine = counted<float>(std::vector<std::size_t>(9, 1));
  CHECK(folder.sentence<std::invalid_argument>([&] { write_npy(nine, folder / "a"); }) ==
        "write_npy: array must have rank 0 to 8; got 9");
  CHECK(folder.count() == 0);
}

TEST_CASE("a file that cannot be written is refused") {
  const TemporaryFolder folder;
  folder.put("file", "");
  const std::string wanted = "write_npy: file/a must be writable; got Not a directory";
  CHECK(folder.sentence<std::runtime_error>(
            [&] { write_npy(HostArray<float>{1}, folder / "file/a"); }) == wanted);
  const iddpm::Tensor<float, 1, Exec> view("view", 3);
  CHECK(folder.sentence<std::runtime_error>([&] { write_npy(Exec{}, view, folder / "file/a"); }) ==
        wanted);
}

namespace {
std::set<std::string> seen;  // by the callbacks below
void note_fence(const char* name, std::uint32_t, std::uint64_t*) {
  if (!std::strstr(name, "impl_deallocate")) seen.insert(name);  // freeing a View is Kokkos' affair
}
void note_memory(Kokkos_Profiling_SpaceHandle, const char* name, const void*, std::uint64_t) {
  seen.insert(name);
}
}  // namespace

TEST_CASE("Views go and come with a fence of the caller's exec and nothing else") {
  namespace tools = Kokkos::Tools::Experimental;
  const TemporaryFolder folder;
  const Exec exec;
  const Kokkos::View<float**, Kokkos::LayoutLeft, Exec> left("left", 3, 4);
  seen.clear();
  tools::set_begin_fence_callback(note_fence);
  tools::set_allocate_data_callback(note_memory);
  write_npy(exec, left, folder / "a");
  CHECK(seen == std::set<std::string>{"iddpm::io::write_npy"});
  seen.clear();
  (void)read_npy<float, 2>(exec, folder / "a");
  CHECK(seen == std::set<std::string>{"iddpm::io::read_npy"});
  tools::set_begin_fence_callback(nullptr);
  tools::set_allocate_data_callback(nullptr);
}
