// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/process/diffusion.hpp>
#include <iddpm/process/model_output.hpp>

#include <algorithm>
#include <vector>

namespace iddpm {

/// The timesteps that a denoiser is given for a batch: (B) real numbers, read only.
template <Real R, ExecutionSpace Exec>
using NetworkTimesteps = Kokkos::View<const R*, Kokkos::LayoutRight, typename Exec::memory_space,
                                      Kokkos::MemoryTraits<Kokkos::Unmanaged>>;

namespace detail {

template <class Rows, class V>
struct FillTimesteps {
  Rows rows;
  V out;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t sample) const {
    out(sample) = rows(sample).timestep;
  }
};

// Values that travel in the kernel itself: no copy from the host has to be waited for.
template <Real R>
struct FillTimestepRows {
  static constexpr std::size_t capacity = 128;

  Kokkos::Array<R, capacity> values;
  std::size_t batch;
  R* out;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t index) const {
    out[index] = values[index / batch];
  }
};

template <View X>
Kokkos::LayoutRight row_major_layout(const X& x, std::size_t channel_factor = 1) {
  Kokkos::LayoutRight layout;
  for (std::size_t r = 0; r < X::rank(); ++r)
    layout.dimension[r] = x.extent(r) * (r == 1 ? channel_factor : 1);
  return layout;
}

template <ExecutionSpace Exec>
using SizeRange = Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>;

}  // namespace detail

/// Writes what a denoiser is given for each sample's timestep: the original process's timestep,
/// times 1000 / T where the process rescales.
/// \pre t: an int or (B), 0 <= t < T; timesteps: (B). Asynchronous on exec.
template <ExecutionSpace Exec, Process P, View V>
void network_timesteps(const Exec& exec, const P& diffusion, const Timesteps<P>& t,
                       const V& timesteps) {
  detail::check_types<P, Exec, V>();
  static_assert(V::rank() == 1, "timesteps is a View of rank 1, one number per sample");
  const auto rows = diffusion.template coefficients_at<compute_t<V>>(exec, "network_timesteps", t,
                                                                     timesteps.extent(0));
  Kokkos::parallel_for("iddpm::process::network_timesteps",
                       detail::SizeRange<Exec>(exec, 0, timesteps.extent(0)),
                       detail::FillTimesteps<std::decay_t<decltype(rows)>, V>{rows, timesteps});
}

/// The same for a run's transition: one number for the whole batch. Asynchronous on exec.
template <ExecutionSpace Exec, View V>
void network_timesteps(const Exec& exec, const TransitionRow& transition, const V& timesteps) {
  Kokkos::deep_copy(exec, timesteps, static_cast<value_t<V>>(transition.row.timestep));
}

/// What a denoiser is given for t = 0 .. T - 1, on the host.
template <Process P>
[[nodiscard]] std::vector<double> network_timesteps(const P& diffusion) {
  std::vector<double> timesteps;
  for (const Coefficients<double>& c : diffusion.coefficients()) timesteps.push_back(c.timestep);
  return timesteps;
}

/// What a denoiser is given in the calls of a run, written once: row k is a batch's (B) timesteps
/// in call k.
template <Real R, ExecutionSpace Exec>
class TimestepRows {
 public:
  /// \param timesteps one per call, as networks are given it
  TimestepRows(const Exec& exec, const std::vector<double>& timesteps, std::size_t batch)
      : rows_(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::process::timesteps"),
              timesteps.size(), batch) {
    using Fill = detail::FillTimestepRows<R>;
    for (std::size_t first = 0; first < timesteps.size(); first += Fill::capacity) {
      const std::size_t count = std::min(Fill::capacity, timesteps.size() - first);
      Fill fill{{}, batch, rows_.data() + first * batch};
      for (std::size_t k = 0; k < count; ++k) fill.values[k] = static_cast<R>(timesteps[first + k]);
      Kokkos::parallel_for("iddpm::process::timesteps",
                           detail::SizeRange<Exec>(exec, 0, count * batch), fill);
    }
  }

  /// Those of the call of this index, (B).
  [[nodiscard]] NetworkTimesteps<R, Exec> at(std::size_t call) const {
    return NetworkTimesteps<R, Exec>(rows_.data() + call * rows_.extent(1), rows_.extent(1));
  }

 private:
  Tensor<R, 2, Exec> rows_;
};

/// A network's output for a batch like `x`, uninitialised: (B, C, ...), or (B, 2C, ...) where the
/// process learns its variance.
template <Process P, ExecutionSpace Exec, View X>
[[nodiscard]] auto allocate_output(const Exec& exec, const char* label, const X& x) {
  detail::check_output_rank<P, X>();
  return Tensor<value_t<X>, X::rank(), Exec>(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, std::string(label)),
      detail::row_major_layout(x, P::output_parts));
}

}  // namespace iddpm
