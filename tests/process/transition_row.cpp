// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/loss/mse.hpp>
#include <iddpm/process/transition_row.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/sampler/ancestral.hpp>
#include <iddpm/sampler/ddim.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using golden::Exec;
using P =
    GaussianDiffusion<schedule::Cosine, mean::Epsilon, variance::LearnedRange, loss::Mse, Exec>;

constexpr std::size_t samples = 3, size = 21;
const NoiseStream noise{.seed = 4};

template <class R>
Tensor<R, 2, Exec> normals(std::uint32_t k, std::size_t columns) {
  const Tensor<R, 2, Exec> x("x", samples, columns);
  fill_normal(Exec{}, noise.user(k), x);
  return x;
}

// x after one transition from the same x and model output.
template <class R, class S, class T>
std::vector<double> after(const S& sampler, const P& process, const T& t) {
  const auto x = normals<R>(0, size);
  sampler(Exec{}, process, x, t, normals<R>(1, 2 * size), noise.sampler(5), x,
          Tensor<R, 2, Exec>{});
  Exec{}.fence();
  return golden::values(x);
}

template <class R, class S>
void check_same(const S& sampler) {
  const P process{schedule::Cosine{20}};
  for (const int t : {0, 1, 13, 19}) {
    const TransitionRow transition{process.levels().row(t, t - 1)};
    CHECK(after<R>(sampler, process, transition) == after<R>(sampler, process, t));
  }
}

// Of timesteps 4, 13 and 2, those that start below `t` stay as they are.
template <class S>
void check_waiting(const S& sampler, double t, const std::vector<bool>& waits) {
  const P process{schedule::Cosine{20}};
  const Tensor<double, 1, Exec> starts("starts", samples);
  const auto host = Kokkos::create_mirror_view(starts);
  host(0) = 4, host(1) = 13, host(2) = 2;
  Kokkos::deep_copy(starts, host);
  const auto row = process.levels().row(t);
  const auto before = golden::values(normals<float>(0, size));
  const auto all = after<float>(sampler, process, TransitionRow{row});
  const auto some = after<float>(sampler, process, TransitionRow{row, {starts.data(), t}});
  int differing = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    differing += some[i] != (waits[i / size] ? before : all)[i];
    differing += before[i] == all[i];
  }
  CHECK(differing == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("a transition by its row has the bits of one by its timestep", R, float,
                   double) {
  check_same<R>(sampler::Ancestral{});
  check_same<R>(sampler::Ddim{0.5});
}

TEST_CASE("a transition between any two levels is the respaced process's") {
  const P process{schedule::Cosine{20}};
  const auto fast = process.respaced({3, 11, 19});
  const TransitionRow transition{process.levels().row(19, 11)};
  const auto x = normals<double>(0, size), output = normals<double>(1, 2 * size);
  const auto by_row = normals<double>(2, size), by_table = normals<double>(2, size);
  sampler::Ancestral{}(Exec{}, process, x, transition, output, noise.sampler(0), by_row);
  sampler::Ancestral{}(Exec{}, fast, x, 2, output, noise.sampler(0), by_table);
  Exec{}.fence();
  CHECK(golden::error(golden::values(by_row), golden::values(by_table)) < 1e-13);
}

TEST_CASE("samples that start below stay as they are, to the bit") {
  check_waiting(sampler::Ancestral{}, 13, {true, false, true});
  check_waiting(sampler::Ancestral{}, 4, {false, false, true});
  check_waiting(sampler::Ancestral{}, 3.5, {false, false, true});
  check_waiting(sampler::Ddim{}, 14, {true, true, true});
  check_waiting(sampler::Ddim{0.5}, 2, {false, false, false});
}
