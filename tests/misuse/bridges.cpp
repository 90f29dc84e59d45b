// SPDX-License-Identifier: MIT
// Does not compile: each function is refused with the sentence that is above it (see instead.hpp).
#include "passed.hpp"
#include <iddpm/adapters/dlpack.hpp>
#include <iddpm/adapters/eigen.hpp>
#include <iddpm/adapters/mdspan.hpp>
#include <iddpm/adapters/span.hpp>
#include <iddpm/adapters/xtensor.hpp>
#include <iddpm/io.hpp>
#include <iddpm/metrics.hpp>

using namespace misuse;
using namespace iddpm::adapters;

namespace {

using Complexes = Tensor<Kokkos::complex<float>, 1, Exec>;
using Extents = Kokkos::dextents<std::size_t, 2>;

// Numbers that are not to be written.
struct ReadOnly : Kokkos::default_accessor<float> {
  using offset_policy = ReadOnly;
  using reference = const float&;
};

// Numbers that lie in Space.
template <class Space>
struct Placed : Kokkos::default_accessor<float> {
  using offset_policy = Placed;
  using memory_space = Space;
};

// A mapping whose rows lie anywhere.
struct Scattered {
  template <class E>
  struct mapping {
    using extents_type = E;
    using index_type = typename E::index_type;
    using size_type = typename E::size_type;
    using rank_type = typename E::rank_type;
    using layout_type = Scattered;
    E of;
    [[nodiscard]] constexpr const E& extents() const { return of; }
    [[nodiscard]] constexpr index_type required_span_size() const { return 9; }
    [[nodiscard]] constexpr index_type operator()(index_type i, index_type j) const {
      return i * i + j;
    }
    static constexpr bool is_always_unique() { return true; }
    static constexpr bool is_always_exhaustive() { return false; }
    static constexpr bool is_always_strided() { return false; }
    static constexpr bool is_unique() { return true; }
    static constexpr bool is_exhaustive() { return false; }
    static constexpr bool is_strided() { return false; }
    [[nodiscard]] constexpr index_type stride(rank_type) const { return 1; }
  };
};

}  // namespace

// refused: to_span: view must lie in memory that the host can reach
void far_span(const INSTEAD(FarRows, Rows) & x) { (void)to_span(x); }

// refused: to_eigen: view must lie in memory that the host can reach
void far_matrix(const INSTEAD(FarRows, Rows) & x) { (void)to_eigen(x); }

// refused: to_eigen: view must have rank 1 to 8
void no_matrix(const INSTEAD(Scalar, Row) & x) { (void)to_eigen(x); }

// refused: view_of: matrix must outlive the View, not be a temporary
void lost_matrix(Eigen::MatrixXf& kept) {
  (void)view_of(INSTEAD(Eigen::MatrixXf(kept), kept));
  (void)kept;
}

// refused: to_xtensor: view must lie in memory that the host can reach
void far_array(const INSTEAD(FarRows, Rows) & x) { (void)to_xtensor(x); }

// refused: dlpack: elements must be float, double, of 16 bits, or integers
void complexes(const INSTEAD(Complexes, Row) & x) { (void)to_dlpack(x); }

// refused: dlpack: DLPack must have a device for the View's memory space
void far_tensor(const INSTEAD(FarRows, Rows) & x) { (void)to_dlpack(x); }

// refused: to_dlpack: view must have elements that are not const, for a DLManagedTensor cannot be
void read_only_tensor(const INSTEAD(Rows::const_type, Rows) & x) {
  (void)to_dlpack<DLManagedTensor>(x);
}

// refused: view_of: mdspan must have the default accessor, or one that is as plain
void own_accessor(const Kokkos::mdspan<float, Extents, Kokkos::layout_right,
                                       INSTEAD(ReadOnly, Kokkos::default_accessor<float>)>& x) {
  (void)view_of(x);
}

// refused: view_of: mdspan must lie in the memory of Space
void elsewhere(const Kokkos::mdspan<float, Extents, Kokkos::layout_right,
                                    Placed<INSTEAD(FarSpace, Memory)>>& x) {
  (void)view_of<Exec>(x);
}

// refused: view_of: mdspan must have a strided layout
void scattered(const Kokkos::mdspan<float, Extents, INSTEAD(Scattered, Kokkos::layout_right)>& x) {
  (void)view_of(x);
}

// refused: io: images must have the shape (B, H, W) or (B, C, H, W)
void no_images(const INSTEAD(Rows, Cube) & x) { io::write_png_grid(Exec{}, x, "x.png"); }

// refused: io: images must be of float, double or std::uint8_t
void whole_images(const Tensor<INSTEAD(int, float), 3, Exec>& x) {
  io::write_png_grid(Exec{}, x, "x.png");
}

// refused: features are numbers of a built-in type
void complex_features(const INSTEAD(Complexes, Row) & x) { (void)metrics::NormalFit(Exec{}, x); }

// refused: features are a View (N, ...), one row per sample
void one_feature(const INSTEAD(Scalar, Row) & x) { (void)metrics::NormalFit(Exec{}, x); }
