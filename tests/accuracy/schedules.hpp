// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/mp.hpp"
#include <iddpm/schedule/cosine.hpp>
#include <iddpm/schedule/custom.hpp>
#include <iddpm/schedule/linear.hpp>
#include <iddpm/schedule/scaled_linear.hpp>
#include <iddpm/schedule/sigmoid.hpp>

#include <stdexcept>
#include <string>
#include <vector>

/// \file
/// The schedules' betas twice: the library's, and from the definitions in 200 bits. The arguments
/// (1e-4, 0.008, ...) are the doubles that the library is given.

namespace accuracy {

struct Betas {
  std::string schedule;
  std::vector<double> ours;
  std::vector<Mp> exact;

  [[nodiscard]] int num_timesteps() const { return static_cast<int>(exact.size()); }
};

/// The schedules' usual arguments.
struct Arguments {
  double linear_first = 1e-4, linear_last = 0.02;
  double scaled_first = 0.00085, scaled_last = 0.012;
  double offset = 0.008, start = -3, end = 3, tau = 1, largest_beta = 0.999;
};

/// first + (last - first) t / (T - 1).
inline Mp on_line(const Mp& first, const Mp& last, int t, int count) {
  return count == 1 ? first : first + (last - first) * Mp(t) / Mp(count - 1);
}

template <class Beta>
std::vector<Mp> exact_betas(int count, Beta beta) {
  std::vector<Mp> betas;
  for (int t = 0; t < count; ++t) betas.push_back(beta(t));
  return betas;
}

/// min(1 - alpha_bar((t + 1) / T) / alpha_bar(t / T), largest_beta).
template <class AlphaBar>
std::vector<Mp> betas_of(int count, const AlphaBar& alpha_bar) {
  return exact_betas(count, [&](int t) {
    const Mp here = alpha_bar(Mp(t) / Mp(count)), there = alpha_bar(Mp(t + 1) / Mp(count));
    return min(Mp(1) - there / here, Arguments{}.largest_beta);
  });
}

inline std::vector<Mp> exact_linear(int count) {
  const Arguments a;
  return exact_betas(count, [&](int t) {
    return Mp(1000) / Mp(count) * on_line(a.linear_first, a.linear_last, t, count);
  });
}

inline std::vector<Mp> exact_scaled_linear(int count) {
  const Arguments a;
  return exact_betas(count, [&](int t) {
    return square(on_line(sqrt(Mp(a.scaled_first)), sqrt(Mp(a.scaled_last)), t, count));
  });
}

inline std::vector<Mp> exact_cosine(int count) {
  const Mp offset = Arguments{}.offset;
  return betas_of(count, [&](const Mp& u) {
    return square(cos((u + offset) / (Mp(1) + offset) * Mp::pi() / Mp(2)));
  });
}

inline std::vector<Mp> exact_sigmoid(int count) {
  const Arguments a;
  const auto logistic = [](const Mp& x) { return Mp(1) / (Mp(1) + exp(-x)); };
  const Mp end = Mp(a.end) / Mp(a.tau), start = Mp(a.start) / Mp(a.tau);
  return betas_of(count, [&](const Mp& u) {
    return (logistic(end) - logistic(start + u * (end - start))) /
           (logistic(end) - logistic(start));
  });
}

/// Both betas of a schedule, none where the library refuses it. Which it must do exactly where a
/// true beta is not in (0, 1).
template <class Schedule>
Betas betas(const std::string& name, int count, std::vector<Mp> exact) {
  bool valid = true;
  for (const Mp& beta : exact) valid = valid && Mp(0) < beta && beta < Mp(1);
  Betas both{name, {}, std::move(exact)};
  try {
    both.ours = Schedule(count).betas();
  } catch (const std::invalid_argument&) {
  }
  if (both.ours.empty() == valid)
    throw std::runtime_error(name + " of " + std::to_string(count) +
                             (valid ? " timesteps is refused" : " timesteps is not refused"));
  return both;
}

inline std::vector<Betas> all_betas() {
  std::vector<Betas> all;
  for (const int count : {1, 2, 20, 21, 1000, 4000}) {
    namespace schedule = iddpm::schedule;
    all.push_back(betas<schedule::Linear>("Linear", count, exact_linear(count)));
    all.push_back(betas<schedule::Cosine>("Cosine", count, exact_cosine(count)));
    all.push_back(betas<schedule::ScaledLinear>("ScaledLinear", count, exact_scaled_linear(count)));
    all.push_back(betas<schedule::Sigmoid>("Sigmoid", count, exact_sigmoid(count)));
  }
  std::erase_if(all, [](const Betas& b) { return b.ours.empty(); });
  return all;
}

}  // namespace accuracy
