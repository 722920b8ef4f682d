#include <algorithm>

#include <kerascpp/layers/core.hpp>

#include "layers/core/families.hpp"
#include "layers/options_layer.hpp"

namespace kerascpp::layers {
namespace {

/// A registered function as an object, so that the registry holds it.
class FunctionObject final : public Object {
 public:
  FunctionObject(std::string name, LambdaFunction function) : name_(std::move(name)), function_(std::move(function)) {}
  [[nodiscard]] std::string class_name() const override { return name_; }
  [[nodiscard]] const LambdaFunction& function() const { return function_; }

 private:
  std::string name_;
  LambdaFunction function_;
};

/// As Keras 3 writes a function that was registered.
Config function_config(const std::string& name) {
  return Config::map(
      {{"module", "builtins"}, {"class_name", "function"}, {"config", name}, {"registered_name", "function"}});
}

class LambdaLayer final : public OptionsLayer<LambdaOptions> {
 public:
  LambdaLayer(LambdaFunction function, LambdaOptions options)
      : OptionsLayer(std::move(options)), function_(std::move(function)) {
    supports_masking_ = static_cast<bool>(options_.mask);
    call_keywords_ = Config::map({{"mask", {}}});
  }

  [[nodiscard]] static std::shared_ptr<LambdaLayer> from_config(const Config& config) {
    LayerReader reader(config, "Lambda");
    const LambdaFunction function = read_function(reader.required_config("function"));
    LambdaOptions options = reader.options<LambdaOptions>();
    reader.optional("output_shape", options.output_shape);
    reader.optional("arguments", options.arguments);
    return reader.make<LambdaLayer>(function, options);
  }

  [[nodiscard]] std::string class_name() const override { return "Lambda"; }
  [[nodiscard]] Config get_config() const override {
    KCPP_CHECK(!function_.name().empty(), ValueError, message_start(*this),
               " calls a plain C++ callable, which cannot be saved; register it with register_function and give its "
               "name");
    KCPP_CHECK(!options_.mask, ValueError, message_start(*this), " has a mask function, which cannot be saved");
    Config config = config_with({{"function", function_config(function_.name())}});
    if (options_.output_shape) config.set("output_shape", to_config(*options_.output_shape));
    config.set("arguments", options_.arguments.is_null() ? Config::map() : options_.arguments);
    return config;
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const SymbolList outputs = function_(inputs, {context.masks, context.training, options_.arguments});
    if (options_.output_shape)
      for (const Symbol& output : outputs) check_output(output.shape());
    return outputs;
  }

  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    if (!options_.mask) return LayerBase::compute_mask(inputs, masks, outputs);
    return std::vector<Symbol>(outputs.size(), options_.mask(inputs, masks));
  }

 private:
  static LambdaFunction read_function(const Config& config) {
    const std::string* name = config.is_string() ? &config.as_string() : nullptr;
    if (config.is_map()) {
      const std::string& kind = config.at("class_name").as_string();
      KCPP_CHECK(kind != "__lambda__", FormatError,
                 "[Lambda] the function is Python bytecode, which cannot run here; name the function in Python, and "
                 "register a C++ function under that name with register_function");
      KCPP_CHECK(kind == "function" && config.at("config").is_string(), FormatError,
                 "[Lambda] expected a function, received ", config);
      name = &config.at("config").as_string();
    }
    KCPP_CHECK(name != nullptr, FormatError, "[Lambda] expected a function, received ", config);
    return LambdaFunction(*name);
  }

  void check_output(const Shape& received) const {
    Shape expected = *options_.output_shape;
    expected.insert(0, None);
    KCPP_CHECK(expected.accepts(received) || received.accepts(expected), ShapeError, message_start(*this),
               " was told output_shape ", *options_.output_shape, ", but its function gives ", received);
  }

  LambdaFunction function_;
};

}  // namespace

LambdaFunction::LambdaFunction(const std::string& name) {
  const ObjectClass& entry = ObjectRegistry::global().get("function", name);
  const auto object = std::dynamic_pointer_cast<FunctionObject>(entry.make(Config::map()));
  KCPP_CHECK(object != nullptr, LookupError, "\"", name, "\" is registered, but not as a function");
  function_ = object->function().function_;
  name_ = entry.package + ">" + entry.class_name;
}

void register_function(const std::string& name, const LambdaFunction& function, const std::string& package) {
  const auto object = std::make_shared<FunctionObject>(name, function);
  ObjectRegistry::global().add(
      {"function", name, "", package, {}, [object](const Config&) -> std::shared_ptr<Object> { return object; }});
}

Layer Lambda(const LambdaFunction& function, const LambdaOptions& options) {
  return make_layer<LambdaLayer>(function, options);
}

ObjectClass lambda_class() { return layer_class<LambdaLayer>("Lambda"); }

}  // namespace kerascpp::layers
