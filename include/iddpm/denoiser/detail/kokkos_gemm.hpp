// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/detail/matrix.hpp>

#include <cstddef>

namespace iddpm::detail {

/// c (+)= a b, a square tile of c per team: the team brings strips of a and b to its scratch
/// memory, and each of its edge x edge threads sums cell x cell elements, edge apart, in registers.
template <ExecutionSpace Exec, class A, class B, class C>
struct TiledProduct {
  using R = value_t<C>;
  using Team = typename Kokkos::TeamPolicy<Exec>::member_type;
  static constexpr bool on_host = Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible;
  static constexpr int edge = on_host ? 1 : 16;
  static constexpr int cell = 4;
  static constexpr int tile = edge * cell;
  static constexpr int depth = 16;
  static constexpr std::size_t scratch_bytes = sizeof(R) * 2 * depth * tile;

  A a;
  B b;
  C c;
  Result result;

  [[nodiscard]] KOKKOS_INLINE_FUNCTION int across() const { return tiles(c.extent(1)); }
  [[nodiscard]] int teams() const { return tiles(c.extent(0)) * across(); }

  KOKKOS_INLINE_FUNCTION void operator()(const Team& team) const {
    constexpr std::size_t bytes = scratch_bytes;  // taken by reference: needs a local on a device
    auto* const a_strip = static_cast<R*>(team.team_scratch(0).get_shmem(bytes));
    auto* const b_strip = a_strip + depth * tile;
    const int row = team.league_rank() / across() * tile;
    const int column = team.league_rank() % across() * tile;
    R sum[cell][cell] = {};
    for (int k = 0; k < static_cast<int>(a.extent(1)); k += depth) {
      for (int i = team.team_rank(); i < depth * tile; i += edge * edge) {
        a_strip[i] = element(a, row + i % tile, k + i / tile);
        b_strip[i] = element(b, k + i / tile, column + i % tile);
      }
      team.team_barrier();
      add_strip(a_strip + team.team_rank() / edge, b_strip + team.team_rank() % edge, sum);
      team.team_barrier();
    }
    write(row + team.team_rank() / edge, column + team.team_rank() % edge, sum);
  }

 private:
  [[nodiscard]] KOKKOS_INLINE_FUNCTION static int tiles(std::size_t extent) {
    return (static_cast<int>(extent) + tile - 1) / tile;
  }

  template <class M>
  KOKKOS_INLINE_FUNCTION static R element(const M& matrix, int row, int column) {
    const bool inside =
        row < static_cast<int>(matrix.extent(0)) && column < static_cast<int>(matrix.extent(1));
    return inside ? matrix(row, column) : R(0);
  }

  KOKKOS_INLINE_FUNCTION static void add_strip(const R* a_strip, const R* b_strip,
                                               R (&sum)[cell][cell]) {
    for (int k = 0; k < depth; ++k)
      for (int i = 0; i < cell; ++i)
        for (int j = 0; j < cell; ++j)
          sum[i][j] =
              Kokkos::fma(a_strip[k * tile + i * edge], b_strip[k * tile + j * edge], sum[i][j]);
  }

  KOKKOS_INLINE_FUNCTION void write(int row, int column, const R (&sum)[cell][cell]) const {
    for (int i = 0; i < cell; ++i)
      for (int j = 0; j < cell; ++j) {
        const int at_row = row + i * edge, at_column = column + j * edge;
        if (at_row >= static_cast<int>(c.extent(0)) || at_column >= static_cast<int>(c.extent(1)))
          continue;
        R& element = c(at_row, at_column);
        element = result == Result::added_to ? element + sum[i][j] : sum[i][j];
      }
  }
};

/// Matrix products on any execution space, with no other library. An element is one sum in the
/// order of k, so its bits depend on neither threads nor the other rows.
struct KokkosGemm {
  template <ExecutionSpace Exec, class A, class B, class C>
  static void multiply(const char* label, const Exec& exec, const A& a, const B& b, const C& c,
                       Result result) {
    using Product = TiledProduct<Exec, A, B, C>;
    const Product product{a, b, c, result};
    if (product.teams() == 0) return;
    auto policy = Kokkos::TeamPolicy<Exec>(exec, product.teams(), Product::edge * Product::edge);
    policy.set_scratch_size(0, Kokkos::PerTeam(static_cast<int>(Product::scratch_bytes) + 64));
    Kokkos::parallel_for(label, policy, product);
  }
};

}  // namespace iddpm::detail
