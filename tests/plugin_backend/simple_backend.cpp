// The backend "simple": sums of float32 arrays of one shape, and relu in place. All else it leaves to the CPU.
#include <kerascpp/backend/plugin.hpp>
#include <kerascpp/core/error.hpp>

namespace {

using kerascpp::DType;
using kerascpp::text_of;
using kerascpp::runtime::Kernel;
using kerascpp::runtime::KernelArguments;
using kerascpp::runtime::KernelQuery;
using kerascpp::runtime::KernelRegistry;
using kerascpp::runtime::Plugin;
using kerascpp::runtime::Prepared;

class Add final : public Kernel {
 public:
  explicit Add(std::int64_t size) : size_(size) {}
  void run(const KernelArguments& arguments) const override {
    const auto* a = static_cast<const float*>(arguments.inputs[0]);
    const auto* b = static_cast<const float*>(arguments.inputs[1]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t i = 0; i < size_; ++i) y[i] = a[i] + b[i];
  }

 private:
  std::int64_t size_;
};

class Relu final : public Kernel {
 public:
  explicit Relu(std::int64_t size) : size_(size) {}
  void run(const KernelArguments& arguments) const override {
    const auto* x = static_cast<const float*>(arguments.inputs[0]);
    auto* y = static_cast<float*>(arguments.outputs[0]);
    for (std::int64_t i = 0; i < size_; ++i) y[i] = x[i] < 0 ? 0 : x[i];
  }

 private:
  std::int64_t size_;
};

// --- preparing a kernel
Prepared prepare_add(const KernelQuery& query) {
  if (query.outputs[0].dtype != DType::Float32)
    return Prepared::refuse(text_of("adds float32 only, not ", query.outputs[0].dtype));
  if (!(query.inputs[0].shape == query.inputs[1].shape))
    return Prepared::refuse(text_of("does not broadcast ", query.inputs[0].shape, " with ", query.inputs[1].shape));
  Prepared prepared;
  prepared.kernel = std::make_shared<Add>(query.outputs[0].shape.size());
  prepared.implementation = "loop";
  prepared.in_place = {{0, 1}};  // the output may take over the memory of either input
  return prepared;
}
// ---

Prepared prepare_relu(const KernelQuery& query) {
  if (query.outputs[0].dtype != DType::Float32) return Prepared::refuse("float32 only");
  Prepared prepared;
  prepared.kernel = std::make_shared<Relu>(query.outputs[0].shape.size());
  prepared.implementation = "loop";
  prepared.in_place = {{0}};
  return prepared;
}

}  // namespace

// --- the plug-in
static void add(KernelRegistry& registry) {
  registry.add_backend({.name = "simple",
                        .description = "plain loops of a plug-in",
                        .fallbacks = {"cpu", "reference"},
                        .unavailable = {}});
  registry.add_kernel({"simple", "loops", "add", prepare_add});
  registry.add_kernel({"simple", "loops", "relu", prepare_relu});
}

extern "C" __attribute__((visibility("default"))) const Plugin* kerascpp_plugin() {
  static const Plugin plugin{.backend = "simple", .add = add};
  return &plugin;
}
// ---
