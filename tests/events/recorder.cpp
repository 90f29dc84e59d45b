// SPDX-License-Identifier: MIT
// The recorder sees what there is to see; without this the other tests would prove nothing.
#include "setup.hpp"

#include <doctest/doctest.h>

using namespace test;

namespace {

struct Index {
  KOKKOS_FUNCTION void operator()(int) const {}
  KOKKOS_FUNCTION void operator()(int i, int& sum) const { sum += i; }
  KOKKOS_FUNCTION void operator()(int i, int& sum, bool) const { sum += i; }
};

}  // namespace

TEST_CASE("the recorder sees every kind of launch, and on which device") {
  const Exec exec;
  const Kokkos::RangePolicy<Exec> range(exec, 0, 3);
  int sum = 0;
  KokkosEvents recorder;
  Kokkos::parallel_for("a loop", range, Index{});
  Kokkos::parallel_reduce("a sum", range, Index{}, sum);
  Kokkos::parallel_scan("a scan", range, Index{});
  const auto events = recorder.take();
  CHECK(described(EventKind::launch, events) == "launch a loop; launch a sum; launch a scan");
  CHECK(events.front().device == Kokkos::Tools::Experimental::device_id(exec));
  CHECK(recorder.take().empty());
}

TEST_CASE("the recorder sees fences, deep copies and regions") {
  const Exec exec;
  const Kokkos::View<int*, Exec> from("from", 7), to("to", 7);
  KokkosEvents recorder;
  exec.fence("one of an instance");
  Kokkos::fence("one of all");
  Kokkos::deep_copy(exec, to, from);
  Kokkos::Profiling::pushRegion("a region");
  Kokkos::parallel_for("a loop", Kokkos::RangePolicy<Exec>(exec, 0, 3), Index{});
  Kokkos::Profiling::popRegion();
  const auto events = recorder.take();
  const std::string fences = described(EventKind::fence, events);
  CHECK(fences.find("fence one of an instance") == 0);
  CHECK(fences.find("fence one of all") != std::string::npos);
  CHECK(described(EventKind::deep_copy, events) == "deep copy to");
  const std::string outline = recorder.take_outline();
  CHECK(outline.ends_with("a region { a loop } "));
  for (const auto& event : events)
    if (event.kind == EventKind::deep_copy) CHECK(event.bytes == 7 * sizeof(int));
}

TEST_CASE("the recorder sees allocations, their ends, and the most bytes at a time") {
  KokkosEvents recorder;
  {
    const Kokkos::View<char*, Exec> first("first", 1000);
    const auto made = recorder.take();
    CHECK(described(EventKind::allocation, made) == "allocation first");
    CHECK(made.front().bytes == 1000);
  }
  CHECK(described(EventKind::deallocation, recorder.take()) == "deallocation first");
  { const Kokkos::View<char*, Exec> second("second", 600); }
  CHECK(recorder.peak_bytes() == 1000);
  const Kokkos::View<char*, Exec> third("third", 600), fourth("fourth", 600);
  CHECK(recorder.peak_bytes() == 1200);
}

TEST_CASE("after the recorder nobody listens, and the next one begins anew") {
  const Exec exec;
  { const KokkosEvents recorder; }
  Kokkos::parallel_for("unseen", Kokkos::RangePolicy<Exec>(exec, 0, 3), Index{});
  KokkosEvents recorder;
  CHECK(recorder.take().empty());
  Kokkos::parallel_for("seen", Kokkos::RangePolicy<Exec>(exec, 0, 3), Index{});
  CHECK(described(recorder.take()) == "launch seen");
}
