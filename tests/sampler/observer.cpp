// SPDX-License-Identifier: MIT
#include <iddpm/sampler/observer.hpp>

#include <doctest/doctest.h>

TEST_CASE("the default observer takes anything and wants nothing") {
  static_assert(!iddpm::NullObserver::wants_x_start, "the default observer wants no x_start");
  const iddpm::SamplingStep step{.index = 2, .count = 10, .t = 7, .t_next = 6};
  iddpm::NullObserver{}(0, step, 1.0, 1.0);
  CHECK(step.t == step.count - 1 - step.index);
}
