// SPDX-License-Identifier: MIT
// On hosts Kokkos' half_t and bhalf_t are names of float: nothing new there.
#include "views/operations.hpp"
#include <iddpm/math/float16.hpp>

#include <doctest/doctest.h>

using namespace test;
using iddpm::float16, iddpm::bfloat16;

namespace {

template <class T, class Kind>
Results some_operations(const Kind& kind) {
  using namespace iddpm;
  const Arguments<Kind, 3> a{kind, {7, 2, 5}};
  const auto diffusion = process<3>();
  const auto x_t = a.template in<typename T::x, 0>(1);
  const auto output = a.template in<typename T::output, 1>(2, 2);
  const auto noise = a.template in<typename T::noise, 3>(3);
  const auto out = a.template out<typename T::out, 2>(),
             x_start = a.template out<typename T::out, 2>();
  const auto gradient = a.template inout<typename T::out, 2>(4, 2);
  const auto bpd = a.template column<typename T::out, 2>([](std::size_t) { return 0.f; });
  const auto loss = a.template column<typename T::number, 1>([](std::size_t) { return 0.f; });
  const auto t = a.timesteps();
  Results results;
  const auto add = [&](const char* name, const auto& v) {
    results.emplace_back(name, bytes_of(v));
  };
  fill_normal(Exec{}, noise_stream.user(1), out);
  add("fill_normal", out);
  q_sample(Exec{}, diffusion, x_t, t, noise, out);
  add("q_sample", out);
  p_sample(Exec{}, diffusion, x_t, t, output, noise, out, x_start);
  add("p_sample", out);
  add("p_sample, x_start", x_start);
  vb_terms_bpd(Exec{}, diffusion, x_t, x_t, t, output, bpd);
  add("vb_terms_bpd", bpd);
  const TrainingLosses<std::decay_t<decltype(loss)>> losses{.loss = loss};
  training_losses(Exec{}, diffusion, x_t, x_t, t, noise, output, typename T::number(2), losses,
                  gradient);
  add("training_losses", loss);
  add("training_losses, gradient", gradient);
  return results;
}

template <class T>
void same_for_every_kind() {
  const Results expected = some_operations<T>(RowMajor{});
  const auto check = [&](const std::string& name, const auto& kind) {
    CAPTURE(name);
    check_equal(some_operations<T>(kind), expected);
    CHECK(kind.is_intact());
  };
  for (const Placement& placement : placements) check(placement.name, Strided{placement});
  check("unmanaged, misaligned", Unmanaged{1});
  check("several layouts in one call", MixedLayouts{});
}

}  // namespace

TEST_CASE("double, whatever the View") { same_for_every_kind<Stored<double>>(); }
TEST_CASE("state, result, network output and noise in 16 bits and in float, whatever the View") {
  same_for_every_kind<Stored<float16, bfloat16, float, bfloat16>>();
}
#if !KOKKOS_HALF_T_IS_FLOAT
TEST_CASE("half_t, whatever the View") {
  same_for_every_kind<Stored<Kokkos::Experimental::half_t>>();
}
#endif
#if !KOKKOS_BHALF_T_IS_FLOAT
TEST_CASE("bhalf_t, whatever the View") {
  same_for_every_kind<Stored<Kokkos::Experimental::bhalf_t>>();
}
#endif
