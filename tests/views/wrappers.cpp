// SPDX-License-Identifier: MIT
#include "support/row_net.hpp"
#include "views/operations.hpp"
#include <iddpm/denoiser/concatenated.hpp>
#include <iddpm/denoiser/guidance/classifier.hpp>
#include <iddpm/denoiser/guidance/classifier_free.hpp>
#include <iddpm/denoiser/guidance/classifier_free_doubled.hpp>

#include <doctest/doctest.h>

using namespace iddpm;
using namespace test;

namespace {

/// What a denoiser writes, in one call, on Views of a kind.
template <class Kind, class Make>
std::vector<unsigned char> output_of(const Kind& kind, const Make& make) {
  const Arguments<Kind, 4> a{kind, {5, 2, 3, 4}};
  const auto x_t = a.template in<float, 0>(1);
  const auto output = a.template inout<float, 2>(2, 2);
  const auto timesteps =
      a.template column<float, 1>([](std::size_t b) { return static_cast<float>(3 * b); });
  const auto row = process<4>().coefficients()[6];
  make(a)(Exec{}, x_t, timesteps, output, row);
  return bytes_of(output);
}

template <class Make>
void same_for_every_kind(const Make& make) {
  const auto expected = output_of(RowMajor{}, make);
  const auto check = [&](const std::string& name, const auto& kind) {
    CAPTURE(name);
    CHECK(output_of(kind, make) == expected);
    CHECK(kind.is_intact());
  };
  check("column-major", ColumnMajor{});
  check("unmanaged, misaligned", Unmanaged{1});
  check("several layouts in one call", MixedLayouts{});
  for (const Placement& placement : placements) check(placement.name, Strided{placement});
}

const guidance::ClassifierFreeOptions options{.scale = 3, .rescale = 0.5};

}  // namespace

TEST_CASE("classifier-free guidance of two denoisers, on Views of any layout") {
  same_for_every_kind([](const auto&) {
    return guidance::ClassifierFree{bent_net<mean::Epsilon>(), gaussian_net<mean::Epsilon>(),
                                    options};
  });
}

TEST_CASE("classifier-free guidance of a doubled batch, on Views of any layout") {
  same_for_every_kind([](const auto&) {
    return guidance::ClassifierFreeDoubled{bent_net<mean::Epsilon>(), options};
  });
}

TEST_CASE("a classifier's gradient, on Views of any layout") {
  same_for_every_kind([](const auto&) {
    return guidance::classifier<mean::Epsilon>(bent_net<mean::Epsilon>(),
                                               gaussian_net<mean::Epsilon>(), 2);
  });
}

TEST_CASE("channels to condition on, on Views of any layout") {
  same_for_every_kind([](const auto& arguments) {
    return Concatenated{bent_net<mean::Epsilon>(), arguments.template in<float, 3>(7)};
  });
}
