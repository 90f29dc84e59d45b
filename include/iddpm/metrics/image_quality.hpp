// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/launch/reduce_samples.hpp>
#include <iddpm/math/exp.hpp>
#include <iddpm/math/log.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>
#include <string_view>

/// \file
/// How near an image is to another: PSNR and SSIM of every sample, where the images lie. Kokkos
/// only; sums are in double and in a fixed order, whatever the threads and the batch.

namespace iddpm::metrics {

/// The constants of ssim; the defaults are the paper's, for data in [-1, 1].
struct SsimOptions {
  int window = 11;     ///< width of the Gaussian window, odd, 1 .. 31
  double sigma = 1.5;  ///< its deviation, pixels
  double range = 2;    ///< largest minus smallest value of the data
  double k1 = 0.01;    ///< C1 = (k1 range)^2
  double k2 = 0.03;    ///< C2 = (k2 range)^2
};

namespace detail {

inline constexpr int widest_window = 31;

template <class X, class Y>
struct SquaredDifferences {
  X x;
  Y y;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin, std::size_t end,
                                         Sums<1>& sums) const {
    for (std::size_t e = begin; e < end; ++e) {
      const double d = static_cast<double>(x(sample, e)) - static_cast<double>(y(sample, e));
      sums.value[0] = Kokkos::fma(d, d, sums.value[0]);
    }
  }
};

template <class Out>
struct WritePsnr {
  Out out;
  double range;
  std::size_t size;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<1>& sums) const {
    constexpr double decibels = 4.34294481903251828;  // 10 / ln 10
    const double mse = sums.value[0] / static_cast<double>(size);
    out(sample) = -decibels * math::log(mse / range / range);
  }
};

// Equation 13 by the sum s = x + y and the difference d = x - y of the images, of which
//   mx^2 + my^2 = (ms^2 + md^2) / 2,   2 mx my = (ms^2 - md^2) / 2,
// and so for the variances and the covariance: exactly 1 where d is 0.
template <class X, class Y>
struct SsimOfPlaces {
  X x;
  Y y;
  Kokkos::Array<double, widest_window> weight;  // along a row or column of the window, of sum 1
  std::size_t window, width;                    // pixels, of the window and of an image
  std::size_t across, down;                     // places of the window in an image
  std::size_t pixels;                           // of a channel
  double c1, c2;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin, std::size_t end,
                                         Sums<1>& sums) const {
    for (std::size_t place = begin; place < end; ++place) sums.value[0] += at(sample, place);
  }

 private:
  KOKKOS_INLINE_FUNCTION double at(std::size_t sample, std::size_t place) const {
    const std::size_t column = place % across, row = place / across % down;
    const std::size_t first = place / across / down * pixels + row * width + column;
    double mean_s = 0, mean_d = 0, square_s = 0, square_d = 0;
    for (std::size_t i = 0; i < window; ++i)
      for (std::size_t j = 0; j < window; ++j) {
        const double w = weight[i] * weight[j];
        const auto a = static_cast<double>(x(sample, first + i * width + j));
        const auto b = static_cast<double>(y(sample, first + i * width + j));
        const double s = a + b, d = a - b;
        mean_s = Kokkos::fma(w, s, mean_s);
        mean_d = Kokkos::fma(w, d, mean_d);
        square_s = Kokkos::fma(w * s, s, square_s);
        square_d = Kokkos::fma(w * d, d, square_d);
      }
    return likeness(mean_s * mean_s, mean_d * mean_d, c1) *
           likeness(Kokkos::fma(-mean_s, mean_s, square_s), Kokkos::fma(-mean_d, mean_d, square_d),
                    c2);
  }

  // (2 mx my + c) / (mx^2 + my^2 + c).
  KOKKOS_INLINE_FUNCTION static double likeness(double s, double d, double c) {
    return 1 - d / Kokkos::fma(0.5, s + d, c);
  }
};

template <class Out>
struct WriteMean {
  Out out;
  std::size_t count;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, const Sums<1>& sums) const {
    out(sample) = sums.value[0] / static_cast<double>(count);
  }
};

template <ExecutionSpace Exec, View X, View Y, View Out>
void check_images(std::string_view function, const X& x, const Y& reference, const Out& out,
                  double range) {
  static_assert(ViewOn<X, Exec> && ViewOn<Y, Exec> && ViewOn<Out, Exec>,
                "every view lies in memory that exec can reach");
  static_assert(Real<compute_t<X>> && Real<compute_t<Y>>,
                "images hold float, double or 16-bit numbers");
  static_assert(Out::rank() == 1 && std::same_as<typename Out::value_type, double>,
                "out is a (B) View of double that may be written");
  require_kokkos(function);
  require_same_shape(function, "reference", reference, "x", x);
  require(out.extent(0) == x.extent(0), function, "out",
          "hold one value per sample (" + std::to_string(x.extent(0)) + ")", out.extent(0));
  require(std::isfinite(range) && range > 0, function, "range", "be finite and above 0", range);
}

}  // namespace detail

/// The peak signal-to-noise ratio of every sample, 10 log10(range^2 / mse) with mse the mean of
/// (x - reference)^2, in decibels; infinite where the two are equal. Asynchronous on exec.
///
/// \pre x, reference: (B, ...) of equal extents, any layout; out: (B) View of double.
/// \param range largest minus smallest value that data can have: 2 for data in [-1, 1]
/// \throws std::invalid_argument on extents that do not fit, or a range that is not above 0.
template <ExecutionSpace Exec, View X, View Y, View Out>
void psnr(const Exec& exec, const X& x, const Y& reference, const Out& out, double range = 2) {
  detail::check_images<Exec>("psnr", x, reference, out, range);
  visit_batches(
      "psnr",
      [&]<class A, class B>(const A& a, const B& b) {
        reduce_samples<1>("iddpm::metrics::psnr", exec, a.samples, a.size,
                          detail::SquaredDifferences<A, B>{a, b},
                          detail::WritePsnr<Out>{out, range, a.size});
      },
      typename X::const_type(x), typename Y::const_type(reference));
}

/// The structural similarity of every sample, in [-1, 1], 1 where the two are equal:
///
///   (2 mx my + C1) (2 sxy + C2) / ((mx^2 + my^2 + C1) (sx^2 + sy^2 + C2)),
///
/// the mean over channels and over all places where the whole Gaussian window lies in the image;
/// means, variances and covariance are the window's. Asynchronous on exec.
///
/// \pre x, reference: (B, C, H, W) or (B, H, W), any layout; out: (B) View of double.
/// \throws std::invalid_argument on extents that do not fit, options out of range, or an image
///         smaller than the window.
/// \see Wang, Bovik, Sheikh & Simoncelli 2004, eq. (13) and section III.C.
template <ExecutionSpace Exec, View X, View Y, View Out>
void ssim(const Exec& exec, const X& x, const Y& reference, const Out& out,
          const SsimOptions& options = {}) {
  constexpr std::string_view function = "ssim";
  constexpr std::size_t rank = X::rank();
  static_assert(rank == 3 || rank == 4, "images are Views (B, C, H, W) or (B, H, W)");
  detail::check_images<Exec>(function, x, reference, out, options.range);
  const int n = options.window;
  require(n >= 1 && n <= detail::widest_window && n % 2 == 1, function, "window",
          "be odd and in 1 .. 31", n);
  require(std::isfinite(options.sigma) && options.sigma > 0, function, "sigma",
          "be finite and above 0", options.sigma);
  for (const double k : {options.k1, options.k2})
    require(std::isfinite(k) && k > 0, function, "k1 and k2", "be finite and above 0", k);
  const auto window = static_cast<std::size_t>(n);
  const std::size_t height = x.extent(rank - 2), width = x.extent(rank - 1);
  require(height >= window && width >= window && sample_size(x) > 0, function, "x",
          "have images of at least " + std::to_string(n) + " by " + std::to_string(n), shape_of(x));
  Kokkos::Array<double, detail::widest_window> weight{};
  double sum = 0;
  for (std::size_t i = 0; i < window; ++i) {
    const int distance = static_cast<int>(i) - (n - 1) / 2;
    const double away = distance / options.sigma;
    sum += weight[i] = math::exp(-0.5 * away * away);
  }
  for (double& w : weight) w /= sum;
  const std::size_t across = width - window + 1, down = height - window + 1;
  const std::size_t places = sample_size(x) / (height * width) * across * down;
  const double c1 = options.k1 * options.range, c2 = options.k2 * options.range;
  visit_batches(
      function,
      [&]<class A, class B>(const A& a, const B& b) {
        reduce_samples<1>("iddpm::metrics::ssim", exec, a.samples, places,
                          detail::SsimOfPlaces<A, B>{a, b, weight, window, width, across, down,
                                                     height * width, c1 * c1, c2 * c2},
                          detail::WriteMean<Out>{out, places});
      },
      typename X::const_type(x), typename Y::const_type(reference));
}

}  // namespace iddpm::metrics
