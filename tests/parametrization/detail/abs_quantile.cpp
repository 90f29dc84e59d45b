// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/parametrization/detail/abs_quantile.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr bool on_host = Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible;

template <class R>
struct Elements {
  iddpm::Tensor<R, 2, Exec> x;

  KOKKOS_INLINE_FUNCTION R operator()(std::size_t sample, std::size_t element) const {
    return x(sample, element);
  }
};

struct Store {
  iddpm::Tensor<double, 1, Exec> quantiles;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, double s) const {
    quantiles(sample) = s;
  }
};

template <class R>
Elements<R> on_device(const std::vector<std::vector<R>>& samples) {
  const iddpm::Tensor<R, 2, Exec> x("x", samples.size(), samples.empty() ? 0 : samples[0].size());
  const auto host = Kokkos::create_mirror_view(x);
  for (std::size_t i = 0; i < x.extent(0); ++i)
    for (std::size_t e = 0; e < x.extent(1); ++e) host(i, e) = samples[i][e];
  Kokkos::deep_copy(x, host);
  return {x};
}

std::vector<double> on_host_of(const iddpm::Tensor<double, 1, Exec>& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
  return {host.data(), host.data() + host.size()};
}

template <class R>
std::vector<double> quantiles(const std::vector<std::vector<R>>& samples, double quantile,
                              double at_least = 0) {
  const Exec exec;
  const Elements<R> elements = on_device(samples);
  const Store store{iddpm::Tensor<double, 1, Exec>("quantiles", samples.size())};
  iddpm::detail::abs_quantile<R, !on_host>("test", "test::quantile", exec, samples.size(),
                                           elements.x.extent(1), quantile, at_least, elements,
                                           store);
  return on_host_of(store.quantiles);
}

// The same with every thread of larger teams at work, which AUTO does not promise on hosts.
template <class R>
std::vector<double> quantiles_by_teams(const std::vector<std::vector<R>>& samples,
                                       double quantile) {
  using Kernel = iddpm::detail::AbsQuantile<R, Exec, Elements<R>, Store, true>;
  const Exec exec;
  const Elements<R> elements = on_device(samples);
  const Store store{iddpm::Tensor<double, 1, Exec>("quantiles", samples.size())};
  const std::size_t size = elements.x.extent(1);
  const Kernel kernel{elements, store, size, {quantile, size}, 0};
  const auto league = static_cast<int>(samples.size());
  const int most = Kokkos::TeamPolicy<Exec>(exec, league, 1)
                       .set_scratch_size(0, Kokkos::PerTeam(2 * Kernel::scratch()))
                       .team_size_max(kernel, Kokkos::ParallelForTag{});
  Kokkos::TeamPolicy<Exec> policy(exec, league, std::min(most, 4));
  policy.set_scratch_size(0, Kokkos::PerTeam(2 * Kernel::scratch()));
  Kokkos::parallel_for("test::quantile_by_teams", policy, kernel);
  return on_host_of(store.quantiles);
}

// By sorting: numpy.quantile(abs(x), quantile).
template <class R>
double truth(std::vector<R> x, double quantile) {
  for (R& value : x) value = std::abs(value);
  std::sort(x.begin(), x.end());
  const double position = quantile * static_cast<double>(x.size() - 1);
  const auto rank = static_cast<std::size_t>(position);
  const double low = static_cast<double>(x[rank]);
  const double high = static_cast<double>(x[std::min(rank + 1, x.size() - 1)]);
  const double fraction = position - static_cast<double>(rank);
  return fraction == 0 || low == high ? low : std::fma(fraction, high - low, low);
}

// Numbers of both signs over many magnitudes, then ties, zeros and subnormal numbers among them.
template <class R>
std::vector<R> some_numbers(std::size_t n, unsigned kind) {
  std::mt19937_64 numbers(n + kind);
  std::normal_distribution<double> normal;
  std::vector<R> x(n);
  for (R& value : x) {
    const double z = normal(numbers);
    if (kind == 0) value = static_cast<R>(z);
    if (kind == 1) value = static_cast<R>(std::copysign(std::exp(9 * z), normal(numbers)));
    if (kind == 2) value = static_cast<R>(std::round(2 * z));
    if (kind == 3) value = static_cast<R>(z) * std::numeric_limits<R>::denorm_min() * R(100);
    if (kind == 4) value = z > 1 ? std::numeric_limits<R>::infinity() : static_cast<R>(-z);
    if (kind == 5) value = R(-0.0);
  }
  return x;
}

constexpr unsigned kinds = 6;

}  // namespace

TEST_CASE("the quantile lies on the line between the sorted magnitudes around q (n - 1)") {
  const std::vector<std::vector<double>> samples{{-3, 1, 0, -4, 2}};
  CHECK(quantiles(samples, 0.5)[0] == 2);
  CHECK(quantiles(samples, 0.75)[0] == 3);
  CHECK(quantiles(samples, 0.625)[0] == 2.5);
  CHECK(quantiles(samples, 0.9)[0] == doctest::Approx(3.6));
  CHECK(quantiles(samples, 1)[0] == 4);
  CHECK(quantiles(samples, 0.5, 2.25)[0] == 2.25);
  CHECK(quantiles(samples, 0.5, 7)[0] == 7);
}

TEST_CASE_TEMPLATE("the quantile is that of the sorted magnitudes, to the bit", R, float, double) {
  for (const std::size_t n : {1u, 2u, 3u, 5u, 100u, 4097u})
    for (const double quantile : {1e-9, 0.5, 0.9, 0.995, 1.0}) {
      std::vector<std::vector<R>> samples;
      for (unsigned kind = 0; kind < kinds; ++kind) samples.push_back(some_numbers<R>(n, kind));
      const auto found = quantiles(samples, quantile);
      const auto by_teams = quantiles_by_teams(samples, quantile);
      for (unsigned kind = 0; kind < kinds; ++kind) {
        CAPTURE(n);
        CAPTURE(quantile);
        CAPTURE(kind);
        CHECK(found[kind] == truth(samples[kind], quantile));
        CHECK(by_teams[kind] == found[kind]);
      }
    }
}

TEST_CASE_TEMPLATE("a NaN makes its own sample's quantile NaN, of either sign", R, float, double) {
  const R nan = std::numeric_limits<R>::quiet_NaN();
  const std::vector<std::vector<R>> samples{{1, 2, 3}, {1, nan, 3}, {-nan, 2, 3}, {4, 5, 6}};
  const auto found = quantiles(samples, 0.5, 2.5);
  CHECK(found[0] == 2.5);
  CHECK(std::isnan(found[1]));
  CHECK(std::isnan(found[2]));
  CHECK(found[3] == 5);
}

TEST_CASE("infinities are magnitudes like others") {
  CHECK(quantiles<double>({{1, -inf, 2}}, 0.5)[0] == 2);
  CHECK(quantiles<double>({{1, -inf, 2}}, 0.6)[0] == inf);
  CHECK(quantiles<double>({{inf, -inf, 2, inf}}, 0.5)[0] == inf);
  CHECK(quantiles<float>({{1, -2}}, 0.5, inf)[0] == inf);
}

TEST_CASE_TEMPLATE("a sample's quantile does not depend on the batch around it", R, float, double) {
  std::vector<std::vector<R>> samples;
  for (unsigned i = 0; i < 7; ++i) samples.push_back(some_numbers<R>(1000, i % 2));
  for (R& value : samples[3]) value *= R(0.5);
  const auto together = quantiles(samples, 0.9);
  for (std::size_t i = 0; i < samples.size(); ++i)
    CHECK(quantiles<R>({samples[i]}, 0.9)[0] == together[i]);
}

TEST_CASE("an empty batch, or empty samples, launch nothing and leave all as it is") {
  CHECK(quantiles<float>({}, 0.5).empty());
  CHECK(quantiles<float>({{}, {}}, 0.5) == std::vector<double>{0, 0});
}

TEST_CASE("a sample of 2^32 elements is refused before anything is launched") {
  const Store store;
  const auto call = [&] {
    iddpm::detail::abs_quantile<float, !on_host>(
        "f", "test::quantile", Exec{}, 1, std::size_t{1} << 32, 0.5, 0, Elements<float>{}, store);
  };
  CHECK_THROWS_WITH_AS(call(), "f: a sample must have fewer than 2^32 elements; got 4294967296",
                       std::invalid_argument);
}
