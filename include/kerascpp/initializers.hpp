#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/ops/sizes.hpp>
#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Base of initializers; inherit from it to make your own.
class KCPP_API InitializerBase : public Object {
 public:
  /// Values for a new weight.
  [[nodiscard]] virtual Tensor operator()(const Shape& shape, DType dtype) const = 0;
};

/// What makes the first value of a weight: an object, a name ("glorot_uniform"), or a callable (shape, dtype) ->
/// Tensor.
class KCPP_API Initializer {
 public:
  Initializer() = default;
  Initializer(const char* name) : Initializer(std::string(name)) {}  // NOLINT: implicit by design
  /// Throws LookupError for an unknown name.
  Initializer(const std::string& name);  // NOLINT
  template <class T>
  requires std::is_base_of_v<InitializerBase, T> Initializer(std::shared_ptr<T> object)  // NOLINT
      : object_(std::move(object)) {}
  template <class F>
  requires std::is_invocable_r_v<Tensor, F&, const Shape&, DType> &&
      (!std::is_base_of_v<Initializer, std::remove_cvref_t<F>>)Initializer(F function)
      : function_(std::move(function)) {}  // NOLINT

  [[nodiscard]] bool defined() const { return object_ != nullptr || function_; }
  [[nodiscard]] Tensor operator()(const Shape& shape, DType dtype = DType::Float32) const;
  [[nodiscard]] const std::shared_ptr<const InitializerBase>& object() const { return object_; }

 private:
  std::shared_ptr<const InitializerBase> object_;
  Callable<Tensor(const Shape&, DType)> function_;
};

/// As Keras 3 writes it in a layer's config; a callable that is no object throws ValueError.
[[nodiscard]] KCPP_API Config to_config(const Initializer& initializer);
KCPP_API void from_config(const Config& config, Initializer& initializer);

/// Initializers under their Keras names. Without a seed every call draws new values from the global stream; with one,
/// every call gives the same values.
namespace initializers {

/// The same number everywhere.
[[nodiscard]] KCPP_API Initializer Constant(double value = 0.0);
/// The given values, broadcast to the weight. Throws ShapeError when they do not fit.
[[nodiscard]] KCPP_API Initializer Constant(const Tensor& value);
[[nodiscard]] KCPP_API Initializer Zeros();
[[nodiscard]] KCPP_API Initializer Ones();

struct IdentityOptions {
  double gain = 1.0;
  KCPP_FIELDS(gain)
};
/// `gain` on the main diagonal, 0 elsewhere. Throws ShapeError unless the weight has two axes.
[[nodiscard]] KCPP_API Initializer Identity(const IdentityOptions& options = {});

struct RandomNormalOptions {
  double mean = 0.0;
  double stddev = 0.05;
  std::optional<std::int64_t> seed = {};
  KCPP_FIELDS(mean, stddev, seed)
};
/// Normally distributed values.
[[nodiscard]] KCPP_API Initializer RandomNormal(const RandomNormalOptions& options = {});
/// The same, but values further than two standard deviations from the mean are drawn again.
[[nodiscard]] KCPP_API Initializer TruncatedNormal(const RandomNormalOptions& options = {});

struct RandomUniformOptions {
  double minval = -0.05;
  double maxval = 0.05;
  std::optional<std::int64_t> seed = {};
  KCPP_FIELDS(minval, maxval, seed)
};
/// Values uniformly distributed in [minval, maxval).
[[nodiscard]] KCPP_API Initializer RandomUniform(const RandomUniformOptions& options = {});

struct VarianceScalingOptions {
  double scale = 1.0;
  std::string mode = "fan_in";                    ///< "fan_in", "fan_out" or "fan_avg"
  std::string distribution = "truncated_normal";  ///< "truncated_normal", "untruncated_normal" or "uniform"
  std::optional<std::int64_t> seed = {};
  Sizes input_axes = {};   ///< axes counted as inputs; with `output_axes` they replace the usual reading
  Sizes output_axes = {};  ///< axes counted as outputs
  KCPP_FIELDS(scale, mode, distribution, seed, input_axes, output_axes)
};
/// Values with mean 0 and variance scale / n, n being the inputs (K..., C) of a unit, its outputs (K..., F), or their
/// mean. A matrix is (inputs, outputs), other weights are (K..., C, F).
/// Throws ValueError for a scale that is not positive or an unknown name.
[[nodiscard]] KCPP_API Initializer VarianceScaling(const VarianceScalingOptions& options = {});

struct FanOptions {
  std::optional<std::int64_t> seed = {};
  Sizes input_axes = {};
  Sizes output_axes = {};
  KCPP_FIELDS(seed, input_axes, output_axes)
};
/// VarianceScaling with scale 1, fan_avg. Source: Glorot and Bengio, AISTATS 2010.
[[nodiscard]] KCPP_API Initializer GlorotNormal(const FanOptions& options = {});
[[nodiscard]] KCPP_API Initializer GlorotUniform(const FanOptions& options = {});
/// VarianceScaling with scale 2, fan_in. Source: He et al., arXiv 1502.01852.
[[nodiscard]] KCPP_API Initializer HeNormal(const FanOptions& options = {});
[[nodiscard]] KCPP_API Initializer HeUniform(const FanOptions& options = {});
/// VarianceScaling with scale 1, fan_in. Source: LeCun et al., "Efficient BackProp", 1998.
[[nodiscard]] KCPP_API Initializer LecunNormal(const FanOptions& options = {});
[[nodiscard]] KCPP_API Initializer LecunUniform(const FanOptions& options = {});

struct OrthogonalOptions {
  double gain = 1.0;
  std::optional<std::int64_t> seed = {};
  KCPP_FIELDS(gain, seed)
};
/// `gain` times a random matrix with orthonormal columns, or rows where they are fewer. Weights with more than two axes
/// are read as matrices (all but the last axis, last axis). Throws ShapeError for fewer than two axes.
/// Source: Saxe et al., arXiv 1312.6120.
[[nodiscard]] KCPP_API Initializer Orthogonal(const OrthogonalOptions& options = {});

/// A window: a name, the values themselves, or none.
class KCPP_API Window {
 public:
  Window(const char* name) : name_(name) {}                 // NOLINT: implicit by design
  Window(std::string name) : name_(std::move(name)) {}      // NOLINT
  Window(const Tensor& values) : values_(values.copy()) {}  // NOLINT
  Window(std::nullptr_t) {}                                 // NOLINT

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Undefined for a name.
  [[nodiscard]] const Tensor& values() const { return values_; }
  [[nodiscard]] bool none() const { return name_.empty() && !values_.defined(); }

 private:
  std::string name_;
  Tensor values_;
};

struct STFTOptions {
  std::string side = "real";                       ///< "real" or "imag"
  Window window = "hann";                          ///< a name of scipy.signal.get_window that needs no number
  std::optional<std::string> scaling = "density";  ///< "density", "spectrum" or none
  bool periodic = false;                           ///< of the window; otherwise it is symmetric
  KCPP_FIELDS(side, window, scaling, periodic)
};
/// The kernel of a short-time Fourier transform: window(t) cos or sin(-2 pi t f / F), for weights (frame length, 1,
/// bins) with F = 2 (bins - 1). Throws ShapeError for other ranks or a window of another length, ValueError for an
/// unknown name. Source: keras.initializers.STFT.
[[nodiscard]] KCPP_API Initializer STFT(const STFTOptions& options = {});

// Other names that Keras has for them.
[[nodiscard]] inline Initializer IdentityInitializer(const IdentityOptions& options = {}) { return Identity(options); }
[[nodiscard]] inline Initializer OrthogonalInitializer(const OrthogonalOptions& options = {}) {
  return Orthogonal(options);
}
[[nodiscard]] inline Initializer STFTInitializer(const STFTOptions& options = {}) { return STFT(options); }
[[nodiscard]] inline Initializer constant(double value = 0.0) { return Constant(value); }
[[nodiscard]] inline Initializer zeros() { return Zeros(); }
[[nodiscard]] inline Initializer ones() { return Ones(); }
[[nodiscard]] inline Initializer identity(const IdentityOptions& options = {}) { return Identity(options); }
[[nodiscard]] inline Initializer orthogonal(const OrthogonalOptions& options = {}) { return Orthogonal(options); }
[[nodiscard]] inline Initializer stft(const STFTOptions& options = {}) { return STFT(options); }
[[nodiscard]] inline Initializer random_normal(const RandomNormalOptions& options = {}) {
  return RandomNormal(options);
}
[[nodiscard]] inline Initializer random_uniform(const RandomUniformOptions& options = {}) {
  return RandomUniform(options);
}
[[nodiscard]] inline Initializer truncated_normal(const RandomNormalOptions& options = {}) {
  return TruncatedNormal(options);
}
[[nodiscard]] inline Initializer glorot_normal(const FanOptions& options = {}) { return GlorotNormal(options); }
[[nodiscard]] inline Initializer glorot_uniform(const FanOptions& options = {}) { return GlorotUniform(options); }
[[nodiscard]] inline Initializer he_normal(const FanOptions& options = {}) { return HeNormal(options); }
[[nodiscard]] inline Initializer he_uniform(const FanOptions& options = {}) { return HeUniform(options); }
[[nodiscard]] inline Initializer lecun_normal(const FanOptions& options = {}) { return LecunNormal(options); }
[[nodiscard]] inline Initializer lecun_uniform(const FanOptions& options = {}) { return LecunUniform(options); }
[[nodiscard]] inline Initializer variance_scaling(const VarianceScalingOptions& options = {}) {
  return VarianceScaling(options);
}

}  // namespace initializers
}  // namespace kerascpp
