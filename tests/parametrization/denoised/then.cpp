// SPDX-License-Identifier: MIT
#include <iddpm/parametrization/denoised/clip.hpp>
#include <iddpm/parametrization/denoised/identity.hpp>
#include <iddpm/parametrization/denoised/then.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <type_traits>

namespace denoised = iddpm::denoised;

namespace {

struct Double {
  template <iddpm::Real R>
  KOKKOS_INLINE_FUNCTION R operator()(R x) const {
    return R(2) * x;
  }
};

}  // namespace

TEST_CASE("Then: the first processing comes first") {
  const denoised::Then double_then_clip{Double{}, denoised::Clip{}};
  const denoised::Then clip_then_double{denoised::Clip{}, Double{}};
  CHECK(double_then_clip(0.75) == 1);
  CHECK(clip_then_double(0.75) == 1.5);
  CHECK(double_then_clip(-3.0f) == -1);
  CHECK(clip_then_double(-3.0f) == -2);
  CHECK(std::isnan(double_then_clip(std::nan(""))));
}

TEST_CASE("Then is an element processing itself, of float and of double, and nests") {
  const denoised::Then twice{Double{}, denoised::Then{Double{}, denoised::Clip(0, 10)}};
  static_assert(iddpm::ElementDenoised<std::remove_const_t<decltype(twice)>>,
                "two element processings are one");
  static_assert(std::is_same_v<decltype(twice(1.0f)), float>, "a float stays a float");
  static_assert(std::is_same_v<decltype(twice(1.0)), double>, "a double stays a double");
  CHECK(twice(1.5) == 6);
  CHECK(twice(-1.5) == 0);
  CHECK(denoised::Then<denoised::Identity, denoised::Clip>{}(7.0) == 1);
}
