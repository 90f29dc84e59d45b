// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/launch/reduce_samples.hpp>

#include <doctest/doctest.h>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

// Sums 1 and 1 / (e + sample + 1) over the elements.
struct Harmonic {
  KOKKOS_FUNCTION void operator()(std::size_t sample, std::size_t begin, std::size_t end,
                                  Sums<2>& sums) const {
    for (std::size_t e = begin; e < end; ++e) {
      sums.value[0] += 1;
      sums.value[1] += 1 / static_cast<double>(e + sample + 1);
    }
  }
};

// The same, each term on its own.
struct HarmonicTerms {
  using term_type = double;
  template <class Isa, class Into>
  KOKKOS_FUNCTION void operator()(Isa, std::size_t sample, std::size_t begin, std::size_t end,
                                  Into& terms) const {
    for (std::size_t e = begin; e < end; ++e) {
      terms(0, e) = 1;
      terms(1, e) = 1 / static_cast<double>(e + sample + 1);
    }
  }
};

struct Write {
  Tensor<double, 2, Exec> out;
  KOKKOS_FUNCTION void operator()(std::size_t sample, const Sums<2>& sums) const {
    for (std::size_t k = 0; k < 2; ++k) out(sample, k) = sums.value[k];
  }
};

template <class Functor>
auto run(std::size_t samples, std::size_t size) {
  const Exec exec;
  const Tensor<double, 2, Exec> out("out", samples, 2);
  reduce_samples<2>("test::harmonic", exec, samples, size, Functor{}, Write{out});
  exec.fence();
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, out);
}

}  // namespace

TEST_CASE_TEMPLATE("every element is summed once, for sizes around a block", F, Harmonic,
                   HarmonicTerms) {
  for (const std::size_t size : {0u, 1u, 3u, 127u, 128u, 129u, 1023u, 1024u, 1025u, 5000u}) {
    CAPTURE(size);
    const auto out = run<F>(3, size);
    for (std::size_t b = 0; b < 3; ++b) {
      double sum = 0;
      for (std::size_t e = 0; e < size; ++e) sum += 1 / static_cast<double>(e + b + 1);
      CHECK(out(b, 0) == static_cast<double>(size));
      CHECK(out(b, 1) == doctest::Approx(sum).epsilon(1e-13));
    }
  }
}

TEST_CASE_TEMPLATE("a sample's sum has the same bits in any batch, and none is launched for none",
                   F, Harmonic, HarmonicTerms) {
  const auto together = run<F>(7, 5001);
  CHECK(run<F>(1, 5001)(0, 1) == together(0, 1));
  CHECK(run<F>(0, 5).extent(0) == 0);
}
