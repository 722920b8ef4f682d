#include <kerascpp/callbacks.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp {

CallbackBase::~CallbackBase() = default;

void CallbackBase::set_model(Model& model) { model_ = std::make_shared<Model>(model); }

Model& CallbackBase::model() const {
  KCPP_CHECK(model_ != nullptr, ValueError, "a callback has a model only while fit, evaluate or predict runs");
  return *model_;
}

const double* Logs::find(std::string_view name) const {
  for (const auto& [key, value] : items_)
    if (key == name) return &value;
  return nullptr;
}

double Logs::at(std::string_view name) const {
  if (const double* value = find(name)) return *value;
  std::string known;
  for (const auto& item : items_) known += (known.empty() ? "" : ", ") + item.first;
  throw LookupError(text_of("the logs hold no \"", name, "\"; they hold ", known.empty() ? "nothing" : known));
}

void Logs::set(std::string_view name, double value) {
  for (auto& [key, old] : items_)
    if (key == name) {
      old = value;
      return;
    }
  items_.emplace_back(std::string(name), value);
}

}  // namespace kerascpp
