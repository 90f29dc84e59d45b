// SPDX-License-Identifier: MIT
#include <iddpm/core/batch.hpp>
#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/denoised/dynamic_threshold.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using iddpm::denoised::DynamicThreshold;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

constexpr double inf = std::numeric_limits<double>::infinity();

template <class R>
using Batch = iddpm::Tensor<R, 2, Exec>;

template <class R>
struct Elements {
  Batch<R> x;

  KOKKOS_INLINE_FUNCTION R operator()(std::size_t sample, std::size_t element) const {
    return x(sample, element);
  }
};

template <class R>
struct Apply {
  Batch<R> x;
  iddpm::detail::BoundThreshold<R, Exec> bound;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const auto denoised = bound.for_sample(sample);
    for (std::size_t e = begin; e < end; ++e) x(sample, e) = denoised(x(sample, e));
  }
};

template <class R>
void apply(const Exec& exec, const iddpm::detail::BoundThreshold<R, Exec>& bound,
           const Batch<R>& x) {
  bound.measure(exec, x.extent(0), x.extent(1), Elements<R>{x});
  iddpm::for_each_tile("test::apply", exec, x.extent(0), x.extent(1), Apply<R>{x, bound});
}

template <class R>
std::vector<std::vector<R>> processed(const DynamicThreshold& threshold,
                                      std::vector<std::vector<R>> samples) {
  const Exec exec;
  const Batch<R> x("x", samples.size(), samples.empty() ? 0 : samples[0].size());
  const auto host = Kokkos::create_mirror_view(x);
  for (std::size_t i = 0; i < x.extent(0); ++i)
    for (std::size_t e = 0; e < x.extent(1); ++e) host(i, e) = samples[i][e];
  Kokkos::deep_copy(exec, x, host);
  apply(exec, threshold.bind<R>(exec, x.extent(0)), x);
  Kokkos::deep_copy(exec, host, x);
  exec.fence();
  for (std::size_t i = 0; i < x.extent(0); ++i)
    for (std::size_t e = 0; e < x.extent(1); ++e) samples[i][e] = host(i, e);
  return samples;
}

template <class R>
std::vector<R> normals(std::size_t n, unsigned seed, double scale) {
  std::mt19937_64 numbers(seed);
  std::normal_distribution<double> normal(0, scale);
  std::vector<R> x(n);
  for (R& value : x) value = static_cast<R>(normal(numbers));
  return x;
}

template <class R>
using Samples = std::vector<std::vector<R>>;

}  // namespace

TEST_CASE("DynamicThreshold is a per-sample processing, its bound object a bound one") {
  using Bound = decltype(DynamicThreshold{}.bind<float>(Exec{}, 1));
  static_assert(iddpm::Denoised<DynamicThreshold>, "it processes an x_0");
  static_assert(iddpm::PerSampleDenoised<DynamicThreshold>, "it needs the whole sample");
  static_assert(!iddpm::ElementDenoised<DynamicThreshold>, "one element alone is not enough");
  static_assert(iddpm::Denoised<Bound> && iddpm::BoundDenoised<Bound>, "bound, it is accepted too");
  static_assert(!iddpm::ElementDenoised<Bound>, "bound, it still needs the sample's number");
}

TEST_CASE_TEMPLATE("the sample is divided by its quantile and cut at the bound", R, float, double) {
  // |x| = 0 1 2 3 4: the quantile 0.5 is 2, so x / 2; in the second sample it is below 1.
  const auto x =
      processed<R>(DynamicThreshold(0.5), {{-3, 1, 0, -4, 2}, {R(0.25), R(-0.5), 0, 3, R(-0.75)}});
  CHECK(x[0] == std::vector<R>{-1, R(0.5), 0, -1, 1});
  CHECK(x[1] == std::vector<R>{R(0.25), R(-0.5), 0, 1, R(-0.75)});
}

TEST_CASE_TEMPLATE("the bound of the data and the largest threshold are respected", R, float,
                   double) {
  const Samples<R> sample{{-3, 1, 0, -4, 2}};
  CHECK(processed<R>(DynamicThreshold(0.5, 0.5), sample)[0] ==
        std::vector<R>{R(-0.5), R(0.25), 0, R(-0.5), R(0.5)});
  CHECK(processed<R>(DynamicThreshold(0.75, 1, 2), sample)[0] ==
        std::vector<R>{-1, R(0.5), 0, -1, 1});
  CHECK(processed<R>(DynamicThreshold(0.75, 8), sample)[0] == sample[0]);
}

TEST_CASE_TEMPLATE("with the bound as the largest threshold it is a clip", R, float, double) {
  const auto x = normals<R>(1000, 5, 2);
  const auto found = processed<R>(DynamicThreshold(0.995, 1, 1), {x})[0];
  for (std::size_t e = 0; e < x.size(); ++e) CHECK(found[e] == iddpm::denoised::Clip{}(x[e]));
}

TEST_CASE_TEMPLATE("nothing leaves the bound, however large the sample", R, float, double) {
  const auto x = processed<R>(DynamicThreshold(0.9), {normals<R>(1000, 6, 1e30)})[0];
  std::size_t at_bound = 0;
  for (const R value : x) {
    CHECK(std::abs(value) <= 1);
    at_bound += std::abs(value) == 1 ? 1u : 0u;
  }
  CHECK(at_bound == 100);
}

TEST_CASE_TEMPLATE("a sample's result does not depend on its batch of 0, 1 or 7", R, float,
                   double) {
  CHECK(processed<R>(DynamicThreshold(), {}).empty());
  CHECK(processed<R>(DynamicThreshold(), Samples<R>(3)) == Samples<R>(3));
  Samples<R> samples;
  for (unsigned i = 0; i < 7; ++i) samples.push_back(normals<R>(333, i, 1 + i));
  const auto together = processed<R>(DynamicThreshold(), samples);
  for (std::size_t i = 0; i < samples.size(); ++i)
    CHECK(processed<R>(DynamicThreshold(), {samples[i]})[0] == together[i]);
}

TEST_CASE("NaN makes its own sample NaN; infinities are cut where the threshold is finite") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto x = processed<double>(DynamicThreshold(0.5), {{1, nan, 4}, {1, 2, 4}, {1, 2, -inf}});
  for (const double value : x[0]) CHECK(std::isnan(value));
  CHECK(x[1] == std::vector<double>{0.5, 1, 1});
  CHECK(x[2] == std::vector<double>{0.5, 1, -1});
  const auto unbounded = processed<double>(DynamicThreshold(1), {{1, 2, inf}})[0];
  CHECK(unbounded[0] == 0);
  CHECK(std::isnan(unbounded[2]));
  const auto capped = processed<double>(DynamicThreshold(1, 1, 4), {{1, 2, -inf}})[0];
  CHECK(capped == std::vector<double>{0.25, 0.5, -1});
}

TEST_CASE("a bound object serves smaller batches, and refuses larger ones with a sentence") {
  const Exec exec;
  const auto bound = DynamicThreshold(0.5).bind<float>(exec, 2);
  const Batch<float> x("x", 1, 3);
  Kokkos::deep_copy(exec, x, 4.0f);
  apply(exec, bound, x);
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, x);
  CHECK(host(0, 2) == 1);
  CHECK_THROWS_WITH_AS(bound.measure(exec, 3, 3, Elements<float>{x}),
                       "DynamicThreshold: samples must be at most the 2 it is bound for; got 3",
                       std::invalid_argument);
}

TEST_CASE("numbers without a meaning are refused with a sentence") {
  const auto refused = [](double quantile, double bound, double largest, const char* sentence) {
    CHECK_THROWS_WITH_AS(DynamicThreshold(quantile, bound, largest), sentence,
                         std::invalid_argument);
  };
  refused(0, 1, inf, "DynamicThreshold: quantile must be in (0, 1]; got 0");
  refused(1.5, 1, inf, "DynamicThreshold: quantile must be in (0, 1]; got 1.5");
  refused(std::nan(""), 1, inf, "DynamicThreshold: quantile must be in (0, 1]; got nan");
  refused(0.5, 0, inf, "DynamicThreshold: bound must be positive and finite; got 0");
  refused(0.5, inf, inf, "DynamicThreshold: bound must be positive and finite; got inf");
  refused(0.5, 2, 1, "DynamicThreshold: largest must be at least bound; got 1");
  refused(0.5, 2, std::nan(""), "DynamicThreshold: largest must be at least bound; got nan");
}
