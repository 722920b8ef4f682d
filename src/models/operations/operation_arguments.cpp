#include "models/operations/operation_arguments.hpp"

#include <algorithm>
#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/core/settings.hpp>

#include "saving/field_types.hpp"

namespace kerascpp {
namespace {

constexpr const char* kReference = "__keras_tensor__";
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string class_of(const Config& value) {
  const Config* found = value.find("class_name");
  return found != nullptr && found->is_string() ? found->as_string() : std::string();
}

std::int64_t bound_of(const Config& slice, const char* key, std::int64_t fallback) {
  const Config* value = slice.find(key);
  return value == nullptr || value->is_null() ? fallback : value->as_int();
}

bool holds_only(const Config& value, Config::Kind kind) {
  if (!value.is_list()) return value.kind() == kind;
  const Config::List& items = value.as_list();
  return std::all_of(items.begin(), items.end(), [kind](const Config& item) { return holds_only(item, kind); });
}

}  // namespace

Config tensor_reference(std::size_t place) {
  return Config::map({{"class_name", kReference}, {"config", static_cast<std::int64_t>(place)}});
}

std::optional<std::size_t> referenced_tensor(const Config& value) {
  if (class_of(value) != kReference || !value.at("config").is_int()) return {};
  return static_cast<std::size_t>(value.at("config").as_int());
}

OperationArguments::OperationArguments(std::string_view class_name, const Config& config, const Config& call,
                                       const std::vector<std::string_view>& parameters,
                                       const std::vector<Symbol>& tensors)
    : class_name_(class_name), config_(config), call_(call), parameters_(parameters), tensors_(tensors) {
  const bool any_number = !parameters.empty() && parameters.back() == "...";
  KCPP_CHECK(any_number || call.at("args").size() <= parameters.size(), FormatError, "[", class_name, "] takes ",
             parameters.size(), " arguments, received ", call.at("args").size());
}

const Config* OperationArguments::find(std::string_view name) {
  used_.push_back(name);
  const auto place = std::find(parameters_.begin(), parameters_.end(), name);
  const auto at = static_cast<std::size_t>(place - parameters_.begin());
  const Config* found = nullptr;
  if (at < call_.at("args").size() && place != parameters_.end())
    found = &call_.at("args").as_list()[at];
  else if (const Config* keyword = call_.at("kwargs").find(name))
    found = keyword;
  else
    found = config_.find(name);
  return found == nullptr || found->is_null() ? nullptr : found;
}

const Config& OperationArguments::required(std::string_view name) {
  const Config* found = find(name);
  KCPP_CHECK(found != nullptr, FormatError, "[", class_name_, "] lacks the argument \"", name, "\"");
  return *found;
}

Operand OperationArguments::operand_of(const Config& value) const {
  if (const std::optional<std::size_t> place = referenced_tensor(value)) {
    KCPP_CHECK(*place < tensors_.size(), FormatError, "[", class_name_, "] has no tensor number ", *place);
    return tensors_[*place];
  }
  if (value.is_bool()) return value.as_bool();
  if (value.is_int()) return value.as_int();
  if (value.is_number()) return value.as_double();
  if (value.is_string() && (value.as_string() == "inf" || value.as_string() == "-inf"))
    return value.as_string() == "inf" ? kInfinity : -kInfinity;
  KCPP_CHECK(value.is_list() || value.is_map(), FormatError, "[", class_name_,
             "] expected a tensor, a number or an array, received ", value);
  Tensor array;
  from_config(value, array);
  // as Python's numbers become arrays
  if (value.is_list() && array.size() > 0)
    return array.astype(holds_only(value, Config::Kind::Bool)  ? DType::Bool
                        : holds_only(value, Config::Kind::Int) ? DType::Int32
                                                               : floatx());
  return array;
}

Operand OperationArguments::operand(std::string_view name) { return operand_of(required(name)); }

std::optional<Operand> OperationArguments::optional_operand(std::string_view name) {
  const Config* value = find(name);
  if (value == nullptr) return {};
  return operand_of(*value);
}

std::vector<Operand> OperationArguments::operands(std::string_view name) {
  const Config& value = required(name);
  if (!value.is_list()) return {operand_of(value)};
  std::vector<Operand> list;
  for (const Config& item : value.as_list()) list.push_back(operand_of(item));
  return list;
}

std::vector<Symbol> OperationArguments::tensors(std::string_view name) {
  std::vector<Symbol> list;
  for (const Operand& item : operands(name)) list.push_back(item.symbol());
  return list;
}

std::vector<Symbol> OperationArguments::positional_tensors() {
  std::vector<Symbol> list;
  for (const Config& item : call_.at("args").as_list()) list.push_back(operand_of(item).symbol());
  return list;
}

Axes OperationArguments::axes(std::string_view name, const Axes& fallback) {
  // a null axis means all axes
  if (config_.contains(name) || call_.at("kwargs").contains(name)) {
    const Config* value = find(name);
    Axes axes;
    if (value != nullptr) from_config(*value, axes);
    return axes;
  }
  static_cast<void>(find(name));
  return fallback;
}

Sizes OperationArguments::sizes(std::string_view name, const Sizes& fallback) {
  const Config* value = find(name);
  if (value == nullptr) return fallback;
  Sizes sizes;
  from_config(*value, sizes);
  return sizes;
}

Shape OperationArguments::shape(std::string_view name) {
  Shape shape;
  const Config& value = required(name);
  if (value.is_int()) return {value.as_int()};
  for (const Config& length : value.as_list()) {
    // -1, like null, is a length to be found out
    const std::int64_t given = length.is_null() ? -1 : length.as_int();
    KCPP_CHECK(given >= -1 && shape.ndim() < Shape::kMaxRank, FormatError, "[", class_name_, "] ", name,
               " is no shape: ", value);
    shape.push_back(given == -1 ? None : given);
  }
  return shape;
}

std::vector<std::int64_t> OperationArguments::integers(std::string_view name) {
  const Config* value = find(name);
  if (value == nullptr) return {};
  if (value->is_int()) return {value->as_int()};
  std::vector<std::int64_t> values;
  from_config(*value, values);
  return values;
}

std::int64_t OperationArguments::integer(std::string_view name, std::int64_t fallback) {
  const Config* value = find(name);
  return value == nullptr ? fallback : value->as_int();
}

std::optional<std::int64_t> OperationArguments::optional_integer(std::string_view name) {
  const Config* value = find(name);
  if (value == nullptr) return {};
  return value->as_int();
}

std::vector<std::pair<std::string, std::int64_t>> OperationArguments::further_integers() {
  std::vector<std::pair<std::string, std::int64_t>> found;
  for (const auto& [key, value] : call_.at("kwargs").as_map()) {
    if (std::find(parameters_.begin(), parameters_.end(), key) != parameters_.end()) continue;
    used_.push_back(key);
    found.emplace_back(key, value.as_int());
  }
  return found;
}

double OperationArguments::number(std::string_view name, double fallback) {
  const Config* value = find(name);
  return value == nullptr ? fallback : value->as_double();
}

std::optional<double> OperationArguments::optional_number(std::string_view name) {
  const Config* value = find(name);
  if (value == nullptr) return {};
  return value->as_double();
}

bool OperationArguments::flag(std::string_view name, bool fallback) {
  const Config* value = find(name);
  return value == nullptr ? fallback : value->as_bool();
}

std::string OperationArguments::text(std::string_view name, std::string fallback) {
  const Config* value = find(name);
  return value == nullptr ? fallback : value->as_string();
}

std::optional<DType> OperationArguments::dtype(std::string_view name) {
  const Config* value = find(name);
  if (value == nullptr) return {};
  return dtype_from_name(value->as_string());
}

Index OperationArguments::index_of(const Config& value) const {
  if (value.is_null()) return NewAxis();
  if (value.is_int()) return value.as_int();
  const std::string kind = class_of(value);
  if (kind == "__ellipsis__") return Ellipsis();
  if (kind != "__slice__") return operand_of(value).symbol();
  const Config& slice = value.at("config");
  const std::int64_t step = bound_of(slice, "step", 1);
  return Slice(bound_of(slice, "start", step < 0 ? kSliceEnd : 0), bound_of(slice, "stop", kSliceEnd), step);
}

std::vector<Index> OperationArguments::index(std::string_view name) {
  static const Config kNewAxis;
  const Config* found = find(name);
  const Config& value = found == nullptr ? kNewAxis : *found;
  if (!value.is_list()) return {index_of(value)};
  std::vector<Index> key;
  for (const Config& item : value.as_list()) key.push_back(index_of(item));
  return key;
}

void OperationArguments::finish() const {
  const auto check = [this](const std::string& key, const Config& value) {
    KCPP_CHECK(value.is_null() || std::find(used_.begin(), used_.end(), key) != used_.end(), FormatError, "[",
               class_name_, "] unknown argument \"", key, "\" with value ", value);
  };
  for (const auto& [key, value] : config_.as_map())
    if (key != "name") check(key, value);
  for (const auto& [key, value] : call_.at("kwargs").as_map()) check(key, value);
}

}  // namespace kerascpp
