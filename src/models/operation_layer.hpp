#pragma once

#include <string>

#include <kerascpp/layers/layer.hpp>

#include "models/operations/operations.hpp"

namespace kerascpp {

/// An operation of keras.ops between the layers of a functional model, as a model file states it: a class with a
/// config, called on tensors, numbers, slices and lists of these. It has no weights and does not count among the
/// layers.
class OperationLayer final : public LayerBase {
 public:
  /// config   as Keras wrote it, "name" included
  /// Throws FormatError for a class that is not known.
  OperationLayer(const std::string& class_name, Config config);

  [[nodiscard]] std::string class_name() const override { return std::string(operation_.class_name); }
  [[nodiscard]] Config get_config() const override { return config_; }
  [[nodiscard]] Config serialize() const override;
  SymbolList call(const SymbolList& inputs, const CallContext& context) override;
  /// Operations carry no masks, as in Keras.
  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override;

 private:
  const KerasOperation& operation_;
  Config config_;
};

/// The options that call an OperationLayer on stored arguments: {"args": [...], "kwargs": {...}} with tensors replaced
/// by references to the inputs of the call.
[[nodiscard]] CallOptions operation_call(Config stored);
/// What `operation_call` was given.
[[nodiscard]] const Config& stored_call(const CallOptions& options);
[[nodiscard]] bool is_operation(const Layer& layer);

}  // namespace kerascpp
