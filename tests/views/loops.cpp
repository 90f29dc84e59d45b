// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include "support/row_net.hpp"
#include "views/operations.hpp"
#include <iddpm/likelihood/bits_per_dim.hpp>
#include <iddpm/sampler/dpm_solver_plus_plus.hpp>
#include <iddpm/sampler/edm.hpp>
#include <iddpm/sampler/inpainting.hpp>
#include <iddpm/sampler/keep_x_start.hpp>
#include <iddpm/sampler/unipc.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

constexpr Extents<4> images{3, 2, 3, 4};

template <class Kind>
using Of = Arguments<Kind, 4>;

/// The last state, and the x_0 of every step one after the other.
template <class S, class Kind>
Results run_of(const S& sampler, const Kind& kind) {
  const Of<Kind> a{kind, images};
  const auto x = a.template inout<float, 0>(1);
  const auto few = process<4>().respaced("6");
  const auto net = bent_net<mean::Epsilon>();
  Results results;
  auto run = progressive(Exec{}, few, sampler, net, noise_stream, x, {.wants_x_start = true});
  while (run.advance()) results.emplace_back("x_0", bytes_of(run.x_start()));
  results.emplace_back("progressive", bytes_of(x));
  fill_normal(Exec{}, noise_stream.initial(), x);
  sample(Exec{}, few, sampler, net, noise_stream, x);
  results.emplace_back("sample", bytes_of(x));
  return results;
}

template <class Kind>
Results inpainted(const Kind& kind) {
  const Of<Kind> a{kind, images};
  const auto x = a.template inout<float, 0>(1);
  const auto x_start = a.template inout<float, 1>(2);
  const auto mask = a.template in<float, 2>(3);
  const auto known = a.template in<float, 3>(4);
  sample(Exec{}, process<4>(), sampler::Ancestral{}, bent_net<mean::Epsilon>(), noise_stream, x,
         Observers{Inpainting{mask, known, noise_stream}, KeepXStart{x_start}},
         {.times = {29, 10, 20, 5, -1}});
  return {{"x", bytes_of(x)}, {"x_0", bytes_of(x_start)}};
}

template <class Kind>
Results bits_of(const Kind& kind) {
  const Of<Kind> a{kind, images};
  const auto bits = bits_per_dim(Exec{}, process<4>().respaced("3"), AffineNet{0.25, 1e-3},
                                 noise_stream, a.template in<float, 0>(1));
  return {{"total", bytes_of(bits.total)}, {"vb", bytes_of(bits.vb)}, {"mse", bytes_of(bits.mse)}};
}

template <class Call>
void same_for_every_kind(const Call& call) {
  const Results expected = call(RowMajor{});
  const auto check = [&](const std::string& name, const auto& kind) {
    CAPTURE(name);
    check_equal(call(kind), expected);
    CHECK(kind.is_intact());
  };
  check("column-major", ColumnMajor{});
  for (const Placement& placement : placements) check(placement.name, Strided{placement});
}

}  // namespace

TEST_CASE_TEMPLATE("a run has the same bits on a View of any layout", S, sampler::Ancestral<>,
                   sampler::Ddim<>, sampler::DpmSolverPlusPlus<>, sampler::UniPc<>,
                   sampler::Heun<>) {
  same_for_every_kind([](const auto& kind) { return run_of(S{}, kind); });
}

TEST_CASE("a run has the same bits on a View with static extents, and with traits") {
  check_equal(run_of(sampler::UniPc{}, StaticExtents{}), run_of(sampler::UniPc{}, RowMajor{}));
  check_equal(run_of(sampler::UniPc{}, WithTraits{}), run_of(sampler::UniPc{}, RowMajor{}));
}

TEST_CASE("inpainting and self-conditioning take a mask, a picture and a View of any layout") {
  same_for_every_kind([](const auto& kind) { return inpainted(kind); });
}

TEST_CASE("inpainting takes Views of several kinds") {
  check_equal(inpainted(MixedLayouts{}), inpainted(RowMajor{}));
}

TEST_CASE("a bound has the same bits for data of any layout") {
  same_for_every_kind([](const auto& kind) { return bits_of(kind); });
}
