// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/concepts.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <concepts>
#include <cstddef>
#include <limits>
#include <string>
#include <type_traits>

/// \file
/// How far apart two sets of feature vectors are, each seen as a normal distribution.

namespace iddpm::metrics {

namespace detail {

inline constexpr auto fit_name = "NormalFit";

/// A (N, ...) View of any layout and space as N rows of doubles on the host; fences exec.
template <ExecutionSpace Exec, ViewOn<Exec> V>
Eigen::MatrixXd host_rows(const Exec& exec, const V& features) {
  static_assert(std::is_arithmetic_v<value_t<V>>, "features are numbers of a built-in type");
  static_assert(V::rank() >= 1, "features are a View (N, ...), one row per sample");
  using Rows = Eigen::Matrix<value_t<V>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Kokkos::LayoutRight layout;
  for (std::size_t r = 0; r < V::rank(); ++r) layout.dimension[r] = features.extent(r);
  const Tensor<value_t<V>, V::rank(), typename V::memory_space> packed(
      Kokkos::view_alloc(exec, Kokkos::WithoutInitializing, "iddpm::metrics::features"), layout);
  Kokkos::deep_copy(exec, packed, features);
  const auto host = Kokkos::create_mirror_view(
      Kokkos::view_alloc(Kokkos::WithoutInitializing, Kokkos::HostSpace{}), packed);
  Kokkos::deep_copy(exec, host, packed);
  exec.fence("iddpm::metrics::features");
  const std::size_t samples = features.extent(0);
  const std::size_t size = samples == 0 ? 0 : host.size() / samples;
  return Eigen::Map<const Rows>(host.data(), static_cast<Eigen::Index>(samples),
                                static_cast<Eigen::Index>(size))
      .template cast<double>();
}

/// Eigenvalues that are rounding beside the largest, of either sign, as 0: the square root of one
/// would count as a digit in the middle of the result.
inline Eigen::VectorXd without_rounding(const Eigen::VectorXd& eigenvalues) {
  const double floor = static_cast<double>(eigenvalues.size()) *
                       std::numeric_limits<double>::epsilon() * eigenvalues.maxCoeff();
  return (eigenvalues.array() > floor).select(eigenvalues, 0.0);
}

/// The symmetric square root of a covariance.
template <class Matrix>
Matrix square_root(const Matrix& covariance) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
  const Matrix& vectors = solver.eigenvectors();
  return vectors * without_rounding(solver.eigenvalues()).cwiseSqrt().asDiagonal() *
         vectors.transpose();
}

/// tr (C1 C2)^(1/2) from the roots of both: C1 C2 has the eigenvalues of C1^(1/2) C2 C1^(1/2),
/// whose square roots are the singular values of P = C1^(1/2) C2^(1/2), which with both signs are
/// the eigenvalues of (0, P^T; P, 0). Those keep eight digits more than the square roots of
/// eigenvalues do. Eigen's own singular values take half a minute to compile.
template <class Matrix>
double trace_of_root(const Matrix& root1, const Matrix& root2) {
  const Eigen::Index n = root1.rows();
  Matrix both_signs = Matrix::Zero(2 * n, 2 * n);
  both_signs.bottomLeftCorner(n, n).noalias() = root1 * root2;  // the half that is read
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(both_signs, Eigen::EigenvaluesOnly);
  return solver.eigenvalues().cwiseAbs().sum() / 2;
}

}  // namespace detail

/// The normal distribution of a set of feature vectors: its mean and its unbiased covariance (the
/// sum of squares over N - 1), in double on the host. Fit the reference set once, then compare.
/// Templates all, so that a program that includes this and does not use it need not wait for
/// Eigen's decompositions to compile.
class NormalFit {
 public:
  /// \param expression the features as Eigen has them, one sample per row
  /// \throws std::invalid_argument on fewer than 2 samples, no feature, or one that is not finite.
  template <class Derived>
  explicit NormalFit(const Eigen::MatrixBase<Derived>& expression) {
    const Eigen::Ref<const Eigen::MatrixXd> features(expression.derived().template cast<double>());
    require(features.rows() >= 2, detail::fit_name, "features", "have 2 samples or more",
            features.rows());
    require(features.cols() >= 1, detail::fit_name, "features", "have 1 feature per sample or more",
            features.cols());
    for (Eigen::Index c = 0; c < features.cols(); ++c)
      for (Eigen::Index r = 0; r < features.rows(); ++r)
        require(features(r, c) - features(r, c) == 0, detail::fit_name, "features", "be finite",
                features(r, c));
    mean_ = features.colwise().mean().transpose();
    const Eigen::MatrixXd centred = features.rowwise() - mean_.transpose();
    covariance_ = centred.transpose() * centred / static_cast<double>(features.rows() - 1);
    root_ = detail::square_root(covariance_);
  }

  /// The same for a View (N, ...) of any rank, layout and space, each sample flattened. This reads
  /// data on the host, so it waits for exec.
  template <ExecutionSpace Exec, ViewOn<Exec> V>
  NormalFit(const Exec& exec, const V& features) : NormalFit(detail::host_rows(exec, features)) {}

  /// One number per feature.
  [[nodiscard]] const Eigen::VectorXd& mean() const { return mean_; }
  /// Features by features.
  [[nodiscard]] const Eigen::MatrixXd& covariance() const { return covariance_; }
  /// The symmetric square root of the covariance.
  [[nodiscard]] const Eigen::MatrixXd& root() const { return root_; }

 private:
  Eigen::VectorXd mean_;
  Eigen::MatrixXd covariance_;
  Eigen::MatrixXd root_;
};

/// The squared Fréchet distance of two normals, |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)); with
/// Inception's features this is the FID. In the features' unit squared; rounding may make that of
/// (nearly) equal fits a little negative. Covariances may be singular.
/// \throws std::invalid_argument unless both have the same number of features.
/// \see Dowson & Landau 1982; Heusel et al. 2017.
template <std::same_as<NormalFit> Fit>
[[nodiscard]] double frechet_distance(const Fit& a, const Fit& b) {
  require(a.mean().size() == b.mean().size(), "frechet_distance", "b",
          "have as many features as a (" + std::to_string(a.mean().size()) + ")", b.mean().size());
  return (a.mean() - b.mean()).squaredNorm() + a.covariance().trace() + b.covariance().trace() -
         2 * detail::trace_of_root(a.root(), b.root());
}

/// The same from the two sets of features, Views (N, ...); waits for exec.
/// \throws std::invalid_argument as `NormalFit` and as the call above.
template <ExecutionSpace Exec, ViewOn<Exec> A, ViewOn<Exec> B>
[[nodiscard]] double frechet_distance(const Exec& exec, const A& a, const B& b) {
  return frechet_distance(NormalFit(exec, a), NormalFit(exec, b));
}

}  // namespace iddpm::metrics
