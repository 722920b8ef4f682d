#include <kerascpp/initializers.hpp>

namespace kerascpp {
namespace {

std::shared_ptr<const InitializerBase> make_initializer(const Config& config) {
  auto made = std::dynamic_pointer_cast<const InitializerBase>(deserialize_object("initializer", config));
  KCPP_CHECK(made != nullptr, FormatError, "expected an initializer, received ", config);
  return made;
}

}  // namespace

Initializer::Initializer(const std::string& name) : object_(make_initializer(name)) {}

Tensor Initializer::operator()(const Shape& shape, DType dtype) const {
  KCPP_CHECK(defined(), ValueError, "an undefined initializer was used for a weight of shape ", shape);
  const Tensor value = object_ != nullptr ? (*object_)(shape, dtype) : function_(shape, dtype);
  KCPP_CHECK(value.defined() && value.shape() == shape, ShapeError, "an initializer was asked for shape ", shape,
             " and gave ", value.defined() ? to_string(value.shape()) : std::string("nothing"));
  return value.astype(dtype);
}

Config to_config(const Initializer& initializer) {
  if (!initializer.defined()) return {};
  KCPP_CHECK(initializer.object() != nullptr, ValueError,
             "an initializer that is a plain callable cannot be saved; derive a class from InitializerBase and "
             "register it");
  return serialize_object("initializer", *initializer.object());
}

void from_config(const Config& config, Initializer& initializer) {
  initializer = config.is_null() ? Initializer() : Initializer(make_initializer(config));
}

}  // namespace kerascpp
