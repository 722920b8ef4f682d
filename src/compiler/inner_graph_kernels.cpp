#include <algorithm>
#include <cstring>
#include <memory>

#include <kerascpp/core/error.hpp>

#include "compiler/body.hpp"
#include "compiler/control_flow_kernels.hpp"
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

  [[nodiscard]] std::size_t workspace_bytes() const { return body_->workspace_bytes(); }

  void run(const KernelArguments& arguments) const {
    Body::Run run(*body_, arguments.workspace);
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
    if (body_->output_bytes(o) > 0) std::memcpy(arguments.outputs[o], from, body_->output_bytes(o));
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
      workspace_bytes_ = std::max(workspace_bytes_, branches_.back().workspace_bytes());
    }
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }

  void run(const KernelArguments& arguments) const override {
    const auto last = static_cast<std::int32_t>(branches_.size()) - 1;
    const std::int32_t chosen = std::clamp(*static_cast<const std::int32_t*>(arguments.inputs[0]), 0, last);
    branches_[static_cast<std::size_t>(chosen)].run(arguments);
  }

 private:
  std::vector<InnerGraph> branches_;
  std::size_t workspace_bytes_ = 0;
};

/// What another backend computes: see place_devices.
class SectionKernel final : public runtime::Kernel {
 public:
  explicit SectionKernel(const Attributes& attributes)
      : section_(*attributes.get<std::shared_ptr<const Graph>>("body"), attributes.get<std::string>("backend"), 0) {}

  [[nodiscard]] std::size_t workspace_bytes() const { return section_.workspace_bytes(); }
  void run(const KernelArguments& arguments) const override { section_.run(arguments); }

 private:
  InnerGraph section_;
};

template <class K>
Prepared prepared_with(std::shared_ptr<const K> kernel) {
  Prepared prepared;
  prepared.workspace_bytes = kernel->workspace_bytes();
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
}

}  // namespace kerascpp::compiler
