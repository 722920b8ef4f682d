#include <kerascpp/activations.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {
namespace {

/// A layer that stands where an activation is wanted.
class LayerActivation final : public ActivationFunctionBase {
 public:
  explicit LayerActivation(Layer layer) : layer_(std::move(layer)) {}
  [[nodiscard]] std::string class_name() const override { return layer_->class_name(); }
  [[nodiscard]] Config get_config() const override { return layer_->get_config(); }
  [[nodiscard]] Symbol operator()(const Symbol& x) const override { return layer_(x).single(); }
  [[nodiscard]] const Layer& layer() const { return layer_; }

 private:
  Layer layer_;
};

std::shared_ptr<const ActivationFunctionBase> make_activation(const Config& config) {
  return std::dynamic_pointer_cast<const ActivationFunctionBase>(deserialize_object("activation", config));
}

}  // namespace

ActivationFunction::ActivationFunction(const std::string& name) : object_(make_activation(name)) {}

ActivationFunction::ActivationFunction(const activations::BuiltinActivation& activation)
    : ActivationFunction(activation.name()) {}

ActivationFunction::ActivationFunction(const Layer& layer) : object_(std::make_shared<LayerActivation>(layer)) {
  KCPP_CHECK(layer.defined(), ValueError, "an undefined layer was given as an activation");
}

Symbol ActivationFunction::operator()(const Symbol& x) const {
  if (object_ != nullptr) return (*object_)(x);
  return function_ ? function_(x) : x;
}

Layer ActivationFunction::layer() const {
  const auto* held = dynamic_cast<const LayerActivation*>(object_.get());
  return held == nullptr ? Layer() : held->layer();
}

Config to_config(const ActivationFunction& activation) {
  if (!activation.defined()) return "linear";
  KCPP_CHECK(activation.object() != nullptr, ValueError,
             "an activation that is a plain callable cannot be saved; derive a class from ActivationFunctionBase and "
             "register it");
  if (const Layer layer = activation.layer(); layer.defined()) return serialize_object("layer", *layer.base());
  const std::string name = activation.object()->class_name();
  const ObjectClass* entry = ObjectRegistry::global().find("activation", name);
  if (entry != nullptr && !entry->module.empty()) return Config(entry->class_name);
  return serialize_object("activation", *activation.object());
}

void from_config(const Config& config, ActivationFunction& activation) {
  activation = ActivationFunction();
  if (config.is_null()) return;
  if (config.is_string()) {
    // the identity stays empty: a layer need not call it
    if (config.as_string() != "linear") activation = ActivationFunction(config.as_string());
    return;
  }
  const std::string& class_name = config.at("class_name").as_string();
  if (class_name == "function") {
    // a plain function under its name, or under the name that the user registered it by
    activation = ActivationFunction(config.at("config").as_string());
  } else if (ObjectRegistry::global().find("activation", class_name) != nullptr) {
    activation = ActivationFunction(make_activation(config));
  } else {
    const auto layer = std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", config));
    KCPP_CHECK(layer != nullptr, FormatError, "expected an activation, received ", config);
    activation = ActivationFunction(Layer(layer));
  }
}

}  // namespace kerascpp
