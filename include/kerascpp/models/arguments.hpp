#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/losses.hpp>
#include <kerascpp/metrics.hpp>
#include <kerascpp/ops/sizes.hpp>
#include <kerascpp/optimizers.hpp>

namespace kerascpp {

namespace data {
class Dataset;
class SourceBase;
}  // namespace data

/// Data for a model: arrays for its inputs or targets (one tensor, a list, or a dictionary by name), or in place of all
/// of them a source of batches (data::Dataset, utils::make_py_dataset).
class KCPP_API DataArgument {
 public:
  DataArgument() = default;
  DataArgument(const Tensor& tensor) : arrays_{tensor} {}  // NOLINT: implicit by design
  DataArgument(std::initializer_list<Tensor> tensors) : arrays_(tensors) {}
  DataArgument(std::vector<Tensor> tensors) : arrays_(std::move(tensors)) {}                       // NOLINT
  DataArgument(const TensorList& tensors) : arrays_(tensors.vector()), names_(tensors.names()) {}  // NOLINT
  DataArgument(const Dict& by_name);                                                               // NOLINT
  DataArgument(const data::Dataset& batches);                                                      // NOLINT

  [[nodiscard]] bool empty() const { return arrays_.empty() && source_ == nullptr; }
  /// The source of batches; nullptr when it holds arrays.
  [[nodiscard]] const std::shared_ptr<data::SourceBase>& source() const { return source_; }
  /// In the order of `names`. Throws ValueError on another number, LookupError naming a missing or unknown name.
  [[nodiscard]] std::vector<Tensor> ordered(const std::vector<std::string>& names, std::string_view what) const;
  [[nodiscard]] const std::vector<Tensor>& arrays() const { return arrays_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<Tensor> arrays_;
  std::vector<std::string> names_;  // empty: by position
  std::shared_ptr<data::SourceBase> source_;
};

/// The loss of each output: one for all, a list, or a dictionary by output name.
class KCPP_API LossArgument {
 public:
  LossArgument() = default;
  template <class T>
  requires std::is_constructible_v<Loss, T> &&
      (!std::is_same_v<std::remove_cvref_t<T>, LossArgument>)LossArgument(T&& loss)  // NOLINT: implicit by design
      : losses_{Loss(std::forward<T>(loss))} {}
  LossArgument(std::initializer_list<Loss> losses) : losses_(losses), is_list_(true) {}
  LossArgument(std::vector<Loss> losses) : losses_(std::move(losses)), is_list_(true) {}  // NOLINT
  LossArgument(const Dict& by_name);                                                      // NOLINT

  [[nodiscard]] bool empty() const { return losses_.empty(); }
  [[nodiscard]] std::vector<Loss> ordered(const std::vector<std::string>& output_names) const;
  [[nodiscard]] const std::vector<Loss>& losses() const { return losses_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool is_list() const { return is_list_; }

 private:
  std::vector<Loss> losses_;
  std::vector<std::string> names_;
  bool is_list_ = false;
};

/// Metrics: a list, a list per output, or a dictionary by output name.
class KCPP_API MetricsArgument {
 public:
  /// A metric, or a list of them.
  class Item {
   public:
    template <class T>
    requires std::is_constructible_v<Metric, T> &&
        (!std::is_same_v<std::remove_cvref_t<T>, Item>)Item(T&& metric)  // NOLINT: implicit by design
        : metrics_{Metric(std::forward<T>(metric))} {}
    Item(std::initializer_list<Metric> metrics) : metrics_(metrics), is_list_(true) {}

   private:
    friend class MetricsArgument;
    std::vector<Metric> metrics_;
    bool is_list_ = false;
  };

  MetricsArgument() = default;
  MetricsArgument(std::initializer_list<Item> items) : items_(items) {}
  MetricsArgument(const Dict& by_name);                 // NOLINT: implicit by design
  MetricsArgument(const std::vector<Metric>& metrics);  // NOLINT

  [[nodiscard]] bool empty() const { return items_.empty(); }
  /// The metrics of each output. A flat list goes to every output, as in Keras.
  [[nodiscard]] std::vector<std::vector<Metric>> ordered(const std::vector<std::string>& output_names) const;
  /// As Keras stores it in a compile config.
  [[nodiscard]] Config to_config() const;
  /// Read back: a list whose items are metrics or lists of them. `read` makes the metrics of one item.
  [[nodiscard]] static MetricsArgument from_items(const Config& config, std::vector<Metric> (*read)(const Config&));

 private:
  std::vector<Item> items_;
  std::vector<std::string> names_;
};

/// `loss_weights` and the like: numbers by position or by output name.
class KCPP_API NumbersArgument {
 public:
  NumbersArgument() = default;
  NumbersArgument(double number) : numbers_{number} {}  // NOLINT: implicit by design
  NumbersArgument(std::initializer_list<double> numbers) : numbers_(numbers) {}
  NumbersArgument(std::vector<double> numbers) : numbers_(std::move(numbers)) {}  // NOLINT
  NumbersArgument(const Dict& by_name);                                           // NOLINT

  [[nodiscard]] bool empty() const { return numbers_.empty(); }
  /// One per output; those not named are 1.
  [[nodiscard]] std::vector<double> ordered(const std::vector<std::string>& output_names) const;
  [[nodiscard]] const std::vector<double>& numbers() const { return numbers_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<double> numbers_;
  std::vector<std::string> names_;
};

/// Weights of classes in the loss: `{{0, 1.0}, {1, 2.5}}`.
class KCPP_API ClassWeights {
 public:
  using Item = std::pair<std::int64_t, double>;

  ClassWeights() = default;
  ClassWeights(std::initializer_list<Item> items) : items_(items) {}
  ClassWeights(std::vector<Item> items) : items_(std::move(items)) {}  // NOLINT: implicit by design
  /// `Dict{{0, 1.0}, {1, 2.5}}`. Throws ValueError where a key is no number of a class or a value no number.
  ClassWeights(const Dict& weights);  // NOLINT: implicit by design

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }

 private:
  std::vector<Item> items_;
};

/// "auto" (a progress bar), 0 silent, 1 a progress bar, 2 one line per epoch.
class Verbose {
 public:
  Verbose() = default;
  Verbose(int level) : level_(level) {}  // NOLINT: implicit by design
  Verbose(const char*) {}                // NOLINT: "auto"
  [[nodiscard]] int level() const { return level_; }

 private:
  int level_ = 1;
};

/// Held-out data of `fit`: x, y and, if wanted, sample weights.
struct ValidationData {
  DataArgument x = {};
  DataArgument y = {};
  DataArgument sample_weight = {};
  [[nodiscard]] bool empty() const { return x.empty(); }
};

struct CompileOptions {
  Optimizer optimizer = "rmsprop";
  LossArgument loss = {};
  NumbersArgument loss_weights = {};
  MetricsArgument metrics = {};
  MetricsArgument weighted_metrics = {};
  bool run_eagerly = false;  ///< accepted and kept; graphs are always compiled
  std::int64_t steps_per_execution = 1;
  std::string jit_compile = "auto";  ///< accepted and kept; graphs are always compiled
  bool auto_scale_loss = true;
};

struct FitOptions {
  std::optional<std::int64_t> batch_size = {};  ///< 32 unless given
  std::int64_t epochs = 1;
  Verbose verbose = "auto";
  std::vector<Callback> callbacks = {};
  double validation_split = 0.0;
  ValidationData validation_data = {};
  bool shuffle = true;
  ClassWeights class_weight = {};
  DataArgument sample_weight = {};
  std::int64_t initial_epoch = 0;
  std::optional<std::int64_t> steps_per_epoch = {};
  std::optional<std::int64_t> validation_steps = {};
  std::optional<std::int64_t> validation_batch_size = {};
  Sizes validation_freq = 1;  ///< validates every so many epochs, or in those of a list, counted from 1
  /// Order of the samples: epoch e depends on this and e alone. -1: drawn from the global stream.
  std::int64_t shuffle_seed = -1;
};

struct EvaluateOptions {
  std::optional<std::int64_t> batch_size = {};
  Verbose verbose = "auto";
  DataArgument sample_weight = {};
  std::optional<std::int64_t> steps = {};
  std::vector<Callback> callbacks = {};
  bool return_dict = false;  ///< accepted as in Keras; Logs are both a list and a dictionary
};

struct PredictOptions {
  std::optional<std::int64_t> batch_size = {};
  Verbose verbose = "auto";
  std::optional<std::int64_t> steps = {};
  std::vector<Callback> callbacks = {};
};

}  // namespace kerascpp
