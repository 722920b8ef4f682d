#include <kerascpp/core/error.hpp>
#include <kerascpp/layers/preprocessing.hpp>

namespace kerascpp::layers {
namespace {

Config nested_lists(const Tensor& values) {
  if (values.ndim() == 0) return values.item<double>();
  Config::List list;
  for (std::int64_t i = 0; i < values.dim(0); ++i) list.push_back(nested_lists(values[i]));
  return Config(std::move(list));
}

void collect(const Config& config, int depth, Shape& shape, std::vector<double>& numbers) {
  if (!config.is_list()) {
    KCPP_CHECK(depth == shape.ndim(), FormatError, "expected nested lists of one depth, received ", config);
    numbers.push_back(config.as_double());
    return;
  }
  const auto length = static_cast<std::int64_t>(config.size());
  if (depth == shape.ndim() && numbers.empty() && depth < Shape::kMaxRank) shape.push_back(length);
  KCPP_CHECK(depth < shape.ndim() && shape[depth] == length, FormatError,
             "expected nested lists of equal lengths, received ", config);
  for (const Config& item : config.as_list()) collect(item, depth + 1, shape, numbers);
}

}  // namespace

Config to_config(const Numbers& numbers) { return numbers.defined() ? nested_lists(numbers.tensor()) : Config(); }

void from_config(const Config& config, Numbers& numbers) {
  numbers = Numbers();
  if (config.is_null()) return;
  Shape shape;
  std::vector<double> values;
  collect(config, 0, shape, values);
  numbers = Numbers(Tensor(values).reshape(shape));
}

}  // namespace kerascpp::layers
