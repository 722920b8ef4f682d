#include <algorithm>
#include <map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>

#include "backends/reference/families.hpp"

/// The body of a `fused` node, computed node by node by the reference kernels.
namespace kerascpp::reference {
namespace {

using runtime::Kernel;
using runtime::KernelArguments;
using runtime::KernelDef;
using runtime::KernelQuery;
using runtime::KernelRegistry;
using runtime::Prepared;

std::size_t aligned(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

/// Memory of a value while the body runs.
struct Place {
  enum Kind { Input, Output, Constant, Workspace } kind = Input;
  std::size_t index = 0;  // of the input, output or constant; offset in the workspace
};

struct Step {
  std::shared_ptr<const Kernel> kernel;
  std::vector<Place> inputs;
  std::vector<Place> outputs;
  std::size_t workspace = 0;  // offset
};

class BodyKernel final : public Kernel {
 public:
  void run(const KernelArguments& arguments) const override {
    const auto memory = [&](const Place& place) -> const void* {
      switch (place.kind) {
        case Place::Input:
          return arguments.inputs[place.index];
        case Place::Output:
          return arguments.outputs[place.index];
        case Place::Constant:
          return constants[place.index].raw();
        case Place::Workspace:
          return static_cast<std::byte*>(arguments.workspace) + place.index;
      }
      KCPP_UNREACHABLE();
    };
    for (const Step& step : steps) {
      std::vector<const void*> inputs;
      std::vector<void*> outputs;
      for (const Place& place : step.inputs) inputs.push_back(memory(place));
      for (const Place& place : step.outputs) outputs.push_back(const_cast<void*>(memory(place)));
      std::byte* const workspace = static_cast<std::byte*>(arguments.workspace) + step.workspace;
      step.kernel->run({inputs.data(), outputs.data(), workspace});
    }
    for (const auto& [from, output, bytes] : copies)
      std::copy_n(static_cast<const std::byte*>(memory(from)), bytes,
                  static_cast<std::byte*>(arguments.outputs[output]));
  }

  struct Copy {
    Place from;
    std::size_t output;
    std::size_t bytes;
  };
  std::vector<Step> steps;
  std::vector<Tensor> constants;
  std::vector<Copy> copies;
};

class BodyPreparation {
 public:
  BodyPreparation(const Graph& body, const KernelQuery& query)
      : body_(body), query_(query), kernel_(std::make_shared<BodyKernel>()) {}

  Prepared run() {
    for (const auto& node : body_.nodes()) {
      if (node->op().has(Trait::Leaf)) {
        if (!add_leaf(*node)) return Prepared::refuse(text_of("op \"", node->op().name, "\" in the body"));
      } else if (!add_step(*node)) {
        return Prepared::refuse(text_of("no reference kernel for op \"", node->op().name, "\""));
      }
    }
    for (std::size_t i = 0; i < body_.outputs.size(); ++i) {
      const Symbol& output = body_.outputs[i];
      const Value& value = values_.at({output.node().get(), output.index()});
      const std::size_t bytes = static_cast<std::size_t>(value.spec.shape.size()) * itemsize(value.spec.dtype);
      kernel_->copies.push_back({value.place, i, bytes});
    }
    Prepared prepared;
    prepared.kernel = kernel_;
    prepared.implementation = "reference, node by node";
    prepared.workspace_bytes = bytes_;
    return prepared;
  }

 private:
  struct Value {
    Place place;
    TensorSpec spec;
  };

  std::size_t reserve(std::size_t bytes) {
    const std::size_t offset = bytes_;
    bytes_ += aligned(bytes);
    return offset;
  }

  bool add_leaf(const Node& node) {
    const Symbol symbol = node.output();
    for (std::size_t i = 0; i < body_.inputs.size(); ++i) {
      if (!body_.inputs[i].is(symbol)) continue;
      values_[{&node, 0}] = {{Place::Input, i}, query_.inputs[i]};
      return true;
    }
    const Tensor value = constant_value(symbol);
    if (!value.defined()) return false;
    values_[{&node, 0}] = {{Place::Constant, kernel_->constants.size()}, {value.dtype(), value.shape()}};
    kernel_->constants.push_back(value);
    return true;
  }

  bool add_step(const Node& node) {
    Step step;
    std::vector<TensorSpec> inputs;
    std::vector<Tensor> constants;
    for (const Symbol& input : node.inputs()) {
      const Value& value = values_.at({input.node().get(), input.index()});
      step.inputs.push_back(value.place);
      inputs.push_back(value.spec);
      constants.push_back(constant_value(input));
    }
    // shapes of the body may hold None: they are inferred again from those of the query
    InferContext inferred{node.op().name, inputs, node.attributes(), constants, {}};
    node.op().infer(inferred);
    for (std::size_t i = 0; i < inferred.outputs.size(); ++i) {
      const TensorSpec& spec = inferred.outputs[i];
      const Place place{Place::Workspace, reserve(static_cast<std::size_t>(spec.shape.size()) * itemsize(spec.dtype))};
      step.outputs.push_back(place);
      values_[{&node, static_cast<int>(i)}] = {place, spec};
    }
    const std::vector<runtime::Layout> layouts(inputs.size());
    const KernelQuery query{node.op(), node.attributes(), inputs, inferred.outputs, layouts, constants};
    for (const auto& candidate : KernelRegistry::global().kernels("reference", node.op().name)) {
      Prepared prepared = candidate->prepare(query);
      if (prepared.kernel == nullptr) continue;
      step.kernel = std::move(prepared.kernel);
      step.workspace = reserve(prepared.workspace_bytes);
      kernel_->steps.push_back(std::move(step));
      return true;
    }
    return false;
  }

  const Graph& body_;
  const KernelQuery& query_;
  std::shared_ptr<BodyKernel> kernel_;
  std::map<std::pair<const Node*, int>, Value> values_;
  std::size_t bytes_ = 0;
};

}  // namespace

void register_fused_kernels(KernelRegistry& registry) {
  registry.add_kernel({"reference", "xtensor", "fused", [](const KernelQuery& query) {
                         const auto& body = query.attributes.get<std::shared_ptr<const Graph>>("body");
                         return BodyPreparation(*body, query).run();
                       }});
}

}  // namespace kerascpp::reference
