#include <kerascpp/core/error.hpp>

#include "backends/cuda/families.hpp"

/// Printing: the values are brought to the host, which writes them.
namespace kerascpp::cuda {
namespace {

using runtime::KernelArguments;
using runtime::KernelQuery;
using runtime::Prepared;

class PrintKernel final : public runtime::Kernel {
 public:
  PrintKernel(const TensorSpec& spec, Prepared printer) : spec_(spec), printer_(std::move(printer)) {}

  void run(const KernelArguments& arguments) const override {
    Tensor value = Tensor::empty(spec_.shape, spec_.dtype);
    runtime::read_bytes(arguments.queue, value.raw(), arguments.inputs[0], value.nbytes());
    const void* const from = value.raw();
    void* const to = value.raw();
    const auto workspace = Storage::allocate_host(printer_.workspace_bytes);
    printer_.kernel->run({&from, &to, workspace->data, nullptr});
    runtime::copy_bytes(arguments.queue, arguments.outputs[0], arguments.inputs[0], value.nbytes());
  }

 private:
  TensorSpec spec_;
  Prepared printer_;
};

Prepared prepare_print(const KernelQuery& query) {
  for (const auto& definition : runtime::KernelRegistry::global().kernels("reference", "print")) {
    Prepared printer = definition->prepare(query);
    if (printer.kernel == nullptr) continue;
    Prepared prepared;
    prepared.kernel = std::make_shared<const PrintKernel>(query.inputs[0], std::move(printer));
    prepared.implementation = "on the host";
    prepared.waits = true;
    prepared.in_place = {{0}};
    return prepared;
  }
  return Prepared::refuse("nothing on the host prints it");
}

}  // namespace

void register_printing_kernels(runtime::KernelRegistry& registry) {
  registry.add_kernel({"cuda", "host", "print", prepare_print});
}

}  // namespace kerascpp::cuda
