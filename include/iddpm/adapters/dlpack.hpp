// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/adapters/detail/dlpack_abi.hpp>
#include <iddpm/adapters/detail/dlpack_types.hpp>
#include <iddpm/adapters/detail/strided.hpp>
#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>

/// \file
/// DLPack, the tensors of PyTorch, JAX, CuPy and NumPy, and Views: the same memory, never a copy.
///
/// The order of work is not DLPack's affair: fence the exec that writes a View before its consumer
/// reads it, or give the consumer the exec's stream (`exec.cuda_stream()`; the `stream` argument of
/// Python's `__dlpack__` says which one a consumer wants to read on), and the other way round.
///
/// A deleter may be called on any thread, as a View's last copy may be destroyed on any. After
/// Kokkos::finalize it leaves the View's memory to the end of the process, for then Kokkos aborts
/// where it is asked to free; a deleter must not run while another thread finalizes Kokkos.
/// \see dmlc.github.io/dlpack

namespace iddpm::adapters {

/// DLManagedTensorVersioned (DLPack 1) or DLManagedTensor, its elder, which cannot say that it is
/// read-only.
template <class M>
concept DlpackManaged =
    std::same_as<M, DLManagedTensorVersioned> || std::same_as<M, DLManagedTensor>;

/// Calls the tensor's own deleter, if it has one.
struct DlpackDeleter {
  /// Calls the deleter that the tensor carries.
  template <DlpackManaged Managed>
  void operator()(Managed* managed) const {
    if (managed->deleter != nullptr) managed->deleter(managed);
  }
};

/// A managed tensor and the duty to delete it; `release()` hands both to a consumer.
template <DlpackManaged Managed = DLManagedTensorVersioned>
using DlpackPointer = std::unique_ptr<Managed, DlpackDeleter>;

namespace detail {

// What lives from to_dlpack to the consumer's call of the deleter.
template <DlpackManaged Managed, View V>
struct Exported {
  V view;
  std::array<std::int64_t, V::rank() + 1> shape{}, strides{};
  Managed managed{};

  static void free(Managed* self) noexcept {
    if (!Kokkos::is_finalized()) delete static_cast<Exported*>(self->manager_ctx);
  }
};

inline std::string dlpack_version(DLPackVersion version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

template <class T, std::size_t Rank, class Memory>
void require_dlpack_type(const DLTensor& tensor) {
  constexpr DLDataType dtype = detail::dlpack_dtype<std::remove_const_t<T>>();
  const bool same = tensor.dtype.code == dtype.code && tensor.dtype.bits == dtype.bits &&
                    tensor.dtype.lanes == dtype.lanes;
  require(same, "from_dlpack", "dtype", "be " + detail::dlpack_name(dtype),
          detail::dlpack_name(tensor.dtype));
  require(tensor.ndim == int{Rank}, "from_dlpack", "rank", "be " + std::to_string(Rank),
          tensor.ndim);
  // A stream, for g++ 12 warns of what its strings do to themselves when these are added up.
  std::ostringstream reached;
  reached << "be one that " << Memory::name() << " reaches";
  require(detail::dlpack_reaches<Memory>(tensor.device), "from_dlpack", "device", reached.str(),
          detail::dlpack_name(tensor.device));
}

// The View of a tensor whose type, rank and device are right.
template <class T, std::size_t Rank, class Space, class Layout>
auto dlpack_view(const DLTensor& tensor) {
  std::array<std::int64_t, Rank> shape{};
  std::copy_n(tensor.shape, Rank, shape.begin());
  require(std::all_of(shape.begin(), shape.end(), [](auto n) { return n >= 0; }), "from_dlpack",
          "shape", "have extents of 0 or more", detail::text_of(shape));
  Extents<Rank> extents{};
  std::copy(shape.begin(), shape.end(), extents.begin());
  auto strides = detail::dense_strides<Kokkos::LayoutRight>(extents);  // which null stands for
  if (tensor.strides != nullptr) std::copy_n(tensor.strides, Rank, strides.begin());
  const bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  require(empty || tensor.data != nullptr, "from_dlpack", "data", "not be null", "null");
  char* const bytes = static_cast<char*>(tensor.data) + (empty ? 0 : tensor.byte_offset);
  require(empty || reinterpret_cast<std::uintptr_t>(bytes) % alignof(T) == 0, "from_dlpack", "data",
          "be aligned to " + std::to_string(alignof(T)) + " bytes", static_cast<void*>(bytes));
  return detail::view_over<Layout, Space>("from_dlpack", "tensor", reinterpret_cast<T*>(bytes),
                                          extents, strides);
}

}  // namespace detail

/// A View of any layout, rank and memory as a tensor that keeps the View's allocation alive until
/// its deleter is called. A View of const elements is read-only. Where the View does not own its
/// memory, whoever does must outlive the tensor.
/// Example: `PyCapsule_New(to_dlpack(x).release(), "dltensor_versioned", ...)`;
/// `to_dlpack<DLManagedTensor>(x)` for consumers before DLPack 1.
template <DlpackManaged Managed = DLManagedTensorVersioned, View V>
[[nodiscard]] DlpackPointer<Managed> to_dlpack(const V& view) {
  constexpr bool is_const = std::is_const_v<typename V::value_type>;
  constexpr bool is_versioned = std::is_same_v<Managed, DLManagedTensorVersioned>;
  static_assert(is_versioned || !is_const,
                "to_dlpack: view must have elements that are not const, for a DLManagedTensor "
                "cannot be read-only; DLManagedTensorVersioned can");
  using Exported = detail::Exported<Managed, V>;
  auto exported = std::make_unique<Exported>(Exported{view});
  const auto strides = detail::needed_strides<typename V::array_layout>(detail::extents_of(view),
                                                                        detail::strides_of(view));
  for (std::size_t r = 0; r < V::rank(); ++r) {
    exported->shape[r] = static_cast<std::int64_t>(view.extent(r));
    exported->strides[r] = strides[r];
  }
  Managed& managed = exported->managed;
  DLTensor& tensor = managed.dl_tensor;
  // dlpack.h wants null where there is no element.
  tensor.data = view.size() == 0 ? nullptr : const_cast<value_t<V>*>(view.data());
  tensor.device = detail::dlpack_device<typename V::memory_space>(view.data());
  tensor.ndim = int{V::rank()};
  tensor.dtype = detail::dlpack_dtype<value_t<V>>();
  tensor.shape = exported->shape.data();
  tensor.strides = exported->strides.data();
  managed.deleter = &Exported::free;
  if constexpr (is_versioned) {
    managed.version = {DLPACK_MAJOR_VERSION, DLPACK_MINOR_VERSION};
    managed.flags = is_const ? DLPACK_FLAG_BITMASK_READ_ONLY : 0;
  }
  managed.manager_ctx = exported.release();
  return DlpackPointer<Managed>(&managed);
}

/// A tensor of somebody else's, and the View of it. The tensor's deleter is called where this ends;
/// kernels that use the View must be done then.
template <View V, DlpackManaged Managed>
class DlpackView {
 public:
  /// Takes over `managed`, whose memory `view` is.
  DlpackView(V view, Managed* managed) : view_(view), managed_(managed) {}

  /// The View, good as long as this is.
  [[nodiscard]] const V& view() const { return view_; }

 private:
  V view_;
  DlpackPointer<Managed> managed_;
};

/// A tensor as a View (of the tensor's extents) on `Space`, an execution or memory space. Row-major
/// without gaps, or of the Layout that is named; LayoutStride has any strides. Read-only where T is
/// const. `managed` then belongs to what is returned; where this throws, still to the caller.
/// Example: `auto x = from_dlpack<float, 4, Exec>(managed); fill_normal(exec, draw, x.view());`
/// \throws std::invalid_argument unless the tensor has elements of type T, that rank and such
/// strides,
///         aligned and on a device that Space reaches, and may be written where T is not const.
template <class T, std::size_t Rank, class Space = Kokkos::DefaultExecutionSpace,
          class Layout = Kokkos::LayoutRight, DlpackManaged Managed>
[[nodiscard]] auto from_dlpack(Managed* managed) {
  require(managed != nullptr, "from_dlpack", "managed", "not be null", "null");
  if constexpr (std::is_same_v<Managed, DLManagedTensorVersioned>) {
    require(managed->version.major == DLPACK_MAJOR_VERSION, "from_dlpack", "version",
            "be " + std::to_string(DLPACK_MAJOR_VERSION) + ", any minor",
            detail::dlpack_version(managed->version));
    require(std::is_const_v<T> || (managed->flags & DLPACK_FLAG_BITMASK_READ_ONLY) == 0,
            "from_dlpack", "tensor", "be writable, or T const", "a read-only tensor");
  }
  detail::require_dlpack_type<T, Rank, typename Space::memory_space>(managed->dl_tensor);
  const auto view = detail::dlpack_view<T, Rank, Space, Layout>(managed->dl_tensor);
  return DlpackView<std::remove_const_t<decltype(view)>, Managed>(view, managed);
}

/// The same of a tensor whose owner is known: where this throws, it is still `managed`.
template <class T, std::size_t Rank, class Space = Kokkos::DefaultExecutionSpace,
          class Layout = Kokkos::LayoutRight, DlpackManaged Managed>
[[nodiscard]] auto from_dlpack(DlpackPointer<Managed>&& managed) {
  auto view = from_dlpack<T, Rank, Space, Layout>(managed.get());
  (void)managed.release();
  return view;
}

}  // namespace iddpm::adapters
