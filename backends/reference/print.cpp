#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <mutex>

#include <kerascpp/core/error.hpp>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {
namespace {

std::string plain_text(const Tensor& x) {
  std::string text = to_string(x);
  if (const std::size_t end = text.find(" dtype="); end != std::string::npos) text.resize(end);
  return text;
}

/// Statistics of the numbers, NaN for an empty tensor.
double statistic(const Tensor& x, std::string_view name) {
  const std::vector<double> numbers = x.astype(DType::Float64).to_vector<double>();
  const auto count = static_cast<double>(numbers.size());
  double least = std::numeric_limits<double>::quiet_NaN(), most = least, sum = 0, squares = 0, deviation = 0;
  for (const double number : numbers) {
    if (!(number >= least)) least = number;
    if (!(number <= most)) most = number;
    sum += number;
    squares += number * number;
  }
  if (name == "min") return least;
  if (name == "max") return most;
  if (name == "mean") return sum / count;
  if (name == "norm") return std::sqrt(squares);
  for (const double number : numbers) deviation += (number - sum / count) * (number - sum / count);
  return std::sqrt(deviation / count);
}

bool any_nan(const Tensor& x) {
  for (const double number : x.astype(DType::Float64).to_vector<double>())
    if (std::isnan(number)) return true;
  return false;
}

std::string attribute_text(const Tensor& x, std::string_view name) {
  if (name == "__str__") return plain_text(x);
  if (name == "shape") return to_string(x.shape());
  if (name == "dtype") return std::string(to_string(x.dtype()));
  if (name == "size") return std::to_string(x.size());
  if (name == "any_nan") return any_nan(x) ? "True" : "False";
  return text_of(statistic(x, name));
}

void print(const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
  const TensorSpec& spec = query.inputs[0];
  const Tensor x = Tensor::borrow(const_cast<void*>(arguments.inputs[0]), spec.shape, spec.dtype);
  const std::string& message = query.attributes.get<std::string>("message");
  std::string_view rest = query.attributes.get<std::string>("attributes");
  std::string text;
  if (rest.empty()) text = message + (message.empty() ? "" : " ") + plain_text(x) + "\n";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string name(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    text += message + (message.empty() ? "" : " ") + name + " = " + attribute_text(x, name) + "\n";
  }
  static std::mutex mutex;  // lines of several threads do not mix
  const std::lock_guard lock(mutex);
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  if (arguments.outputs[0] != arguments.inputs[0])
    std::memcpy(arguments.outputs[0], arguments.inputs[0],
                static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype));
}

}  // namespace

void register_print_kernel(runtime::KernelRegistry& registry) { add_reference_kernel(registry, "print", print); }

}  // namespace kerascpp::reference
