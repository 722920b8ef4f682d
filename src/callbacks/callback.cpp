#include <kerascpp/callbacks.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model.hpp>

namespace kerascpp {

// --- logs

const Logs::Items& Logs::items() const {
  if (source_) {
    const Callable<Logs()> source = std::move(source_);
    source_ = {};
    items_ = source().items_;
  }
  return items_;
}

Logs& Logs::operator=(const Logs& other) {
  if (this != &other) {
    items_ = other.items();
    source_ = {};
  }
  return *this;
}

const double* Logs::find(std::string_view name) const {
  for (const auto& [key, value] : items())
    if (key == name) return &value;
  return nullptr;
}

double Logs::at(std::string_view name) const {
  if (const double* value = find(name)) return *value;
  std::string known;
  for (const auto& item : items()) known += (known.empty() ? "" : ", ") + item.first;
  throw LookupError(text_of("the logs hold no \"", name, "\"; they hold ", known.empty() ? "nothing" : known));
}

double Logs::operator[](std::size_t i) const {
  KCPP_CHECK(i < items().size(), LookupError, "[Logs] no value ", i, ", the logs hold ", items().size());
  return items()[i].second;
}

double Logs::only() const {
  KCPP_CHECK(items().size() == 1, ValueError, "[Logs] expected exactly one value, the logs hold ", items().size(),
             "; take one by its name");
  return items().front().second;
}

void Logs::set(std::string_view name, double value) {
  (void)items();
  for (auto& [key, old] : items_)
    if (key == name) {
      old = value;
      return;
    }
  items_.emplace_back(std::string(name), value);
}

// --- callbacks

void CallbackBase::set_model(Model& model) { model_ = std::make_shared<Model>(model); }

Model& CallbackBase::model() const {
  KCPP_CHECK(model_ != nullptr, ValueError, "a callback has a model only while fit, evaluate or predict runs");
  return *model_;
}

Callback make_callback(const std::string& class_name, const Config& arguments) {
  return std::dynamic_pointer_cast<CallbackBase>(ObjectRegistry::global().get("callback", class_name).make(arguments));
}

// --- history

const std::vector<double>& EpochValues::operator[](std::string_view name) const {
  std::string known;
  for (const auto& [key, values] : *this) {
    if (key == name) return values;
    known += (known.empty() ? "" : ", ") + key;
  }
  throw LookupError(text_of("the history holds no \"", name, "\"; it holds ", known));
}

bool EpochValues::contains(std::string_view name) const {
  return std::any_of(begin(), end(), [&](const auto& item) { return item.first == name; });
}

void History::append(std::int64_t number, const Logs& logs) {
  epoch.push_back(number);
  for (const auto& [name, value] : logs) {
    auto found =
        std::find_if(history.begin(), history.end(), [&name = name](const auto& item) { return item.first == name; });
    if (found == history.end()) {
      history.emplace_back(name, std::vector<double>{});
      found = history.end() - 1;
    }
    found->second.push_back(value);
  }
}

std::shared_ptr<callbacks::HistoryRecorder> callbacks::History() { return std::make_shared<HistoryRecorder>(); }

}  // namespace kerascpp
