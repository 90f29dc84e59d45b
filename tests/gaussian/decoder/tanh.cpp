// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/decoder/tanh.hpp>

#include <doctest/doctest.h>
#include <gaussian/decoder/checks.hpp>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <string>

using namespace iddpm;

namespace {

double number(const nlohmann::json& value) { return std::stod(value.get<std::string>()); }

// Tails, edges near and far, bins far wider and far narrower than the scale.
const test::DecoderCase cases[] = {
    {256, -1, 1, 0, 0, -4, -1.7747090343575548, 0.0, -0.98474009743760408},
    {256, -1, 1, 0, 0.0009765625, 4.5, -10.267054898180171, -1.2111389292217585e-7,
     -0.99999999924596602},
    {256, -1, 1, 0.5, -1, -8, -6329281792.9951165, 12691735103.829, 18987831145.532406},
    {256, -1, 1, 0.125, 0.125244140625, -7.5, -1.919389690114337e-14, -3.8377722414386321e-10,
     -1.4113806421644388e-12},
    {256, -1, 1, 1, 0, -2, -40.194235521423317, 97.474986508511551, 97.092731659458565},
    {256, -1, 1, -1, 0.75, -7, -500957986.01280105, -860710389.55315149, 1502867846.8570224},
    {256, -1, 1, 1, 1.25, -3.5, -5.5956747433095656e-25, 3.1004131618169974e-22,
     -7.8726177344176698e-23},
    {256, -1, 1, -1, -1, -6, -0.058622649310983314, -48.962434202396004, -0.19200954589174903},
    {256, -1, 1, 0.75, 0.5, -3, -16.906953660987516, 133.70356589344508, 32.339926109219297},
    {256, -1, 1, -0.375, -0.375, -6.5, -0.0087774163156919323, 0.0, -0.069881214107400633},
    {256, -1, 1, 0.25, 0.25390625, -5.5, -0.74699488442751436, -172.9068123822247,
     -0.2624828437846102},
    {256, -1, 1, -0.625, -0.5, -4.25, -57.184693916013617, -1193.131470897806, 144.46197043709906},
    {2, -1, 1, -1, 1, -1, -5.7740619505744563, -8.6105123931355146, 8.6105123931355146},
    {2, -1, 1, 1, -0.125, -2.5, -2.7482181088920541, 23.855616664489506, 2.9819520830611883},
    {5, 0, 1, 0.5, 0.625, -3, -0.69314725953727539, -16.025929978719531, -2.7733534462889128e-6},
    {5, 0, 1, 0.25, -0.5, -2, -14.397493482310444, 45.525476202427087, 28.453417770684017},
    {16, 0, 255, 119, 60, 2, -33.684959170492438, 1.5691589512900816, 79.2425270401491},
    {65536, -1, 1, 0.5, -0.5, -3, -613.16618488625574, 1764.6698848692641, 1763.6696434600405},
};

}  // namespace

TEST_CASE("the stable form keeps the tails: values known to nine digits") {
  const decoder::Tanh decoder;
  CHECK(decoder(0.0, 0.0, -4.0).value == doctest::Approx(-1.77470903).epsilon(1e-8));
  CHECK(decoder(1.0, 0.0, -2.0).value == doctest::Approx(-40.1942354).epsilon(1e-8));
}

TEST_CASE("double has 13 right digits everywhere, values and derivatives") {
  CHECK(test::worst_error<double, decoder::Tanh>(cases) <= 1e-13);
}

TEST_CASE("float has 5 right digits everywhere, values and derivatives") {
  CHECK(test::worst_error<float, decoder::Tanh>(cases) <= 1e-5);
}

TEST_CASE("all 96 golden cases agree to 1e-13, values and derivatives") {
  const auto golden = nlohmann::json::parse(
      std::ifstream(std::string(IDDPM_GOLDEN_DIR) + "/exact/discretized_likelihood.json"));
  REQUIRE(golden.size() == 96);
  for (const auto& item : golden) {
    CAPTURE(item.dump());
    // The golden x is level / 127.5 - 1 exactly; here it is rounded, by less than from x to next.
    const double x = item["level"].get<int>() / 127.5 - 1, next = std::nextafter(x, 2.0);
    const double mean = number(item["mean"]), log_scale = number(item["log_scale"]);
    const auto found = decoder::Tanh{}(x, mean, log_scale);
    const auto moved = decoder::Tanh{}(next, mean, log_scale);
    const auto check = [&](double got, double got_next, const char* key) {
      const double want = number(item[key]);
      CHECK(std::fabs(got - want) <= 1e-13 * std::fabs(want) + std::fabs(got_next - got));
    };
    check(found.value, moved.value, "log_prob");
    check(found.d_mean, moved.d_mean, "d_mean");
    check(found.d_log_scale, moved.d_log_scale, "d_log_scale");
  }
}

TEST_CASE("all levels' probabilities sum to 1 for any levels, mean and scale") {
  test::check_sums<decoder::Tanh>([](int) { return 0.0; });
}

TEST_CASE("the derivatives are those of finite differences") {
  test::check_derivatives(decoder::Tanh{});
  test::check_derivatives(decoder::Tanh(17, -1, 1));
}

TEST_CASE_TEMPLATE("a mirrored bin has the mirrored likelihood", R, float, double) {
  test::check_mirror<R>(decoder::Tanh{});
}

TEST_CASE_TEMPLATE("a scale far below a bin has derivatives, of 0 in the middle of it", R, float,
                   double) {
  const decoder::Tanh decoder;
  for (R log_scale = -20; log_scale > R(-2000); log_scale *= R(1.03)) {
    CAPTURE(log_scale);
    for (const R x : {R(1) / R(255), R(1), R(-1)}) {
      const auto inside = decoder(x, x, log_scale);
      CHECK(inside.value == 0);
      CHECK(inside.d_mean == 0);
      CHECK(inside.d_log_scale == 0);
      const auto outside = decoder(x, x < 0 ? x + R(0.5) : x - R(0.5), log_scale);
      CHECK(outside.value < R(-1e20));
      CHECK_FALSE(std::isnan(outside.d_mean));
      CHECK(outside.d_log_scale > R(1e20));
    }
  }
}

TEST_CASE("what is not a number stays that") {
  const decoder::Tanh decoder;
  CHECK(std::isnan(decoder(0.5f, std::nanf(""), -3.0f).value));
  CHECK(std::isnan(decoder(7.0f, 0.0f, -3.0f).value));  // no level
}
