#include "saving/field_types.hpp"

namespace kerascpp {
namespace {

Config to_list_or_integer(const std::vector<std::int64_t>& values, bool is_list) {
  if (!is_list) return to_config(values.front());
  return to_config(values);
}

Config nested_lists(const Tensor& tensor) {
  if (tensor.ndim() == 0) {
    if (is_floating(tensor.dtype())) return Config(tensor.item<double>());
    if (is_bool(tensor.dtype())) return Config(tensor.item<bool>());
    return to_config(tensor.item<std::int64_t>());
  }
  Config::List items;
  for (std::int64_t i = 0; i < tensor.dim(0); ++i) items.push_back(nested_lists(tensor[i]));
  return Config(std::move(items));
}

Shape shape_of_lists(const Config& config) {
  Shape shape;
  const Config* inner = &config;
  while (inner->is_list()) {
    KCPP_CHECK(shape.ndim() < Shape::kMaxRank, FormatError, "expected an array, received lists nested more than ",
               Shape::kMaxRank, " deep");
    shape.push_back(static_cast<std::int64_t>(inner->size()));
    if (inner->size() == 0) break;
    inner = &inner->as_list().front();
  }
  return shape;
}

void collect_numbers(const Config& config, const Shape& shape, int depth, std::vector<double>& numbers) {
  if (depth == shape.ndim()) {
    numbers.push_back(config.is_bool() ? static_cast<double>(config.as_bool()) : config.as_double());
    return;
  }
  KCPP_CHECK(config.is_list() && static_cast<std::int64_t>(config.size()) == shape[depth], FormatError,
             "expected an array, received lists of different lengths");
  for (const Config& item : config.as_list()) collect_numbers(item, shape, depth + 1, numbers);
}

}  // namespace

Config to_config(const Sizes& sizes) {
  return sizes.empty() ? Config() : to_list_or_integer(sizes.values(), sizes.is_list());
}

void from_config(const Config& config, Sizes& sizes) {
  if (config.is_null()) {
    sizes = Sizes();
  } else if (config.is_list()) {
    std::vector<std::int64_t> values;
    from_config(config, values);
    sizes = Sizes(std::move(values));
  } else {
    sizes = Sizes(config.as_int());
  }
}

Config to_config(const Axes& axes) {
  return axes.all() ? Config() : to_list_or_integer(axes.given(), axes.given().size() > 1);
}

void from_config(const Config& config, Axes& axes) {
  if (config.is_null()) {
    axes = Axes();
  } else if (config.is_list()) {
    std::vector<std::int64_t> values;
    from_config(config, values);
    axes = Axes(std::move(values));
  } else {
    axes = Axes(config.as_int());
  }
}

Config to_config(const Tensor& tensor) {
  return Config::map(
      {{"class_name", "__numpy__"},
       {"config", Config::map({{"value", nested_lists(tensor)}, {"dtype", std::string(name(tensor.dtype()))}})}});
}

void from_config(const Config& config, Tensor& tensor) {
  const Config* value = &config;
  DType dtype = DType::Float32;
  if (config.is_map()) {
    const std::string& kind = config.at("class_name").as_string();
    KCPP_CHECK(kind == "__numpy__" || kind == "__tensor__", FormatError, "expected an array, received ", config);
    value = &config.at("config").at("value");
    dtype = dtype_from_name(config.at("config").at("dtype").as_string());
  }
  const Shape shape = shape_of_lists(*value);
  std::vector<double> numbers;
  collect_numbers(*value, shape, 0, numbers);
  tensor = Tensor(numbers).reshape(shape).astype(dtype);
}

}  // namespace kerascpp
