// SPDX-License-Identifier: MIT
#include "bridged.hpp"
#include "support/kokkos_events.hpp"
#include <iddpm/adapters/dlpack.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

using namespace iddpm;
using adapters::from_dlpack;
using adapters::to_dlpack;
using test::Host;
using Memory = Kokkos::HostSpace;

namespace {

template <std::size_t N>
std::vector<std::int64_t> numbers(const std::int64_t* first) {
  return {first, first + N};
}

}  // namespace

TEST_CASE_TEMPLATE("a View is a tensor of its memory, extents, strides and type", T, float, double,
                   float16, bfloat16, std::int8_t, std::uint8_t, std::int32_t, std::int64_t,
                   std::uint64_t) {
  const Tensor<T, 3, Host> view("view", 2, 3, 4);
  const auto managed = to_dlpack(view);
  const DLTensor& tensor = managed->dl_tensor;
  CHECK(managed->version.major == 1);
  CHECK(managed->flags == 0);
  CHECK(tensor.data == view.data());
  CHECK(tensor.byte_offset == 0);
  CHECK(int{tensor.device.device_type} == kDLCPU);
  CHECK(tensor.device.device_id == 0);
  REQUIRE(tensor.ndim == 3);
  CHECK(numbers<3>(tensor.shape) == std::vector<std::int64_t>{2, 3, 4});
  CHECK(numbers<3>(tensor.strides) == std::vector<std::int64_t>{12, 4, 1});
  CHECK(tensor.dtype.bits == 8 * sizeof(T));
  CHECK(tensor.dtype.lanes == 1);
  const int code = std::is_same_v<T, bfloat16> ? kDLBfloat
                   : !std::is_integral_v<T>    ? kDLFloat
                   : std::is_unsigned_v<T>     ? kDLUInt
                                               : kDLInt;
  CHECK(int{tensor.dtype.code} == code);
}

TEST_CASE("layouts are strides; ranks 0 to 8, extents 0 and 1 are tensors") {
  const Kokkos::View<float**, Kokkos::LayoutLeft, Memory> left("left", 2, 3);
  CHECK(numbers<2>(to_dlpack(left)->dl_tensor.strides) == std::vector<std::int64_t>{1, 2});
  const Tensor<float, 3, Host> wide("wide", 4, 3, 5);
  const auto part = Kokkos::subview(wide, Kokkos::pair(1, 3), Kokkos::ALL, 2);
  const auto managed = to_dlpack(part);
  CHECK(managed->dl_tensor.data == &wide(1, 0, 2));
  CHECK(numbers<2>(managed->dl_tensor.strides) == std::vector<std::int64_t>{15, 5});
  const Tensor<float, 8, Host> eight("eight", 1, 2, 1, 2, 1, 2, 1, 0);
  CHECK(numbers<8>(to_dlpack(eight)->dl_tensor.shape) ==
        std::vector<std::int64_t>{1, 2, 1, 2, 1, 2, 1, 0});
  CHECK(to_dlpack(eight)->dl_tensor.data == nullptr);  // so dlpack.h wants it
  const Tensor<double, 0, Host> single("single");
  CHECK(to_dlpack(single)->dl_tensor.ndim == 0);
  const auto back = from_dlpack<double, 0, Host>(to_dlpack(single));
  back.view()() = 5;
  CHECK(single() == 5);
}

TEST_CASE_TEMPLATE("a tensor keeps its View's memory alive, and frees it once", Managed,
                   DLManagedTensorVersioned, DLManagedTensor) {
  test::KokkosEvents events;
  Tensor<float, 2, Host> view("kept", 2, 3);
  view(1, 2) = 7.0f;
  Managed* managed = to_dlpack<Managed>(view).release();
  CHECK(view.use_count() == 2);
  view = {};
  (void)events.take();
  CHECK(static_cast<float*>(managed->dl_tensor.data)[5] == 7.0f);
  CHECK(events.take().empty());
  managed->deleter(managed);
  std::size_t freed = 0;
  for (const auto& event : events.take())
    freed += event.kind == test::EventKind::deallocation && event.label == "kept";
  CHECK(freed == 1);
}

TEST_CASE("a tensor that nobody took goes with its pointer, and may go on any thread") {
  const Tensor<float, 2, Host> view("view", 2, 3);
  {
    const auto managed = to_dlpack(view);
    CHECK(view.use_count() == 2);
  }
  CHECK(view.use_count() == 1);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([managed = to_dlpack(view)]() mutable { managed.reset(); });
  for (auto& thread : threads) thread.join();
  CHECK(view.use_count() == 1);
}

TEST_CASE("a View of const elements is read-only, and comes back as such only") {
  const Tensor<const float, 1, Host> view = Tensor<float, 1, Host>("view", 3);
  auto managed = to_dlpack(view);
  CHECK(managed->flags == DLPACK_FLAG_BITMASK_READ_ONLY);
  CHECK(test::sentence([&] { (void)from_dlpack<float, 1, Host>(managed.get()); }) ==
        "from_dlpack: tensor must be writable, or T const; got a read-only tensor");
  const auto back = from_dlpack<const float, 1, Host>(std::move(managed));
  CHECK(back.view().data() == view.data());
}

TEST_CASE_TEMPLATE("a tensor is a View of the same memory until its owner ends", T, float, double,
                   float16, bfloat16, std::int64_t) {
  Tensor<T, 2, Host> view("view", 2, 3);
  {
    const auto back = from_dlpack<T, 2, Host>(to_dlpack(view));
    static_assert(std::is_same_v<typename std::remove_cvref_t<decltype(back.view())>::array_layout,
                                 Kokkos::LayoutRight>,
                  "row-major unless said otherwise");
    CHECK(view.use_count() == 2);
    back.view()(1, 2) = T(3);
    CHECK(view(1, 2) == T(3));
    auto other = from_dlpack<T, 2, Host>(to_dlpack(view));
    CHECK(view.use_count() == 3);
    { const auto moved = std::move(other); }
    CHECK(view.use_count() == 2);
  }
  CHECK(view.use_count() == 1);
  auto back = from_dlpack<T, 2, Host>(to_dlpack<DLManagedTensor>(view));
  view = {};  // the tensor holds the memory now
  CHECK(back.view()(1, 2) == T(3));
}

TEST_CASE("other layouts are Views where they are asked for") {
  const Kokkos::View<float***, Kokkos::LayoutLeft, Memory> left("left", 2, 3, 4);
  const auto strided = from_dlpack<float, 3, Host, Kokkos::LayoutStride>(to_dlpack(left));
  strided.view()(1, 2, 3) = 1.0f;
  CHECK(left(1, 2, 3) == 1.0f);
  const auto same = from_dlpack<float, 3, Host, Kokkos::LayoutLeft>(to_dlpack(left));
  CHECK(&same.view()(0, 2, 1) == &left(0, 2, 1));
  CHECK(test::sentence([&] { (void)from_dlpack<float, 3, Host>(to_dlpack(left)); }) ==
        "from_dlpack: tensor must have the strides (12, 4, 1) of a View without gaps; got (1, 2, "
        "6)");
}
