// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/concepts.hpp>
#include <iddpm/denoiser/detail/kept_tensor.hpp>
#include <iddpm/denoiser/guidance/detail/double_batch.hpp>
#include <iddpm/denoiser/guidance/detail/guide.hpp>
#include <iddpm/denoiser/guidance/options.hpp>

#include <utility>

namespace iddpm::guidance {

/// Classifier-free guidance by one call of one denoiser on a doubled batch: ClassifierFree for a
/// network that is faster so. The denoiser is given x_t (2B, C, ...) and timesteps (2B): samples
/// 0 .. B - 1 are to be conditional, the same again as B .. 2B - 1 unconditional (or negatively
/// prompted), which it knows by the position, as from labels of its own. A Concatenated in here has
/// conditions for 2B samples.
///
/// All else is as in ClassifierFree, and the results are the same to the bit where a sample's
/// output does not depend on its batch. Every call is the one doubled call, for w = 1 and w = 0 and
/// outside the interval too, where half of it is not used.
/// \see Ho & Salimans 2022, eq. (6).
template <class D>
class ClassifierFreeDoubled {
 public:
  static constexpr bool takes_row = true;  ///< for its interval

  /// \throws std::invalid_argument unless the scale is finite, rescale in [0, 1], the interval
  ///         ordered.
  explicit ClassifierFreeDoubled(D denoiser, const ClassifierFreeOptions& options = {})
      : denoiser_(std::move(denoiser)), options_(options) {
    detail::check_options("ClassifierFreeDoubled", options);
  }

  /// A launch, the denoiser, a launch (and one more to rescale). Asynchronous on exec.
  /// \pre x_t: (B, C, ...); timesteps: (B); model_output: as x_t, or (B, 2C, ...).
  /// \throws std::invalid_argument on extents that do not fit.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires Denoiser<const D&, Exec, detail::Doubled<X, Exec>, detail::Doubled<T, Exec>,
                    detail::Doubled<Output, Exec>>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps,
                  const Output& model_output) const {
    evaluate(exec, options_, x_t, timesteps, model_output,
             [&](const auto& x, const auto& t, const auto& to) { denoiser_(exec, x, t, to); });
  }

  /// The same where the row of the batch's timestep is known; see denoiser/concepts.hpp.
  template <ExecutionSpace Exec, View X, View T, View Output>
  requires AnyDenoiser<const D&, Exec, detail::Doubled<X, Exec>, detail::Doubled<T, Exec>,
                       detail::Doubled<Output, Exec>>
  void operator()(const Exec& exec, const X& x_t, const T& timesteps, const Output& model_output,
                  const Coefficients<double>& row) const {
    const auto options = detail::options_at<compute_t<Output>>(row.timestep, options_);
    evaluate(exec, options, x_t, timesteps, model_output,
             [&](const auto& x, const auto& t, const auto& to) {
               call_denoiser(denoiser_, exec, x, t, to, row);
             });
  }

 private:
  D denoiser_;
  ClassifierFreeOptions options_;
  iddpm::detail::KeptTensor x_, timesteps_, outputs_, factors_;

  template <class Exec, class X, class T, class Output, class Call>
  void evaluate(const Exec& exec, const ClassifierFreeOptions& options, const X& x_t,
                const T& timesteps, const Output& model_output, const Call& call) const {
    constexpr auto name = "ClassifierFreeDoubled";
    const bool has_variance = detail::has_variance(name, x_t, timesteps, model_output);
    const auto x = detail::doubled(exec, x_, x_t);
    const auto t = detail::doubled(exec, timesteps_, timesteps);
    const auto outputs = detail::doubled(exec, outputs_, model_output);
    detail::double_batch(name, exec, x_t, timesteps, x, t);
    call(x, t, outputs);
    detail::guide(name, exec, options, has_variance, timesteps, detail::samples_of(outputs, 0),
                  detail::samples_of(outputs, 1), model_output, factors_);
  }
};

}  // namespace iddpm::guidance
