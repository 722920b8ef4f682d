#pragma once

#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

#include "backends/cpu/onednn/compat.hpp"
#include "backends/cpu/onednn/context_pool.hpp"

namespace kerascpp::cpu::onednn {

/// Where a primitive finds one of its arguments during a run.
struct Binding {
  enum class Place { Input, Output, Workspace };

  int argument;  // DNNL_ARG_SRC, ...
  MemoryDesc desc;
  Place place;
  int index = 0;  // of the input or output
};

/// An input that is copied into an output before the primitive adds to it, unless they share memory already.
struct Preload {
  int input = -1;
  int output = 0;
  std::size_t bytes = 0;
};

/// A kernel that runs one oneDNN primitive.
class PrimitiveKernel final : public runtime::Kernel {
 public:
  PrimitiveKernel(dnnl::primitive primitive, std::vector<Binding> bindings, Preload preload = {});
  void run(const runtime::KernelArguments& arguments) const override;

 private:
  /// Memory objects hold the pointers of one call, so each concurrent call has its own.
  struct Context {
    std::vector<dnnl::memory> memories;
    std::vector<const void*> pointers;  // what `memories` hold
    std::vector<dnnl_exec_arg_t> arguments;
  };
  [[nodiscard]] std::unique_ptr<Context> make_context() const;

  dnnl::primitive primitive_;
  std::vector<Binding> bindings_;
  Preload preload_;
  mutable ContextPool<Context> contexts_;
};

/// Copies bytes with all threads that pay.
void copy_bytes(void* to, const void* from, std::size_t bytes);

/// A prepared kernel from a primitive: takes care of scratchpad and report. Layouts are for the caller to fill in.
template <class PrimitiveDesc>
[[nodiscard]] runtime::Prepared prepare_primitive(const PrimitiveDesc& pd, dnnl::primitive primitive,
                                                  std::vector<Binding> bindings, Preload preload = {}) {
  runtime::Prepared prepared;
  const MemoryDesc scratchpad = pd.scratchpad_desc();
  prepared.workspace_bytes = scratchpad.get_size();
  if (prepared.workspace_bytes != 0)
    bindings.push_back({DNNL_ARG_SCRATCHPAD, scratchpad, Binding::Place::Workspace, 0});
  prepared.implementation = pd.impl_info_str();
  prepared.kernel = std::make_shared<PrimitiveKernel>(std::move(primitive), std::move(bindings), preload);
  return prepared;
}

}  // namespace kerascpp::cpu::onednn
