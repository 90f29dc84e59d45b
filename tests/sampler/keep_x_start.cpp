// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include <iddpm/denoiser/concatenated.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/keep_x_start.hpp>
#include <iddpm/sampler/sample.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Batch3 = Tensor<float, 3, Exec>;
using Diffusion =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::FixedSmall, loss::Mse, Exec>;
using test::values;

// Keeps the condition that it is given, and answers with half of x plus a bit of the condition.
struct Net {
  std::vector<std::vector<double>>* conditions;

  template <class X, class T, class Output>
  void operator()(const Exec& exec, const X& x, const T&, const Output& out) const {
    exec.fence();
    const auto all = values(x);
    const auto to = Kokkos::create_mirror_view(out);
    std::vector<double> condition(out.size());
    const std::size_t size = out.size() / out.extent(0);
    for (std::size_t i = 0; i < condition.size(); ++i) {
      const std::size_t first = i / size * 2 * size + i % size;
      condition[i] = all[first + size];
      to.data()[i] = static_cast<float>(0.5 * all[first] + 0.3 * condition[i]);
    }
    Kokkos::deep_copy(out, to);
    conditions->push_back(condition);
  }
};

// KeepXStart, and a diary of what it kept.
struct Watched {
  static constexpr bool wants_x_start = KeepXStart<Batch3>::wants_x_start;
  KeepXStart<Batch3> keep;
  Batch3 view;
  std::vector<std::vector<double>>* kept;

  void operator()(const Exec& exec, const auto& step, const Batch3& x,
                  const Batch3& x_start) const {
    keep(exec, step, x, x_start);
    CHECK(values(view) == values(x_start));
    kept->push_back(values(view));
  }
};

Batch3 initial() {
  const Batch3 x("x", 3, 2, 5);
  fill_normal(Exec{}, NoiseStream{.seed = 4}.initial(), x);
  return x;
}

}  // namespace

TEST_CASE("self-conditioning: a step sees the x_0 that the one before it predicted") {
  std::vector<std::vector<double>> conditions, kept;
  const Batch3 condition("condition", 3, 2, 5), x = initial();
  sample(Exec{}, Diffusion{schedule::Cosine{6}}, sampler::Ancestral{},
         Concatenated{Net{&conditions}, condition}, NoiseStream{.seed = 4}, x,
         Watched{KeepXStart{condition}, condition, &kept});
  REQUIRE(conditions.size() == 6);
  REQUIRE(kept.size() == 6);
  CHECK(conditions[0] == std::vector<double>(30, 0));
  for (std::size_t k = 1; k < 6; ++k) CHECK(conditions[k] == kept[k - 1]);
  CHECK(kept[0] != kept[1]);
}

TEST_CASE("it is an observer as it is, and changes a run that uses what it keeps") {
  const auto run = [](auto&&... observer) {
    std::vector<std::vector<double>> conditions;
    const Batch3 condition("condition", 3, 2, 5), x = initial();
    sample(Exec{}, Diffusion{schedule::Cosine{6}}, sampler::Ancestral{},
           Concatenated{Net{&conditions}, condition}, NoiseStream{.seed = 4}, x,
           observer(condition)...);
    return values(x);
  };
  const auto conditioned = run([](const Batch3& view) { return KeepXStart{view}; });
  CHECK(conditioned != run());
  CHECK(conditioned == run([](const Batch3& view) { return KeepXStart{view}; }));
}

TEST_CASE("a view of other extents is refused") {
  const Batch3 x = initial();
  std::vector<std::vector<double>> conditions;
  const Batch3 condition("condition", 3, 2, 5), small("small", 3, 1, 5);
  CHECK_THROWS_WITH_AS(
      sample(Exec{}, Diffusion{schedule::Cosine{6}}, sampler::Ancestral{},
             Concatenated{Net{&conditions}, condition}, NoiseStream{}, x, KeepXStart{small}),
      "KeepXStart: view must have the extents of x_start (3, 2, 5); got (3, 1, 5)",
      std::invalid_argument);
}
