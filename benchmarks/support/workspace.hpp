// SPDX-License-Identifier: MIT
#pragma once

#include "backend.hpp"
#include <iddpm/core/concepts.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <string>

/// \file
/// The batches that operations work on, made once for each shape and type.

namespace bench {

/// (B, C, H, W)
using Shape = std::array<std::size_t, 4>;

inline std::size_t count(const Shape& shape) { return shape[0] * shape[1] * shape[2] * shape[3]; }

/// 8-bit levels in [-1, 1], in no order, so that they serve as x_0, as noise and as output alike.
template <class V>
struct FillLevels {
  V view;
  std::uint32_t salt;

  KOKKOS_INLINE_FUNCTION void operator()(std::size_t i) const {
    auto bits = static_cast<std::uint32_t>(i) * 2654435761u + salt;
    bits = (bits ^ (bits >> 15)) * 2246822519u;
    view.data()[i] =
        typename V::value_type(static_cast<float>((bits >> 12) & 255u) / 127.5f - 1.0f);
  }
};

/// Timesteps of a batch: evenly through the process, as training meets them.
template <class V>
struct FillTimesteps {
  V view;
  int num_timesteps;

  KOKKOS_INLINE_FUNCTION void operator()(int i) const {
    view(i) = static_cast<int>((2l * i + 1) * num_timesteps / (2l * view.extent_int(0)));
  }
};

template <class Exec, class T, class Layout>
struct Workspace {
  using Batch = Kokkos::View<T****, Layout, typename Exec::memory_space>;
  using Column =
      Kokkos::View<iddpm::compute_t<Batch>*, Kokkos::LayoutRight, typename Exec::memory_space>;

  Batch x_start, x_t, x_out;
  Batch output, gradient;  // (B, 2C, H, W)
  Batch mean_output;       // (B, C, H, W)
  Column loss;
  Kokkos::View<int*, typename Exec::memory_space> t;

  explicit Workspace(const Shape& shape)
      : x_start(batch(shape, 1)),
        x_t(batch(shape, 2)),
        x_out(batch(shape, 3)),
        output(batch({shape[0], 2 * shape[1], shape[2], shape[3]}, 4)),
        gradient(batch({shape[0], 2 * shape[1], shape[2], shape[3]}, 5)),
        mean_output(batch(shape, 6)),
        loss("loss", shape[0]),
        t("t", shape[0]) {
    Kokkos::parallel_for("bench::fill", Kokkos::RangePolicy<Exec>(0, shape[0]),
                         FillTimesteps<decltype(t)>{t, 1000});
    Exec().fence("bench::fill");
  }

  // Touched first by the threads that will work on it.
  static Batch batch(const Shape& s, std::uint32_t salt) {
    const Batch view(Kokkos::view_alloc(Kokkos::WithoutInitializing, "batch"), s[0], s[1], s[2],
                     s[3]);
    Kokkos::parallel_for("bench::fill",
                         Kokkos::RangePolicy<Exec, Kokkos::IndexType<std::size_t>>(0, view.size()),
                         FillLevels<Batch>{view, salt});
    Exec().fence("bench::fill");
    return view;
  }
};

/// The one Workspace of a shape; it lives until Kokkos is finalized.
template <class Exec, class T = float, class Layout = Kokkos::LayoutRight>
const Workspace<Exec, T, Layout>& workspace(const Shape& shape) {
  static std::map<Shape, Workspace<Exec, T, Layout>> all;
  if (all.empty()) Kokkos::push_finalize_hook([] { all.clear(); });
  return all.try_emplace(shape, shape).first->second;
}

}  // namespace bench
