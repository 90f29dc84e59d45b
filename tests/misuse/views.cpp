// SPDX-License-Identifier: MIT
// Does not compile: each function is refused with the sentence that is above it (see check.cmake).
#include <iddpm/iddpm.hpp>

namespace {

using namespace iddpm;
using Exec = Kokkos::DefaultHostExecutionSpace;
using Memory = Exec::memory_space;
template <class Variance>
using ProcessOf = GaussianDiffusion<schedule::Cosine, mean::Epsilon, Variance, loss::Mse, Exec>;
using Fixed = ProcessOf<variance::FixedSmall>;
using Learned = ProcessOf<variance::LearnedRange>;
using Rows = Tensor<float, 2, Exec>;

// Memory that no execution space reaches.
struct FarSpace {
  using memory_space = FarSpace;
  using execution_space = Exec;
  using device_type = Kokkos::Device<Exec, FarSpace>;
  using size_type = std::size_t;
};

}  // namespace

// refused: a batch is a View of plain memory, without MemoryTraits<Atomic> and without an accessor
void atomic(const Kokkos::View<float**, Memory, Kokkos::MemoryTraits<Kokkos::Atomic>>& x) {
  fill_normal(Exec{}, Draw{}, x);
}

// refused: per-sample values are a View of plain memory, without MemoryTraits<Atomic>
void atomic_t(const Fixed& process, const Rows& x,
              const Kokkos::View<int*, Memory, Kokkos::MemoryTraits<Kokkos::Atomic>>& t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: every view lies in memory that exec can reach
void far(const Fixed& process, const Rows& x, const Kokkos::View<float**, FarSpace>& out) {
  q_sample(Exec{}, process, x, 3, Draw{}, out);
}

// refused: per-sample values lie in memory that exec can reach
void far_t(const Fixed& process, const Rows& x, const Kokkos::View<int*, FarSpace>& t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: all batches of one call hold float or 16-bit numbers, or all hold double
void integers(const Fixed& process, const Tensor<int, 2, Exec>& x) {
  q_sample(Exec{}, process, x, 3, Draw{}, x);
}

// refused: an output is a View of elements that may be written, not of const ones
void read_only(const Fixed& process, const Rows& x, const Rows::const_type& out) {
  q_sample(Exec{}, process, x, 3, Draw{}, out);
}

// refused: a batch is a View of rank 1 to 8 whose first extent is the batch
void rank_0(const Tensor<float, 0, Exec>& x) { fill_normal(Exec{}, Draw{}, x); }

// refused: all batches of one call have one rank
void ranks(const Fixed& process, const Rows& x, const Tensor<float, 3, Exec>& out) {
  q_sample(Exec{}, process, x, 3, Draw{}, out);
}

// refused: a learned variance needs a batch of rank 2 or more: (B, C, ...)
void channels(const Learned& process, const Tensor<float, 1, Exec>& x) {
  p_sample(Exec{}, process, x, 3, x, Draw{}, x);
}

// refused: per-sample values are a View of rank 1
void matrix(const Fixed& process, const Rows& x, const Tensor<int, 2, Exec>& t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: timesteps are a View of int, weights one of the type that the batch is computed in
void wide_t(const Fixed& process, const Rows& x, const Tensor<long, 1, Exec>& t) {
  q_sample(Exec{}, process, x, t, Draw{}, x);
}

// refused: fill_normal: out must have elements of float, double or 16 bits, not const
void constant(const Rows::const_type& x) { fill_normal(Exec{}, Draw{}, x); }

// refused: fill_normal: out lies in memory that exec can reach
void far_normals(const Kokkos::View<float**, FarSpace>& x) { fill_normal(Exec{}, Draw{}, x); }

// refused: slerp: every view lies in memory that exec can reach
void far_arc(const Rows& a, const Kokkos::View<float**, FarSpace>& out) {
  slerp(Exec{}, a, a, 0.5, out);
}

// refused: losses are Views of numbers that may be written, not of const ones
void read_only_losses(const Fixed& process, const Rows& x, const Rows& d_output) {
  using Losses = TrainingLosses<Tensor<const float, 1, Exec>>;
  training_losses(Exec{}, process, x, x, 3, Draw{}, x, 1.0f, Losses{}, d_output);
}
