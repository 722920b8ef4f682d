#include "models/operation_layer.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

constexpr const char* kCall = "call";

const KerasOperation& operation_named(const std::string& class_name) {
  const KerasOperation* found = find_operation(class_name);
  KCPP_CHECK(found != nullptr, FormatError, "the operation \"", class_name, "\" between layers is not known");
  return *found;
}

std::string name_in(const Config& config) {
  const Config* name = config.find("name");
  return name != nullptr && name->is_string() ? name->as_string() : std::string();
}

const Config& stored_call(const Dict& arguments) {
  const DictValue* value = arguments.find(kCall);
  const Config* stored = value == nullptr ? nullptr : value->object<Config>();
  KCPP_CHECK(stored != nullptr, ValueError, "an operation of a model can only be called as its file says");
  return *stored;
}

}  // namespace

OperationLayer::OperationLayer(const std::string& class_name, Config config)
    : LayerBase(name_in(config)), operation_(operation_named(class_name)), config_(std::move(config)) {
  KCPP_CHECK(config_.is_map(), FormatError, "[", class_name, "] expected its config as a map, received ", config_);
  autocast_ = false;
  writes_build_config_ = false;
}

Config OperationLayer::serialize() const {
  return Config::map({{"module", "keras.src.ops." + std::string(operation_.module)},
                      {"class_name", class_name()},
                      {"config", config_},
                      {"registered_name", class_name()}});
}

SymbolList OperationLayer::call(const SymbolList& inputs, const CallContext& context) {
  OperationArguments arguments(operation_.class_name, config_, stored_call(context.arguments), operation_.parameters,
                               inputs.vector());
  std::vector<Symbol> outputs = operation_.compute(arguments);
  arguments.finish();
  return outputs.size() == 1 ? SymbolList(outputs.front()) : SymbolList(std::move(outputs));
}

std::vector<Symbol> OperationLayer::compute_mask(const SymbolList&, const std::vector<Symbol>&,
                                                 const SymbolList& outputs) {
  return std::vector<Symbol>(outputs.size());
}

CallOptions operation_call(Config stored) {
  CallOptions options;
  options.arguments.set(kCall, DictValue(std::move(stored)));
  return options;
}

const Config& stored_call(const CallOptions& options) { return stored_call(options.arguments); }

bool is_operation(const Layer& layer) { return layer.as<OperationLayer>() != nullptr; }

}  // namespace kerascpp
