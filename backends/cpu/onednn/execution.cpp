#include "backends/cpu/onednn/execution.hpp"

#include <cstring>

#include <kerascpp/core/error.hpp>

#include "backends/cpu/onednn/engine.hpp"
#include "backends/cpu/parallel.hpp"

namespace kerascpp::cpu::onednn {

void copy_bytes(void* to, const void* from, std::size_t bytes) {
  constexpr std::int64_t kGrain = 1 << 18;  // bytes that one thread copies in the time that waking another takes
  parallel_for(static_cast<std::int64_t>(bytes), kGrain, [=](std::int64_t begin, std::int64_t end) {
    std::memcpy(static_cast<char*>(to) + begin, static_cast<const char*>(from) + begin,
                static_cast<std::size_t>(end - begin));
  });
}

PrimitiveKernel::PrimitiveKernel(dnnl::primitive primitive, std::vector<Binding> bindings, Preload preload)
    : primitive_(std::move(primitive)), bindings_(std::move(bindings)), preload_(preload) {
  contexts_.give_back(make_context());
}

std::unique_ptr<PrimitiveKernel::Context> PrimitiveKernel::make_context() const {
  auto context = std::make_unique<Context>();
  for (const Binding& binding : bindings_) {
    context->memories.emplace_back(binding.desc, engine(), nullptr);
    context->arguments.push_back({binding.argument, context->memories.back().get()});
  }
  context->pointers.resize(bindings_.size(), nullptr);
  return context;
}

void PrimitiveKernel::run(const runtime::KernelArguments& arguments) const {
  if (preload_.input >= 0 && arguments.inputs[preload_.input] != arguments.outputs[preload_.output])
    copy_bytes(arguments.outputs[preload_.output], arguments.inputs[preload_.input], preload_.bytes);
  std::unique_ptr<Context> context = contexts_.take([this] { return make_context(); });
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    const Binding& binding = bindings_[i];
    void* pointer = arguments.workspace;
    if (binding.place == Binding::Place::Output) pointer = arguments.outputs[binding.index];
    // a memory object does not know constness; primitives only read their sources
    if (binding.place == Binding::Place::Input) pointer = const_cast<void*>(arguments.inputs[binding.index]);
    if (context->pointers[i] == pointer) continue;
    context->memories[i].set_data_handle(pointer);
    context->pointers[i] = pointer;
  }
  cpu::detail::start_threads();
  const dnnl_status_t status = dnnl_primitive_execute(
      primitive_.get(), stream(), static_cast<int>(context->arguments.size()), context->arguments.data());
  contexts_.give_back(std::move(context));
  KCPP_CHECK(status == dnnl_success, BackendError, "[onednn] a primitive failed with status ",
             static_cast<int>(status));
}

}  // namespace kerascpp::cpu::onednn
