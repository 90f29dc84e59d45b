// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/require.hpp>
#include <iddpm/schedule/concepts.hpp>
#include <iddpm/schedule/detail/two_part.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace iddpm::schedule {

namespace detail {

inline int parse_count(std::string_view text, std::string_view spec) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  require(error == std::errc{} && end == text.data() + text.size() && count >= 1, "space_timesteps",
          "spec", "be \"ddimN\" or counts \"a,b,c\" of at least 1", '"' + std::string(spec) + '"');
  return count;
}

inline std::vector<int> parse_counts(std::string_view spec) {
  std::vector<int> counts;
  for (std::string_view rest = spec;; rest.remove_prefix(rest.find(',') + 1)) {
    counts.push_back(parse_count(rest.substr(0, rest.find(',')), spec));
    if (rest.find(',') == std::string_view::npos) return counts;
  }
}

/// How many of T steps a stride keeps.
inline int steps_of_stride(int num_timesteps, int stride) {
  return (num_timesteps - 1) / stride + 1;
}

/// The nearest numbers of steps that some stride below T keeps: "91 or 100", or one alone where
/// `count` lies outside all of them.
inline std::string nearest_stride_counts(int num_timesteps, int count) {
  int below = 0, above = 0;
  for (int stride = 1; stride == 1 || stride < num_timesteps; ++stride) {
    const int steps = steps_of_stride(num_timesteps, stride);
    if (steps > count) above = steps;
    if (steps < count && below == 0) below = steps;
  }
  if (below == 0 || above == 0) return std::to_string(below == 0 ? above : below);
  return std::to_string(below) + " or " + std::to_string(above);
}

// The smallest stride that keeps exactly `count` of the T steps.
inline std::vector<int> ddim_timesteps(int num_timesteps, int count) {
  for (int stride = 1; stride == 1 || stride < num_timesteps; ++stride) {
    if (steps_of_stride(num_timesteps, stride) != count) continue;
    std::vector<int> kept;
    for (int i = 0; i < count; ++i) kept.push_back(i * stride);
    return kept;
  }
  require(
      false, "space_timesteps", "ddimN",
      "be a number of steps that a whole stride gives for T = " + std::to_string(num_timesteps) +
          ", such as " + nearest_stride_counts(num_timesteps, count),
      count);
  return {};
}

}  // namespace detail

/// The timesteps of 0 .. T - 1 that a shorter process keeps, strictly increasing: T is cut into as
/// many sections as there are counts (the first T mod that number one longer), each count of steps
/// spread evenly over its section, the section's first and last among them; the cursor adds up in
/// double and rounds half to even. A count of 1 keeps its section's first.
/// \throws std::invalid_argument unless every count is in 1 .. its section's steps.
/// \see improved_diffusion/respace.py, space_timesteps.
[[nodiscard]] inline std::vector<int> space_timesteps(int num_timesteps,
                                                      const std::vector<int>& counts) {
  require(num_timesteps >= 1, "space_timesteps", "num_timesteps", "be positive", num_timesteps);
  require(!counts.empty(), "space_timesteps", "counts", "hold at least one count", "none");
  const int sections = static_cast<int>(counts.size());
  std::vector<int> kept;
  for (int section = 0, start = 0; section < sections; ++section) {
    const int size = num_timesteps / sections + (section < num_timesteps % sections ? 1 : 0);
    const int count = counts[static_cast<std::size_t>(section)];
    require(count >= 1, "space_timesteps", "a section's count", "be at least 1", count);
    require(count <= size, "space_timesteps", "a section's count",
            "be at most its " + std::to_string(size) + " steps", count);
    const double stride = count > 1 ? static_cast<double>(size - 1) / (count - 1) : 1.0;
    double cursor = 0;
    for (int i = 0; i < count; ++i, cursor += stride)
      kept.push_back(start + static_cast<int>(std::nearbyint(cursor)));
    start += size;
  }
  return kept;
}

/// The same from text: "a,b,c" are the counts; "ddimN" is every k-th step from 0, the smallest k
/// that keeps exactly N.
/// \throws std::invalid_argument where the spec cannot be read or asks for too many steps.
[[nodiscard]] inline std::vector<int> space_timesteps(int num_timesteps, std::string_view spec) {
  require(num_timesteps >= 1, "space_timesteps", "num_timesteps", "be positive", num_timesteps);
  if (spec.starts_with("ddim"))
    return detail::ddim_timesteps(num_timesteps, detail::parse_count(spec.substr(4), spec));
  return space_timesteps(num_timesteps, detail::parse_counts(spec));
}

/// The shorter process that visits only some timesteps of `Base`: its alpha_bar at step i is the
/// base's at kept step i. The network is still given the base's timesteps.
/// \throws std::invalid_argument unless `kept` is strictly increasing inside 0 .. T - 1.
/// \see Nichol & Dhariwal 2021, section 4; improved_diffusion/respace.py, SpacedDiffusion.
template <Schedule Base>
class Respaced {
 public:
  /// As the base's.
  static constexpr bool has_zero_terminal_snr = iddpm::has_zero_terminal_snr<Base>();

  /// The steps `kept` of base.
  Respaced(Base base, std::vector<int> kept) : base_(std::move(base)), kept_(std::move(kept)) {
    const int num_timesteps = static_cast<int>(base_.betas().size());
    require(!kept_.empty(), "Respaced", "kept", "hold at least one timestep", "none");
    int previous = -1;
    for (const int t : kept_) {
      require(t > previous && t < num_timesteps, "Respaced", "kept",
              "be strictly increasing from 0 to at most " + std::to_string(num_timesteps - 1),
              std::to_string(t) + " after " + std::to_string(previous));
      previous = t;
    }
    const auto check_length = [&](const char* name, std::size_t length) {
      require(static_cast<int>(length) == num_timesteps, "Respaced", name,
              "have as many entries as betas (" + std::to_string(num_timesteps) + ")", length);
    };
    if constexpr (requires { base_.timestep_map(); })
      check_length("the base's timestep_map", base_.timestep_map().size());
    if constexpr (requires { base_.alphas(); })
      check_length("the base's alphas", base_.alphas().size());
  }

  /// The steps that space_timesteps keeps: "50", "ddim50", "10,15,20".
  Respaced(Base base, std::string_view spec)
      : Respaced(base, space_timesteps(static_cast<int>(base.betas().size()), spec)) {}

  /// beta of a kept step: 1 - (product of 1 - beta since the one before), without cancellation.
  [[nodiscard]] std::vector<double> betas() const {
    const std::vector<double> base = base_.betas(), alphas = this->alphas();
    std::vector<double> betas;
    double beta = 0;
    for (int t = 0, next = 0; next < static_cast<int>(kept_.size()); ++t) {
      beta = std::fma(1 - beta, base[static_cast<std::size_t>(t)], beta);
      if (t != kept_[static_cast<std::size_t>(next)]) continue;
      betas.push_back(alphas[betas.size()] > 0 ? std::min(beta, iddpm::detail::below_one) : beta);
      beta = 0;
      ++next;
    }
    return betas;
  }

  /// 1 - beta of a kept step, the product of 1 - beta since the one before, to its own last digits:
  /// where many steps are left out beta is so near 1 that it does not hold them.
  [[nodiscard]] std::vector<double> alphas() const {
    const std::vector<double> base = base_.betas();
    std::vector<double> told, alphas;
    if constexpr (requires { base_.alphas(); }) told = base_.alphas();
    iddpm::detail::TwoPart alpha{1, 0};
    for (std::size_t t = 0; alphas.size() < kept_.size(); ++t) {
      if (!told.empty() && base[t] > 0.5) {
        const iddpm::detail::TwoPart product = alpha.times(told[t]);
        alpha = {0, 0};
        alpha.add(product.high, product.low);
      } else {
        const iddpm::detail::TwoPart part = alpha.times(base[t]);
        alpha.add(-part.high, -part.low);
      }
      if (static_cast<int>(t) != kept_[alphas.size()]) continue;
      alphas.push_back(alpha.high);
      alpha = {1, 0};
    }
    return alphas;
  }

  /// @{
  /// How many steps are kept; the base's timestep of each and its T, as a network knows them; and
  /// the base.
  [[nodiscard]] int num_timesteps() const { return static_cast<int>(kept_.size()); }

  [[nodiscard]] std::vector<int> timestep_map() const {
    std::vector<int> map = kept_;
    if constexpr (requires { base_.timestep_map(); }) {
      const std::vector<int> of_base = base_.timestep_map();
      for (int& t : map) t = of_base[static_cast<std::size_t>(t)];
    }
    return map;
  }

  [[nodiscard]] int original_num_timesteps() const {
    if constexpr (requires { base_.original_num_timesteps(); })
      return base_.original_num_timesteps();
    else
      return static_cast<int>(base_.betas().size());
  }

  [[nodiscard]] const Base& base() const { return base_; }
  /// @}

 private:
  Base base_;
  std::vector<int> kept_;
};

}  // namespace iddpm::schedule
