// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace accuracy {

/// Where a number was computed: a timestep of a schedule, or nowhere in particular.
struct Where {
  const std::string* schedule = nullptr;
  int num_timesteps = 0;
  int t = 0;

  [[nodiscard]] std::string text() const {
    if (schedule == nullptr) return "";
    return *schedule + " " + std::to_string(num_timesteps) + ", t = " + std::to_string(t);
  }
};

/// The worst error of one quantity in one precision, in ulps; NaN if any was.
class Worst {
 public:
  void add(double ulps, const Where& where) {
    if (std::isnan(ulps_) || (measured_ && ulps <= ulps_)) return;
    measured_ = true;
    ulps_ = ulps;
    where_ = where;
  }

  [[nodiscard]] bool measured() const { return measured_; }
  [[nodiscard]] double ulps() const { return ulps_; }
  [[nodiscard]] const Where& where() const { return where_; }

 private:
  bool measured_ = false;
  double ulps_ = 0;
  Where where_;
};

/// What is measured, and what its worst error may be, in ulps.
struct Bound {
  std::string quantity;
  double in_double, in_float;
};

/// One quantity: what is allowed, and what was met.
struct Quantity {
  Bound bound;
  Worst in_double{}, in_float{};

  template <class R>
  void add(double ulps, const Where& where) {
    (std::is_same_v<R, double> ? in_double : in_float).add(ulps, where);
  }

  [[nodiscard]] bool holds() const {
    return in_double.measured() && in_double.ulps() <= bound.in_double && in_float.measured() &&
           in_float.ulps() <= bound.in_float;
  }
};

/// Quantities of one kind, and how they are measured.
struct Section {
  std::string title, how;
  std::vector<Quantity> quantities;
};

/// All worst errors.
class Errors {
 public:
  explicit Errors(std::vector<Section> sections) : sections_(std::move(sections)) {}

  /// The quantity of that name. \throws std::out_of_range where no bound is stated for it.
  Quantity& operator[](const std::string& name) {
    for (Section& section : sections_)
      for (Quantity& quantity : section.quantities)
        if (quantity.bound.quantity == name) return quantity;
    throw std::out_of_range("no bound is stated for: " + name);
  }

  [[nodiscard]] const std::vector<Section>& sections() const { return sections_; }

 private:
  std::vector<Section> sections_;
};

}  // namespace accuracy
