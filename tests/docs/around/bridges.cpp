// SPDX-License-Identifier: MIT
// What the README's part on Eigen and Python takes for given, and what stands for Python.
#include <iddpm/adapters/dlpack.hpp>
#include <iddpm/adapters/eigen.hpp>
#include <iddpm/iddpm.hpp>

#include <cstring>

using Exec = Kokkos::DefaultHostExecutionSpace;
using Process = iddpm::GaussianDiffusion<iddpm::schedule::Cosine, iddpm::mean::StartX,
                                         iddpm::variance::FixedSmall, iddpm::loss::Mse, Exec>;

struct PyObject {
  DLManagedTensorVersioned* tensor;
};

PyObject* PyCapsule_New(void* tensor, const char* name, void (*destructor)(PyObject*)) {
  if (std::strcmp(name, "dltensor_versioned") != 0) throw std::runtime_error(name);
  PyObject capsule{static_cast<DLManagedTensorVersioned*>(tensor)};
  destructor(&capsule);
  return nullptr;
}

void destructor(PyObject* capsule) { capsule->tensor->deleter(capsule->tensor); }

int main(int argc, char** argv) {
  Kokkos::ScopeGuard kokkos(argc, argv);
  Exec exec;
  auto fast = Process{iddpm::schedule::Cosine{1000}}.respaced("50");
  auto denoiser = [](const Exec& on, const auto&, const auto&, const auto& x_0) {
    Kokkos::deep_copy(on, x_0, 0.0f);
  };
  iddpm::NoiseStream noise{.seed = 42};
  iddpm::Tensor<float, 2, Exec> x("x", 2, 4);
#include "block"
  if (capsule != nullptr) throw std::runtime_error("no capsule was asked for");
}
