// SPDX-License-Identifier: MIT
// Sums over a sample: the same bits for any number of threads and in any batch.
#include "work.hpp"
#include <iddpm/denoiser/guidance/classifier_free.hpp>
#include <iddpm/gaussian/slerp.hpp>
#include <iddpm/process/variational_bound.hpp>
#include <iddpm/sampler/ddim_inverse.hpp>
#include <iddpm/training/clip_gradient.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

using namespace iddpm;
using namespace test;

namespace {

using Lists = std::vector<std::vector<double>>;  // one per output, sample after sample

struct Part {
  std::size_t first, count;
};

const std::vector<std::vector<Part>> splits = {
    {{0, samples}}, {{0, 2}, {2, 3}}, {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}}};

/// One to three threads where instances have as many as they are told.
std::vector<Exec> execs() {
  std::vector<Exec> all{Exec{}};
  for (int threads = 1; threads <= 3; ++threads) all.push_back(instances(1, threads).front());
  return all;
}

Images part_of(const Images& whole, const Part& part) {
  return Images(whole.data() + part.first * (whole.size() / samples), part.count, whole.extent(1),
                side, side);
}

/// operation(exec, part) -> Lists, whatever the instance and however the batch is split.
template <class Operation>
void check(const Operation& operation) {
  const Lists expected = operation(Exec{}, Part{0, samples});
  for (const auto& list : expected)
    CHECK(std::all_of(list.begin(), list.end(), [](double x) { return x - x == 0; }));
  for (const Exec& exec : execs())
    for (const auto& split : splits) {
      CAPTURE(exec.concurrency());
      CAPTURE(split.size());
      Lists joined(expected.size());
      for (const Part& part : split) {
        const Lists lists = operation(exec, part);
        for (std::size_t i = 0; i < lists.size(); ++i)
          joined[i].insert(joined[i].end(), lists[i].begin(), lists[i].end());
      }
      const bool same = joined == expected;
      CHECK(same);
    }
}

template <class... Vs>
Lists lists_of(const Exec& exec, const Vs&... views) {
  Lists lists(sizeof...(views));
  std::size_t i = 0;
  (append(exec, views, lists[i++]), ...);
  return lists;
}

Numbers per_sample(const Exec& exec, const Part& part) {
  return Numbers(Kokkos::view_alloc(exec, "per_sample"), part.count);
}

Images drawn(std::uint64_t step, std::size_t channel_factor = 1) {
  const auto x = images(Exec{}, "x", channel_factor);
  fill_normal(Exec{}, NoiseStream{.seed = 4}.user(step), x);
  Exec{}.fence();
  return x;
}

NoiseStream noise_of(const Part& part) { return {.seed = 4, .first_sample = part.first}; }

/// 0 is among them, where the bound ends in the decoder.
Tensor<int, 1, Exec> timesteps() {
  const Tensor<int, 1, Exec> t("t", samples);
  const auto host = Kokkos::create_mirror_view(t);
  for (std::size_t i = 0; i < samples; ++i) host(i) = static_cast<int>((3 * i) % 6);
  Kokkos::deep_copy(t, host);
  return t;
}

/// On 8-bit levels, as the decoder has them.
Images levels() {
  const auto x = images(Exec{}, "levels");
  const auto host = Kokkos::create_mirror_view(x);
  for (std::size_t i = 0; i < x.size(); ++i)
    host.data()[i] = static_cast<float>(7 * i % 256) / 127.5f - 1;
  Kokkos::deep_copy(x, host);
  return x;
}

template <class S>
void check_sampler(const S& sampler) {
  const Shared shared;
  const auto x_T = drawn(1);
  check([&](const Exec& exec, const Part& part) {
    const auto x = Images(Kokkos::view_alloc(exec, "x"), part.count, channels, side, side);
    Kokkos::deep_copy(exec, x, part_of(x_T, part));
    sample(exec, shared.diffusion, sampler, SmoothNet{0.5f}, noise_of(part), x);  // a contraction
    return lists_of(exec, x);
  });
}

}  // namespace

TEST_CASE("training losses and terms of the bound, a timestep per sample") {
  const Shared shared;
  const auto x_start = levels(), x_t = drawn(1), output = drawn(2, 2), gradient = drawn(3, 2);
  const auto all_t = timesteps();
  check([&](const Exec& exec, const Part& part) {
    const Tensor<int, 1, Exec> t(all_t.data() + part.first, part.count);
    const auto x0 = part_of(x_start, part), x = part_of(x_t, part);
    const auto out = part_of(output, part), d_out = part_of(gradient, part);
    const TrainingLosses<Numbers> losses{per_sample(exec, part), per_sample(exec, part),
                                         per_sample(exec, part)};
    const auto bpd = per_sample(exec, part), prior = per_sample(exec, part);
    training_losses(exec, shared.diffusion, x0, x, t, noise_of(part).user(0), out, 1.0f, losses,
                    d_out);
    vb_terms_bpd(exec, shared.diffusion, x0, x, t, out, bpd);
    prior_bpd(exec, shared.diffusion, x0, prior);
    return lists_of(exec, losses.loss, losses.mse, losses.vb, d_out, bpd, prior);
  });
}

TEST_CASE("bits per dimension") {
  const Shared shared;
  const auto x_start = levels();
  check([&](const Exec& exec, const Part& part) {
    const auto bound = bits_per_dim(exec, shared.diffusion, shared.denoiser, noise_of(part),
                                    part_of(x_start, part));
    return lists_of(exec, bound.total, bound.prior, bound.vb, bound.x_start_mse, bound.mse);
  });
}

TEST_CASE("a dynamic threshold, and a fixed point that each sample settles by its own norm") {
  check_sampler(Shared{}.ddim);
  check_sampler(sampler::DdimInverseFixedPoint{});
}

TEST_CASE("slerp, and guidance that is rescaled by deviations") {
  const auto a = drawn(1), b = drawn(2);
  check([&](const Exec& exec, const Part& part) {
    const auto between = Images(Kokkos::view_alloc(exec, "out"), part.count, channels, side, side);
    slerp(exec, part_of(a, part), part_of(b, part), 0.3, between);
    return lists_of(exec, between);
  });
  check([&](const Exec& exec, const Part& part) {
    const guidance::ClassifierFree guided{
        SmoothNet{}, SmoothNet{0.5f}, {.scale = 3, .rescale = 0.7}};
    const auto out = Images(Kokkos::view_alloc(exec, "out"), part.count, channels, side, side);
    guided(exec, part_of(a, part), per_sample(exec, part), out);
    return lists_of(exec, out);
  });
}

TEST_CASE("the norm of a gradient, for any number of threads") {
  const auto g = drawn(5, 2);
  const Tensor<float, 1, Exec> gradient(g.data(), g.size());
  const auto clipped = [&](const Exec& exec) {
    const ClipGradient<float, Exec> clip(exec, gradient.size(), 1.0);
    clip(exec, gradient);
    const Tensor<double, 1, Exec> norm(clip.norm().data(), 1);
    const Tensor<float, 1, Exec> factor(clip.factor().data(), 1);
    return lists_of(exec, norm, factor);
  };
  const Lists expected = clipped(Exec{});
  CHECK(expected[0][0] > 1);
  for (const Exec& exec : execs()) CHECK(clipped(exec) == expected);
}
