#include <kerascpp/regularizers.hpp>

#include <cmath>

#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/normalization.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "regularizers/families.hpp"
#include "saving/configured.hpp"

namespace kerascpp {
namespace {

std::shared_ptr<const RegularizerBase> make_regularizer(const Config& config) {
  auto made = std::dynamic_pointer_cast<const RegularizerBase>(deserialize_object("regularizer", config));
  KCPP_CHECK(made != nullptr, FormatError, "expected a regularizer, received ", config);
  return made;
}

}  // namespace

Regularizer::Regularizer(const std::string& name) : object_(make_regularizer(name)) {}

Symbol Regularizer::operator()(const Symbol& x) const {
  KCPP_CHECK(defined(), ValueError, "an undefined regularizer was used");
  return object_ != nullptr ? (*object_)(x) : function_(x);
}

Config to_config(const Regularizer& regularizer) {
  if (!regularizer.defined()) return {};
  KCPP_CHECK(regularizer.object() != nullptr, ValueError,
             "a regularizer that is a plain callable cannot be saved; derive a class from RegularizerBase and "
             "register it");
  return serialize_object("regularizer", *regularizer.object());
}

void from_config(const Config& config, Regularizer& regularizer) {
  regularizer = config.is_null() ? Regularizer() : Regularizer(make_regularizer(config));
}

namespace regularizers {
namespace {

double checked_factor(double value, std::string_view owner, std::string_view field) {
  KCPP_CHECK(std::isfinite(value) && value >= 0, ValueError, "[", owner, "] ", field,
             " must be a finite number of at least 0, received ", value);
  return value;
}

Symbol absolute_sum(double factor, const Symbol& x) { return factor * ops::sum(ops::abs(x)); }
Symbol square_sum(double factor, const Symbol& x) { return factor * ops::sum(ops::square(x)); }

struct FactorOneOptions {
  double l1 = 0.01;
  KCPP_FIELDS(l1)
};
struct FactorTwoOptions {
  double l2 = 0.01;
  KCPP_FIELDS(l2)
};

class L1Regularizer final : public Configured<L1Regularizer, RegularizerBase, FactorOneOptions> {
 public:
  static constexpr const char* kClassName = "L1";
  explicit L1Regularizer(Options options) : Configured(options) { checked_factor(options.l1, kClassName, "l1"); }
  [[nodiscard]] Symbol operator()(const Symbol& x) const override { return absolute_sum(options_.l1, x); }
};

class L2Regularizer final : public Configured<L2Regularizer, RegularizerBase, FactorTwoOptions> {
 public:
  static constexpr const char* kClassName = "L2";
  explicit L2Regularizer(Options options) : Configured(options) { checked_factor(options.l2, kClassName, "l2"); }
  [[nodiscard]] Symbol operator()(const Symbol& x) const override { return square_sum(options_.l2, x); }
};

class L1L2Regularizer final : public Configured<L1L2Regularizer, RegularizerBase, L1L2Options> {
 public:
  static constexpr const char* kClassName = "L1L2";
  explicit L1L2Regularizer(Options options) : Configured(options) {
    checked_factor(options.l1, kClassName, "l1");
    checked_factor(options.l2, kClassName, "l2");
  }
  [[nodiscard]] Symbol operator()(const Symbol& x) const override {
    if (options_.l1 == 0 && options_.l2 == 0) return constant(zeros({}, x.dtype()));
    if (options_.l2 == 0) return absolute_sum(options_.l1, x);
    if (options_.l1 == 0) return square_sum(options_.l2, x);
    return absolute_sum(options_.l1, x) + square_sum(options_.l2, x);
  }
};

class OrthogonalRegularizerClass final
    : public Configured<OrthogonalRegularizerClass, RegularizerBase, OrthogonalRegularizerOptions> {
 public:
  static constexpr const char* kClassName = "OrthogonalRegularizer";
  explicit OrthogonalRegularizerClass(Options options) : Configured(std::move(options)) {
    checked_factor(options_.factor, kClassName, "factor");
    KCPP_CHECK(options_.mode == "rows" || options_.mode == "columns", ValueError, "[", kClassName,
               "] mode must be \"rows\" or \"columns\", received \"", options_.mode, "\"");
  }

  [[nodiscard]] Symbol operator()(const Symbol& x) const override {
    KCPP_CHECK(x.ndim() == 2, ShapeError, "[", kClassName, "] expected a matrix, received shape ", x.shape());
    const bool rows = options_.mode == "rows";
    const Symbol unit = ops::normalize(x, rows ? 1 : 0);
    const Symbol cosines = rows ? ops::matmul(unit, ops::transpose(unit)) : ops::matmul(ops::transpose(unit), unit);
    const std::int64_t size = x.dim(rows ? 0 : 1);
    KCPP_CHECK(size > 1, ShapeError, "[", kClassName, "] needs at least two ", options_.mode, ", received shape ",
               x.shape());
    Tensor off_diagonal = full({size, size}, 1.0, DType::Float64);
    for (std::int64_t i = 0; i < size; ++i) off_diagonal.data<double>()[i * size + i] = 0;
    // every pair stands twice in the matrix
    const double pairs = static_cast<double>(size) * static_cast<double>(size - 1) / 2;
    return options_.factor * 0.5 / pairs * ops::sum(ops::abs(cosines * constant(off_diagonal.astype(x.dtype()))));
  }
};

template <class T>
ObjectClass regularizer_class(std::vector<std::string> aliases) {
  return configured_class<T>("regularizer", "keras.regularizers", std::move(aliases));
}

}  // namespace

Regularizer L1(double l1) { return std::make_shared<L1Regularizer>(FactorOneOptions{l1}); }
Regularizer L2(double l2) { return std::make_shared<L2Regularizer>(FactorTwoOptions{l2}); }
Regularizer L1L2(const L1L2Options& options) { return std::make_shared<L1L2Regularizer>(options); }
Regularizer OrthogonalRegularizer(const OrthogonalRegularizerOptions& options) {
  return std::make_shared<OrthogonalRegularizerClass>(options);
}

void register_regularizers(ObjectRegistry& registry) {
  registry.add(regularizer_class<L1Regularizer>({"l1"}));
  registry.add(regularizer_class<L2Regularizer>({"l2"}));
  // "l1l2" is the name in Keras 1 and 2
  registry.add(regularizer_class<L1L2Regularizer>({"l1_l2", "l1l2"}));
  registry.add(regularizer_class<OrthogonalRegularizerClass>({"orthogonal_regularizer"}));
}

}  // namespace regularizers
}  // namespace kerascpp
