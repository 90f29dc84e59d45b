// SPDX-License-Identifier: MIT
#pragma once

#include "accuracy/errors.hpp"
#include "accuracy/exact_row.hpp"
#include "accuracy/schedules.hpp"
#include "accuracy/sum.hpp"

namespace accuracy {

/// A schedule's table, ours and exact.
struct Rows {
  explicit Rows(const Betas& betas)
      : schedule(betas.schedule),
        schedule_of_ours(betas.ours),
        ours(iddpm::make_coefficients(schedule_of_ours)),
        exact(exact_rows(betas.exact)) {}

  [[nodiscard]] int num_timesteps() const { return static_cast<int>(exact.size()); }
  [[nodiscard]] Where at(int t) const { return {&schedule, num_timesteps(), t}; }

  std::string schedule;
  iddpm::schedule::Custom schedule_of_ours;
  std::vector<iddpm::Coefficients<double>> ours;
  std::vector<ExactRow> exact;
};

/// Every column at every timestep.
inline void measure_columns(Errors& errors, const Rows& rows) {
  for (const Column& column : columns) {
    Quantity& quantity = errors[column.name];
    for (std::size_t t = 0; t < rows.exact.size(); ++t) {
      const Mp& exact = rows.exact[t].*column.exact;
      const auto in_float = iddpm::cast<float>(rows.ours[t]);
      const Where where = rows.at(static_cast<int>(t));
      quantity.add<double>(ulps(rows.ours[t].*column.ours, exact, exact), where);
      quantity.add<float>(ulps(in_float.*column.ours_in_float, exact, exact), where);
    }
  }
}

}  // namespace accuracy
