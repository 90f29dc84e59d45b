// SPDX-License-Identifier: MIT
#include <iddpm/core/tensor.hpp>
#include <iddpm/random/fill_normal.hpp>

#include <doctest/doctest.h>

#include <cstddef>

using namespace iddpm;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

constexpr NoiseStream noise{.seed = 42};

// The normal of one element by its address alone.
template <class R>
R normal_at(const Draw& draw, std::size_t sample, std::size_t element) {
  return normals<R>(draw, sample, static_cast<std::uint32_t>(element / 4))[element % 4];
}

template <class V>
void fill(const Draw& draw, const V& view) {
  const Exec exec;
  fill_normal(exec, draw, view);
  exec.fence();
}

template <class V>
auto on_host(const V& view) {
  return Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace{}, view);
}

// Whether a (B, C, H, W) View holds the draw.
template <class V>
bool holds(const Draw& draw, const V& view) {
  const auto host = on_host(view);
  for (std::size_t b = 0; b < host.extent(0); ++b)
    for (std::size_t c = 0, e = 0; c < host.extent(1); ++c)
      for (std::size_t h = 0; h < host.extent(2); ++h)
        for (std::size_t w = 0; w < host.extent(3); ++w, ++e)
          if (host(b, c, h, w) != normal_at<value_t<V>>(draw, b, e)) return false;
  return true;
}

}  // namespace

TEST_CASE_TEMPLATE("fill_normal gives element e of sample b the normal of its address", R, float,
                   double) {
  const Tensor<R, 4, Exec> x("x", 5, 3, 7, 9);  // 189 elements: the last block is cut
  fill(noise.initial(), x);
  CHECK(holds(noise.initial(), x));
  const Tensor<R, 4, Exec> large("large", 3, 3, 33, 31);  // several tiles
  fill(noise.sampler(3), large);
  CHECK(holds(noise.sampler(3), large));
}

TEST_CASE_TEMPLATE("any layout gets the same noise", R, float, double) {
  const Kokkos::View<R****, Kokkos::LayoutLeft, Exec> left("left", 5, 3, 7, 9);
  fill(noise.sampler(1), left);
  CHECK(holds(noise.sampler(1), left));

  const Kokkos::View<R****, Kokkos::LayoutRight, Exec> parent("parent", 6, 4, 8, 10);
  const auto part = [](const auto& view) {
    using P = Kokkos::pair<int, int>;
    return Kokkos::subview(view, P(1, 6), P(0, 3), P(1, 8), P(0, 9));
  };
  fill(noise.sampler(1), part(parent));
  CHECK(holds(noise.sampler(1), part(on_host(parent))));
  CHECK(on_host(parent)(0, 0, 0, 0) == R(0));
  CHECK(on_host(parent)(1, 3, 1, 1) == R(0));
  CHECK(on_host(parent)(5, 2, 7, 9) == R(0));

  const Kokkos::LayoutStride reversed(5, 1, 3, 45, 7, 135, 9, 5);  // (B, C, H, W) from H C W B
  const Kokkos::View<R****, Kokkos::LayoutStride, Exec> strided("strided", reversed);
  fill(noise.sampler(1), strided);
  CHECK(holds(noise.sampler(1), strided));
}

TEST_CASE("any rank gets the same noise for the same element") {
  const Draw draw = noise.user(0);
  const Tensor<float, 1, Exec> one("one", 6);
  const Tensor<float, 2, Exec> two("two", 6, 30);
  const Tensor<float, 3, Exec> three("three", 6, 2, 15);
  const Tensor<float, 5, Exec> five("five", 6, 3, 1, 2, 5);
  const Tensor<float, 8, Exec> eight("eight", 6, 1, 3, 1, 2, 1, 5, 1);
  fill(draw, one);
  fill(draw, two);
  fill(draw, three);
  fill(draw, five);
  fill(draw, eight);
  const auto flat = on_host(two);
  for (std::size_t b = 0; b < 6; ++b) {
    CHECK(on_host(one)(b) == flat(b, 0));
    for (std::size_t e = 0; e < 30; ++e) {
      CHECK(flat(b, e) == normal_at<float>(draw, b, e));
      CHECK(on_host(three)(b, e / 15, e % 15) == flat(b, e));
      CHECK(on_host(five)(b, e / 10, 0, e / 5 % 2, e % 5) == flat(b, e));
      CHECK(on_host(eight)(b, 0, e / 10, 0, e / 5 % 2, 0, e % 5, 0) == flat(b, e));
    }
  }
}

TEST_CASE("samples of any size get their own blocks") {
  for (const std::size_t size : {1u, 2u, 3u, 4u, 5u, 1023u, 1024u, 1025u, 2050u}) {
    const Tensor<float, 2, Exec> x("x", 3, size);
    fill(noise.user(1), x);
    const auto host = on_host(x);
    for (std::size_t b = 0; b < 3; ++b)
      for (std::size_t e = 0; e < host.extent(1); ++e)
        REQUIRE(host(b, e) == normal_at<float>(noise.user(1), b, e));
  }
}

TEST_CASE("a sample alone is the same as in a batch of 64, by its global index") {
  const Tensor<float, 2, Exec> batch("batch", 64, 50), alone("alone", 1, 50);
  fill(noise.sampler(9), batch);
  const NoiseStream from_37{.seed = 42, .first_sample = 37};
  fill(from_37.sampler(9), alone);
  const auto all = on_host(batch), one = on_host(alone);
  for (std::size_t e = 0; e < 50; ++e) CHECK(one(0, e) == all(37, e));
}

TEST_CASE("float and double normals come from the same words") {
  const Tensor<float, 2, Exec> single("single", 4, 25);
  const Tensor<double, 2, Exec> twice("double", 4, 25);
  fill(noise.initial(), single);
  fill(noise.initial(), twice);
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t e = 0; e < 25; ++e)
      CHECK(static_cast<double>(on_host(single)(b, e)) ==
            doctest::Approx(on_host(twice)(b, e)).epsilon(1e-6));
}

TEST_CASE("an empty batch and an empty sample are filled by doing nothing") {
  fill(noise.initial(), Tensor<float, 4, Exec>("empty", 0, 3, 8, 8));
  fill(noise.initial(), Tensor<float, 2, Exec>("empty", 4, 0));
}

TEST_CASE("a sample that is too large to address is refused") {
  // Never touched: the extents alone are refused.
  float value = 0;
  const std::size_t size = (std::size_t{1} << 34) + 4;
  const Kokkos::View<float**, Kokkos::LayoutRight, Exec, Kokkos::MemoryUnmanaged> x(&value, 1,
                                                                                    size);
  CHECK_THROWS_WITH_AS(fill(noise.initial(), x),
                       "fill_normal: elements of a sample must be at most 2^34; got 17179869188",
                       std::invalid_argument);
  CHECK(value == 0.0f);
}
