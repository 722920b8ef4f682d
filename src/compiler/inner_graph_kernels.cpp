#include <algorithm>
#include <memory>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>

#include "backend/peers.hpp"
#include "compiler/body.hpp"
#include "compiler/control_flow_kernels.hpp"
#include "core/default_device.hpp"
#include "ops/loops/switch_form.hpp"

namespace kerascpp::compiler {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

/// A body with the operands of its node that it takes; it gives all outputs of the node.
class InnerGraph {
 public:
  InnerGraph(const Graph& graph, std::string_view backend, std::size_t first_input)
      : body_(std::make_unique<Body>(graph, backend, std::vector<bool>())),
        first_input_(first_input),
        num_inputs_(graph.inputs.size()) {}

  [[nodiscard]] const Body& body() const { return *body_; }

  void run(const KernelArguments& arguments) const {
    Body::Run run(*body_, arguments.workspace, arguments.queue);
    for (std::size_t i = 0; i < num_inputs_; ++i) run.set_input(i, arguments.inputs[first_input_ + i]);
    for (std::size_t o = 0; o < body_->num_outputs(); ++o) run.set_output(o, arguments.outputs[o]);
    run.run_steps();
    for (std::size_t o = 0; o < body_->num_outputs(); ++o) copy_output(run, arguments, o);
  }

 private:
  void copy_output(const Body::Run& run, const KernelArguments& arguments, std::size_t o) const {
    const Body::Source& source = body_->source(o);
    const void* from = nullptr;
    switch (source.kind) {
      case Body::Source::Kind::Written:
        return;
      case Body::Source::Kind::Input:
        from = arguments.inputs[first_input_ + source.index];
        break;
      case Body::Source::Kind::Output:
        from = arguments.outputs[source.index];
        break;
      case Body::Source::Kind::Memory:
        from = run.memory(o);
        break;
    }
    runtime::copy_bytes(arguments.queue, arguments.outputs[o], from, body_->output_bytes(o));
  }

  std::unique_ptr<Body> body_;
  std::size_t first_input_, num_inputs_;
};

class SwitchKernel final : public runtime::Kernel {
 public:
  SwitchKernel(const KernelQuery& query, std::string_view backend) {
    std::size_t first_input = 1;
    for (const auto& branch : ops::SwitchForm::of(query.attributes).branches) {
      branches_.emplace_back(*branch, backend, first_input);
      first_input += branch->inputs.size();
      workspace_bytes_ = std::max(workspace_bytes_, branches_.back().body().workspace_bytes());
    }
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }

  void run(const KernelArguments& arguments) const override {
    const auto last = static_cast<std::int32_t>(branches_.size()) - 1;
    std::int32_t chosen = 0;
    runtime::read_bytes(arguments.queue, &chosen, arguments.inputs[0], sizeof chosen);
    branches_[static_cast<std::size_t>(std::clamp(chosen, 0, last))].run(arguments);
  }

 private:
  std::vector<InnerGraph> branches_;
  std::size_t workspace_bytes_ = 0;
};

/// What another device computes: see place_devices. Where one of the two has memory of its own, values are brought
/// there and back.
class SectionKernel final : public runtime::Kernel {
 public:
  explicit SectionKernel(const Attributes& attributes)
      : SectionKernel(attributes, device_from_name(attributes.get<std::string>("device"))) {}

  [[nodiscard]] std::size_t workspace_bytes() const { return section_.body().workspace_bytes(); }
  void run(const KernelArguments& arguments) const override {
    if (arguments.queue == nullptr && there_ == nullptr) return section_.run(arguments);
    const Body& body = section_.body();
    std::vector<std::shared_ptr<Storage>> memory;
    std::vector<const void*> inputs;
    std::vector<void*> outputs;
    const auto allocated = [&](std::size_t bytes) {
      memory.push_back(there_ == nullptr ? Storage::allocate_host(bytes) : there_->allocate(bytes));
      return memory.back()->data;
    };
    runtime::Queue* const queue = there_ == nullptr ? nullptr : &there_->queue();
    for (std::size_t i = 0; i < body.num_inputs(); ++i) {
      void* const to = allocated(body.input_bytes(i));
      runtime::move_bytes(arguments.queue, arguments.inputs[i], queue, to, body.input_bytes(i));
      inputs.push_back(to);
    }
    for (std::size_t o = 0; o < body.num_outputs(); ++o) outputs.push_back(allocated(body.output_bytes(o)));
    section_.run({inputs.data(), outputs.data(), allocated(body.workspace_bytes()), queue});
    for (std::size_t o = 0; o < body.num_outputs(); ++o)
      runtime::move_bytes(queue, outputs[o], arguments.queue, arguments.outputs[o], body.output_bytes(o));
  }

 private:
  SectionKernel(const Attributes& attributes, const Device& device)
      : SectionKernel(attributes, device, DeviceScope(device)) {}
  SectionKernel(const Attributes& attributes, const Device& device, const DeviceScope&)
      : section_(*attributes.get<std::shared_ptr<const Graph>>("body"), device.backend, 0),
        there_(runtime::accelerator_of(device.backend)) {}

  InnerGraph section_;
  std::shared_ptr<runtime::Accelerator> there_;
};

/// What has other shapes from step to step: a function of its own, which has a plan for each of the sizes it meets.
class VaryingSectionKernel final : public runtime::Kernel {
 public:
  VaryingSectionKernel(const KernelQuery& query, const std::string& backend)
      : inputs_(query.inputs), outputs_(query.outputs) {
    const Graph& body = *query.attributes.get<std::shared_ptr<const Graph>>("body");
    FunctionOptions options;
    if (backend == "reference") options.mode = backend;
    options.no_default_updates = true;
    function_ = Function(SymbolList(body.inputs), SymbolList(body.outputs), std::move(options));
  }

  [[nodiscard]] static std::size_t workspace_bytes() { return 0; }

  void run(const KernelArguments& arguments) const override {
    std::vector<Tensor> inputs, outputs;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (arguments.queue == nullptr) {
        inputs.push_back(Tensor::borrow(const_cast<void*>(arguments.inputs[i]), inputs_[i].shape, inputs_[i].dtype));
        continue;
      }
      inputs.push_back(Tensor::empty(inputs_[i].shape, inputs_[i].dtype));
      runtime::read_bytes(arguments.queue, inputs[i].raw(), arguments.inputs[i], inputs[i].nbytes());
    }
    for (std::size_t o = 0; o < outputs_.size(); ++o)
      outputs.push_back(arguments.queue == nullptr
                            ? Tensor::borrow(arguments.outputs[o], outputs_[o].shape, outputs_[o].dtype)
                            : Tensor::empty(outputs_[o].shape, outputs_[o].dtype));
    function_.run(inputs.data(), inputs.size(), outputs.data(), outputs.size());
    for (std::size_t o = 0; arguments.queue != nullptr && o < outputs_.size(); ++o)
      runtime::write_bytes(arguments.queue, arguments.outputs[o], outputs[o].raw(), outputs[o].nbytes());
  }

 private:
  std::vector<TensorSpec> inputs_, outputs_;
  Function function_;
};

template <class K>
Prepared prepared_with(std::shared_ptr<const K> kernel) {
  Prepared prepared;
  prepared.workspace_bytes = kernel->workspace_bytes();
  prepared.waits = true;  // a branch is chosen by a value, values of sections come and go
  prepared.kernel = std::move(kernel);
  return prepared;
}

}  // namespace

void register_inner_graph_kernels(runtime::KernelRegistry& registry, const std::string& backend) {
  registry.add_kernel({backend, "branch", "switch", [backend](const KernelQuery& query) {
                         return prepared_with(std::make_shared<const SwitchKernel>(query, backend));
                       }});
  registry.add_kernel({backend, "section", "section", [](const KernelQuery& query) {
                         return prepared_with(std::make_shared<const SectionKernel>(query.attributes));
                       }});
  registry.add_kernel({backend, "varying", "varying_section", [backend](const KernelQuery& query) {
                         return prepared_with(std::make_shared<const VaryingSectionKernel>(query, backend));
                       }});
}

}  // namespace kerascpp::compiler
