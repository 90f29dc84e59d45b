// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/device_coefficients.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace iddpm;

TEST_CASE("the device table holds every row in the compute type, and one row of NaN") {
  using Exec = Kokkos::DefaultExecutionSpace;
  const auto rows = make_coefficients(schedule::Cosine{5});
  const DeviceCoefficients<float, Exec> device(rows);
  CHECK(device.num_timesteps() == 5);
  const auto found = Kokkos::create_mirror_view_and_copy(
      Kokkos::HostSpace{}, Tensor<const Coefficients<float>, 1, Exec>(device.data(), 6));
  for (std::size_t t = 0; t < 5; ++t)
    CHECK(found(t).alpha_bar == static_cast<float>(rows[t].alpha_bar));
  CHECK(std::isnan(found(5).beta));
}

TEST_CASE("each sample gets its own timestep's row, and NaN where there is none") {
  using Exec = Kokkos::DefaultHostExecutionSpace;
  const auto rows = make_coefficients(schedule::Cosine{5});
  const DeviceCoefficients<double, Exec> device(rows);
  Kokkos::View<int*, Kokkos::HostSpace> t("t", 3);
  t(0) = 4, t(1) = 5, t(2) = -1;
  const CoefficientsAt<double, Exec> at{PerSample<int, Exec>(t), {}, device.data(), 5};
  CHECK(at(0).alpha_bar == rows[4].alpha_bar);
  CHECK(std::isnan(at(1).alpha_bar));
  CHECK(std::isnan(at(2).alpha_bar));
}
