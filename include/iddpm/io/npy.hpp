// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/io/atomic_file.hpp>
#include <iddpm/io/detail/host_copy.hpp>
#include <iddpm/io/detail/npy_file.hpp>
#include <iddpm/io/npy_header.hpp>

#include <Kokkos_Core.hpp>

// xtensor 0.26 moved its headers into folders.
#if __has_include(<xtensor/containers/xarray.hpp>)
#include <xtensor/containers/xarray.hpp>
#else
#include <xtensor/xarray.hpp>
#endif

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// \file
/// NumPy's .npy files: the way of arrays between this library and the rest of the world.
///
/// Read: versions 1.0 to 3.0, both byte orders, both element orders, rank 0 to 8, headers up to
/// 64 KiB. A file is refused with a sentence before anything of its claimed size is allocated.
/// Written: version 1.0, the byte order of this machine, row-major; see io::write_file for how.
/// \see numpy.lib.format

namespace iddpm::io {

/// An array on the host: row-major, whatever xtensor's default layout is set to.
template <class T>
using HostArray = xt::xarray<T, xt::layout_type::row_major>;

namespace detail {

template <NpyElement T>
HostArray<T> read_elements(NpyFile& file) {
  const auto read = [&file]<class Array>(Array array) {
    file.read(array.data(), array.size());
    return array;
  };
  using ColumnMajor = xt::xarray<T, xt::layout_type::column_major>;
  const auto& shape = file.header().shape;
  if (file.header().fortran_order) return read(ColumnMajor::from_shape(shape));
  return read(HostArray<T>::from_shape(shape));
}

template <NpyElement T>
void write_elements(const T* elements, std::size_t count, const std::vector<std::size_t>& shape,
                    const std::filesystem::path& path) {
  const std::string header = format_npy_header({npy_dtype<T>(), shape, false});
  const std::string_view data(reinterpret_cast<const char*>(elements), count * sizeof(T));
  detail::replace_file("write_npy", path, {header, data});
}

}  // namespace detail

/// The header of the file `path`, checked against the size of the file.
/// \throws std::invalid_argument `read_npy_header: <path> must <rule>; got <value>`.
[[nodiscard]] inline NpyHeader read_npy_header(const std::filesystem::path& path) {
  return detail::NpyFile("read_npy_header", path).header();
}

/// The array in the file `path`, on the host.
/// Shape: the file's; a file in Fortran order gives the same array in rows.
/// \pre The elements of the file are of type T; nothing is converted.
/// \throws std::invalid_argument `read_npy: <path> must <rule>; got <value>`.
template <NpyElement T>
[[nodiscard]] HostArray<T> read_npy(const std::filesystem::path& path) {
  detail::NpyFile file("read_npy", path);
  file.must_hold<T>();
  return detail::read_elements<T>(file);
}

/// The array in the file `path`, in the memory of `Exec`. Fences `exec`.
/// Shape: the file's.
/// \pre The elements of the file are of type T, and its rank is `Rank`; nothing is converted.
/// \throws std::invalid_argument `read_npy: <path> must <rule>; got <value>`.
template <NpyElement T, std::size_t Rank, ExecutionSpace Exec>
requires(Rank <= 8)
    [[nodiscard]] Tensor<T, Rank, Exec> read_npy(const Exec& exec,
                                                 const std::filesystem::path& path) {
  const std::string label = "iddpm::io::read_npy";
  detail::NpyFile file("read_npy", path);
  file.must_hold<T>();
  const auto& shape = file.header().shape;
  file.must(shape.size() == Rank, "have rank " + std::to_string(Rank), shape.size());
  const Kokkos::LayoutRight layout = detail::rows(shape);
  const HostArray<T> array = detail::read_elements<T>(file);
  const Tensor<T, Rank, Exec> tensor(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, label),
                                     layout);
  Kokkos::deep_copy(exec, tensor, Tensor<const T, Rank, Kokkos::HostSpace>(array.data(), layout));
  exec.fence(label);
  return tensor;
}

/// Writes an xtensor array or expression as the file `path`.
/// Shape: any of rank 0 to 8.
/// \throws std::invalid_argument before anything is written; std::runtime_error
///         `write_npy: <path> must be writable; got <reason of the system>`.
template <class Expression>
requires NpyElement<std::remove_cv_t<typename Expression::value_type>>
void write_npy(const xt::xexpression<Expression>& array, const std::filesystem::path& path) {
  using T = std::remove_cv_t<typename Expression::value_type>;
  const HostArray<T>& rows = array.derived_cast();  // copied only where it is something else
  require(rows.dimension() <= 8, "write_npy", "array", "have rank 0 to 8", rows.dimension());
  detail::write_elements(rows.data(), rows.size(), {rows.shape().begin(), rows.shape().end()},
                         path);
}

/// Writes a View as the file `path`. Fences `exec`, nothing else.
/// Shape: any of rank 0 to 8, in any layout; the file is row-major.
/// \throws std::runtime_error `write_npy: <path> must be writable; got <reason of the system>`.
template <ExecutionSpace Exec, ViewOn<Exec> V>
requires NpyElement<value_t<V>>
void write_npy(const Exec& exec, const V& view, const std::filesystem::path& path) {
  const auto host = detail::host_copy(exec, view, "iddpm::io::write_npy");
  detail::write_elements(host.data(), host.size(), detail::extents_of(view), path);
}

}  // namespace iddpm::io
