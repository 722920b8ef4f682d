#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/saving/object.hpp>

/// Classes of the user's own by the names under which files know them. A class is registered for good by
/// `register_layer` and its likes, or known for a while by a CustomObjectScope.
namespace kerascpp::saving {

/// What makes objects of a class T that has `static std::shared_ptr<T> from_config(const Config&)`.
///
/// kind     "layer", "loss", "metric", "initializer", "regularizer", "constraint", "optimizer", "schedule"
template <class T>
[[nodiscard]] ObjectClass custom_object(std::string class_name, std::string kind = "layer",
                                        std::string package = "Custom") {
  return {std::move(kind),
          std::move(class_name),
          "",
          std::move(package),
          {},
          [](const Config& config) -> std::shared_ptr<Object> { return T::from_config(config); }};
}

/// While it lives, readers on this thread know these classes, before those of the same names that are registered.
/// Source: keras.saving.CustomObjectScope, keras.saving.custom_object_scope.
class KCPP_API CustomObjectScope {
 public:
  explicit CustomObjectScope(std::vector<ObjectClass> classes);
  ~CustomObjectScope();
  CustomObjectScope(const CustomObjectScope&) = delete;
  CustomObjectScope& operator=(const CustomObjectScope&) = delete;

 private:
  std::vector<ObjectClass> classes_;
};
using custom_object_scope = CustomObjectScope;

/// The user's classes that are registered or in scope, by registered name: "Custom>MyLayer".
/// Source: keras.saving.get_custom_objects.
[[nodiscard]] KCPP_API std::map<std::string, const ObjectClass*> get_custom_objects();
/// "package>ClassName" of an object of a user's class, the class name of any other.
/// Source: keras.saving.get_registered_name.
[[nodiscard]] KCPP_API std::string get_registered_name(const Object& object);
/// The class of that registered name; nullptr when there is none. Source: keras.saving.get_registered_object.
[[nodiscard]] KCPP_API const ObjectClass* get_registered_object(std::string_view name);

}  // namespace kerascpp::saving

namespace kerascpp::utils {
using saving::custom_object_scope;
using saving::CustomObjectScope;
using saving::get_custom_objects;
using saving::get_registered_name;
using saving::get_registered_object;
}  // namespace kerascpp::utils
