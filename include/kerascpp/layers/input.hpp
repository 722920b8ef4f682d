#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/fields.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp::layers {

struct InputOptions {
  std::optional<std::int64_t> batch_size = {};
  std::string dtype = {};  ///< empty: floatx
  /// The whole shape, batch included; stands in for `shape` and `batch_size`.
  std::optional<Shape> batch_shape = {};
  std::string name = {};
  bool optional = false;
  KCPP_FIELDS(batch_size, dtype, batch_shape, name, optional)
};

/// A symbol to start a model from: shape (batch, shape...), fed by `fit` and `predict`.
///
/// shape    without the batch axis; None where it is not known
/// Source: keras.Input.
[[nodiscard]] KCPP_API Symbol Input(const Shape& shape = {}, const InputOptions& options = {});

/// The layer behind an Input: holds its shape, dtype and name, and computes nothing.
class KCPP_API InputLayer final : public LayerBase {
 public:
  InputLayer(Shape batch_shape, std::string dtype, std::string name, bool optional = false);

  [[nodiscard]] std::string class_name() const override { return "InputLayer"; }
  SymbolList call(const SymbolList& inputs, const CallContext& context) override;
  [[nodiscard]] Config get_config() const override;
  [[nodiscard]] static std::shared_ptr<InputLayer> from_config(const Config& config);

  [[nodiscard]] const Shape& batch_shape() const { return batch_shape_; }
  [[nodiscard]] const std::string& dtype() const { return dtype_; }
  /// A placeholder that carries a call of this layer.
  [[nodiscard]] Symbol make_symbol();

 private:
  Shape batch_shape_;
  std::string dtype_;
  bool optional_;
};

}  // namespace kerascpp::layers
