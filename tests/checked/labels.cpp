// SPDX-License-Identifier: MIT
// A network's labels where values that lie on a device are looked at.
#ifndef IDDPM_CHECK_VALUES
#define IDDPM_CHECK_VALUES
#endif
#include <iddpm/denoiser/mlp.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
using Rows = Tensor<float, 2, Exec>;

Tensor<int, 1, Exec> labels_of(int first, int second) {
  const Tensor<int, 1, Exec> labels("labels", 2);
  const auto host = Kokkos::create_mirror_view(labels);
  host(0) = first, host(1) = second;
  Kokkos::deep_copy(labels, host);
  return labels;
}

}  // namespace

TEST_CASE("a label that is no class is refused with the first bad one; nothing is written") {
  MlpOptions options{3, 3, 8, 1, 4, 4, 2};
  options.labels = 10;
  const Mlp<float, Exec> net(Exec{}, options, 1);
  const Rows x("x", 2, 3), y("y", 2, 3);
  const Tensor<float, 1, Exec> t("t", 2);
  Kokkos::deep_copy(y, 7.0f);
  const auto evaluate = [&](int first, int second) {
    auto told = net.with_labels(labels_of(first, second));
    told.forward(Exec{}, x, t, y);
    Exec{}.fence();
    return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, y)(1, 2);
  };
  CHECK_THROWS_WITH_AS(evaluate(9, 10),
                       "Mlp::forward: every label must be -1 (none) or in 0 .. 9; got 10",
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(evaluate(-2, 10),
                       "Mlp::forward: every label must be -1 (none) or in 0 .. 9; got -2",
                       std::invalid_argument);
  CHECK(Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, y)(1, 2) == 7);
  CHECK(evaluate(-1, 9) == 0);
}
