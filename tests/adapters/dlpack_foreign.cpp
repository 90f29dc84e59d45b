// SPDX-License-Identifier: MIT
// Tensors as other libraries may make them, right and wrong.
#include "bridged.hpp"
#include <iddpm/adapters/dlpack.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

using namespace iddpm;
using adapters::from_dlpack;
using test::Host;

namespace {

// A tensor (2, 3) of somebody's floats, which counts the calls of its deleter.
struct Foreign {
  std::vector<float> numbers = std::vector<float>(16);
  std::int64_t shape[2] = {2, 3}, strides[2] = {3, 1};
  int deleted = 0;
  DLManagedTensorVersioned managed{};

  Foreign() {
    managed.version = {1, 0};
    managed.manager_ctx = this;
    managed.deleter = [](DLManagedTensorVersioned* self) {
      ++static_cast<Foreign*>(self->manager_ctx)->deleted;
    };
    tensor() = {numbers.data(), {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, strides, 0};
  }
  Foreign(const Foreign&) = delete;
  Foreign& operator=(const Foreign&) = delete;

  DLTensor& tensor() { return managed.dl_tensor; }

  // The sentence that refuses it. A tensor that is refused is not deleted.
  template <class T = float, std::size_t Rank = 2, class Layout = Kokkos::LayoutStride>
  std::string refusal() {
    const auto text = test::sentence([&] { (void)from_dlpack<T, Rank, Host, Layout>(&managed); });
    CHECK(deleted == 0);
    return text;
  }
};

}  // namespace

TEST_CASE("null strides are row-major, byte_offset counts, and the deleter is called once") {
  Foreign of;
  of.tensor().strides = nullptr;
  of.tensor().byte_offset = 8;
  {
    const auto taken = from_dlpack<float, 2, Host>(&of.managed);
    taken.view()(1, 2) = 4.0f;
    CHECK(of.numbers[2 + 5] == 4.0f);
    CHECK(of.deleted == 0);
  }
  CHECK(of.deleted == 1);
}

TEST_CASE("a tensor without deleter, without elements, or of one element's axes is a View") {
  Foreign of;
  of.managed.deleter = nullptr;
  of.shape[0] = 0;
  of.tensor().data = nullptr;
  of.strides[0] = -7;
  CHECK(shape_of(from_dlpack<float, 2, Host>(&of.managed).view()) == "(0, 3)");
  Foreign one;
  one.shape[0] = 1;
  one.strides[0] = -7;  // of an axis that takes no step
  CHECK(from_dlpack<float, 2, Host>(&one.managed).view().stride(0) == 3);
}

TEST_CASE("elements that repeat are for reading only") {
  Foreign of;
  of.numbers = {1, 2, 3};
  of.tensor().data = of.numbers.data();
  of.strides[0] = 1;  // rows that overlap, as of a sliding window
  CHECK(of.refusal() ==
        "from_dlpack: tensor must have each stride step over what smaller ones reach, as it is "
        "written to; got (1, 1)");
  of.strides[0] = 0;
  CHECK(of.refusal() == "from_dlpack: tensor must have strides of 1 or more; got (0, 1)");
  const auto read = from_dlpack<const float, 2, Host, Kokkos::LayoutStride>(&of.managed);
  CHECK(read.view()(1, 2) == 3.0f);
}

TEST_CASE("what is not the asked type is refused") {
  Foreign of;
  CHECK(of.refusal<double>() == "from_dlpack: dtype must be float64; got float32");
  CHECK(of.refusal<std::int32_t>() == "from_dlpack: dtype must be int32; got float32");
  CHECK(of.refusal<bfloat16>() == "from_dlpack: dtype must be bfloat16; got float32");
  of.tensor().dtype = {kDLFloat, 32, 4};
  CHECK(of.refusal() == "from_dlpack: dtype must be float32; got float32 in vectors of 4");
  of.tensor().dtype = {kDLFloat, 16, 1};
  CHECK(of.refusal() == "from_dlpack: dtype must be float32; got float16");
  of.tensor().dtype = {17, 4, 1};
  CHECK(of.refusal() == "from_dlpack: dtype must be float32; got code 17 x 4");
}

TEST_CASE("what is not the asked rank, on another device or of another version is refused") {
  Foreign of;
  CHECK(of.refusal<float, 3>() == "from_dlpack: rank must be 3; got 2");
  const std::string device = "from_dlpack: device must be one that Host reaches; got ";
  of.tensor().device = {kDLCUDA, 1};
  CHECK(of.refusal() == device + "cuda:1");
  of.tensor().device = {kDLROCM, 2};
  CHECK(of.refusal() == device + "rocm:2");
  of.tensor().device = {kDLMetal, 0};
  CHECK(of.refusal() == device + "device type 8:0");
  for (const DLDeviceType pinned : {kDLCUDAHost, kDLROCMHost, kDLCUDAManaged}) {
    of.tensor().device = {pinned, 0};
    CHECK(from_dlpack<float, 2, Host>(&of.managed).view().data() == of.numbers.data());
    of.deleted = 0;
  }
  of.managed.version = {2, 1};
  CHECK(of.refusal() == "from_dlpack: version must be 1, any minor; got 2.1");
}

TEST_CASE("memory that no View can be of is refused") {
  Foreign of;
  of.tensor().byte_offset = 2;
  CHECK(of.refusal().starts_with("from_dlpack: data must be aligned to 4 bytes; got 0x"));
  of.tensor().byte_offset = 0;
  of.strides[1] = -1;
  CHECK(of.refusal() == "from_dlpack: tensor must have strides of 1 or more; got (3, -1)");
  of.strides[1] = 2;
  CHECK(of.refusal<float, 2, Kokkos::LayoutRight>() ==
        "from_dlpack: tensor must have the strides (3, 1) of a View without gaps; got (3, 2)");
  of.shape[1] = -3;
  CHECK(of.refusal() == "from_dlpack: shape must have extents of 0 or more; got (2, -3)");
  of.shape[1] = 3;
  of.tensor().data = nullptr;
  CHECK(of.refusal() == "from_dlpack: data must not be null; got null");
  DLManagedTensor* const none = nullptr;
  CHECK(test::sentence([&] { (void)from_dlpack<float, 2, Host>(none); }) ==
        "from_dlpack: managed must not be null; got null");
}

TEST_CASE("operations on a tensor's View give a Tensor's bits") {
  Foreign rows, columns;
  CHECK(test::has_same_bits(from_dlpack<float, 2, Host>(&rows.managed).view()));
  columns.strides[0] = 1, columns.strides[1] = 4;
  CHECK(test::has_same_bits(
      from_dlpack<float, 2, Host, Kokkos::LayoutStride>(&columns.managed).view()));
}
