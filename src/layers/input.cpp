#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/layers/input.hpp>

#include "layers/annotation.hpp"
#include "layers/naming.hpp"

namespace kerascpp::layers {

InputLayer::InputLayer(Shape batch_shape, std::string dtype, std::string name, bool optional)
    : LayerBase(std::move(name)),
      batch_shape_(batch_shape),
      dtype_(dtype.empty() ? std::string(kerascpp::name(floatx())) : std::move(dtype)),
      optional_(optional) {
  supports_masking_ = true;
  writes_build_config_ = false;
  if (dtype_ != "string") static_cast<void>(dtype_from_name(dtype_));  // throws on an unknown name
}

SymbolList InputLayer::call(const SymbolList& inputs, const CallContext&) { return inputs; }

Config InputLayer::get_config() const {
  Config config =
      Config::map({{"batch_shape", to_config(batch_shape_)}, {"dtype", dtype_}, {"sparse", false}, {"ragged", false}});
  config.set("name", LayerBase::name());
  config.set("optional", optional_);
  return config;
}

std::shared_ptr<InputLayer> InputLayer::from_config(const Config& config) {
  Shape shape;
  // Keras 2 writes batch_input_shape
  const Config* stored = config.find("batch_shape");
  kerascpp::from_config(stored != nullptr ? *stored : config.at("batch_input_shape"), shape);
  std::string dtype, name;
  if (const Config* value = config.find("dtype"); value != nullptr && value->is_string()) dtype = value->as_string();
  if (const Config* value = config.find("name"); value != nullptr && value->is_string()) name = value->as_string();
  const Config* optional = config.find("optional");
  return std::make_shared<InputLayer>(shape, dtype, name, optional != nullptr && optional->as_bool());
}

Symbol InputLayer::make_symbol() {
  Shape shape = batch_shape_;
  const bool strings = dtype_ == "string";
  if (strings) shape.push_back(None);  // their bytes
  const Symbol symbol = placeholder(shape, strings ? DType::UInt8 : dtype_from_name(dtype_), LayerBase::name());
  auto call = std::make_shared<LayerCall>();
  call->layer = shared_from_this();
  call->output_nodes = {symbol.node()};
  symbol.node()->annotate(0, std::make_shared<LayerAnnotation>(call, 0, Symbol()));
  note_call(call);
  ensure_built({});
  return symbol;
}

Symbol Input(const Shape& shape, const InputOptions& options) {
  Shape batch_shape;
  if (options.batch_shape) {
    KCPP_CHECK(shape.empty() && !options.batch_size, ValueError,
               "[Input] give either shape (and batch_size) or batch_shape, received shape ", shape, " and batch_shape ",
               *options.batch_shape);
    batch_shape = *options.batch_shape;
  } else {
    batch_shape = shape;
    batch_shape.insert(0, options.batch_size.value_or(None));
  }
  for (std::int64_t length : batch_shape)
    KCPP_CHECK(length > 0 || length == None, ValueError, "[Input] expected positive dimensions or None, received ",
               batch_shape);
  const std::string name = options.name.empty() ? unique_name("input_layer") : options.name;
  return std::make_shared<InputLayer>(batch_shape, options.dtype, name, options.optional)->make_symbol();
}

}  // namespace kerascpp::layers
