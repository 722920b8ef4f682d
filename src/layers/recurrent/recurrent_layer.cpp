#include "layers/recurrent/recurrent_layer.hpp"

#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/shape.hpp>

namespace kerascpp::layers {

void RNNCell::begin_sequence(const Symbol&, const std::vector<Symbol>&, const CallContext&) {}

Symbol zeros_with_batch(const Symbol& x, const Shape& rest, DType dtype) {
  if (x.dim(0) != None) {
    Shape shape = rest;
    shape.insert(0, x.dim(0));
    return constant(zeros(shape, dtype));
  }
  Symbol batch = x;
  while (batch.ndim() > 1) batch = ops::get_item(batch, {Ellipsis(), Index(0)});
  const Symbol zero = ops::broadcast_like(constant(zeros({}, dtype)), ops::cast(batch, dtype));
  std::vector<std::int64_t> axes;
  for (int axis = 1; axis <= rest.ndim(); ++axis) axes.push_back(axis);
  return ops::expand_dims(zero, Axes(axes)) + constant(zeros(rest, dtype));
}

std::vector<Symbol> given_states(const LayerBase& layer, const SymbolList& inputs, const CallContext& context) {
  if (inputs.size() > 1) return {inputs.begin() + 1, inputs.end()};
  const DictValue* const given = context.arguments.find("initial_state");
  std::vector<Symbol> states;
  if (given == nullptr || given->is_null()) return states;
  const auto add = [&](const DictValue& value) {
    if (value.symbol() != nullptr)
      states.push_back(*value.symbol());
    else if (value.tensor() != nullptr)
      states.push_back(constant(*value.tensor()));
    else
      throw ValueError(text_of(message_start(layer), " expected symbols or tensors as initial_state"));
  };
  if (given->list() != nullptr)
    for (const DictValue& value : *given->list()) add(value);
  else
    add(*given);
  return states;
}

RNNCell& cell_of(const Layer& layer, std::string_view what) {
  auto* const cell = dynamic_cast<RNNCell*>(layer.base().get());
  KCPP_CHECK(cell != nullptr, ValueError, "[", what, "] expected a cell, a layer derived from RNNCell, received ",
             layer.defined() ? layer->class_name() : "an undefined layer");
  return *cell;
}

void reset_states(const Layer& layer) {
  if (auto* const recurrent = dynamic_cast<Recurrent*>(layer.base().get()); recurrent != nullptr)
    recurrent->reset_states();
  for (const auto& [attribute, inner] : layer->sublayers()) reset_states(inner);
}

}  // namespace kerascpp::layers

void kerascpp::Layer::reset_states() const { layers::reset_states(*this); }
