// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/discretized_log_likelihood.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <string>

using namespace iddpm;

namespace {

double number(const nlohmann::json& value) { return std::stod(value.get<std::string>()); }

}  // namespace

TEST_CASE("the stable form keeps the tails: values known to nine digits") {
  const decoder::Tanh decoder;
  CHECK(decoder(0.0, 0.0, -4.0).value == doctest::Approx(-1.77470903).epsilon(1e-8));
  CHECK(decoder(1.0, 0.0, -2.0).value == doctest::Approx(-40.1942354).epsilon(1e-8));
}

TEST_CASE("all 96 golden cases agree, values and derivatives") {
  const auto cases = nlohmann::json::parse(
      std::ifstream(std::string(IDDPM_GOLDEN_DIR) + "/exact/discretized_likelihood.json"));
  REQUIRE(cases.size() == 96);
  for (const auto& item : cases) {
    CAPTURE(item.dump());
    const double x = item["level"].get<int>() / 127.5 - 1;
    const auto found = decoder::Tanh{}(x, number(item["mean"]), number(item["log_scale"]));
    const auto near = [&](const char* key) {
      return doctest::Approx(number(item[key])).epsilon(1e-10);
    };
    CHECK(found.value == near("log_prob"));
    CHECK(found.d_mean == near("d_mean"));
    CHECK(found.d_log_scale == near("d_log_scale"));
  }
}

TEST_CASE("the 256 bins' probabilities sum to 1 for any mean and scale") {
  for (const double mean : {-1.2, -1.0, -0.37, 0.0, 0.5, 1.0, 3.0})
    for (const double log_scale : {-7.0, -4.0, -1.0, 1.0}) {
      double sum = 0;
      for (int level = 0; level < 256; ++level)
        sum += std::exp(decoder::Tanh{}(level / 127.5 - 1, mean, log_scale).value);
      CAPTURE(mean);
      CAPTURE(log_scale);
      CHECK(sum == doctest::Approx(1).epsilon(1e-12));
    }
}

TEST_CASE("float stays near double, also far out") {
  for (const int level : {0, 1, 100, 128, 254, 255})
    for (const float mean : {-1.0f, 0.0f, 0.9f}) {
      const float x = static_cast<float>(level) / 127.5f - 1;
      const auto single = decoder::Tanh{}(x, mean, -3.5f);
      const auto twice = decoder::Tanh{}(static_cast<double>(x), static_cast<double>(mean), -3.5);
      CHECK(static_cast<double>(single.value) == doctest::Approx(twice.value).epsilon(1e-4));
      CHECK(std::isfinite(single.d_mean));
      CHECK(std::isfinite(single.d_log_scale));
    }
}

TEST_CASE("the floored form is the stable one where the probability is not small, flat below") {
  const auto stable = decoder::Tanh{}(0.25, 0.3, -3.0),
             floored = decoder::TanhFloored{}(0.25, 0.3, -3.0);
  CHECK(floored.value == doctest::Approx(stable.value).epsilon(1e-12));
  CHECK(floored.d_mean == doctest::Approx(stable.d_mean).epsilon(1e-10));
  CHECK(floored.d_log_scale == doctest::Approx(stable.d_log_scale).epsilon(1e-10));
  for (const double edge : {-1.0, 1.0})
    CHECK(decoder::TanhFloored{}(edge, 0.8 * edge, -1.0).d_mean ==
          doctest::Approx(decoder::Tanh{}(edge, 0.8 * edge, -1.0).d_mean).epsilon(1e-10));
  const auto far = decoder::TanhFloored{}(1.0, -1.0, -4.0);
  CHECK(far.value == doctest::Approx(std::log(1e-12)));
  CHECK(far.d_mean == 0);
}
