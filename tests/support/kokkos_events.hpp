// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// What a piece of code makes Kokkos do, told by Kokkos itself through its tools interface.
///
/// Left out is the fence before every launch that Kokkos adds because somebody listens; its label
/// begins with Kokkos::Tools. So is the fence by which Threads ends every launch, and the memory of
/// no bytes that CUDA asks for at every launch of teams without scratch. A View that dies fences
/// every device: that is Kokkos' own, and shows.

namespace test {

enum class EventKind { launch, fence, allocation, deallocation, deep_copy };

struct KokkosEvent {
  EventKind kind;
  std::string label;     ///< of a deep copy, the destination's
  std::uint32_t device;  ///< what a launch or a fence is on, as device_id(exec); else 0
  std::uint64_t bytes;   ///< of an allocation, a deallocation, a deep copy; else 0
};

inline std::string to_string(EventKind kind) {
  const char* const names[] = {"launch", "fence", "allocation", "deallocation", "deep copy"};
  return names[static_cast<int>(kind)];
}

/// "launch iddpm::process::q_sample; fence ...": to be compared and, where it differs, printed.
inline std::string described(const std::vector<KokkosEvent>& events) {
  std::string list;
  for (const auto& event : events)
    list += (list.empty() ? "" : "; ") + to_string(event.kind) + " " + event.label;
  return list;
}

/// Records every event from its construction on. One at a time; Kokkos has one set of callbacks.
class KokkosEvents {
 public:
  KokkosEvents() : before_(Kokkos::Tools::Experimental::get_callbacks()) {
    namespace tools = Kokkos::Tools::Experimental;
    current() = this;
    tools::set_begin_parallel_for_callback(launch);
    tools::set_begin_parallel_reduce_callback(launch);
    tools::set_begin_parallel_scan_callback(launch);
    tools::set_begin_fence_callback(fence);
    tools::set_allocate_data_callback(allocate);
    tools::set_deallocate_data_callback(deallocate);
    tools::set_begin_deep_copy_callback(deep_copy);
    tools::set_push_region_callback(push);
    tools::set_pop_region_callback(pop);
  }
  KokkosEvents(const KokkosEvents&) = delete;
  KokkosEvents& operator=(const KokkosEvents&) = delete;
  ~KokkosEvents() {
    Kokkos::Tools::Experimental::set_callbacks(before_);
    current() = nullptr;
  }

  /// The events since the last call.
  [[nodiscard]] std::vector<KokkosEvent> take() { return std::exchange(events_, {}); }

  /// The regions since the last call and the launches in them: "sample { denoiser step } ".
  [[nodiscard]] std::string take_outline() { return std::exchange(outline_, {}); }

  /// The most bytes that were allocated at one time, beyond those at the beginning.
  [[nodiscard]] std::int64_t peak_bytes() const { return peak_; }

 private:
  Kokkos::Tools::Experimental::EventSet before_;
  std::vector<KokkosEvent> events_;
  std::string outline_;
  std::int64_t live_ = 0, peak_ = 0;

  static KokkosEvents*& current() {
    static KokkosEvents* recorder = nullptr;
    return recorder;
  }

  static void add(EventKind kind, const char* label, std::uint32_t device, std::uint64_t bytes) {
    current()->events_.push_back({kind, label, device, bytes});
  }
  static void launch(const char* label, std::uint32_t device, std::uint64_t*) {
    current()->outline_ += std::string(label) + " ";
    add(EventKind::launch, label, device, 0);
  }
  static void fence(const char* label, std::uint32_t device, std::uint64_t*) {
    const std::string_view text(label);
    if (!text.starts_with("Kokkos::Tools") && !text.starts_with("Kokkos::ThreadsInternal"))
      add(EventKind::fence, label, device, 0);
  }
  static bool is_team_scratch(std::string_view label) {
    return label.ends_with("TeamScratchMemory");
  }
  static void allocate(Kokkos::Tools::SpaceHandle, const char* label, const void*,
                       std::uint64_t bytes) {
    if (bytes == 0 && is_team_scratch(label)) return;
    add(EventKind::allocation, label, 0, bytes);
    auto& self = *current();
    self.live_ += static_cast<std::int64_t>(bytes);
    self.peak_ = std::max(self.peak_, self.live_);
  }
  static void deallocate(Kokkos::Tools::SpaceHandle, const char* label, const void*,
                         std::uint64_t bytes) {
    if (bytes == 0 && is_team_scratch(label)) return;
    add(EventKind::deallocation, label, 0, bytes);
    current()->live_ -= static_cast<std::int64_t>(bytes);
  }
  static void deep_copy(Kokkos::Tools::SpaceHandle, const char* to, const void*,
                        Kokkos::Tools::SpaceHandle, const char*, const void*, std::uint64_t bytes) {
    add(EventKind::deep_copy, to, 0, bytes);
  }
  static void push(const char* label) { current()->outline_ += std::string(label) + " { "; }
  static void pop() { current()->outline_ += "} "; }
};

}  // namespace test
