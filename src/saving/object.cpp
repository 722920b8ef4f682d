#include <kerascpp/saving/object.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <typeinfo>

#include "layers/families.hpp"
#include "saving/scoped_objects.hpp"

namespace kerascpp {

Object::~Object() = default;

std::string Object::class_name() const {
  const char* const mangled = typeid(*this).name();
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(mangled, nullptr, nullptr, &status),
                                                         &std::free);
  std::string name = text != nullptr ? text.get() : mangled;
  name = name.substr(0, name.find('<'));
  const std::size_t scope = name.rfind("::");
  return scope == std::string::npos ? name : name.substr(scope + 2);
}

struct ObjectRegistry::Impl {
  mutable std::shared_mutex mutex;
  std::deque<ObjectClass> classes;  // references stay valid
  std::map<std::pair<std::string, std::string>, const ObjectClass*> by_name;
};

ObjectRegistry::ObjectRegistry() : impl_(std::make_unique<Impl>()) {}
ObjectRegistry::~ObjectRegistry() = default;

ObjectRegistry& ObjectRegistry::global() {
  static ObjectRegistry* const registry = [] {
    auto* filled = new ObjectRegistry;  // never destroyed: objects of static storage duration may still ask
    register_builtin_objects(*filled);
    return filled;
  }();
  return *registry;
}

void ObjectRegistry::add(ObjectClass entry) {
  std::vector<std::string> names = entry.aliases;
  names.push_back(entry.class_name);
  if (!entry.package.empty()) names.push_back(registered_name(entry));
  const std::unique_lock lock(impl_->mutex);
  for (const std::string& name : names)
    KCPP_CHECK(!impl_->by_name.contains({entry.kind, name}), ValueError, "a ", entry.kind, " named \"", name,
               "\" is registered already");
  const ObjectClass& kept = impl_->classes.emplace_back(std::move(entry));
  for (const std::string& name : names) impl_->by_name.emplace(std::make_pair(kept.kind, name), &kept);
}

const ObjectClass* ObjectRegistry::find(std::string_view kind, std::string_view name) const {
  const auto& scopes = scoped_objects();
  for (auto scope = scopes.rbegin(); scope != scopes.rend(); ++scope)
    for (const ObjectClass& entry : **scope)
      if (entry.kind == kind && (entry.class_name == name || registered_name(entry) == name)) return &entry;
  const std::shared_lock lock(impl_->mutex);
  const auto found = impl_->by_name.find({std::string(kind), std::string(name)});
  return found == impl_->by_name.end() ? nullptr : found->second;
}

const ObjectClass& ObjectRegistry::get(std::string_view kind, std::string_view name) const {
  const ObjectClass* found = find(kind, name);
  KCPP_CHECK(found != nullptr, LookupError, "there is no ", kind, " named \"", name,
             "\"; a class of your own must be registered before it is used by name");
  return *found;
}

std::vector<const ObjectClass*> ObjectRegistry::all(std::string_view kind) const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<const ObjectClass*> found;
  for (const ObjectClass& entry : impl_->classes)
    if (entry.kind == kind) found.push_back(&entry);
  return found;
}

std::vector<const ObjectClass*> ObjectRegistry::all() const {
  const std::shared_lock lock(impl_->mutex);
  std::vector<const ObjectClass*> found;
  for (const ObjectClass& entry : impl_->classes) found.push_back(&entry);
  return found;
}

std::vector<const std::vector<ObjectClass>*>& scoped_objects() {
  thread_local std::vector<const std::vector<ObjectClass>*> scopes;
  return scopes;
}

std::string registered_name(const ObjectClass& entry) {
  return entry.package.empty() ? entry.class_name : entry.package + ">" + entry.class_name;
}

Config serialize_object(std::string_view kind, const Object& object) {
  const ObjectClass* entry = ObjectRegistry::global().find(kind, object.class_name());
  Config config = Config::map();
  const bool own = entry == nullptr || entry->module.empty();
  config.set("module", own ? Config() : Config(entry->module));
  config.set("class_name", object.class_name());
  config.set("config", object.get_config());
  config.set("registered_name",
             !own ? Config() : Config(entry == nullptr ? object.class_name() : registered_name(*entry)));
  return config;
}

std::shared_ptr<Object> deserialize_object(std::string_view kind, const Config& config) {
  if (config.is_string()) return ObjectRegistry::global().get(kind, config.as_string()).make(Config::map());
  KCPP_CHECK(config.is_map(), FormatError, "expected the name or the config of a ", kind, ", received ", config);
  const Config* registered = config.find("registered_name");
  const ObjectClass* entry = nullptr;
  if (registered != nullptr && registered->is_string())
    entry = ObjectRegistry::global().find(kind, registered->as_string());
  const std::string& class_name = config.at("class_name").as_string();
  if (entry == nullptr) entry = &ObjectRegistry::global().get(kind, class_name);
  const Config* inner = config.find("config");
  try {
    return entry->make(inner == nullptr || inner->is_null() ? Config::map() : *inner);
  } catch (Error& error) {
    const Config* name = inner == nullptr ? nullptr : inner->find("name");
    error.add_context(text_of(
        "while making ", kind, " ",
        name != nullptr && name->is_string() ? "\"" + name->as_string() + "\" (" + class_name + ")" : class_name,
        " from its config"));
    throw;
  }
}

}  // namespace kerascpp
