// SPDX-License-Identifier: MIT
// The worst error of everything the library computes, against 200 bits.
// Usage: accuracy [--write FILE] [--suggest]; FILE is made docs/accuracy.md's successor. Fails
// where an error is above its bound or is no number.
#include "accuracy/bounds.hpp"
#include "accuracy/decoders.hpp"
#include "accuracy/functions.hpp"
#include "accuracy/normal_kl.hpp"
#include "accuracy/page.hpp"
#include "accuracy/transitions.hpp"
#include "accuracy/variances.hpp"

#include <cstdio>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace accuracy {
namespace {

template <class Mean>
void measure_mean_type(Errors& errors, const Rows& rows, const Step<double>& in_double,
                       const Step<float>& in_float) {
  const ProcessOf<Mean> process(rows.schedule_of_ours);
  measure_transitions<Mean>(errors, process, in_double);
  measure_transitions<Mean>(errors, process, in_float);
}

template <class R>
void measure_step(Errors& errors, const Step<R>& step) {
  measure_forward(errors, step);
  measure_ddim_coefficients(errors, step);
  measure_variances(errors, step);
}

void measure_schedule(Errors& errors, const Rows& rows) {
  measure_columns(errors, rows);
  const int last = rows.num_timesteps() - 1, intervals = last < 40 ? last : 40;
  for (int i = 0; i <= intervals; ++i) {
    const int t = intervals == 0 ? 0 : last * i / intervals;
    const Step<double> in_double(rows, t, 256);
    const Step<float> in_float(rows, t, 256);
    measure_step(errors, in_double);
    measure_step(errors, in_float);
    measure_mean_type<iddpm::mean::Epsilon>(errors, rows, in_double, in_float);
    measure_mean_type<iddpm::mean::StartX>(errors, rows, in_double, in_float);
    measure_mean_type<iddpm::mean::Velocity>(errors, rows, in_double, in_float);
    measure_mean_type<iddpm::mean::PreviousX>(errors, rows, in_double, in_float);
  }
}

template <class R>
void measure_elements(Errors& errors) {
  measure_normal_kl<R>(errors);
  measure_decoders<R>(errors);
  measure_functions<R>(errors);
  measure_normals<R>(errors);
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

int report_failures(const Errors& errors) {
  int failures = 0;
  for (const Section& section : errors.sections())
    for (const Quantity& q : section.quantities) {
      if (q.holds()) continue;
      ++failures;
      std::printf("%s: %g ulp in double (at most %g) at %s; %g in float (at most %g) at %s\n",
                  q.bound.quantity.c_str(), q.in_double.ulps(), q.bound.in_double,
                  q.in_double.where().text().c_str(), q.in_float.ulps(), q.bound.in_float,
                  q.in_float.where().text().c_str());
    }
  std::printf("%d quantities above their bounds\n", failures);
  return failures;
}

int run(const std::vector<std::string_view>& arguments) {
  Mp::allow_all_exponents();
  Errors errors(sections());
  std::vector<Rows> all;
  for (const Betas& betas : all_betas()) all.emplace_back(betas);
  for (const Rows& rows : all) measure_schedule(errors, rows);
  measure_elements<double>(errors);
  measure_elements<float>(errors);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--suggest")
      std::fputs(suggested_bounds(errors).c_str(), stdout);
    else if (arguments[i] == "--write" && i + 1 < arguments.size())
      write(std::string(arguments[++i]), page(errors));
    else
      throw std::invalid_argument("usage: accuracy [--write FILE] [--suggest]");
  }
  return report_failures(errors) == 0 ? 0 : 1;
}

}  // namespace
}  // namespace accuracy

int main(int argc, char** argv) {
  try {
    const Kokkos::ScopeGuard kokkos(Kokkos::InitializationSettings().set_num_threads(1));
    return accuracy::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "accuracy: %s\n", error.what());
    return 1;
  }
}
