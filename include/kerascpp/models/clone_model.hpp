#pragma once

#include <kerascpp/core/callable.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp {

struct CloneModelOptions {
  SymbolList input_tensors = {};  ///< what the clone starts from; empty: new inputs like those of the model
  /// Gives the layer that takes the place of one of the model; by default a new one of the same config. Layers that the
  /// model calls several times are cloned once.
  Callable<Layer(const Layer&)> clone_function = {};
  /// Calls a cloned layer on its inputs; others may be called before or after it. For functional models only.
  Callable<SymbolList(const Layer&, const SymbolList&, const CallOptions&)> call_function = {};
  bool recursive = false;  ///< inner models are cloned by clone_model as well, not as one layer
};
/// A model of the same layers with weights of its own, freshly initialized. Compiled as the model is.
/// Throws ValueError when the options do not fit the kind of model, and what reading a config throws when a layer
/// cannot be made from its config. Source: keras.models.clone_model.
[[nodiscard]] KCPP_API Model clone_model(const Model& model, const CloneModelOptions& options = {});

}  // namespace kerascpp
