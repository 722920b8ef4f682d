#include <kerascpp/saving/custom_objects.hpp>

#include "saving/scoped_objects.hpp"

namespace kerascpp::saving {

CustomObjectScope::CustomObjectScope(std::vector<ObjectClass> classes) : classes_(std::move(classes)) {
  scoped_objects().push_back(&classes_);
}

CustomObjectScope::~CustomObjectScope() { scoped_objects().pop_back(); }

std::map<std::string, const ObjectClass*> get_custom_objects() {
  std::map<std::string, const ObjectClass*> found;
  for (const ObjectClass* entry : ObjectRegistry::global().all())
    if (entry->module.empty()) found[registered_name(*entry)] = entry;
  for (const std::vector<ObjectClass>* scope : scoped_objects())
    for (const ObjectClass& entry : *scope) found[registered_name(entry)] = &entry;
  return found;
}

std::string get_registered_name(const Object& object) {
  const std::string name = object.class_name();
  for (const auto& [registered, entry] : get_custom_objects())
    if (entry->class_name == name) return registered;
  return name;
}

const ObjectClass* get_registered_object(std::string_view name) {
  const auto custom = get_custom_objects();
  const auto found = custom.find(std::string(name));
  return found == custom.end() ? nullptr : found->second;
}

}  // namespace kerascpp::saving
