// SPDX-License-Identifier: MIT
#include <iddpm/denoiser/guidance/options.hpp>

#include <doctest/doctest.h>

using namespace iddpm::guidance;

TEST_CASE("an interval holds both its ends, as numbers of the network's type") {
  const TimestepInterval interval{100.1, 200};
  CHECK(interval.contains<double>(100.1));
  CHECK_FALSE(interval.contains<double>(100.0999));
  CHECK(interval.contains<float>(static_cast<double>(100.1f)));
  CHECK_FALSE(interval.contains<float>(200.1));
  CHECK(interval.contains<double>(200));
}

TEST_CASE("the default interval holds everything") {
  CHECK(TimestepInterval{}.is_everything());
  CHECK(TimestepInterval{}.contains<float>(-1e30));
  CHECK_FALSE(TimestepInterval{.low = 0}.is_everything());
  CHECK_FALSE(TimestepInterval{.high = 999}.is_everything());
}
