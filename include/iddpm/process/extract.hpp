// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/launch/for_each_tile.hpp>
#include <iddpm/process/diffusion.hpp>

namespace iddpm {

namespace detail {

template <class Rows, Real R, class Out>
struct Extract {
  using Column = R Coefficients<R>::*;

  Rows rows;
  Column column;
  Out out;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample, std::size_t begin,
                                         std::size_t end) const {
    const R value = rows(sample).*column;
    for (std::size_t e = begin; e < end; ++e) out(sample, e) = value;
  }
};

}  // namespace detail

/// Looks a column of the process's table up at each sample's timestep, broadcast over the sample:
/// out(b, ...) = column(t_b). Example: `extract(exec, diffusion, &Coefficients<float>::beta, t,
/// b)`. In your own kernel, `diffusion.coefficients_at<float>(...)` gives whole rows.
/// \pre out: (B, ...), rank 1 to 8; t: an int or (B), 0 <= t < T (else that sample becomes NaN).
///      Asynchronous on exec.
/// \throws std::invalid_argument where t has another extent, or is out of range for all.
/// \see improved_diffusion/gaussian_diffusion.py, _extract_into_tensor.
template <ExecutionSpace Exec, Process P, View Out>
void extract(const Exec& exec, const P& diffusion,
             compute_t<Out> Coefficients<compute_t<Out>>::*column, const Timesteps<P>& t,
             const Out& out) {
  detail::check_types<P, Exec, Out>();
  const auto rows =
      diffusion.template coefficients_at<compute_t<Out>>(exec, "extract", t, out.extent(0));
  visit_batches(
      "extract",
      [&](const auto& to) {
        for_each_tile("iddpm::process::extract", exec, to,
                      detail::Extract<std::decay_t<decltype(rows)>, compute_t<Out>,
                                      std::decay_t<decltype(to)>>{rows, column, to});
      },
      out);
}

}  // namespace iddpm
