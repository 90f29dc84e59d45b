// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>

#include <cstddef>
#include <cstdlib>
#include <string_view>

/// \file
/// How wide a kernel computes: a tag that a kernel's functions take first, so that a program built
/// without architecture flags runs as fast as the processor allows. The bits of noise and steps do
/// not depend on it, for every operation in them is rounded on its own.

// Processors of one family differ: chosen when a kernel is launched. GCC and clang compile a
// function for more than the build's flags say, and inline everything it calls with `flatten`.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__CUDA_ARCH__) && \
    !defined(__HIP_DEVICE_COMPILE__) && !defined(__SYCL_DEVICE_ONLY__)
#define IDDPM_X86_TARGETS 1
#define IDDPM_TARGET_AVX2 __attribute__((target("avx2,fma")))
#if defined(__clang__)
#define IDDPM_TARGET_AVX512 __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq")))
#else
#define IDDPM_TARGET_AVX512 \
  __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq,prefer-vector-width=512")))
#endif
#else
/// Can functions be compiled for AVX2 and AVX-512?
#define IDDPM_X86_TARGETS 0
#endif

// Before a loop whose iterations touch no element of each other: compilers cannot know that a
// batch written in place is read at the same element only.
#if defined(__clang__) && !defined(__CUDACC__) && !defined(__HIP__)
#define IDDPM_VECTOR_LOOP _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__) && !defined(__clang__) && !defined(__CUDACC__)
#define IDDPM_VECTOR_LOOP _Pragma("GCC ivdep")
#else
/// Before a loop whose iterations touch no element of each other.
#define IDDPM_VECTOR_LOOP
#endif

// The arrays of a GPU thread are registers only where the loops over them are unrolled.
#if defined(__CUDA_ARCH__) || defined(__HIP_DEVICE_COMPILE__)
#define IDDPM_UNROLLED_ON_DEVICE _Pragma("unroll")
#else
/// Before a loop over the few elements of a GPU thread.
#define IDDPM_UNROLLED_ON_DEVICE
#endif

namespace iddpm {

/// The instruction sets that kernels on a host are compiled for; each includes the ones before it.
/// Where IDDPM_NO_AVX512 is defined, in all files of a program, the last one is left out: programs
/// compile faster, and are slower where a processor has it.
enum class InstructionSet {
  portable,  ///< what the build's flags allow
  avx2,      ///< x86-64 with AVX2 and FMA
  avx512     ///< and with AVX-512 F, VL, BW, DQ
};

namespace isa {

/// A thread of a GPU.
struct Device {};
/// A host thread, each as the value of InstructionSet of that name.
struct Portable {};
struct Avx2 {};
struct Avx512 {};

/// A host thread, one element after the other: for code that branches.
struct Scalar {};

/// A host thread, one block of a sample after the other, whose normals were made before, from
/// element `begin` on, side by side with other samples': those of a block lie Across::most apart,
/// those of the next block `stride` behind.
template <class R>
struct Filled {
  /// @{
  /// The normals, from which element on, and how far blocks lie apart.
  const R* normals;
  std::size_t begin, stride;
  /// @}
};

/// How many elements are computed at a time: a GPU thread's one Philox block, 16 bytes of float; a
/// host thread's few vectors. Without fma, as on x86-64 before AVX2, nothing is gained by many.
template <class Isa>
inline constexpr std::size_t width = 256;
/// @{
/// The same for one instruction set.
template <>
inline constexpr std::size_t width<Device> = 4;
template <>
inline constexpr std::size_t width<Scalar> = 4;
template <class R>
inline constexpr std::size_t width<Filled<R>> = 4;
template <>
inline constexpr std::size_t width<Portable> = IDDPM_X86_TARGETS ? 4 : 256;
/// @}

/// `isa` for code that branches on every element.
template <class Isa>
KOKKOS_INLINE_FUNCTION constexpr auto branching(Isa) {
  return Scalar{};
}
/// @{
/// The same for one that has a form of its own for such code.
KOKKOS_INLINE_FUNCTION constexpr auto branching(Device isa) { return isa; }
template <class R>
KOKKOS_INLINE_FUNCTION constexpr auto branching(Filled<R> isa) {
  return isa;
}
/// @}

}  // namespace isa

namespace detail {

#if defined(IDDPM_NO_AVX512)
inline constexpr bool has_avx512 = false;
#else
inline constexpr bool has_avx512 = true;
#endif

inline InstructionSet widest_instruction_set() {
#if IDDPM_X86_TARGETS
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (avx2) return avx512 && has_avx512 ? InstructionSet::avx512 : InstructionSet::avx2;
#endif
  return InstructionSet::portable;
}

/// \param wanted the value of IDDPM_INSTRUCTION_SET, or null where it is not set
inline InstructionSet chosen_instruction_set(const char* wanted, InstructionSet widest) {
  if (wanted == nullptr) return widest;
  const std::string_view names[] = {"portable", "avx2", "avx512"};
  for (int i = 0; i <= static_cast<int>(widest); ++i)
    if (names[i] == wanted) return static_cast<InstructionSet>(i);
  require(false, "instruction_set", "the environment's IDDPM_INSTRUCTION_SET",
          "be portable, avx2 or avx512, and no more than this processor has", wanted);
  return widest;
}

}  // namespace detail

/// What kernels on a host use: the most that this processor has, or less where the environment
/// says so: IDDPM_INSTRUCTION_SET=portable, avx2 or avx512, read once.
/// \throws std::invalid_argument where it says anything else, or more than the processor has.
[[nodiscard]] inline InstructionSet instruction_set() {
  static const InstructionSet set = detail::chosen_instruction_set(
      std::getenv("IDDPM_INSTRUCTION_SET"), detail::widest_instruction_set());
  return set;
}

namespace detail {

#if IDDPM_X86_TARGETS
template <class Body>
IDDPM_TARGET_AVX2 __attribute__((flatten, noinline)) void on_avx2(const Body& body) {
  body(isa::Avx2{});
}

template <class Body>
IDDPM_TARGET_AVX512 __attribute__((flatten, noinline)) void on_avx512(const Body& body) {
  body(isa::Avx512{});
}
#endif

/// Calls `body(isa)` compiled for an instruction set of this host.
template <class Body>
void with_instruction_set([[maybe_unused]] InstructionSet set, const Body& body) {
#if IDDPM_X86_TARGETS
  if constexpr (has_avx512)
    if (set == InstructionSet::avx512) return on_avx512(body);
  if (set == InstructionSet::avx2) return on_avx2(body);
#endif
  body(isa::Portable{});
}

/// Calls `body(isa)` for what is computed side by side where it does not lie so: one vector unit
/// is compiled for, not each. \returns false, without a call, where this host has none.
template <class Body>
bool with_lanes([[maybe_unused]] InstructionSet set, const Body& body) {
#if IDDPM_X86_TARGETS
  if (set == InstructionSet::portable) return false;
  on_avx2(body);
#else
  body(isa::Portable{});
#endif
  return true;
}

}  // namespace detail

}  // namespace iddpm
