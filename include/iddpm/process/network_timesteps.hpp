// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/tensor.hpp>
#include <iddpm/process/diffusion.hpp>

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

template <Real R>
struct FillAllTimesteps {
  const Coefficients<R>* table;
  int num_timesteps;
  std::size_t batch;
  R* out;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t index) const {
    out[index] = table[num_timesteps - 1 - static_cast<int>(index / batch)].timestep;
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

/// A run's timesteps for a batch that walks from T - 1 to 0, written once: row k is for t = T-1-k.
template <Real R, ExecutionSpace Exec>
class TimestepRows {
 public:
  template <Process P>
  TimestepRows(const Exec& exec, const P& diffusion, std::size_t batch)
      : rows_(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::process::timesteps"),
              static_cast<std::size_t>(diffusion.num_timesteps()), batch) {
    const auto coefficients = diffusion.template coefficients_at<R>(exec, "TimestepRows", 0, batch);
    Kokkos::parallel_for("iddpm::process::timesteps",
                         detail::SizeRange<Exec>(exec, 0, rows_.extent(0) * batch),
                         detail::FillAllTimesteps<R>{coefficients.table, diffusion.num_timesteps(),
                                                     batch, rows_.data()});
  }

  [[nodiscard]] NetworkTimesteps<R, Exec> at(int t) const {
    const std::size_t row = rows_.extent(0) - 1 - static_cast<std::size_t>(t);
    return NetworkTimesteps<R, Exec>(rows_.data() + row * rows_.extent(1), rows_.extent(1));
  }

 private:
  Tensor<R, 2, Exec> rows_;
};

/// A network's output for a batch like `x`, uninitialised: (B, C, ...), or (B, 2C, ...) where the
/// process learns its variance.
template <Process P, ExecutionSpace Exec, View X>
[[nodiscard]] auto allocate_output(const Exec& exec, const char* label, const X& x) {
  return Tensor<value_t<X>, X::rank(), Exec>(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, std::string(label)),
      detail::row_major_layout(x, P::output_parts));
}

}  // namespace iddpm
