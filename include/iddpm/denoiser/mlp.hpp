// SPDX-License-Identifier: MIT
#pragma once

#include <iddpm/core/batch.hpp>
#include <iddpm/core/require.hpp>
#include <iddpm/core/tensor.hpp>
#include <iddpm/denoiser/detail/eigen_gemm.hpp>
#include <iddpm/denoiser/detail/kokkos_gemm.hpp>
#include <iddpm/denoiser/detail/label_rows.hpp>
#include <iddpm/denoiser/detail/mlp_initial.hpp>
#include <iddpm/denoiser/detail/mlp_layout.hpp>
#include <iddpm/denoiser/detail/mlp_pass.hpp>
#include <iddpm/denoiser/detail/mlp_workspace.hpp>
#include <iddpm/launch/for_each_tile.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace iddpm {

namespace detail {

template <ExecutionSpace Exec>
using DefaultGemm =
    std::conditional_t<Kokkos::SpaceAccessibility<Exec, Kokkos::HostSpace>::accessible, EigenGemm,
                       KokkosGemm>;

}  // namespace detail

/// The number of parameters of an Mlp.
/// \throws std::invalid_argument for sizes that make no network.
[[nodiscard]] inline std::size_t parameter_count(const MlpOptions& options) {
  return detail::MlpLayout(options).size;
}

/// A small trainable denoiser for samples of any rank, taken as flat vectors x of D elements:
///
///   e = silu(silu(features(t) T1 + b) T2 + b);   modulation(t) = e M + b
///   h = x W + b;   per block  h += silu((1 + scale(t)) (norm(h) W1) + shift(t)) W2 + b
///   z = norm(h) V + b, two maps of D elements;   output = pointwise head (x, z, modulation(t))
///
/// With labels, a row of E numbers of the sample's class, or the one of "no label", is added inside
/// the outer silu of e.
///
/// norm is LayerNorm without parameters. The head (formula and reason: detail/pointwise_head.hpp)
/// acts on each element alone. A new network's output is zero. All parameters are one flat View.
///
/// Copies are shallow, as a View's: they share parameters and workspace, which is allocated when
/// the batch size changes and never else. So one object and its copies serve one exec instance at
/// a time.
///
/// Deterministic: the same bits run to run and for any number of threads, and a sample's output has
/// the same bits in a batch of any size (by Eigen's products where every layer's inputs and outputs
/// are 12 or more together: smaller ones take another way through Eigen). Not the same bits on
/// every backend or processor.
///
/// \tparam Gemm how matrices are multiplied: Eigen in Kokkos threads on host spaces, else Kokkos.
/// Sources: Nichol & Dhariwal 2021, section 3 (timestep embedding, scale-shift modulation, class
/// embeddings); Ho & Salimans 2022 ("no label" as a label);
/// Ba et al. 2016 (LayerNorm); He et al. 2016 (residual blocks).
template <Real R, ExecutionSpace Exec, class Gemm = detail::DefaultGemm<Exec>>
class Mlp {
 public:
  using Parameters = Tensor<R, 1, Exec>;  ///< (N), see parameters()

  /// A network with initial weights from the library's noise: NoiseStream{seed}.weights(0).
  /// \throws std::invalid_argument for sizes that make no network.
  Mlp(const Exec& exec, const MlpOptions& options, std::uint64_t seed)
      : layout_(make_layout(options)),
        parameters_(Kokkos::view_alloc(exec, Kokkos::WithoutInitializing,
                                       "iddpm::denoiser::mlp_parameters"),
                    layout_->size),
        shared_(std::make_shared<Shared>()) {
    detail::draw_initial_parameters(exec, *layout_, seed, parameters_);
  }

  /// The flat parameters, to be read, trained or overwritten.
  [[nodiscard]] const Parameters& parameters() const { return parameters_; }

  /// The same network with other parameters, such as their moving average; shares the workspace.
  /// \throws std::invalid_argument unless there are as many.
  [[nodiscard]] Mlp with(const Parameters& parameters) const {
    require_extent("Mlp::with", "parameters", parameters);
    Mlp other = *this;
    other.parameters_ = parameters;
    return other;
  }

  /// The same network told which class each sample is of: a shallow copy that evaluates, and goes
  /// forward, with these labels, whatever batch it is given. Without them, and where a label is -1,
  /// a sample has no label.
  /// \pre labels: (B) View of int where exec works, -1 .. MlpOptions::labels - 1. Read at every
  /// call, not copied. Another label is refused where values are checked (core/require.hpp),
  /// elsewhere its sample's output is NaN.
  /// \throws std::invalid_argument unless the network has labels; a call of the copy, unless there
  /// is one per sample.
  template <ViewOn<Exec> V>
  [[nodiscard]] Mlp with_labels(const V& labels) const {
    static_assert(V::rank() == 1 && std::same_as<value_t<V>, int> && PlainView<V>,
                  "Mlp::with_labels: labels is a (B) View of int, plain memory");
    require(classes() > 0, "Mlp::with_labels", "MlpOptions::labels", "be at least 1", classes());
    Mlp other = *this;
    other.label_owner_ = std::make_shared<const V>(labels);
    other.labels_ = detail::LabelView<Exec>(
        labels.data(), Kokkos::LayoutStride(labels.extent(0), labels.stride(0)));
    return other;
  }

  /// Evaluates the network, as a Denoiser. Asynchronous on exec.
  /// \pre x_t: (B, ...), D elements per sample; timesteps: (B), |t| <= 2^16; model_output:
  /// (B, ...), D or 2 D elements per sample. Any layout; row-major is the fast one.
  /// \throws std::invalid_argument unless the extents fit.
  template <ViewOn<Exec> X, ViewOn<Exec> Timesteps, ViewOn<Exec> Output>
  void operator()(const Exec& exec, const X& x_t, const Timesteps& timesteps,
                  const Output& model_output) const {
    evaluate("Mlp", exec, x_t, timesteps, model_output);
    shared_->ready_for_backward = false;
  }

  /// As operator(), and keeps what backward needs.
  template <ViewOn<Exec> X, ViewOn<Exec> Timesteps, ViewOn<Exec> Output>
  void forward(const Exec& exec, const X& x_t, const Timesteps& timesteps,
               const Output& model_output) {
    evaluate("Mlp::forward", exec, x_t, timesteps, model_output);
    shared_->ready_for_backward = true;
  }

  /// Overwrites `gradient` with the gradient, with respect to all parameters, of a loss whose
  /// gradient with respect to the last forward's model output is `d_model_output`.
  /// Asynchronous on exec. The gradient with respect to x_t is not made.
  /// \pre d_model_output: (B, ...), as model_output; gradient: as parameters().
  /// \throws std::invalid_argument unless the last evaluation was a forward and the extents fit.
  template <ViewOn<Exec> Output>
  void backward(const Exec& exec, const Output& d_model_output, const Parameters& gradient) {
    constexpr std::string_view function = "Mlp::backward";
    require(shared_->ready_for_backward, function, "the last evaluation", "be a forward",
            "an inference or none");
    const Workspace& work = *shared_->workspace;
    require_samples(function, "d_model_output", d_model_output, outputs(), work.samples);
    require_extent(function, "gradient", gradient);
    read(function, exec, d_model_output, work.d_output);
    pass(exec, work).backward(gradient.data());
  }

 private:
  using Workspace = detail::MlpWorkspace<R, Exec>;

  struct Shared {
    std::unique_ptr<Workspace> workspace;
    bool ready_for_backward = false;
  };

  std::shared_ptr<const detail::MlpLayout> layout_;
  Parameters parameters_;
  std::shared_ptr<Shared> shared_;
  std::optional<detail::LabelView<Exec>> labels_;
  std::shared_ptr<const void> label_owner_;

  static std::shared_ptr<const detail::MlpLayout> make_layout(const MlpOptions& options) {
    require_kokkos("Mlp");
    return std::make_shared<const detail::MlpLayout>(options);
  }

  [[nodiscard]] std::size_t data() const { return layout_->input.weight.rows; }
  [[nodiscard]] std::size_t outputs() const { return layout_->head.outputs * data(); }

  // The last row is "no label".
  [[nodiscard]] int classes() const {
    const std::size_t rows = layout_->label_rows.rows;
    return rows == 0 ? 0 : static_cast<int>(rows - 1);
  }

  [[nodiscard]] detail::MlpPass<R, Exec, Gemm> pass(const Exec& exec, const Workspace& work) const {
    return {exec, *layout_, work, parameters_.data()};
  }

  const Workspace& workspace(const Exec& exec, std::size_t samples) const {
    auto& workspace = shared_->workspace;
    if (workspace == nullptr || workspace->samples != samples) {
      // Kernels may still use the old one.
      if (workspace != nullptr) exec.fence("iddpm::denoiser::mlp_workspace");
      workspace = std::make_unique<Workspace>(exec, *layout_, samples);
    }
    return *workspace;
  }

  template <class X, class Timesteps, class Output>
  void evaluate(std::string_view function, const Exec& exec, const X& x_t,
                const Timesteps& timesteps, const Output& model_output) const {
    require_kokkos(function);
    static_assert(Timesteps::rank() == 1, "Mlp: timesteps is a View of rank 1, one per sample");
    const std::size_t samples = x_t.extent(0);
    require_samples(function, "x_t", x_t, data(), samples);
    require(timesteps.extent(0) == samples, function, "timesteps",
            "hold one value per sample (" + std::to_string(samples) + ")", timesteps.extent(0));
    require_samples(function, "model_output", model_output, outputs(), samples);
    if (labels_) require_labels(function, exec, samples);
    const Workspace& work = workspace(exec, samples);
    read(function, exec, x_t, work.x);
    if (classes() > 0) read_labels(exec, work.label_row);
    for_each_tile("iddpm::denoiser::time_features", exec, work.time.extent(0), work.time.extent(1),
                  detail::TimeFeatures<R, Exec, Timesteps>{timesteps, work.time});
    const auto network = pass(exec, work);
    network.forward();
    visit_batches(
        function,
        [&]<class B>(const B& out) {
          for_each_tile("iddpm::denoiser::head", exec, samples, data(),
                        detail::Head<R, Exec, B>{network.head_inputs(), out});
        },
        model_output);
  }

  void read_labels(const Exec& exec, const Tensor<int, 1, Exec>& to) const {
    for_each_tile(
        "iddpm::denoiser::read_labels", exec, 1, to.extent(0),
        detail::ReadLabels<Exec>{labels_.value_or(detail::LabelView<Exec>()), classes(), to});
  }

  void require_labels(std::string_view function, const Exec& exec, std::size_t samples) const {
    require(labels_->extent(0) == samples, function, "labels",
            "hold one value per sample (" + std::to_string(samples) + ")", labels_->extent(0));
    check_values(exec, function, "every label",
                 "be -1 (none) or in 0 .. " + std::to_string(classes() - 1), samples, *labels_, -1,
                 classes() - 1);
  }

  template <class V>
  static void read(std::string_view function, const Exec& exec, const V& from,
                   const detail::Matrix<R, Exec>& to) {
    visit_batches(
        function,
        [&]<class B>(const B& batch) {
          for_each_tile("iddpm::denoiser::read_rows", exec, to.extent(0), to.extent(1),
                        detail::ReadRows<R, Exec, B>{batch, to});
        },
        from);
  }

  template <class V>
  static void require_samples(std::string_view function, std::string_view name, const V& view,
                              std::size_t size, std::size_t samples) {
    require(view.extent(0) == samples && sample_size(view) == size, function, name,
            "hold " + std::to_string(samples) + " samples of " + std::to_string(size) + " elements",
            shape_of(view));
  }

  void require_extent(std::string_view function, std::string_view name,
                      const Parameters& view) const {
    require(view.extent(0) == layout_->size, function, name,
            "have " + std::to_string(layout_->size) + " elements", view.extent(0));
  }
};

}  // namespace iddpm
