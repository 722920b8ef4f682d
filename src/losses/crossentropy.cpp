#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "losses/common.hpp"
#include "losses/families.hpp"
#include "losses/logits.hpp"

namespace kerascpp::losses {
namespace {

Symbol clipped(const Symbol& p) { return ops::minimum(ops::maximum(p, epsilon()), 1 - epsilon()); }

/// log of the class probabilities, from logits where they are known.
Symbol log_probabilities(const Symbol& y_pred, bool from_logits, std::int64_t axis) {
  if (from_logits) return ops::log_softmax(y_pred, axis);
  if (const Symbol logits = logits_behind(y_pred, "softmax"); logits.defined()) return ops::log_softmax(logits, axis);
  const Symbol normalized = y_pred / ops::sum(y_pred, axis, true);
  return ops::log(clipped(normalized));
}

void check_same_rank(const char* loss, const Symbol& y_true, const Symbol& y_pred) {
  KCPP_CHECK(y_true.ndim() == y_pred.ndim() && y_true.ndim() > 0, ShapeError, "[", loss,
             "] expected y_true and y_pred of one shape, received ", y_true.shape(), " and ", y_pred.shape(),
             "; integer labels go with sparse_categorical_crossentropy");
}

class BinaryCrossentropyLoss final : public LossWith<BinaryCrossentropyOptions> {
 public:
  using LossWith::LossWith;
  [[nodiscard]] std::string class_name() const override { return "BinaryCrossentropy"; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    check_same_rank("BinaryCrossentropy", y_true, y_pred);
    Symbol target = y_true;
    if (options_.label_smoothing != 0)
      target = target * (1 - options_.label_smoothing) + 0.5 * options_.label_smoothing;
    const Symbol logits = options_.from_logits ? y_pred : logits_behind(y_pred, "sigmoid");
    Symbol values;
    if (logits.defined()) {
      // max(x, 0) - x y + log(1 + exp(-|x|))
      values = ops::relu(logits) - logits * target + ops::log1p(ops::exp(-ops::abs(logits)));
    } else {
      const Symbol p = clipped(y_pred);
      values = -(target * ops::log(p) + (1 - target) * ops::log(1 - p));
    }
    return ops::mean(values, options_.axis);
  }
};

class CategoricalCrossentropyLoss final : public LossWith<CategoricalCrossentropyOptions> {
 public:
  using LossWith::LossWith;
  [[nodiscard]] std::string class_name() const override { return "CategoricalCrossentropy"; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    check_same_rank("CategoricalCrossentropy", y_true, y_pred);
    Symbol target = y_true;
    if (options_.label_smoothing != 0) {
      const auto classes = static_cast<double>(y_pred.dim(options_.axis));
      target = target * (1 - options_.label_smoothing) + options_.label_smoothing / classes;
    }
    const Symbol logs = log_probabilities(y_pred, options_.from_logits, options_.axis);
    return -ops::sum(target * logs, options_.axis);
  }
};

class SparseCategoricalCrossentropyLoss final : public LossWith<SparseCategoricalCrossentropyOptions> {
 public:
  using LossWith::LossWith;
  [[nodiscard]] std::string class_name() const override { return "SparseCategoricalCrossentropy"; }
  [[nodiscard]] bool converts_targets() const override { return false; }
  [[nodiscard]] Symbol call(const Symbol& y_true, const Symbol& y_pred) const override {
    Symbol labels = y_true;
    if (labels.ndim() == y_pred.ndim() && labels.shape().back() == 1) labels = ops::squeeze(labels, {-1});
    KCPP_CHECK(labels.ndim() + 1 == y_pred.ndim(), ShapeError,
               "[SparseCategoricalCrossentropy] expected labels of shape ", y_pred.shape(),
               " without its class axis, received ", y_true.shape());
    const int axis = normalize_axis(options_.axis, y_pred.ndim());
    const std::int64_t classes = y_pred.dim(axis);
    KCPP_CHECK(classes != None, ShapeError, "[SparseCategoricalCrossentropy] the number of classes of ", y_pred,
               " is not known");
    const Symbol logs = log_probabilities(y_pred, options_.from_logits, axis);
    // chooses by comparison rather than by indexing, so that it joins the loop of the sum
    const Symbol wanted = ops::expand_dims(make_symbol("cast", {labels}, {{"dtype", DType::Int32}}), {axis});
    Shape along;
    for (int i = 0; i < y_pred.ndim(); ++i) along.push_back(i == axis ? classes : 1);
    const Tensor numbers = arange(0, static_cast<double>(classes), 1, DType::Int32).reshape(along);
    const Symbol chosen = ops::equal(wanted, numbers);
    Symbol values = -ops::sum(ops::where(chosen, logs, 0.0), axis);
    if (options_.ignore_class) {
      const Symbol valid = ops::not_equal(labels, *options_.ignore_class);
      values = ops::where(valid, values, 0.0);
    }
    return values;
  }
};

}  // namespace

Loss BinaryCrossentropy(const BinaryCrossentropyOptions& options) {
  return Loss(std::make_shared<BinaryCrossentropyLoss>(options));
}
Loss CategoricalCrossentropy(const CategoricalCrossentropyOptions& options) {
  return Loss(std::make_shared<CategoricalCrossentropyLoss>(options));
}
Loss SparseCategoricalCrossentropy(const SparseCategoricalCrossentropyOptions& options) {
  return Loss(std::make_shared<SparseCategoricalCrossentropyLoss>(options));
}

void register_crossentropies(ObjectRegistry& registry) {
  register_loss<BinaryCrossentropyLoss>(registry, "BinaryCrossentropy", {"binary_crossentropy", "bce", "BCE"},
                                        BinaryCrossentropyOptions{});
  register_loss<CategoricalCrossentropyLoss>(registry, "CategoricalCrossentropy", {"categorical_crossentropy"},
                                             CategoricalCrossentropyOptions{});
  register_loss<SparseCategoricalCrossentropyLoss>(registry, "SparseCategoricalCrossentropy",
                                                   {"sparse_categorical_crossentropy"},
                                                   SparseCategoricalCrossentropyOptions{});
}

}  // namespace kerascpp::losses
