// SPDX-License-Identifier: MIT
#include <iddpm/metrics/frechet.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using Eigen::MatrixXd;
using iddpm::metrics::frechet_distance;
using iddpm::metrics::NormalFit;

namespace {

using Exec = Kokkos::DefaultExecutionSpace;

MatrixXd normals(int samples, int features, unsigned seed) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  MatrixXd x(samples, features);
  for (int r = 0; r < samples; ++r)
    for (int c = 0; c < features; ++c) x(r, c) = normal(engine);
  return x;
}

MatrixXd rotation(int features, unsigned seed) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(
      NormalFit(normals(2 * features, features, seed)).covariance());
  return solver.eigenvectors();
}

double distance(const MatrixXd& a, const MatrixXd& b) {
  return frechet_distance(NormalFit(a), NormalFit(b));
}

}  // namespace

TEST_CASE("mean, unbiased covariance and distance in one dimension are those worked by hand") {
  MatrixXd a(2, 1), b(3, 1);
  a << 1, 3;      // mean 2, variance 2
  b << 3, 5, 13;  // mean 7, variance (16 + 4 + 36) / 2 = 28
  CHECK(NormalFit(a).mean()(0) == 2);
  CHECK(NormalFit(a).covariance()(0, 0) == doctest::Approx(2).epsilon(1e-15));
  CHECK(NormalFit(b).covariance()(0, 0) == doctest::Approx(28).epsilon(1e-15));
  // (7 - 2)^2 + 2 + 28 - 2 sqrt(56)
  CHECK(distance(a, b) == doctest::Approx(55 - 2 * std::sqrt(56.0)).epsilon(1e-14));
}

TEST_CASE("with diagonal covariances the deviations' differences are squared and added") {
  MatrixXd a(4, 2), b(4, 2);
  a << 1, 0, -1, 0, 0, 2, 0, -2;  // variances 2/3, 8/3
  b << 4, 5, -2, 5, 1, 6, 1, 4;   // mean (1, 5), variances 18/3, 2/3
  const double first = std::sqrt(6.0) - std::sqrt(2.0 / 3), second = std::sqrt(2.0 / 3);
  CHECK(distance(a, b) == doctest::Approx(26 + first * first + second * second).epsilon(1e-14));
}

TEST_CASE("commuting covariances have the closed form, whatever their basis") {
  // Whitened samples have the covariance 1 exactly; then C = Q diag(s^2) Q^T for both.
  const int features = 5;
  const MatrixXd x = normals(40, features, 1);
  const NormalFit fit(x);
  const MatrixXd factor = fit.covariance().llt().matrixL();
  const MatrixXd white =
      factor.inverse().operator*((x.rowwise() - fit.mean().transpose()).transpose()).transpose();
  const MatrixXd q = rotation(features, 2);
  Eigen::VectorXd s(features), t(features);
  s << 0.01, 0.5, 1, 3, 20;
  t << 2, 0.25, 1, 0.001, 7;
  const MatrixXd a = white * s.asDiagonal() * q.transpose();
  const MatrixXd b = white * t.asDiagonal() * q.transpose();
  CHECK(distance(a, b) == doctest::Approx((s - t).squaredNorm()).epsilon(1e-11));
}

TEST_CASE("the distance is symmetric and sees neither rotation nor translation of both") {
  const MatrixXd a = normals(50, 6, 3) * normals(6, 6, 4), b = normals(30, 6, 5);
  const double here = distance(a, b);
  CHECK(here > 1);
  CHECK(distance(b, a) == doctest::Approx(here).epsilon(1e-12));
  const MatrixXd q = rotation(6, 6);
  Eigen::RowVectorXd shift = normals(1, 6, 7);
  CHECK(distance((a * q).rowwise() + shift, (b * q).rowwise() + shift) ==
        doctest::Approx(here).epsilon(1e-12));
  CHECK(distance(a, b.rowwise() + shift) != doctest::Approx(here).epsilon(1e-3));
}

TEST_CASE("equal sets are at distance 0 to rounding, and so with a singular covariance") {
  const MatrixXd full = normals(60, 8, 8), few = normals(4, 8, 9);
  CHECK(std::abs(distance(full, full)) <= 1e-13 * NormalFit(full).covariance().trace());
  CHECK(std::abs(distance(few, few)) <= 1e-13 * NormalFit(few).covariance().trace());
  // What is rounding is so beside the largest, in whatever unit.
  for (const double unit : {1e-8, 1e8})
    CHECK(std::abs(distance(unit * few, unit * few)) <=
          1e-13 * NormalFit(unit * few).covariance().trace());
  // Features of very different sizes: eigenvalues of the product would span 28 decades.
  MatrixXd uneven = full * rotation(8, 15);
  for (int c = 0; c < 8; ++c) uneven.col(c) *= std::pow(10.0, -c);
  CHECK(std::abs(distance(uneven, uneven)) <= 1e-13 * NormalFit(uneven).covariance().trace());
  const NormalFit fit(full);
  CHECK((fit.root() * fit.root()).isApprox(fit.covariance(), 1e-14));
}

TEST_CASE("a covariance without full rank has the distance of its limit") {
  // Along one direction each, at an angle: tr (C1 C2)^(1/2) = |u . v| of the scaled directions.
  Eigen::RowVectorXd u(3), v(3);
  u << 3, 0, 4;
  v << 1, 2, 2;
  MatrixXd a(2, 3), b(2, 3);
  a << u, -u;  // covariance 2 u^T u
  b << v, -v;
  CHECK(distance(a, b) == doctest::Approx(50 + 18 - 4 * std::abs(u.dot(v))).epsilon(1e-13));
  MatrixXd constant = MatrixXd::Constant(3, 3, 2.0);
  CHECK(distance(constant, a) == doctest::Approx(12 + 50).epsilon(1e-14));
  CHECK(distance(constant, constant) == 0);
}

TEST_CASE("a View of any rank, layout and type is a set of flattened samples") {
  const Exec exec;
  const MatrixXd x = normals(7, 6, 10), y = normals(5, 6, 11);
  Kokkos::View<float***, Kokkos::LayoutLeft, Kokkos::HostSpace> left("x", 7, 2, 3);
  const iddpm::Tensor<double, 2, Kokkos::HostSpace> right("y", 5, 6);
  for (int i = 0; i < 7; ++i)
    for (int e = 0; e < 6; ++e) left(i, e / 3, e % 3) = static_cast<float>(x(i, e));
  for (int i = 0; i < 5; ++i)
    for (int e = 0; e < 6; ++e) right(i, e) = y(i, e);
  const auto there = Kokkos::create_mirror_view_and_copy(Exec{}, left);
  const auto y_there = Kokkos::create_mirror_view_and_copy(Exec{}, right);
  const MatrixXd rounded = x.cast<float>().cast<double>();
  CHECK(NormalFit(exec, there).mean() == NormalFit(rounded).mean());
  CHECK(frechet_distance(exec, there, y_there) == distance(rounded, y));
  const iddpm::Tensor<float, 1, Exec> line("line", 4);  // four samples of one feature
  CHECK(NormalFit(exec, line).covariance().size() == 1);
}

TEST_CASE("an expression of Eigen's is the set of its rows") {
  const MatrixXd x = normals(9, 4, 15);
  const MatrixXd rounded = x.cast<float>().cast<double>();
  CHECK(NormalFit(x.cast<float>()).covariance() == NormalFit(rounded).covariance());
  const MatrixXd middle = x.middleRows(2, 5);
  CHECK(NormalFit(x.middleRows(2, 5)).covariance().isApprox(NormalFit(middle).covariance(), 1e-15));
  CHECK(NormalFit(x.transpose()).mean().size() == 9);
}

TEST_CASE("what cannot be a set of features is refused with a sentence") {
  const Exec exec;
  CHECK_THROWS_WITH(NormalFit(MatrixXd(1, 3)),
                    "NormalFit: features must have 2 samples or more; got 1");
  CHECK_THROWS_WITH(NormalFit(exec, iddpm::Tensor<float, 3, Exec>("none", 0, 2, 2)),
                    "NormalFit: features must have 2 samples or more; got 0");
  CHECK_THROWS_WITH(NormalFit(exec, iddpm::Tensor<float, 2, Exec>("empty", 3, 0)),
                    "NormalFit: features must have 1 feature per sample or more; got 0");
  MatrixXd x = normals(3, 2, 12);
  x(2, 1) = std::numeric_limits<double>::infinity();
  CHECK_THROWS_WITH(NormalFit{x}, "NormalFit: features must be finite; got inf");
  CHECK_THROWS_WITH(distance(normals(3, 2, 13), normals(3, 4, 14)),
                    "frechet_distance: b must have as many features as a (2); got 4");
}
