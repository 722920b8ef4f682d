#include <kerascpp/models/arguments.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/data/dataset.hpp>

namespace kerascpp {
namespace {

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

void check_known(const std::vector<std::string>& given, const std::vector<std::string>& names, std::string_view what) {
  for (const std::string& name : given)
    KCPP_CHECK(std::find(names.begin(), names.end(), name) != names.end(), LookupError, "[", what, "] there is no \"",
               name, "\"; expected ", list_of(names));
}

/// Position of `name` in `given`, or given.size().
std::size_t find(const std::vector<std::string>& given, const std::string& name) {
  return static_cast<std::size_t>(std::find(given.begin(), given.end(), name) - given.begin());
}

}  // namespace

DataArgument::DataArgument(const Dict& by_name) {
  for (const auto& [name, value] : by_name) {
    KCPP_CHECK(value.tensor() != nullptr, ValueError, "expected a tensor for \"", name, "\"");
    names_.push_back(name);
    arrays_.push_back(*value.tensor());
  }
}

DataArgument::DataArgument(const data::Dataset& batches) : source_(batches.source()) {
  KCPP_CHECK(source_ != nullptr, ValueError, "received an undefined dataset");
}

std::vector<Tensor> DataArgument::ordered(const std::vector<std::string>& names, std::string_view what) const {
  if (names_.empty()) {
    KCPP_CHECK(arrays_.size() == names.size(), ValueError, "[", what, "] expected ", names.size(), " arrays (",
               list_of(names), "), received ", arrays_.size());
    return arrays_;
  }
  check_known(names_, names, what);
  std::vector<Tensor> result;
  for (const std::string& name : names) {
    const std::size_t at = find(names_, name);
    KCPP_CHECK(at < names_.size(), LookupError, "[", what, "] \"", name, "\" is missing; received ", list_of(names_));
    result.push_back(arrays_[at]);
  }
  return result;
}

LossArgument::LossArgument(const Dict& by_name) {
  for (const auto& [name, value] : by_name) {
    names_.push_back(name);
    if (const std::string* text = value.text())
      losses_.emplace_back(*text);
    else if (const Loss* loss = value.object<Loss>())
      losses_.push_back(*loss);
    else if (const auto* function = value.function())
      losses_.emplace_back(*function);
    else
      throw ValueError(text_of("[compile] expected a loss for \"", name, "\""));
  }
}

std::vector<Loss> LossArgument::ordered(const std::vector<std::string>& output_names) const {
  std::vector<Loss> result(output_names.size());
  if (!names_.empty()) {
    check_known(names_, output_names, "compile, loss");
    for (std::size_t i = 0; i < output_names.size(); ++i)
      if (const std::size_t at = find(names_, output_names[i]); at < names_.size()) result[i] = losses_[at];
    return result;
  }
  if (losses_.empty()) return result;
  if (!is_list_ || losses_.size() == 1) {
    std::fill(result.begin(), result.end(), losses_.front());
    return result;
  }
  KCPP_CHECK(losses_.size() == output_names.size(), ValueError, "[compile] expected a loss for each of ",
             output_names.size(), " outputs (", list_of(output_names), "), received ", losses_.size());
  return losses_;
}

MetricsArgument::MetricsArgument(const std::vector<Metric>& metrics) {
  for (const Metric& metric : metrics) items_.emplace_back(metric);
}

MetricsArgument::MetricsArgument(const Dict& by_name) {
  const auto one = [](const std::string& name, const DictValue& value) -> Metric {
    if (const std::string* text = value.text()) return Metric(*text);
    if (const Metric* metric = value.object<Metric>()) return *metric;
    if (const auto* function = value.function()) return Metric(*function);
    throw ValueError(text_of("[compile] expected metrics for \"", name, "\""));
  };
  for (const auto& [name, value] : by_name) {
    names_.push_back(name);
    Item item(std::initializer_list<Metric>{});
    if (const auto* list = value.list())
      for (const DictValue& entry : *list) item.metrics_.push_back(one(name, entry));
    else
      item.metrics_.push_back(one(name, value));
    items_.push_back(std::move(item));
  }
}

std::vector<std::vector<Metric>> MetricsArgument::ordered(const std::vector<std::string>& output_names) const {
  std::vector<std::vector<Metric>> result(output_names.size());
  if (!names_.empty()) {
    check_known(names_, output_names, "compile, metrics");
    for (std::size_t i = 0; i < output_names.size(); ++i)
      if (const std::size_t at = find(names_, output_names[i]); at < names_.size()) result[i] = items_[at].metrics_;
    return result;
  }
  const bool nested = std::any_of(items_.begin(), items_.end(), [](const Item& item) { return item.is_list_; });
  // one for each output, as in Keras 3, or all of them for every output
  if (nested || (items_.size() > 1 && items_.size() == output_names.size())) {
    KCPP_CHECK(items_.size() == output_names.size(), ValueError, "[compile] expected a list of metrics for each of ",
               output_names.size(), " outputs, received ", items_.size());
    for (std::size_t i = 0; i < items_.size(); ++i) result[i] = items_[i].metrics_;
    return result;
  }
  for (std::size_t i = 0; i < result.size(); ++i)
    for (const Item& item : items_) result[i].insert(result[i].end(), item.metrics_.begin(), item.metrics_.end());
  return result;
}

MetricsArgument MetricsArgument::from_items(const Config& config, std::vector<Metric> (*read)(const Config&)) {
  MetricsArgument result;
  if (!config.is_list()) return MetricsArgument(read(config));
  for (const Config& entry : config.as_list()) {
    Item item(std::initializer_list<Metric>{});
    item.metrics_ = read(entry);
    item.is_list_ = entry.is_list();
    result.items_.push_back(std::move(item));
  }
  return result;
}

Config MetricsArgument::to_config() const {
  const auto one = [](const Metric& metric) {
    return metric.object() != nullptr && metric.identifier().empty() ? serialize_object("metric", *metric.object())
                                                                     : Config(metric.identifier());
  };
  const auto several = [&](const Item& item) {
    Config::List list;
    for (const Metric& metric : item.metrics_) list.push_back(one(metric));
    return Config(std::move(list));
  };
  if (items_.empty()) return {};
  if (!names_.empty()) {
    Config config = Config::map();
    for (std::size_t i = 0; i < names_.size(); ++i) config.set(names_[i], several(items_[i]));
    return config;
  }
  Config::List list;
  for (const Item& item : items_)
    list.push_back(item.is_list_ ? several(item) : item.metrics_.empty() ? Config() : one(item.metrics_.front()));
  return Config(std::move(list));
}

NumbersArgument::NumbersArgument(const Dict& by_name) {
  for (const auto& [name, value] : by_name) {
    KCPP_CHECK(value.tensor() != nullptr && value.tensor()->size() == 1, ValueError, "expected a number for \"", name,
               "\"");
    names_.push_back(name);
    numbers_.push_back(value.tensor()->item<double>());
  }
}

std::vector<double> NumbersArgument::ordered(const std::vector<std::string>& output_names) const {
  std::vector<double> result(output_names.size(), 1.0);
  if (numbers_.empty()) return result;
  if (!names_.empty()) {
    check_known(names_, output_names, "compile, loss_weights");
    for (std::size_t i = 0; i < output_names.size(); ++i)
      if (const std::size_t at = find(names_, output_names[i]); at < names_.size()) result[i] = numbers_[at];
    return result;
  }
  KCPP_CHECK(numbers_.size() == output_names.size(), ValueError, "[compile] expected a loss weight for each of ",
             output_names.size(), " outputs, received ", numbers_.size());
  return numbers_;
}

}  // namespace kerascpp
