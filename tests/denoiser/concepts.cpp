// SPDX-License-Identifier: MIT
#include "support/affine_net.hpp"
#include <iddpm/denoiser/concepts.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using X = Tensor<float, 2, Exec>;
using T = Tensor<float, 1, Exec>;

struct Four {
  double* seen;
  void operator()(const Exec&, const X&, const T&, const X&) const { *seen = -1; }
};

struct Five {
  double* seen;
  void operator()(const Exec&, const X&, const T&, const X&,
                  const Coefficients<double>& row) const {
    *seen = row.timestep;
  }
};

struct Both : Four, Five {
  static constexpr bool takes_row = true;
  using Five::operator();
  using Four::operator();
};

// Passes on whatever it is given.
struct Any {
  Four inner;
  template <class... Arguments>
  void operator()(const Arguments&... arguments) const {
    inner(arguments...);
  }
};

double seen_by(auto make) {
  double seen = 0;
  const auto denoiser = make(&seen);
  call_denoiser(denoiser, Exec{}, X("x", 1, 2), T("t", 1), X("out", 1, 2), test::row_at(17));
  return seen;
}

}  // namespace

TEST_CASE("the row goes to a denoiser that takes it, and to no other") {
  CHECK(seen_by([](double* seen) { return Four{seen}; }) == -1);
  CHECK(seen_by([](double* seen) { return Five{seen}; }) == 17);
  CHECK(seen_by([](double* seen) { return Both{{seen}, {seen}}; }) == 17);
  CHECK(seen_by([](double* seen) { return Any{{seen}}; }) == -1);
  double seen = 0;
  auto changing = [&, calls = 0](const Exec&, const auto&, const auto&, const auto&) mutable {
    seen = ++calls;
  };
  for (int i = 0; i < 2; ++i)
    call_denoiser(changing, Exec{}, X("x", 1, 2), T("t", 1), X("out", 1, 2), test::row_at(17));
  CHECK(seen == 2);
}

TEST_CASE("the concepts tell the forms apart") {
  CHECK(Denoiser<Four, Exec, X, T, X>);
  CHECK_FALSE(HostRowDenoiser<Four, Exec, X, T, X>);
  CHECK_FALSE(Denoiser<Five, Exec, X, T, X>);
  CHECK(HostRowDenoiser<Five, Exec, X, T, X>);
  CHECK(AnyDenoiser<Four, Exec, X, T, X>);
  CHECK(AnyDenoiser<Five, Exec, X, T, X>);
  CHECK_FALSE(AnyDenoiser<int, Exec, X, T, X>);
}
