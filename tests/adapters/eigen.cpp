// SPDX-License-Identifier: MIT
#include "bridged.hpp"
#include <iddpm/adapters/eigen.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using adapters::to_eigen;
using adapters::view_of;
using test::Host;
using Memory = Kokkos::HostSpace;

namespace {

template <class V, class Layout>
constexpr bool has_layout = std::is_same_v<typename V::array_layout, Layout>;

template <class T>
using Left = Kokkos::View<T**, Kokkos::LayoutLeft, Memory>;

}  // namespace

TEST_CASE_TEMPLATE("a View of rank 1 or 2 and its Map are one memory, in every layout", T, float,
                   double, int, float16) {
  const auto check = [](const auto& view) {
    auto map = to_eigen(view);
    CHECK(map.rows() == 3);
    CHECK(map.cols() == 4);
    map(2, 1) = T(5);
    CHECK(view(2, 1) == T(5));
    view(1, 3) = T(6);
    CHECK(map(1, 3) == T(6));
  };
  check(Tensor<T, 2, Host>("right", 3, 4));
  check(Left<T>("left", 3, 4));
  const Tensor<T, 3, Host> wide("wide", 3, 4, 2);
  check(Kokkos::subview(wide, Kokkos::ALL, Kokkos::ALL, 1));
  check(Kokkos::subview(Tensor<T, 2, Host>("rows", 5, 6), Kokkos::pair(1, 4), Kokkos::pair(2, 6)));
  check(Kokkos::subview(Left<T>("columns", 5, 6), Kokkos::pair(1, 4), Kokkos::pair(2, 6)));
  const auto vector = Kokkos::subview(wide, 1, Kokkos::ALL, 1);
  to_eigen(vector)(3) = T(7);
  CHECK(wide(1, 3, 1) == T(7));
}

TEST_CASE("a Map has the View's order and its const") {
  static_assert(decltype(to_eigen(Tensor<float, 2, Host>()))::IsRowMajor, "LayoutRight");
  static_assert(!decltype(to_eigen(Left<float>()))::IsRowMajor, "LayoutLeft");
  const Tensor<float, 2, Host> owner("owner", 2, 2);
  const Tensor<const float, 2, Host> view = owner;
  const auto map = to_eigen(view);
  using Map = std::remove_const_t<decltype(map)>;
  static_assert((int{Map::Flags} & Eigen::LvalueBit) == 0, "const stays const");
  owner(1, 0) = 3.0f;
  CHECK(map.sum() == 3.0f);
}

TEST_CASE("a View of a higher rank is a matrix (B, elements)") {
  const Tensor<double, 4, Host> images("images", 2, 3, 4, 5);
  auto map = to_eigen(images);
  CHECK(map.rows() == 2);
  CHECK(map.cols() == 60);
  map(1, 59) = 2;
  CHECK(images(1, 2, 3, 4) == 2);
  const auto half = Kokkos::subview(images, Kokkos::ALL, Kokkos::pair(2, 3), Kokkos::ALL,
                                    Kokkos::ALL);  // of the channels: samples lie apart
  auto part = to_eigen(half);
  CHECK(part.cols() == 20);
  part(1, 19) = 4;
  CHECK(images(1, 2, 3, 4) == 4);
  const Tensor<float, 8, Host> eight("eight", 2, 1, 2, 1, 2, 1, 2, 1);
  CHECK(&to_eigen(eight)(1, 7) == &eight(1, 0, 1, 0, 1, 0, 1, 0));
  const Kokkos::View<float***, Kokkos::LayoutLeft, Memory> left("left", 3, 2, 2);
  CHECK(test::sentence([&] { (void)to_eigen(left); }) ==
        "to_eigen: view must have samples that are contiguous and row-major; got extents "
        "(3, 2, 2), strides (1, 3, 6)");
}

TEST_CASE("extents 0 and 1 are Maps too") {
  CHECK(to_eigen(Tensor<float, 2, Host>("none", 0, 3)).cols() == 3);
  CHECK(to_eigen(Left<float>("none", 3, 0)).rows() == 3);
  CHECK(to_eigen(Tensor<float, 3, Host>("none", 2, 0, 3)).size() == 0);
  CHECK(to_eigen(Tensor<float, 1, Host>("none", 0)).size() == 0);
  const Tensor<float, 3, Host> one("one", 1, 1, 1);
  to_eigen(one)(0, 0) = 2.0f;
  CHECK(one(0, 0, 0) == 2.0f);
}

TEST_CASE_TEMPLATE("matrices and arrays of both orders are Views", T, float, double, bfloat16) {
  using Rows = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic> columns(3, 4);
  Rows rows(3, 4);
  Eigen::Array<T, 3, 4> array;
  const auto check = []<class Layout>(auto& matrix, Layout) {
    const auto view = view_of(matrix);
    static_assert(has_layout<decltype(view), Layout>, "the matrix' order");
    CHECK(view.extent(0) == 3);
    CHECK(view.extent(1) == 4);
    view(2, 1) = T(5);
    CHECK(matrix(2, 1) == T(5));
    matrix(1, 3) = T(6);
    CHECK(view(1, 3) == T(6));
  };
  check(columns, Kokkos::LayoutLeft{});
  check(rows, Kokkos::LayoutRight{});
  check(array, Kokkos::LayoutLeft{});
  const Rows fixed = rows;
  static_assert(test::is_const<decltype(view_of(fixed))>, "const stays const");
  CHECK(view_of(fixed).data() == fixed.data());
}

TEST_CASE("Maps, Refs and Blocks are Views, LayoutStride where they may have gaps") {
  Eigen::MatrixXf matrix = Eigen::MatrixXf::Zero(6, 8);
  const auto block = view_of(matrix.block(1, 2, 3, 4));
  static_assert(has_layout<decltype(block), Kokkos::LayoutStride>, "a Block has gaps");
  block(2, 3) = 1;
  CHECK(matrix(3, 5) == 1);
  Eigen::Ref<Eigen::MatrixXf> ref = matrix.leftCols(3);
  view_of(ref)(5, 2) = 2;
  CHECK(matrix(5, 2) == 2);
  const auto map = view_of(Eigen::Map<Eigen::MatrixXf>(matrix.data(), 8, 6));
  static_assert(has_layout<decltype(map), Kokkos::LayoutLeft>, "a Map without strides is dense");
  CHECK(&map(7, 5) == &matrix(5, 7));
  const auto read = view_of(Eigen::Map<const Eigen::MatrixXf>(matrix.data(), 6, 8));
  static_assert(test::is_const<decltype(read)>, "const stays const");
  const auto row = view_of(matrix.row(3));
  static_assert(decltype(row)::rank() == 1, "a vector type is of rank 1");
  CHECK(&row(5) == &matrix(3, 5));
  Eigen::VectorXd vector(5);
  const auto flat = view_of(vector);
  static_assert(has_layout<decltype(flat), Kokkos::LayoutLeft>, "a vector is dense");
  flat(4) = 3;
  CHECK(vector(4) == 3);
  Eigen::Map<Eigen::MatrixXf, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> strided(
      matrix.data(), 3, 2, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>(12, 2));
  CHECK(&view_of(strided)(2, 1) == &matrix(4, 2));
  Eigen::MatrixXf none(0, 3);
  CHECK(view_of(none).extent(1) == 3);
  CHECK(view_of(none.topRows(0)).extent(1) == 3);
}

TEST_CASE("a Map that repeats elements is a View for reading only") {
  float numbers[3] = {1, 2, 3};
  const Eigen::OuterStride<> none(0);
  Eigen::Map<Eigen::Matrix3f, 0, Eigen::OuterStride<>> map(numbers, 3, 3, none);
  CHECK(test::sentence([&] { (void)view_of(map); }) ==
        "view_of: matrix must have strides of 1 or more; got (1, 0)");
  Eigen::Map<const Eigen::Matrix3f, 0, Eigen::OuterStride<>> reading(numbers, 3, 3, none);
  CHECK(view_of(reading)(2, 1) == 3);
}

TEST_CASE_TEMPLATE("operations on a matrix' View give a Tensor's bits", T, float, double, float16) {
  Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic> columns(3, 7);
  CHECK(test::has_same_bits(view_of(columns)));
  Eigen::Matrix<T, 3, 7, Eigen::RowMajor> rows;
  CHECK(test::has_same_bits(view_of(rows)));
  Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic> large(6, 20);
  CHECK(test::has_same_bits(view_of(large.block(1, 2, 3, 7))));
}
