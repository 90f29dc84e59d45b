// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include "support/sixteen_bits.hpp"
#include <iddpm/denoiser/concatenated.hpp>
#include <iddpm/denoiser/guidance/classifier_free.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace iddpm;
using test::AffineNet;
using test::Exec;
using test::values;

namespace {

// Hands on what it was given; its own output is x's first elements.
struct Recorder {
  static constexpr bool takes_row = true;
  std::vector<double>* joined;
  std::vector<std::size_t>* extents;
  double* timestep;

  template <class X, class T, class Output>
  void operator()(const Exec&, const X& x, const T&, const Output&) const {
    *joined = values(x);
    extents->clear();
    for (std::size_t r = 0; r < X::rank(); ++r) extents->push_back(x.extent(r));
  }
  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& out,
                  const Coefficients<double>& row) const {
    *timestep = row.timestep;
    (*this)(exec, x, t, out);
  }
};

struct Record {
  std::vector<double> joined;
  std::vector<std::size_t> extents;
  double timestep = -1;
  [[nodiscard]] Recorder net() { return {&joined, &extents, &timestep}; }
};

template <class X>
X counted(const X& x, double first) {
  const auto host = Kokkos::create_mirror_view(x);
  for (std::size_t i = 0; i < x.size(); ++i)
    host.data()[i] = static_cast<compute_t<X>>(first + static_cast<double>(i));
  Kokkos::deep_copy(x, host);
  return x;
}

// Samples of a then of b, each in turn.
std::vector<double> joined(const std::vector<double>& a, const std::vector<double>& b,
                           std::size_t samples) {
  std::vector<double> all;
  const auto add = [&](const std::vector<double>& from, std::size_t sample) {
    const auto size = static_cast<std::ptrdiff_t>(from.size() / samples);
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(sample) * size;
    all.insert(all.end(), begin, begin + size);
  };
  for (std::size_t i = 0; i < samples; ++i) add(a, i), add(b, i);
  return all;
}

template <class X>
void check(const X& x, const X& condition) {
  counted(x, 1);
  counted(condition, -900);
  Record record;
  const auto t = test::from_values<float>(std::vector(x.extent(0), 3.0));
  const Concatenated net{record.net(), condition};
  net(Exec{}, x, t, x);
  CHECK(record.joined == joined(values(x), values(condition), x.extent(0)));
  CHECK(record.timestep == -1);
  for (std::size_t r = 0; r < X::rank(); ++r)
    CHECK(record.extents[r] == x.extent(r) + (r == 1 ? condition.extent(1) : 0));
  record.joined.clear();
  net(Exec{}, x, t, x, test::row_at(3));
  CHECK(record.joined.size() == x.size() + condition.size());
  CHECK(record.timestep == 3);
}

}  // namespace

TEST_CASE("x_t and the condition are joined along axis 1, for every rank and batch") {
  for (const std::size_t b : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
    check(Tensor<float, 2, Exec>("x", b, 5), Tensor<float, 2, Exec>("condition", b, 3));
    check(Tensor<float, 3, Exec>("x", b, 2, 1500), Tensor<float, 3, Exec>("condition", b, 1, 1500));
    check(Tensor<float, 4, Exec>("x", b, 3, 2, 5), Tensor<float, 4, Exec>("condition", b, 3, 2, 5));
    check(Tensor<float, 5, Exec>("x", b, 1, 2, 2, 3),
          Tensor<float, 5, Exec>("condition", b, 2, 2, 2, 3));
    check(Tensor<double, 3, Exec>("x", b, 2, 1031), Tensor<double, 3, Exec>("c", b, 3, 1031));
  }
}

TEST_CASE("another layout, and a condition in 16 bits") {
  Record record;
  const auto x = test::normals<float>(1), condition = test::normals<float>(2, 3);
  const auto t = test::from_values<float>({1, 2, 3, 4, 5});
  const Kokkos::View<float***, Kokkos::LayoutLeft, Exec> left("left", 5, 3, 3);
  Kokkos::deep_copy(left, condition);
  Concatenated{record.net(), left}(Exec{}, x, t, x);
  CHECK(record.joined == joined(values(x), values(condition), 5));

  const auto half = test::normals<float16>(2, 3);
  Concatenated{record.net(), half}(Exec{}, x, t, x);
  CHECK(record.joined == joined(values(x), values(half), 5));
  const auto half_x = test::normals<float16>(1);
  Concatenated{record.net(), half}(Exec{}, half_x, t, half_x);
  CHECK(record.joined == joined(values(half_x), values(half), 5));
}

TEST_CASE("what is written into the condition later is seen by the next call") {
  Record record;
  const auto x = test::normals<float>(1), condition = test::normals<float>(2);
  const auto t = test::from_values<float>({1, 2, 3, 4, 5});
  const Concatenated net{record.net(), condition};
  net(Exec{}, x, t, x);
  Kokkos::deep_copy(condition, 7.0f);
  net(Exec{}, x, t, x);
  CHECK(record.joined == joined(values(x), std::vector(30, 7.0), 5));
}

TEST_CASE("guidance goes around it: with and without the condition") {
  const auto x = test::normals<float>(1), condition = test::normals<float>(2);
  const auto nothing = test::normals<float>(3), out = test::normals<float>(4);
  Kokkos::deep_copy(nothing, 0.0f);
  const auto t = test::from_values<float>({1, 2, 3, 4, 5});
  // Sees the condition: adds it to x.
  const auto net = [](const Exec& exec, const auto& seen, const auto&, const auto& to) {
    using Kokkos::ALL;
    exec.fence();
    const auto all = values(seen);
    const auto host = Kokkos::create_mirror_view(to);
    for (std::size_t i = 0; i < to.size(); ++i)
      host.data()[i] = static_cast<float>(all[i / 6 * 12 + i % 6]) +
                       static_cast<float>(all[i / 6 * 12 + 6 + i % 6]);
    Kokkos::deep_copy(to, host);
  };
  const guidance::ClassifierFree guided{Concatenated{net, condition}, Concatenated{net, nothing},
                                        guidance::ClassifierFreeOptions{.scale = 3}};
  guided(Exec{}, x, t, out, test::row_at(1));
  const auto of_x = values(x), of_condition = values(condition), all = values(out);
  for (std::size_t i = 0; i < all.size(); ++i)
    CHECK(all[i] == doctest::Approx(of_x[i] + 3 * of_condition[i]).epsilon(1e-5));
}

TEST_CASE("extents that do not fit are refused with a sentence") {
  Record record;
  const auto t = test::from_values<float>({1, 2, 3, 4, 5});
  const auto x = test::normals<float>(1);
  const Tensor<float, 3, Exec> samples("c", 4, 2, 3), sizes("c", 5, 2, 4);
  using I = std::invalid_argument;
  CHECK_THROWS_WITH_AS((Concatenated{record.net(), samples}(Exec{}, x, t, x)),
                       "Concatenated: condition must have the extents of x_t (5, 2, 3) but for "
                       "axis 1; got (4, 2, 3)",
                       I);
  CHECK_THROWS_WITH_AS((Concatenated{record.net(), sizes}(Exec{}, x, t, x)),
                       "Concatenated: condition must have the extents of x_t (5, 2, 3) but for "
                       "axis 1; got (5, 2, 4)",
                       I);
  CHECK(record.extents.empty());
}
