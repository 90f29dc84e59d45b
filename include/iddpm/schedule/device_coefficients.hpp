// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/per_sample.hpp>
#include <iddpm/schedule/coefficients.hpp>

#include <cstddef>
#include <limits>
#include <vector>

namespace iddpm {

/// Which samples of a batch wait while a run makes a transition: those whose start is below t, on
/// any scale.
struct Waiting {
  const double* starts = nullptr;  ///< (B) on the device, null where no sample waits
  /// @{
  /// The timestep that a run is at, and whether a sample waits for its own start.
  double t = 0;

  KOKKOS_INLINE_FUNCTION bool operator()(std::size_t sample) const {
    return starts != nullptr && starts[sample] < t;
  }
  /// @}
};

/// The rows of a batch's timesteps, for kernels: one row by value where the batch has one
/// timestep, else each sample's from the table. A timestep outside 0 .. T - 1 gets a row of NaN.
template <Real R, ExecutionSpace Exec>
struct CoefficientsAt {
  /// @{
  /// Where it is read, in which type, and the timesteps, one or (B).
  using execution_space = Exec;
  using value_type = R;

  PerSample<int, Exec> t;
  /// @}
  Coefficients<R> row;           ///< of t, where t is uniform
  const Coefficients<R>* table;  ///< T + 1 rows, the last all NaN
  int num_timesteps;             ///< T
  Waiting waiting = {};          ///< samples that a kernel leaves as they are

  /// Do all samples share a row, and none waits?
  [[nodiscard]] bool is_uniform() const { return t.is_uniform() && waiting.starts == nullptr; }

  /// A sample's row; row T, which is NaN, where its timestep is out of range.
  KOKKOS_INLINE_FUNCTION Coefficients<R> operator()(std::size_t sample) const {
    if (t.is_uniform()) return row;
    const int index = t(sample);
    return table[index >= 0 && index < num_timesteps ? index : num_timesteps];
  }
};

/// The table on a device, one array of rows for a compute type; immutable and shared by copies.
template <Real R, ExecutionSpace Exec>
class DeviceCoefficients {
 public:
  /// @{
  /// The rows in memory of Exec, T and one of NaN; copied, which waits.
  explicit DeviceCoefficients(const std::vector<Coefficients<double>>& rows)
      : num_timesteps_(static_cast<int>(rows.size())),
        table_(Kokkos::view_alloc(Kokkos::WithoutInitializing, "iddpm::schedule::coefficients"),
               rows.size() + 1) {
    std::vector<Coefficients<R>> cast_rows;
    for (const Coefficients<double>& row : rows) cast_rows.push_back(cast<R>(row));
    detail::Columns<R> nan;
    nan.fill(std::numeric_limits<R>::quiet_NaN());
    cast_rows.push_back(std::bit_cast<Coefficients<R>>(nan));
    const Kokkos::View<const Coefficients<R>*, Kokkos::HostSpace,
                       Kokkos::MemoryTraits<Kokkos::Unmanaged>>
        host(cast_rows.data(), cast_rows.size());
    const Exec exec{};
    Kokkos::deep_copy(exec, table_, host);
    exec.fence("iddpm::schedule::device_coefficients: the host rows go out of scope");
  }

  [[nodiscard]] const Coefficients<R>* data() const { return table_.data(); }
  [[nodiscard]] int num_timesteps() const { return num_timesteps_; }
  /// @}

 private:
  int num_timesteps_;
  Kokkos::View<Coefficients<R>*, typename Exec::memory_space> table_;
};

}  // namespace iddpm
