// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>

namespace iddpm {

template <class D, class Exec, class X, class Timesteps, class Output>
concept Denoiser = requires(D&& denoiser, const Exec& exec, const X& x_t, const Timesteps& timesteps,
                            const Output& model_output) {
  denoiser(exec, x_t, timesteps, model_output);
};

}  // namespace iddpm
