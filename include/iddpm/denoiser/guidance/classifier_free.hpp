// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/detail/kept_tensor.hpp>
#include <iddpm/denoiser/guidance/detail/guide.hpp>
#include <iddpm/denoiser/guidance/options.hpp>

#include <utility>

namespace iddpm::guidance {

/// Classifier-free guidance by two denoisers, itself a denoiser:
///
///   mean part = (1 - w) unconditional + w conditional
///
/// then rescaled (see ClassifierFreeOptions); the variance part, the last C of 2 C channels, is the
/// conditional's. A negative prompt is the same: `unconditional` is then the denoiser that is given
/// what is not wanted.
///
/// w = 1, and any timestep outside the interval, is the conditional output to the bit; w = 0 is the
/// unconditional one, its variance part too, and neither is rescaled. For these a denoiser's call
/// is saved: for w = 1 always, for a timestep outside where the row is known on the host, as it is
/// in a sampling run, and for w = 0 unless an interval and unknown timesteps need both.
///
/// Where rescale is 0 the bits are the same on every backend; its sums are not. The second output
/// is kept, shared by copies, and allocated when the extents change and never else: one object and
/// its copies serve one exec instance at a time.
/// \see Ho & Salimans 2022, eq. (6).
template <class C, class U>
class ClassifierFree {
 public:
  static constexpr bool takes_row = true;  ///< for its interval

  /// \throws std::invalid_argument unless the scale is finite, rescale in [0, 1], the interval
  ///         ordered.
  ClassifierFree(C conditional, U unconditional, const ClassifierFreeOptions& options = {})
      : conditional_(std::move(conditional)),
        unconditional_(std::move(unconditional)),
        options_(options) {
    detail::check_options("ClassifierFree", options);
  }

  /// Each sample's timestep decides, on the device, whether it is guided. The denoisers, then one
  /// launch (and one more to rescale). Asynchronous on exec.
  /// \pre x_t: (B, C, ...); timesteps: (B); model_output: as x_t, or (B, 2C, ...).
  /// \throws std::invalid_argument on extents that do not fit.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires Denoiser<const C&, Exec, X, T, Output> && Denoiser<const U&, Exec, X, T, Output>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps,
                  const Output& model_output) const {
    evaluate(exec, options_, x_t, timesteps, model_output,
             [&](const auto& denoiser, const auto& to) { denoiser(exec, x_t, timesteps, to); });
  }

  /// The same where the row of the batch's timestep is known; see denoiser/concepts.hpp.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires AnyDenoiser<const C&, Exec, X, T, Output> && AnyDenoiser<const U&, Exec, X, T, Output>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps, const Output& model_output,
                  const Coefficients<double>& row) const {
    const auto options = detail::options_at<compute_t<Output>>(row.timestep, options_);
    evaluate(exec, options, x_t, timesteps, model_output,
             [&](const auto& denoiser, const auto& to) {
               call_denoiser(denoiser, exec, x_t, timesteps, to, row);
             });
  }

 private:
  C conditional_;
  U unconditional_;
  ClassifierFreeOptions options_;
  iddpm::detail::KeptTensor other_, factors_;

  template <class Exec, class X, class T, class Output, class Call>
  void evaluate(const Exec& exec, const ClassifierFreeOptions& options, const X& x_t,
                const T& timesteps, const Output& model_output, const Call& call) const {
    constexpr auto name = "ClassifierFree";
    const bool has_variance = detail::has_variance(name, x_t, timesteps, model_output);
    if (options.scale == 1) return call(conditional_, model_output);
    if (options.scale == 0 && options.interval.is_everything())
      return call(unconditional_, model_output);
    const auto other = other_.template get<value_t<Output>, Output::rank()>(
        exec, "iddpm::denoiser::guidance", iddpm::detail::extents_of(model_output));
    call(conditional_, model_output);
    call(unconditional_, other);
    detail::guide(name, exec, options, has_variance, timesteps, model_output, other, model_output,
                  factors_);
  }
};

}  // namespace iddpm::guidance
