#include "compiler/step_observer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backend/reorder.hpp"
#include "compiler/evaluate.hpp"
#include "compiler/plan.hpp"

namespace kerascpp::compiler {
namespace {

using runtime::KernelArguments;

/// The values of a step's input or output: its memory, or a plain copy of what lies in another layout or on a device.
Tensor tensor_at(runtime::Queue* queue, const void* data, const TensorSpec& spec, const runtime::Layout& layout) {
  if (data == nullptr) return {};
  if (queue != nullptr) {  // a device knows the plain layout alone
    Tensor read = Tensor::empty(spec.shape, spec.dtype);
    runtime::read_bytes(queue, read.raw(), data, read.nbytes());
    return read;
  }
  if (layout.is_plain()) return Tensor::borrow(const_cast<void*>(data), spec.shape, spec.dtype);
  Tensor plain = Tensor::empty(spec.shape, spec.dtype);
  runtime::reorder(data, layout, plain.raw(), {}, spec);
  return plain;
}

StepView view_of(const Step& step, const KernelArguments& arguments) {
  StepView view{step.op, step.scope, step.kernel_name, step.site, {}, {}};
  for (std::size_t i = 0; i < step.inputs.size(); ++i)
    view.inputs.push_back(tensor_at(arguments.queue, arguments.inputs[i], step.input_specs[i], step.input_layouts[i]));
  return view;
}

void add_outputs(StepView& view, const Step& step, const KernelArguments& arguments) {
  for (std::size_t i = 0; i < step.outputs.size(); ++i)
    view.outputs.push_back(
        tensor_at(arguments.queue, arguments.outputs[i], step.output_specs[i], step.output_layouts[i]));
}

/// The numbers of a tensor, those of complex ones part by part; none for integers.
std::vector<double> floating_numbers(const Tensor& tensor) {
  if (!tensor.defined() || tensor.size() == 0 || !is_differentiable(tensor.dtype())) return {};
  Tensor parts = tensor;
  if (is_complex(tensor.dtype()))
    parts = Tensor::borrow(const_cast<void*>(tensor.raw()), {2 * tensor.size()},
                           tensor.dtype() == DType::Complex64 ? DType::Float32 : DType::Float64);
  return parts.astype(DType::Float64).to_vector<double>();
}

class NanGuard final : public StepObserver {
 public:
  explicit NanGuard(const NanGuardMode& mode) : mode_(mode) {}

  void run(const Step& step, const KernelArguments& arguments) const override {
    StepView view = view_of(step, arguments);
    // values that no step has made are looked at where they are read
    for (std::size_t i = 0; i < view.inputs.size(); ++i)
      if (step.inputs[i].kind != Place::Kind::Arena) check(view, "input", i, view.inputs[i]);
    step.kernel->run(arguments);
    add_outputs(view, step, arguments);
    for (std::size_t i = 0; i < view.outputs.size(); ++i) check(view, "output", i, view.outputs[i]);
  }

 private:
  void check(const StepView& view, const char* side, std::size_t i, const Tensor& tensor) const {
    constexpr double kBig = 1e10;
    std::size_t nans = 0, infinities = 0, big = 0;
    for (const double number : floating_numbers(tensor)) {
      nans += std::isnan(number) ? 1 : 0;
      infinities += std::isinf(number) ? 1 : 0;
      big += std::isfinite(number) && std::abs(number) > kBig ? 1 : 0;
    }
    const auto report = [&](bool is_error, std::size_t count, const char* what) {
      KCPP_CHECK(!is_error || count == 0, ValueError, "[nan_guard] ", count, " ", what, " in ", side, " ", i, " (",
                 tensor.dtype(), " ", tensor.shape(), ") of ", to_string(view), inputs_text(view));
    };
    report(mode_.nan_is_error, nans, "NaN");
    report(mode_.inf_is_error, infinities, "infinities");
    report(mode_.big_is_error, big, "numbers beyond 1e10");
  }

  static std::string inputs_text(const StepView& view) {
    std::string text;
    for (const Tensor& input : view.inputs) {
      const std::vector<double> numbers = floating_numbers(input);
      if (numbers.empty()) continue;
      const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
      text += text_of("\n  reads ", input.dtype(), " ", input.shape(), " from ", *least, " to ", *most);
    }
    return text;
  }

  NanGuardMode mode_;
};

double allowed_difference(DType dtype) {
  switch (dtype) {
    case DType::Float16:
      return 1e-2;
    case DType::BFloat16:
      return 1e-1;
    case DType::Float32:
    case DType::Complex64:
      return 1e-4;
    case DType::Float64:
    case DType::Complex128:
      return 1e-10;
    default:
      return 0;
  }
}

class Debugger final : public StepObserver {
 public:
  explicit Debugger(const DebugMode& mode) : mode_(mode) {}

  void run(const Step& step, const KernelArguments& arguments) const override {
    StepView view = view_of(step, arguments);
    for (Tensor& input : view.inputs)
      if (input.defined()) input = input.copy();  // a variable may be written where it was read
    step.kernel->run(arguments);
    add_outputs(view, step, arguments);
    if (step.op == "reorder" || step.kernel_name.substr(0, 10) == "reference:" ||
        runtime::KernelRegistry::global().kernels("reference", step.op).empty())
      return;
    runtime::KernelQuery query{
        OpRegistry::global().get(step.op), step.attributes, step.input_specs, step.output_specs, {}, {}};
    query.constants.resize(view.inputs.size());
    for (std::size_t i = 0; i < view.inputs.size(); ++i)
      if (step.inputs[i].kind == Place::Kind::Constant) query.constants[i] = view.inputs[i];
    const std::vector<Tensor> expected = evaluate(query, view.inputs);
    for (std::size_t i = 0; i < expected.size(); ++i) compare(view, i, view.outputs[i], expected[i]);
  }

 private:
  void compare(const StepView& view, std::size_t i, const Tensor& actual, const Tensor& expected) const {
    const std::vector<double> a = numbers_of(actual), b = numbers_of(expected);
    double largest = 0, difference = 0;
    for (std::size_t n = 0; n < a.size(); ++n) {
      if (std::isfinite(b[n])) largest = std::max(largest, std::abs(b[n]));
      const bool equal = a[n] == b[n] || (std::isnan(a[n]) && std::isnan(b[n]));
      const double d = equal ? 0 : std::abs(a[n] - b[n]);
      difference = std::max(difference, std::isnan(d) ? std::numeric_limits<double>::infinity() : d);
    }
    const double tolerance = mode_.tolerance > 0 ? mode_.tolerance : allowed_difference(actual.dtype());
    KCPP_CHECK(difference <= tolerance * std::max(largest, 1.0), ValueError, "[debug] kernel ", view.kernel, " of ",
               to_string(view), " differs from the reference backend by ", difference, " in output ", i, " (",
               actual.dtype(), " ", actual.shape(), ", numbers up to ", largest, ")");
  }

  static std::vector<double> numbers_of(const Tensor& tensor) {
    return is_differentiable(tensor.dtype()) ? floating_numbers(tensor)
                                             : tensor.astype(DType::Float64).to_vector<double>();
  }

  DebugMode mode_;
};

class Monitor final : public StepObserver {
 public:
  explicit Monitor(const MonitorMode& mode) : mode_(mode) {}

  void run(const Step& step, const KernelArguments& arguments) const override {
    StepView view = view_of(step, arguments);
    if (mode_.pre_func) mode_.pre_func(view);
    step.kernel->run(arguments);
    add_outputs(view, step, arguments);
    if (mode_.post_func) mode_.post_func(view);
  }

 private:
  MonitorMode mode_;
};

}  // namespace

std::shared_ptr<const StepObserver> make_observer(const Mode& mode) {
  if (mode.name() == "nan_guard") return std::make_shared<NanGuard>(mode.nan_guard());
  if (mode.name() == "debug") return std::make_shared<Debugger>(mode.debug());
  if (mode.name() == "monitor") return std::make_shared<Monitor>(mode.monitor());
  return nullptr;
}

}  // namespace kerascpp::compiler
