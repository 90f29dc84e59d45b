// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/loss/mse.hpp>
#include <iddpm/math/float16.hpp>
#include <iddpm/parametrization/mean/epsilon.hpp>
#include <iddpm/parametrization/variance/fixed_small.hpp>
#include <iddpm/process/forward.hpp>
#include <iddpm/random/fill_normal.hpp>
#include <iddpm/schedule/custom.hpp>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <type_traits>

/// \file
/// What the tests of all bridges share.

namespace test {

using Host = Kokkos::DefaultHostExecutionSpace;

template <class V>
inline constexpr bool is_const = std::is_const_v<typename V::value_type>;

/// The sentence of the std::invalid_argument that `call` throws.
template <class Call>
std::string sentence(Call&& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "no error";
}

/// Do fill_normal and q_sample on `view` (B, n) give the bits that they give on a Tensor?
template <class V>
bool has_same_bits(const V& view) {
  using namespace iddpm;
  using P =
      GaussianDiffusion<schedule::Custom, mean::Epsilon, variance::FixedSmall, loss::Mse, Host>;
  const Host exec;
  const P process{schedule::Custom({0.5, 0.75})};
  const NoiseStream noise{.seed = 6};
  const Tensor<value_t<V>, 2, Host> tensor("tensor", view.extent(0), view.extent(1));
  const auto run = [&](const auto& x) {
    fill_normal(exec, noise.initial(), x);
    q_sample(exec, process, x, 1, noise.user(0), x);
  };
  run(view), run(tensor);
  exec.fence();
  bool same = view.size() > 0;
  for (std::size_t i = 0; i < view.extent(0); ++i)
    for (std::size_t j = 0; j < view.extent(1); ++j)
      same = same && float(view(i, j)) == float(tensor(i, j)) && float(view(i, j)) != 0.0f;
  return same;
}

}  // namespace test
