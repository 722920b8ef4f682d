#include <cstring>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/core/error.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

namespace kerascpp::test {
namespace {

using runtime::KernelDef;
using runtime::KernelQuery;
using runtime::KernelRegistry;
using runtime::Layout;
using runtime::Prepared;

// Calls `visit(physical, logical)` for every element of a tensor of `shape` in `layout`: flat places in memory and in
// row-major order.
template <class F>
void for_each_element(const Shape& shape, const Layout& layout, F visit) {
  if (layout.is_plain()) {
    for (std::int64_t i = 0; i < shape.size(); ++i) visit(i, i);
    return;
  }
  const Shape physical = layout.physical_shape(shape), strides = shape.strides();
  const std::vector<int> axes = layout.physical_axes(shape.ndim());
  for (std::int64_t place = 0; place < physical.size(); ++place) {
    Shape index = shape;
    for (std::int64_t& coordinate : index) coordinate = 0;
    // outer parts come first, so that a coordinate is (outer * block + inner)
    std::int64_t rest = place, remaining = physical.size();
    for (int i = 0; i < physical.ndim(); ++i) {
      remaining /= physical[i];
      std::int64_t& coordinate = index[axes[static_cast<std::size_t>(i)]];
      coordinate = coordinate * physical[i] + rest / remaining;
      rest %= remaining;
    }
    std::int64_t flat = 0;
    bool is_padding = false;
    for (int a = 0; a < shape.ndim(); ++a) {
      is_padding = is_padding || index[a] >= shape[a];
      flat += index[a] * strides[a];
    }
    if (!is_padding) visit(place, flat);
  }
}

Tensor to_layout(const Tensor& plain, const Layout& layout) {
  Tensor stored = zeros(Shape{layout.physical_size(plain.shape())}, plain.dtype());
  const std::size_t bytes = itemsize(plain.dtype());
  for_each_element(plain.shape(), layout, [&](std::int64_t physical, std::int64_t logical) {
    std::memcpy(static_cast<char*>(stored.raw()) + static_cast<std::size_t>(physical) * bytes,
                static_cast<const char*>(plain.raw()) + static_cast<std::size_t>(logical) * bytes, bytes);
  });
  return stored;
}

Tensor from_layout(const Tensor& stored, const Layout& layout, const TensorSpec& spec) {
  Tensor plain = Tensor::empty(spec.shape, spec.dtype);
  const std::size_t bytes = itemsize(spec.dtype);
  for_each_element(spec.shape, layout, [&](std::int64_t physical, std::int64_t logical) {
    std::memcpy(static_cast<char*>(plain.raw()) + static_cast<std::size_t>(logical) * bytes,
                static_cast<const char*>(stored.raw()) + static_cast<std::size_t>(physical) * bytes, bytes);
  });
  return plain;
}

Layout layout_at(const std::vector<Layout>& layouts, std::size_t i) {
  return i < layouts.size() ? layouts[i] : Layout();
}

// Runs a prepared kernel; with `in_place` the outputs take over the memory of the inputs that it names.
std::vector<Tensor> run_kernel(const Prepared& prepared, const KernelQuery& query, const std::vector<Tensor>& inputs,
                               bool in_place) {
  std::vector<Tensor> stored, results;
  std::vector<const void*> input_pointers;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    stored.push_back(to_layout(inputs[i], layout_at(prepared.input_layouts, i)));
    input_pointers.push_back(stored.back().raw());
  }
  std::vector<void*> output_pointers;
  for (std::size_t o = 0; o < query.outputs.size(); ++o) {
    const Layout layout = layout_at(prepared.output_layouts, o);
    const int taken =
        in_place && o < prepared.in_place.size() && !prepared.in_place[o].empty() ? prepared.in_place[o][0] : -1;
    results.push_back(taken >= 0 ? stored[static_cast<std::size_t>(taken)]
                                 : zeros(Shape{layout.physical_size(query.outputs[o].shape)}, query.outputs[o].dtype));
    output_pointers.push_back(results.back().raw());
  }
  Tensor workspace = Tensor::empty(Shape{static_cast<std::int64_t>(prepared.workspace_bytes) + 1}, DType::UInt8);
  prepared.kernel->run({input_pointers.data(), output_pointers.data(), workspace.raw()});
  for (std::size_t o = 0; o < results.size(); ++o)
    results[o] = from_layout(results[o], layout_at(prepared.output_layouts, o), query.outputs[o]);
  return results;
}

bool may_run_in_place(const Prepared& prepared, const KernelQuery& query) {
  for (std::size_t o = 0; o < prepared.in_place.size(); ++o) {
    if (prepared.in_place[o].empty()) continue;
    const TensorSpec& input = query.inputs[static_cast<std::size_t>(prepared.in_place[o][0])];
    return input.shape == query.outputs[o].shape && itemsize(input.dtype) == itemsize(query.outputs[o].dtype);
  }
  return false;
}

}  // namespace

void check_kernels(const Node& node, const std::vector<Symbol>& inputs, const std::vector<Tensor>& values,
                   double relative) {
  const std::vector<Tensor> operands =
      node.inputs().empty() ? std::vector<Tensor>{} : run(inputs, node.inputs(), values, "reference");
  KernelQuery query{node.op(), node.attributes(), {}, node.outputs(), {}, {}};
  for (std::size_t i = 0; i < operands.size(); ++i) {
    query.inputs.push_back({operands[i].dtype(), operands[i].shape()});
    query.input_layouts.emplace_back();
    query.constants.push_back(constant_value(node.input(i)));
  }
  for (const TensorSpec& output : query.outputs)
    if (!output.shape.is_known()) return;  // a shape that depends on values has no kernel of its own
  const auto reference_kernels = KernelRegistry::global().kernels("reference", node.op().name);
  KCPP_CHECK(!reference_kernels.empty(), Error, "there is no reference kernel of ", node.op().name);
  const Prepared reference = reference_kernels.front()->prepare(query);
  KCPP_CHECK(reference.kernel != nullptr, Error, "the reference kernel refuses: ", reference.refusal);
  const std::vector<Tensor> expected = run_kernel(reference, query, operands, false);
  for (const runtime::BackendDef& backend : KernelRegistry::global().backends()) {
    // kernels for devices with memory of their own have tests of their own
    if (!backend.unavailable.empty() || backend.accelerator) continue;
    for (const auto& kernel : KernelRegistry::global().kernels(backend.name, node.op().name)) {
      if (kernel->backend != backend.name) continue;  // a fallback, met under its own name
      const Prepared prepared = kernel->prepare(query);
      if (prepared.kernel == nullptr) continue;
      INFO("kernel " << kernel->backend << ":" << kernel->library << " (" << prepared.implementation << ")");
      for (const bool in_place : {false, true}) {
        if (in_place && !may_run_in_place(prepared, query)) continue;
        INFO((in_place ? "in place" : "out of place"));
        const std::vector<Tensor> actual = run_kernel(prepared, query, operands, in_place);
        for (std::size_t o = 0; o < expected.size(); ++o) {
          INFO("output " << o);
          CHECK(first_difference(actual[o], expected[o], relative) == "");
        }
      }
    }
  }
}

}  // namespace kerascpp::test
