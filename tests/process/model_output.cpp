// SPDX-License-Identifier: MIT
#include <iddpm/loss/mse.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/parametrization/variance/learned_range.hpp>
#include <iddpm/process/model_output.hpp>
#include <iddpm/schedule/cosine.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;
template <class Variance>
using Of = GaussianDiffusion<schedule::Cosine, mean::Epsilon, Variance, loss::Mse, Exec>;

}  // namespace

TEST_CASE("a learned variance needs twice the channels, and that alone") {
  using P = Of<variance::LearnedRange>;
  static_assert(P::output_parts == 2, "a mean's and a variance's");
  const Kokkos::View<float***, Exec> x("x", 2, 3, 4), twice("twice", 2, 6, 4);
  CHECK_NOTHROW(require_output_shape<P>("p_sample", twice, x));
  CHECK_THROWS_WITH_AS(
      require_output_shape<P>("p_sample", x, x),
      "p_sample: model_output must have twice the channels of x_t (2, 3, 4); got (2, 3, 4)",
      std::invalid_argument);
  CHECK_THROWS_WITH_AS(
      require_output_shape<Of<variance::FixedSmall>>("p_sample", twice, x),
      "p_sample: model_output must have the extents of x_t (2, 3, 4); got (2, 6, 4)",
      std::invalid_argument);
}
