#include "support/kernel_runner.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/random.hpp>

namespace kerascpp::testing {
namespace {

using runtime::Layout;

// Bytes around outputs and workspaces that a kernel must leave alone.
constexpr std::size_t kGuard = 256;
constexpr unsigned char kGuardByte = 0xA5;

/// Memory between two guards, 64-byte aligned, filled with a pattern that is a signaling value for no dtype but large.
class GuardedMemory {
 public:
  explicit GuardedMemory(std::size_t bytes) : bytes_(bytes), storage_(Storage::allocate_host(bytes + 2 * kGuard)) {
    std::memset(storage_->data, kGuardByte, bytes + 2 * kGuard);
  }
  [[nodiscard]] void* data() const { return static_cast<char*>(storage_->data) + kGuard; }
  void check(const std::string& what) const {
    const auto* bytes = static_cast<const unsigned char*>(storage_->data);
    const auto intact = [](const unsigned char* first) {
      return std::all_of(first, first + kGuard, [](unsigned char byte) { return byte == kGuardByte; });
    };
    KCPP_CHECK(intact(bytes) && intact(bytes + kGuard + bytes_), Error, "a kernel wrote outside its ", what);
  }

 private:
  std::size_t bytes_;
  std::shared_ptr<Storage> storage_;
};

// Calls visit(plain offset, packed offset) for every element.
template <class Visit>
void for_each_element(const Shape& shape, const Layout& layout, Visit&& visit) {
  const Shape physical = layout.physical_shape(shape);
  const std::vector<int> axes = layout.physical_axes(shape.ndim());
  const std::int64_t size = shape.size();
  std::vector<std::int64_t> index(static_cast<std::size_t>(shape.ndim()));
  for (std::int64_t i = 0; i < size; ++i) {
    std::int64_t rest = i;
    for (int axis = shape.ndim() - 1; axis >= 0; --axis) {
      index[static_cast<std::size_t>(axis)] = rest % shape[axis];
      rest /= shape[axis];
    }
    std::int64_t offset = 0, stride = 1;
    for (int p = physical.ndim() - 1; p >= 0; --p) {
      std::int64_t& left = index[static_cast<std::size_t>(axes[static_cast<std::size_t>(p)])];
      offset += left % physical[p] * stride;
      left /= physical[p];
      stride *= physical[p];
    }
    visit(i, offset);
  }
}

Layout at(const std::vector<Layout>& layouts, std::size_t i) { return i < layouts.size() ? layouts[i] : Layout{}; }

std::vector<TensorSpec> input_specs(const KernelCall& call) {
  std::vector<TensorSpec> specs;
  for (const KernelInput& input : call.inputs) specs.push_back({input.value.dtype(), input.value.shape()});
  return specs;
}

}  // namespace

Tensor pack(const Tensor& plain, const Layout& layout) {
  Tensor packed = zeros({layout.physical_size(plain.shape())}, plain.dtype());
  const std::size_t bytes = itemsize(plain.dtype());
  for_each_element(plain.shape(), layout, [&](std::int64_t from, std::int64_t to) {
    std::memcpy(static_cast<char*>(packed.raw()) + static_cast<std::size_t>(to) * bytes,
                static_cast<const char*>(plain.raw()) + static_cast<std::size_t>(from) * bytes, bytes);
  });
  return packed;
}

Tensor unpack(const Tensor& packed, const Layout& layout, const TensorSpec& spec) {
  Tensor plain = Tensor::empty(spec.shape, spec.dtype);
  const std::size_t bytes = itemsize(spec.dtype);
  for_each_element(spec.shape, layout, [&](std::int64_t to, std::int64_t from) {
    std::memcpy(static_cast<char*>(plain.raw()) + static_cast<std::size_t>(to) * bytes,
                static_cast<const char*>(packed.raw()) + static_cast<std::size_t>(from) * bytes, bytes);
  });
  return plain;
}

Layout PreparedCall::input_layout(std::size_t i) const { return at(prepared.input_layouts, i); }
Layout PreparedCall::output_layout(std::size_t i) const { return at(prepared.output_layouts, i); }

std::vector<Tensor> PreparedCall::run() const {
  std::vector<Tensor> packed_inputs, plain_outputs;
  std::vector<const void*> inputs;
  std::vector<GuardedMemory> outputs;
  std::vector<void*> output_pointers;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    packed_inputs.push_back(pack(call.inputs[i].value, input_layout(i)));
    inputs.push_back(call.inputs[i].shape_only ? nullptr : packed_inputs.back().raw());
  }
  for (std::size_t i = 0; i < call.outputs.size(); ++i) {
    const TensorSpec& spec = call.outputs[i];
    outputs.emplace_back(static_cast<std::size_t>(output_layout(i).physical_size(spec.shape)) * itemsize(spec.dtype));
    output_pointers.push_back(outputs.back().data());
  }
  const GuardedMemory workspace(prepared.workspace_bytes);
  prepared.kernel->run({inputs.data(), output_pointers.data(), workspace.data()});
  workspace.check("workspace");
  for (std::size_t i = 0; i < call.outputs.size(); ++i) {
    outputs[i].check(text_of("output ", i));
    const TensorSpec& spec = call.outputs[i];
    const Tensor packed = Tensor::borrow(output_pointers[i], {output_layout(i).physical_size(spec.shape)}, spec.dtype);
    plain_outputs.push_back(unpack(packed, output_layout(i), spec));
    KCPP_CHECK(identical(pack(plain_outputs.back(), output_layout(i)), packed), Error, "the padding of output ", i,
               " is not zero");
  }
  return plain_outputs;
}

PreparedCall prepare_kernel(KernelCall call, const std::string& backend, const std::string& library) {
  const OpDef& op = OpRegistry::global().get(call.op);
  const std::vector<TensorSpec> specs = input_specs(call);
  const std::vector<Tensor> no_constants(call.inputs.size());
  if (call.outputs.empty()) {
    InferContext context{call.op, specs, call.attributes, no_constants, {}};
    op.infer(context);
    call.outputs = context.outputs;
  }
  std::vector<Layout> layouts;
  for (const KernelInput& input : call.inputs) layouts.push_back(input.layout);
  runtime::Prepared prepared = runtime::Prepared::refuse("not asked");
  bool found = false;
  for (const auto& kernel : runtime::KernelRegistry::global().kernels(backend, call.op)) {
    if (kernel->backend != backend || (!library.empty() && kernel->library != library)) continue;
    found = true;
    prepared = kernel->prepare({op, call.attributes, specs, call.outputs, layouts, no_constants});
    if (prepared.kernel != nullptr) break;
  }
  KCPP_CHECK(found, LookupError, "there is no kernel \"", backend, ":", library, "\" for op \"", call.op, "\"");
  return {std::move(call), std::move(prepared)};
}

std::vector<Tensor> run_kernel(KernelCall call, const std::string& backend, const std::string& library) {
  const PreparedCall prepared = prepare_kernel(std::move(call), backend, library);
  KCPP_CHECK(prepared.prepared.kernel != nullptr, Error, "refused: ", prepared.prepared.refusal);
  return prepared.run();
}

double relative_error(const Tensor& a, const Tensor& b) {
  KCPP_CHECK(a.shape() == b.shape(), ShapeError, "shapes ", a.shape(), " and ", b.shape(), " differ");
  const std::vector<double> x = a.to_vector<double>(), y = b.to_vector<double>();
  double difference = 0, largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(std::abs(x[i] - y[i]) <= difference)) difference = std::abs(x[i] - y[i]);  // NaN stays
    largest = std::max(largest, std::abs(y[i]));
  }
  return largest == 0 ? difference : difference / largest;
}

Tensor uniform(const Shape& shape, std::uint64_t seed, DType dtype) {
  return RandomStream(seed).uniform(shape, -1, 1, dtype);
}

}  // namespace kerascpp::testing
