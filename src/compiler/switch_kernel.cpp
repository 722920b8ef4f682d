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

class SwitchKernel final : public runtime::Kernel {
 public:
  SwitchKernel(const KernelQuery& query, std::string_view backend) {
    std::size_t first_input = 1;
    for (const auto& branch : ops::SwitchForm::of(query.attributes).branches) {
      branches_.push_back(
          {std::make_unique<Body>(*branch, backend, std::vector<bool>()), first_input, branch->inputs.size()});
      first_input += branch->inputs.size();
      workspace_bytes_ = std::max(workspace_bytes_, branches_.back().body->workspace_bytes());
    }
  }

  [[nodiscard]] std::size_t workspace_bytes() const { return workspace_bytes_; }

  void run(const KernelArguments& arguments) const override {
    const auto last = static_cast<std::int32_t>(branches_.size()) - 1;
    const std::int32_t chosen = std::clamp(*static_cast<const std::int32_t*>(arguments.inputs[0]), 0, last);
    const Branch& branch = branches_[static_cast<std::size_t>(chosen)];
    Body::Run run(*branch.body, arguments.workspace);
    for (std::size_t i = 0; i < branch.num_inputs; ++i) run.set_input(i, arguments.inputs[branch.first_input + i]);
    for (std::size_t o = 0; o < branch.body->num_outputs(); ++o) run.set_output(o, arguments.outputs[o]);
    run.run_steps();
    for (std::size_t o = 0; o < branch.body->num_outputs(); ++o) copy_output(branch, run, arguments, o);
  }

 private:
  struct Branch {
    std::unique_ptr<Body> body;
    std::size_t first_input, num_inputs;
  };

  static void copy_output(const Branch& branch, const Body::Run& run, const KernelArguments& arguments, std::size_t o) {
    const Body::Source& source = branch.body->source(o);
    const void* from = nullptr;
    switch (source.kind) {
      case Body::Source::Kind::Written:
        return;
      case Body::Source::Kind::Input:
        from = arguments.inputs[branch.first_input + source.index];
        break;
      case Body::Source::Kind::Output:
        from = arguments.outputs[source.index];
        break;
      case Body::Source::Kind::Memory:
        from = run.memory(o);
        break;
    }
    if (branch.body->output_bytes(o) > 0) std::memcpy(arguments.outputs[o], from, branch.body->output_bytes(o));
  }

  std::vector<Branch> branches_;
  std::size_t workspace_bytes_ = 0;
};

}  // namespace

void register_switch_kernel(runtime::KernelRegistry& registry, const std::string& backend) {
  registry.add_kernel({backend, "branch", "switch", [backend](const KernelQuery& query) {
                         const auto kernel = std::make_shared<SwitchKernel>(query, backend);
                         Prepared prepared;
                         prepared.kernel = kernel;
                         prepared.workspace_bytes = kernel->workspace_bytes();
                         return prepared;
                       }});
}

}  // namespace kerascpp::compiler
