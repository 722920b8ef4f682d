#pragma once

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/layers/layer.hpp>

#include "layers/input_checks.hpp"

namespace kerascpp::layers {

/// A bool among the arguments of a call; false when it is not given.
[[nodiscard]] inline bool flag(const LayerBase& layer, const CallContext& context, std::string_view name) {
  const DictValue* value = context.arguments.find(name);
  if (value == nullptr || value->is_null()) return false;
  KCPP_CHECK(value->tensor() != nullptr && value->tensor()->size() == 1, ValueError, message_start(layer),
             ": argument \"", name, "\" must be a bool");
  return value->tensor()->item<bool>();
}

/// A mask among the arguments of a call; undefined when it is not given.
[[nodiscard]] inline Symbol mask_argument(const LayerBase& layer, const CallContext& context, std::string_view name) {
  const DictValue* value = context.arguments.find(name);
  if (value == nullptr || value->is_null()) return {};
  KCPP_CHECK(value->symbol() != nullptr || value->tensor() != nullptr, ValueError, message_start(layer),
             ": argument \"", name, "\" must be a symbol or a tensor");
  const Symbol mask = value->symbol() != nullptr ? *value->symbol() : constant(*value->tensor());
  return is_bool(mask.dtype()) ? mask : make_symbol("cast", {mask}, {{"dtype", DType::Bool}});
}

}  // namespace kerascpp::layers
