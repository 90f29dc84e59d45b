// SPDX-License-Identifier: MIT
#include <iddpm/gaussian/decoder/erf.hpp>

#include <doctest/doctest.h>
#include <gaussian/decoder/checks.hpp>

#include <cmath>

using namespace iddpm;

namespace {

// Tails, edges near and far, bins far wider and far narrower than the scale.
const test::DecoderCase cases[] = {
    {256, -1, 1, 0, 0, -4, -1.7746721240510124, 0.0, -0.98481211342681865},
    {256, -1, 1, 0, 0.0009765625, 4.5, -10.267054898178314, -1.2051738672715539e-7,
     -0.99999999924967977},
    {256, -1, 1, 0.5, -1, -8, -9944680.7474174686, 13294318.956938611, 19889343.851263059},
    {256, -1, 1, 0.125, 0.125244140625, -7.5, -1.4785009813818101e-11, -1.8094141800017089e-7,
     -6.6811764174186887e-10},
    {256, -1, 1, 1, 0, -2, -30.018070695719458, 55.353933021594227, 55.136858774450721},
    {256, -1, 1, -1, 0.75, -7, -1833252.3670280176, -2099841.9747679878, 3666488.7814331238},
    {256, -1, 1, 1, 1.25, -3.5, -2.0724140042911259e-17, 5.8502752819895745e-15,
     -1.4855110765051959e-15},
    {256, -1, 1, -1, -1, -6, -0.058494289298694014, -48.816929077341921, -0.19143893755820361},
    {256, -1, 1, 0.75, 0.5, -3, -15.34932169664421, 100.65092944724609, 24.113273968920512},
    {256, -1, 1, -0.375, -0.375, -6.5, -0.0091383244747942831, 0.0, -0.069963045362029634},
    {256, -1, 1, 0.25, 0.25390625, -5.5, -0.74702302143711092, -173.13405222959804,
     -0.26074957675471142},
    {256, -1, 1, -0.625, -0.5, -4.25, -39.103900840780342, -602.82519368812764, 72.950616536085827},
    {2, -1, 1, -1, 1, -1, -5.7195778159522631, -8.2162280847156386, 8.2162280847156386},
    {2, -1, 1, 1, -0.125, -2.5, -2.7503904516800929, 23.854529441351735, 2.9818161801689669},
    {5, 0, 1, 0.5, 0.625, -3, -0.69314769356428147, -16.025894373080357, -1.3413686422957131e-5},
    {5, 0, 1, 0.25, -0.5, -2, -13.155022231919425, 35.600037992433796, 22.24970498300235},
    {16, 0, 255, 119, 60, 2, -26.21600945806384, 0.94397261418781183, 47.670616847765387},
    {65536, -1, 1, 0.5, -0.5, -3, -210.03052142881968, 403.42878086094742, 402.42876826047103},
};

}  // namespace

TEST_CASE("the probability is a difference of error functions, where that has digits") {
  const decoder::Erf decoder;
  const double edge = std::exp(4.0) / 255 / std::sqrt(2.0);
  CHECK(decoder(0.0, 0.0, -4.0).value == doctest::Approx(std::log(std::erf(edge))).epsilon(1e-14));
  CHECK(decoder(1.0, 1.0 - 1.0 / 255, -4.0).value ==
        doctest::Approx(-std::log(2.0)).epsilon(1e-14));
}

TEST_CASE("double has 13 right digits everywhere, values and derivatives") {
  CHECK(test::worst_error<double, decoder::Erf>(cases) <= 1e-13);
}

TEST_CASE("float has 5 right digits everywhere, values and derivatives") {
  CHECK(test::worst_error<float, decoder::Erf>(cases) <= 1e-5);
}

TEST_CASE("far from the mean a narrow bin has the density's slopes") {
  const auto found = decoder::Erf(65536, -1, 1)(0.5, -0.5, -3.0);
  const double z = std::exp(3.0);
  CHECK(found.d_mean == doctest::Approx(z * z).epsilon(1e-4));
  CHECK(found.d_log_scale == doctest::Approx(z * z - 1).epsilon(1e-4));
}

TEST_CASE("all levels' probabilities sum to 1 for any levels, mean and scale") {
  test::check_sums<decoder::Erf>([](int) { return 0.0; });
}

TEST_CASE("the derivatives are those of finite differences") {
  test::check_derivatives(decoder::Erf{});
  test::check_derivatives(decoder::Erf(17, -1, 1));
}

TEST_CASE_TEMPLATE("a mirrored bin has the mirrored likelihood", R, float, double) {
  test::check_mirror<R>(decoder::Erf{});
}
