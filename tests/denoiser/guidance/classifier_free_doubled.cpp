// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include "support/sixteen_bits.hpp"
#include <iddpm/denoiser/guidance/classifier_free.hpp>
#include <iddpm/denoiser/guidance/classifier_free_doubled.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace iddpm;
using guidance::ClassifierFree;
using guidance::ClassifierFreeDoubled;
using guidance::ClassifierFreeOptions;
using test::AffineNet;
using test::Exec;
using test::values;

namespace {

constexpr AffineNet one{.gain = 2, .of_time = 0.25}, other{.gain = -1, .of_time = 0.5};

// A denoiser that knows its samples by their position: the first half are `one`'s.
struct ByPosition {
  static constexpr bool takes_row = true;
  int* calls;
  double* timestep;  // of the row; where one came

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& out) const {
    ++*calls;
    const std::size_t half = x.extent(0) / 2;
    const auto part = [half](const auto& view, std::size_t which) {
      const std::pair range{which * half, (which + 1) * half};
      if constexpr (std::decay_t<decltype(view)>::rank() == 1)
        return Kokkos::subview(view, range);
      else
        return Kokkos::subview(view, range, Kokkos::ALL, Kokkos::ALL);
    };
    one(exec, part(x, 0), part(t, 0), part(out, 0));
    other(exec, part(x, 1), part(t, 1), part(out, 1));
  }

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T& t, const Output& out,
                  const Coefficients<double>& row) const {
    *timestep = row.timestep;
    (*this)(exec, x, t, out);
  }
};

std::vector<double> timesteps(std::size_t samples) {
  std::vector<double> t;
  for (std::size_t i = 0; i < samples; ++i) t.push_back(40.0 * static_cast<double>(i));
  return t;
}

template <class R>
void check_same(const ClassifierFreeOptions& options, std::size_t samples, std::size_t channels) {
  int calls = 0;
  double timestep = -1;
  const ClassifierFreeDoubled doubled{ByPosition{&calls, &timestep}, options};
  const ClassifierFree two{one, other, options};
  const Tensor<R, 3, Exec> x("x", samples, 2, 3), a("a", samples, channels, 3);
  const Tensor<R, 3, Exec> b("b", samples, channels, 3);
  fill_normal(Exec{}, NoiseStream{.seed = 8}.user(0), x);
  const auto t = test::from_values<R>(timesteps(samples));
  doubled(Exec{}, x, t, a);
  two(Exec{}, x, t, b);
  CHECK(values(a) == values(b));
  CHECK(calls == 1);
  CHECK(timestep == -1);
  for (const double at : {80.0, 0.0}) {
    const auto uniform = test::from_values<R>(std::vector(samples, at));
    doubled(Exec{}, x, uniform, a, test::row_at(at));
    two(Exec{}, x, uniform, b, test::row_at(at));
    CHECK(values(a) == values(b));
    CHECK(timestep == at);
  }
  CHECK(calls == 3);
}

}  // namespace

TEST_CASE("one doubled call gives the bits of the two calls, for every option") {
  for (const double scale : {0.0, 1.0, 3.5})
    for (const double rescale : {0.0, 0.6})
      for (const bool is_limited : {false, true}) {
        ClassifierFreeOptions options{.scale = scale, .rescale = rescale};
        if (is_limited) options.interval = {40, 120};
        CAPTURE(scale);
        CAPTURE(rescale);
        CAPTURE(is_limited);
        check_same<float>(options, 5, 4);
        check_same<float>(options, 5, 2);
        check_same<double>(options, 5, 4);
      }
}

TEST_CASE("batches of none, one and seven") {
  for (const std::size_t samples : {std::size_t{0}, std::size_t{1}, std::size_t{7}})
    check_same<float>({.scale = 2, .rescale = 0.5}, samples, 4);
}

TEST_CASE("another layout and 16 bits") {
  int calls = 0;
  double timestep = -1;
  const ClassifierFreeDoubled doubled{ByPosition{&calls, &timestep}, {.scale = 2}};
  const auto t = test::from_values<float>(timesteps(5));
  const auto x = test::normals<float>(1), out = test::normals<float>(2, 4);
  const Kokkos::View<float***, Kokkos::LayoutLeft, Exec> left("left", 5, 2, 3);
  const Kokkos::View<float***, Kokkos::LayoutLeft, Exec> left_out("left_out", 5, 4, 3);
  Kokkos::deep_copy(left, x);
  doubled(Exec{}, x, t, out);
  doubled(Exec{}, left, t, left_out);
  const auto expected = values(out);
  Kokkos::deep_copy(out, left_out);
  CHECK(values(out) == expected);

  const auto x16 = test::normals<float16>(1), out16 = test::normals<float16>(2, 4);
  const auto two16 = test::normals<float16>(2, 4);
  doubled(Exec{}, x16, t, out16);
  ClassifierFree{one, other, {.scale = 2}}(Exec{}, x16, t, two16);
  CHECK(values(out16) == values(two16));
}

TEST_CASE("a mistake is refused with a sentence") {
  int calls = 0;
  double timestep = -1;
  const ByPosition net{&calls, &timestep};
  using I = std::invalid_argument;
  CHECK_THROWS_WITH_AS(ClassifierFreeDoubled(net, {.rescale = -1}),
                       "ClassifierFreeDoubled: rescale must be in [0, 1]; got -1", I);
  const auto x = test::normals<float>(1), out = test::normals<float>(1, 3);
  const auto t = test::from_values<float>(timesteps(5));
  CHECK_THROWS_WITH_AS(ClassifierFreeDoubled(net)(Exec{}, x, t, out),
                       "ClassifierFreeDoubled: model_output must have the extents of x_t "
                       "(5, 2, 3), or twice its channels; got (5, 3, 3)",
                       I);
  CHECK_THROWS_WITH_AS(ClassifierFreeDoubled(net)(Exec{}, x, test::from_values<float>({1, 2}), x),
                       "ClassifierFreeDoubled: timesteps must hold one value per sample (5); got 2",
                       I);
  CHECK(calls == 0);
}
