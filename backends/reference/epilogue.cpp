#include "backends/reference/epilogue.hpp"

#include <cmath>
#include <string_view>
#include <type_traits>

namespace kerascpp::reference {
namespace {

using Unary = double (*)(double);

Unary find_unary(std::string_view name) {
  if (name == "relu") return [](double x) { return x < 0 ? 0 : x; };
  if (name == "sigmoid") return [](double x) { return 1 / (1 + std::exp(-x)); };
  if (name == "tanh") return [](double x) { return std::tanh(x); };
  if (name == "exp") return [](double x) { return std::exp(x); };
  if (name == "abs") return [](double x) { return std::abs(x); };
  if (name == "square") return [](double x) { return x * x; };
  if (name == "sqrt") return [](double x) { return std::sqrt(x); };
  return nullptr;
}

template <class Wide>
void apply_unary(std::string_view name, xt::xarray<Wide>& values) {
  if constexpr (std::is_same_v<Wide, double>) {
    if (const Unary function = find_unary(name)) {
      for (double& value : values) value = function(value);
      return;
    }
  }
  throw BackendError(text_of("[reference] no computation for the epilogue \"", name, "\""));
}

}  // namespace

template <class Wide>
void apply_epilogue(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments,
                    std::size_t first_extra_input, xt::xarray<Wide>& result) {
  const std::string text = query.attributes.get_or<std::string>("epilogue", {});
  std::string_view rest = text;
  std::size_t next_input = first_extra_input;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view item = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (item != "bias" && item != "add") {
      apply_unary(item, result);
      continue;
    }
    const auto operand = load<Wide>(arguments.inputs[next_input], query.inputs[next_input]);
    ++next_input;
    for (std::size_t i = 0; i < result.size(); ++i) result.data()[i] += operand.data()[i % operand.size()];
  }
}

template void apply_epilogue(const runtime::KernelQuery&, const runtime::KernelArguments&, std::size_t,
                             xt::xarray<std::int64_t>&);
template void apply_epilogue(const runtime::KernelQuery&, const runtime::KernelArguments&, std::size_t,
                             xt::xarray<double>&);
template void apply_epilogue(const runtime::KernelQuery&, const runtime::KernelArguments&, std::size_t,
                             xt::xarray<Complex>&);

}  // namespace kerascpp::reference
