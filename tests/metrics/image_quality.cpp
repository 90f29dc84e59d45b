// SPDX-License-Identifier: MIT
#include "support/golden.hpp"
#include <iddpm/metrics/image_quality.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

using namespace iddpm;
using doctest::Approx;
using golden::Exec;

namespace {

using Scores = Tensor<double, 1, Exec>;

template <class X, class Y>
std::vector<double> ssim_of(const X& x, const Y& y, const metrics::SsimOptions& options = {}) {
  const Scores out("out", x.extent(0));
  metrics::ssim(Exec{}, x, y, out, options);
  return golden::values(out);
}

template <class X, class Y>
std::vector<double> psnr_of(const X& x, const Y& y, double range = 2) {
  const Scores out("out", x.extent(0));
  metrics::psnr(Exec{}, x, y, out, range);
  return golden::values(out);
}

std::string refusal(auto&& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no error";
}

using Image = Tensor<float, 4, Exec>;

}  // namespace

// scikit-image 0.26.0: structural_similarity (gaussian_weights, sigma 1.5, no sample covariance),
// the mean over channels, and peak_signal_noise_ratio; digits with noise, and waves of 20 by 17.
TEST_CASE("PSNR and SSIM agree with scikit-image") {
  for (const std::string name : {"images/glyphs", "images/waves"}) {
    CAPTURE(name);
    const auto x = golden::load<double, 4>(name + "_x"), y = golden::load<double, 4>(name + "_y");
    const auto ssim = golden::values(golden::load<double, 1>(name + "_ssim"));
    const auto psnr = golden::values(golden::load<double, 1>(name + "_psnr"));
    CHECK(golden::error(ssim_of(x, y), ssim) < 1e-13);
    CHECK(golden::error(psnr_of(x, y), psnr) < 1e-14);
    CHECK(golden::error(ssim_of(golden::load<float, 4>(name + "_x"), y), ssim) < 1e-6);
  }
}

TEST_CASE("PSNR by hand") {
  const auto x = test::from_values<double>({0, 0, 1, 1}, 2, 2);
  const auto y = test::from_values<double>({0.2, -0.2, 1, 1}, 2, 2);
  const auto found = psnr_of(x, y);
  CHECK(found[0] == Approx(20));  // 10 log10(4 / 0.04)
  CHECK(found[1] == std::numeric_limits<double>::infinity());
  CHECK(psnr_of(x, y, 1)[0] == Approx(10 * std::log10(25)));
}

TEST_CASE("SSIM by hand: a window of one pixel compares means alone") {
  const auto x = test::from_values<double>({1, 0.5}, 1, 1, 2);
  const auto y = test::from_values<double>({1, -0.5}, 1, 1, 2);
  metrics::SsimOptions options;
  options.window = 1;
  const double c1 = 0.0004;
  const double second = (-0.5 + c1) / (0.5 + c1);
  CHECK(ssim_of(x, y, options)[0] == Approx((1 + second) / 2));
}

TEST_CASE("a range and a window next to nothing are no reason for a NaN") {
  const auto x = golden::load<float, 4>("images/waves_x"),
             y = golden::load<float, 4>("images/waves_y");
  CHECK(psnr_of(x, x, 1e-170) == std::vector<double>(3, std::numeric_limits<double>::infinity()));
  metrics::SsimOptions narrow;
  narrow.sigma = 1e-170;
  const auto score = ssim_of(x, y, narrow);  // as of one pixel, but for the image's rim
  for (const double of : score) CHECK(std::abs(of) <= 1);
  CHECK(ssim_of(x, x, narrow) == std::vector<double>(3, 1));
}

TEST_CASE("an image is itself, and the order does not matter") {
  const auto x = golden::load<float, 4>("images/waves_x"),
             y = golden::load<float, 4>("images/waves_y");
  CHECK(ssim_of(x, x) == std::vector<double>(3, 1));
  CHECK(ssim_of(x, y) == ssim_of(y, x));
  CHECK(psnr_of(x, y) == psnr_of(y, x));
  for (const double score : ssim_of(x, y)) CHECK(score < 0.99);
}

TEST_CASE("a sample's bits do not depend on its batch or its layout") {
  const auto x = golden::load<float, 4>("images/waves_x"),
             y = golden::load<float, 4>("images/waves_y");
  const auto ssim = ssim_of(x, y), psnr = psnr_of(x, y);
  const auto one = Kokkos::pair<int, int>(1, 2);
  const auto part = [&](const auto& view) {
    return Kokkos::subview(view, one, Kokkos::ALL, Kokkos::ALL, Kokkos::ALL);
  };
  CHECK(ssim_of(part(x), part(y)) == std::vector<double>{ssim[1]});
  CHECK(psnr_of(part(x), part(y)) == std::vector<double>{psnr[1]});
  using Left = Kokkos::View<float****, Kokkos::LayoutLeft, Exec>;
  const Left left("left", x.extent(0), x.extent(1), x.extent(2), x.extent(3));
  Kokkos::deep_copy(left, x);
  CHECK(ssim_of(left, y) == ssim);
  CHECK(psnr_of(left, y) == psnr);
  const auto channel = [](const auto& view) {
    return Kokkos::subview(view, Kokkos::ALL, 0, Kokkos::ALL, Kokkos::ALL);
  };
  const auto first = ssim_of(channel(x), channel(y));  // (B, H, W)
  CHECK(first.size() == 3);
  CHECK(ssim_of(Image("none", 0, 1, 16, 16), Image("none", 0, 1, 16, 16)).empty());
}

TEST_CASE("what cannot be compared is refused") {
  const Image x("x", 2, 1, 16, 16);
  const auto ssim = [&](const Image& y, const metrics::SsimOptions& options = {}) {
    return refusal([&] { ssim_of(x, y, options); });
  };
  const auto with = [](auto change) {
    metrics::SsimOptions options;
    change(options);
    return options;
  };
  CHECK(ssim(Image("y", 2, 1, 16, 15)) ==
        "ssim: reference must have the extents of x (2, 1, 16, 16); got (2, 1, 16, 15)");
  CHECK(refusal([&] { metrics::ssim(Exec{}, x, x, Scores("out", 3)); }) ==
        "ssim: out must hold one value per sample (2); got 3");
  const auto none = with([](auto& o) { o.window = 0; });
  CHECK(ssim(x, none) == "ssim: window must be odd and in 1 .. 31; got 0");
  const auto even = with([](auto& o) { o.window = 10; });
  CHECK(ssim(x, even) == "ssim: window must be odd and in 1 .. 31; got 10");
  const auto wide = with([](auto& o) { o.window = 33; });
  CHECK(ssim(x, wide) == "ssim: window must be odd and in 1 .. 31; got 33");
  const auto large = with([](auto& o) { o.window = 17; });
  CHECK(ssim(x, large) == "ssim: x must have images of at least 17 by 17; got (2, 1, 16, 16)");
  const auto flat = with([](auto& o) { o.sigma = 0; });
  CHECK(ssim(x, flat) == "ssim: sigma must be finite and above 0; got 0");
  const double infinity = std::numeric_limits<double>::infinity();
  const auto wide_open = with([&](auto& o) { o.sigma = infinity; });
  CHECK(ssim(x, wide_open) == "ssim: sigma must be finite and above 0; got inf");
  const auto endless = with([&](auto& o) { o.range = infinity; });
  CHECK(ssim(x, endless) == "ssim: range must be finite and above 0; got inf");
  const auto no_k1 = with([](auto& o) { o.k1 = 0; });
  CHECK(ssim(x, no_k1) == "ssim: k1 and k2 must be finite and above 0; got 0");
  const auto no_range = with([](auto& o) { o.range = 0; });
  CHECK(ssim(x, no_range) == "ssim: range must be finite and above 0; got 0");
  const auto no_k2 = with([](auto& o) { o.k2 = 0; });
  CHECK(ssim(x, no_k2) == "ssim: k1 and k2 must be finite and above 0; got 0");
  const auto vast = with([&](auto& o) { o.k2 = infinity; });
  CHECK(ssim(x, vast) == "ssim: k1 and k2 must be finite and above 0; got inf");
  const Image narrow("narrow", 2, 1, 16, 10), empty("empty", 2, 0, 16, 16);
  CHECK(refusal([&] { ssim_of(narrow, narrow); }) ==
        "ssim: x must have images of at least 11 by 11; got (2, 1, 16, 10)");
  CHECK(refusal([&] { ssim_of(empty, empty); }) ==
        "ssim: x must have images of at least 11 by 11; got (2, 0, 16, 16)");
  CHECK(refusal([&] { psnr_of(x, x, -1); }) == "psnr: range must be finite and above 0; got -1");
  CHECK(refusal([&] { metrics::psnr(Exec{}, x, x, Scores("out", 3)); }) ==
        "psnr: out must hold one value per sample (2); got 3");
}
