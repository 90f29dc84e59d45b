// SPDX-License-Identifier: MIT
// What test.py calls by ctypes: one View that is given away, and one tensor that was taken.
#include <iddpm/adapters/dlpack.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <string>

namespace {

using Host = Kokkos::DefaultHostExecutionSpace;
using iddpm::adapters::from_dlpack;
using iddpm::adapters::to_dlpack;

int live = 0;                        // allocations of Views named "given"
std::string error;                   // the last sentence
std::function<double(int)> element;  // of the View that was given, in rows
std::shared_ptr<void> owner;         // of the tensor that was taken
std::function<void(std::uint64_t)> fill;

template <class Call>
auto guarded(Call&& call) -> decltype(call()) {
  try {
    error.clear();
    return call();
  } catch (const std::exception& refused) {
    error = refused.what();
    return {};
  }
}

template <bool IsRead, class V>
void* exported(const V& view, bool versioned) {
  for (int i = 0; i < 24; ++i)
    view(i / 12, i / 4 % 3, i % 4) = typename V::value_type(static_cast<float>(i));
  element = [view](int i) { return double(view(i / 12, i / 4 % 3, i % 4)); };
  if constexpr (IsRead)
    return to_dlpack(typename V::const_type(view)).release();
  else if (versioned)
    return to_dlpack(view).release();
  else
    return to_dlpack<DLManagedTensor>(view).release();
}

// (2, 3, 4) of 0, 1, 2, ... in rows.
template <class T>
void* given(const std::string& layout, bool versioned) {
  using Left = Kokkos::View<T***, Kokkos::LayoutLeft, Kokkos::HostSpace>;
  if (layout == "left") return exported<false>(Left("given", 2, 3, 4), versioned);
  const auto all = Kokkos::ALL;
  if (layout == "part")
    return exported<false>(Kokkos::subview(iddpm::Tensor<T, 4, Host>("given", 2, 3, 5, 2), all, all,
                                           Kokkos::pair(1, 5), 1),
                           versioned);
  const iddpm::Tensor<T, 3, Host> right("given", 2, 3, 4);
  return layout == "const" ? exported<true>(right, true) : exported<false>(right, versioned);
}

template <class T, class Managed>
bool taken(Managed* managed) {
  auto tensor = std::make_shared<decltype(from_dlpack<T, 2, Host, Kokkos::LayoutStride>(managed))>(
      from_dlpack<T, 2, Host, Kokkos::LayoutStride>(managed));
  owner = tensor;
  fill = [view = tensor->view()](std::uint64_t seed) {
    if constexpr (!std::is_const_v<T>) {
      iddpm::fill_normal(Host{}, iddpm::NoiseStream{.seed = seed}.initial(), view);
      Host{}.fence();
    }
  };
  return true;
}

template <class Managed>
bool taken(Managed* managed, const std::string& type) {
  if (type == "float32") return taken<float>(managed);
  if (type == "float64") return taken<double>(managed);
  if (type == "float16") return taken<iddpm::float16>(managed);
  if (type == "bfloat16") return taken<iddpm::bfloat16>(managed);
  return taken<const float>(managed);  // "const float32"
}

void count(const char* label, int change) {
  if (std::strcmp(label, "given") == 0) live += change;
}

}  // namespace

extern "C" {

void start() {
  namespace tools = Kokkos::Tools::Experimental;
  Kokkos::initialize();
  tools::set_allocate_data_callback([](Kokkos_Profiling_SpaceHandle, const char* label, const void*,
                                       std::uint64_t) { count(label, 1); });
  tools::set_deallocate_data_callback([](Kokkos_Profiling_SpaceHandle, const char* label,
                                         const void*, std::uint64_t) { count(label, -1); });
}

void stop() { Kokkos::finalize(); }

const char* sentence() { return error.c_str(); }
int alive() { return live; }

/// A new View as a tensor; layout: right, left, part (of a larger one) or const.
void* give(const char* type_name, const char* layout, int versioned) {
  return guarded([&]() -> void* {
    const std::string type = type_name;
    if (type == "float32") return given<float>(layout, versioned != 0);
    if (type == "float64") return given<double>(layout, versioned != 0);
    if (type == "float16") return given<iddpm::float16>(layout, versioned != 0);
    if (type == "bfloat16") return given<iddpm::bfloat16>(layout, versioned != 0);
    if (type == "int64") return given<std::int64_t>(layout, versioned != 0);
    return given<std::uint8_t>(layout, versioned != 0);
  });
}

/// Element i, in rows, of the View that was given; forget() drops our copy of it.
double given_element(int i) { return element(i); }
void forget() { element = nullptr; }

/// Takes a tensor of two dimensions; 0 where it is refused, see sentence().
int take(void* managed, const char* type, int versioned) {
  return guarded([&]() -> int {
    if (versioned != 0) return taken(static_cast<DLManagedTensorVersioned*>(managed), type);
    return taken(static_cast<DLManagedTensor*>(managed), type);
  });
}

/// Writes normals into the tensor that was taken, or into (2, 3) numbers in rows.
void fill_taken(std::uint64_t seed) { fill(seed); }
void fill_expected(std::uint64_t seed, float* numbers) {
  iddpm::fill_normal(Host{}, iddpm::NoiseStream{.seed = seed}.initial(),
                     iddpm::Tensor<float, 2, Host>(numbers, 2, 3));
  Host{}.fence();
}

void give_back() { fill = nullptr, owner.reset(); }

}  // extern "C"
