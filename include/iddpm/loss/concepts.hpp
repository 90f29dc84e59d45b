// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>

/// \file
/// The role of a loss: what a network is trained on, from two parts that one kernel makes.
///
/// | expression          | type     | meaning                                                   |
/// |---------------------|----------|-----------------------------------------------------------|
/// | `L::uses_mse`       | `bool`   | which parts it has, see below                             |
/// | `L::bound_scale(T)` | `double` | what the bound is multiplied by in a process of T steps   |
///
/// With the mse: the mse of the output plus, where the variance is learned, the bound with its mean
/// frozen. Without: the bound alone, its mean free.
///
/// Models: loss::Mse, loss::RescaledMse, loss::Kl, loss::RescaledKl.

namespace iddpm {

template <class L>
concept Loss = requires(int num_timesteps) {
  { L::uses_mse } -> std::convertible_to<bool>;
  { L::bound_scale(num_timesteps) } -> std::same_as<double>;
};

}  // namespace iddpm
