// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/denoiser/detail/matrix.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstdint>
#include <type_traits>

#ifdef _OPENMP
#include <omp.h>
#endif

namespace iddpm::detail {

/// Keeps Eigen, which asks OpenMP for threads of its own, to the calling thread.
class OneEigenThread {
 public:
  OneEigenThread(const OneEigenThread&) = delete;
  OneEigenThread& operator=(const OneEigenThread&) = delete;
#ifdef _OPENMP
  OneEigenThread() : threads_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneEigenThread() { omp_set_num_threads(threads_); }

 private:
  int threads_;
#else
  OneEigenThread() = default;
#endif
};

template <class M>
auto eigen_map(const M& matrix) {
  constexpr int order = std::is_same_v<typename M::array_layout, Kokkos::LayoutRight>
                            ? Eigen::RowMajor
                            : Eigen::ColMajor;
  using Plain = Eigen::Matrix<value_t<M>, Eigen::Dynamic, Eigen::Dynamic, order>;
  return Eigen::Map<Plain>(matrix.data(), static_cast<Eigen::Index>(matrix.extent(0)),
                           static_cast<Eigen::Index>(matrix.extent(1)));
}

/// One block of c (+)= a b, by Eigen, in the thread that Kokkos gives.
template <class A, class B, class C>
struct EigenBlock {
  using Index = Eigen::Index;
  static constexpr Index rows = 64, columns = 256;

  A a;
  B b;
  C c;
  Result result;

  [[nodiscard]] std::int64_t blocks() const { return down() * across(); }

  void operator()(std::int64_t block) const {
    [[maybe_unused]] const OneEigenThread guard;
    auto all = eigen_map(c);
    const Index row = block / across() * rows, column = block % across() * columns;
    const Index height = std::min(rows, all.rows() - row);
    const Index width = std::min(columns, all.cols() - column);
    auto part = all.block(row, column, height, width);
    const auto left = eigen_map(a).middleRows(row, height);
    const auto right = eigen_map(b).middleCols(column, width);
    if (result == Result::added_to)
      part.noalias() += left * right;
    else
      part.noalias() = left * right;
  }

 private:
  [[nodiscard]] Index down() const { return (static_cast<Index>(c.extent(0)) + rows - 1) / rows; }
  [[nodiscard]] Index across() const {
    return (static_cast<Index>(c.extent(1)) + columns - 1) / columns;
  }
};

/// Matrix products on a host space. A product is a Kokkos kernel over fixed blocks of c, each one
/// product of Eigen's: it runs on the instance's own threads, in its order and without a fence, and
/// its bits do not depend on their number.
struct EigenGemm {
  template <ExecutionSpace Exec, class A, class B, class C>
  static void multiply(const char* label, const Exec& exec, const A& a, const B& b, const C& c,
                       Result result) {
    using Policy = Kokkos::RangePolicy<Exec, Kokkos::Schedule<Kokkos::Dynamic>,
                                       Kokkos::IndexType<std::int64_t>>;
    const EigenBlock<A, B, C> block{a, b, c, result};
    Kokkos::parallel_for(label, Policy(exec, 0, block.blocks(), Kokkos::ChunkSize(1)), block);
  }
};

}  // namespace iddpm::detail
