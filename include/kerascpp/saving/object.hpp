#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/export.hpp>

namespace kerascpp {

/// Base of what Keras makes by class name and config: initializers, regularizers, constraints, losses, metrics,
/// optimizers, schedules, layers.
class KCPP_API Object {
 public:
  Object() = default;
  Object(const Object&) = default;
  Object& operator=(const Object&) = default;
  virtual ~Object();

  /// As in Keras: "GlorotUniform", "Dense". By default the name of the C++ class, without namespaces.
  [[nodiscard]] virtual std::string class_name() const;
  /// Everything needed to make an equal object.
  [[nodiscard]] virtual Config get_config() const { return Config::map(); }
};

/// A class known by name.
struct ObjectClass {
  std::string kind;                  ///< "layer", "initializer", "loss", ...
  std::string class_name;            ///< "Dense"
  std::string module;                ///< "keras.layers"; empty for a user's class
  std::string package;               ///< of a user's class: registered name is "package>class_name"
  std::vector<std::string> aliases;  ///< other names it is found by: "glorot_uniform"
  Callable<std::shared_ptr<Object>(const Config& config)> make;
};

/// All classes by kind and name. Built-in families are registered from explicit lists.
class KCPP_API ObjectRegistry {
 public:
  static ObjectRegistry& global();

  /// Throws ValueError when the kind has that name or alias already.
  void add(ObjectClass entry);
  /// By class name, alias or registered name, first among those that scopes of this thread make known; nullptr when
  /// unknown.
  [[nodiscard]] const ObjectClass* find(std::string_view kind, std::string_view name) const;
  /// Throws LookupError naming the kind and the name.
  [[nodiscard]] const ObjectClass& get(std::string_view kind, std::string_view name) const;
  [[nodiscard]] std::vector<const ObjectClass*> all(std::string_view kind) const;
  [[nodiscard]] std::vector<const ObjectClass*> all() const;

  ObjectRegistry();
  ~ObjectRegistry();
  ObjectRegistry(const ObjectRegistry&) = delete;
  ObjectRegistry& operator=(const ObjectRegistry&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `{"module": "keras.initializers", "class_name": "GlorotUniform", "config": {...}, "registered_name": null}` as
/// Keras 3 writes it. Source: keras.saving.serialize_keras_object.
[[nodiscard]] KCPP_API Config serialize_object(std::string_view kind, const Object& object);
/// Makes an object from what `serialize_object` gives, from Keras 2's `{"class_name", "config"}`, or from a name.
/// Throws LookupError for an unknown name, FormatError for anything else. Source:
/// keras.saving.deserialize_keras_object.
[[nodiscard]] KCPP_API std::shared_ptr<Object> deserialize_object(std::string_view kind, const Config& config);

}  // namespace kerascpp
