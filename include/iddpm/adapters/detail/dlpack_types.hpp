// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/adapters/detail/dlpack_abi.hpp>
#include <iddpm/core/concepts.hpp>
#include <iddpm/math/float16.hpp>

#include <Kokkos_Core.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>

/// \file
/// What DLPack calls the element types and memories of Views.

namespace iddpm::adapters::detail {

// Kokkos' 16-bit types may be names of float, which is asked first.
template <class T>
inline constexpr bool is_half =
    std::is_same_v<T, float16> || std::is_same_v<T, Kokkos::Experimental::half_t>;
template <class T>
inline constexpr bool is_bfloat =
    std::is_same_v<T, bfloat16> || std::is_same_v<T, Kokkos::Experimental::bhalf_t>;
template <class T>
inline constexpr bool is_integer = std::integral<T> && !std::is_same_v<T, bool>;

template <class T>
constexpr DLDataType dlpack_dtype() {
  static_assert(Real<T> || is_half<T> || is_bfloat<T> || is_integer<T>,
                "dlpack: elements must be float, double, of 16 bits, or integers");
  constexpr int code = Real<T>                 ? kDLFloat
                       : is_half<T>            ? kDLFloat
                       : is_bfloat<T>          ? kDLBfloat
                       : std::is_unsigned_v<T> ? kDLUInt
                                               : kDLInt;
  return {std::uint8_t{code}, std::uint8_t{8 * sizeof(T)}, 1};
}

/// `float32`, `bfloat16`, `int64`, as NumPy writes them.
inline std::string dlpack_name(DLDataType dtype) {
  constexpr std::array<const char*, 7> names{"int",    "uint",    "float", "opaque",
                                             "bfloat", "complex", "bool"};
  const bool known = dtype.code < names.size();
  std::string text = known ? names[dtype.code] : "code " + std::to_string(dtype.code) + " x ";
  text += std::to_string(dtype.bits);
  return dtype.lanes == 1 ? text : text + " in vectors of " + std::to_string(dtype.lanes);
}

inline std::string dlpack_name(DLDevice device) {
  const std::string id = ":" + std::to_string(device.device_id);
  switch (static_cast<int>(device.device_type)) {
    case kDLCPU:
      return "cpu" + id;
    case kDLCUDA:
      return "cuda" + id;
    case kDLCUDAHost:
      return "cuda_host" + id;
    case kDLROCM:
      return "rocm" + id;
    case kDLROCMHost:
      return "rocm_host" + id;
    case kDLCUDAManaged:
      return "cuda_managed" + id;
    default:
      return "device type " + std::to_string(device.device_type) + id;
  }
}

/// Where memory of the space `Memory` lies; 0 for a memory of Kokkos' that DLPack has no name for.
template <class Memory>
constexpr int dlpack_device_type() {
  if constexpr (std::is_same_v<Memory, Kokkos::HostSpace>) return kDLCPU;
#if defined(KOKKOS_ENABLE_CUDA)
  if constexpr (std::is_same_v<Memory, Kokkos::CudaSpace>) return kDLCUDA;
  if constexpr (std::is_same_v<Memory, Kokkos::CudaHostPinnedSpace>) return kDLCUDAHost;
  if constexpr (std::is_same_v<Memory, Kokkos::CudaUVMSpace>) return kDLCUDAManaged;
#endif
#if defined(KOKKOS_ENABLE_HIP)
  if constexpr (std::is_same_v<Memory, Kokkos::HIPSpace>) return kDLROCM;
  if constexpr (std::is_same_v<Memory, Kokkos::HIPManagedSpace>) return kDLROCM;
  if constexpr (std::is_same_v<Memory, Kokkos::HIPHostPinnedSpace>) return kDLROCMHost;
#endif
  return 0;
}

/// The device of `data`: the one that it was allocated on, not the current one. Memory that any
/// device reaches has number 0, says DLPack.
template <class Memory>
DLDevice dlpack_device([[maybe_unused]] const void* data) {
  constexpr int type = detail::dlpack_device_type<Memory>();
  static_assert(type != 0, "dlpack: DLPack must have a device for the View's memory space");
  DLDevice device{static_cast<DLDeviceType>(type), 0};
#if defined(KOKKOS_ENABLE_CUDA)
  if constexpr (type == kDLCUDA) {
    cudaPointerAttributes found{};
    const bool is_found = data != nullptr && cudaPointerGetAttributes(&found, data) == cudaSuccess;
    device.device_id = is_found ? found.device : Kokkos::device_id();
  }
#endif
#if defined(KOKKOS_ENABLE_HIP)
  if constexpr (type == kDLROCM) {
    hipPointerAttribute_t found{};
    const bool is_found = data != nullptr && hipPointerGetAttributes(&found, data) == hipSuccess;
    device.device_id = is_found ? found.device : Kokkos::device_id();
  }
#endif
  return device;
}

/// Can a View on `Memory` be one of memory there? The host reaches what is pinned or managed too,
/// and a GPU what is managed. (Of ROCm's, DLPack does not say what is managed.)
template <class Memory>
bool dlpack_reaches(DLDevice device) {
#if defined(KOKKOS_ENABLE_HIP)
  if (std::is_same_v<Memory, Kokkos::HIPManagedSpace>) return false;
#endif
  constexpr int own = detail::dlpack_device_type<Memory>();
  const int type = device.device_type;
  if (own == kDLCUDA || own == kDLROCM)
    return (type == own && device.device_id == Kokkos::device_id()) ||
           (own == kDLCUDA && type == kDLCUDAManaged);
  if (own == kDLCPU)
    return type == kDLCPU || type == kDLCUDAHost || type == kDLROCMHost || type == kDLCUDAManaged;
  return own != 0 && type == own;
}

}  // namespace iddpm::adapters::detail
