#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/backend/accelerator.hpp>
#include <kerascpp/backend/layout.hpp>
#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/attributes.hpp>
#include <kerascpp/graph/op.hpp>

/// The plug-in interface: a backend is a set of kernels in a registry. Nothing here needs the source tree.
namespace kerascpp::runtime {

/// Pointers for one run of a kernel; all memory belongs to the caller, and lies on the device of the backend.
struct KernelArguments {
  const void* const* inputs = nullptr;
  void* const* outputs = nullptr;
  void* workspace = nullptr;  // `workspace_bytes` as prepared, 64-byte aligned
  Queue* queue = nullptr;     // to which the work is given; null on the host, where `run` does it
};

/// A prepared computation for fixed shapes, dtypes and layouts. Immutable: `run` is called from several threads.
class KCPP_API Kernel {
 public:
  virtual ~Kernel();
  virtual void run(const KernelArguments& arguments) const = 0;
};

/// What a kernel is asked for. Shapes are concrete.
struct KernelQuery {
  const OpDef& op;
  const Attributes& attributes;
  std::vector<TensorSpec> inputs;
  std::vector<TensorSpec> outputs;
  /// The layouts in which the inputs come. A kernel may take them or ask for others.
  std::vector<Layout> input_layouts;
  /// Values of inputs that are constants of the graph; undefined for the others.
  std::vector<Tensor> constants;
  /// Per input: whether a layout of its own costs nothing per run (a weight only read, an invariant); empty: none.
  std::vector<bool> free_layouts = {};
};

/// The answer to a query: a kernel with its wishes, or a refusal with a reason.
struct Prepared {
  std::shared_ptr<const Kernel> kernel;  // empty: refused
  std::string refusal;                   // why, for reports
  std::string implementation;            // what the library chose, for reports
  std::vector<Layout> input_layouts;     // wanted; empty means all plain
  std::vector<Layout> output_layouts;    // given; empty means all plain
  std::size_t workspace_bytes = 0;
  /// On a device: `run` waits for values, so that it cannot be recorded.
  bool waits = false;
  /// Per output: the inputs whose memory it may take over, each element being written where it was read; empty: none.
  /// The planner gives the memory of an input to one output at most.
  std::vector<std::vector<int>> in_place;

  [[nodiscard]] static Prepared refuse(std::string reason) {
    Prepared prepared;
    prepared.refusal = std::move(reason);
    return prepared;
  }
};

/// A way to compute an operation on a backend.
struct KernelDef {
  std::string backend;  ///< "cpu"
  std::string library;  ///< "onednn"; the kernel's name is "cpu:onednn"
  std::string op;
  Callable<Prepared(const KernelQuery&)> prepare;
};

/// A backend: where its tensors live and which other backends' kernels it may use on the same memory.
struct BackendDef {
  std::string name;
  std::string description;
  /// Backends asked, in this order, when none of its own kernels accepts.
  std::vector<std::string> fallbacks;
  /// Empty when the backend can be used on this machine, else why not.
  std::string unavailable;
  /// Whether a `fused` node may contain this elementwise operation or reduction; empty: the backend does not fuse.
  Callable<bool(const OpDef& op, const Attributes& attributes, const std::vector<TensorSpec>& inputs,
                const TensorSpec& output)>
      can_fuse = {};
  /// Whether `op` with this output may end with `step`: "bias", or the name of a unary operation; empty: it never may.
  Callable<bool(const OpDef& op, const TensorSpec& output, std::string_view step)> takes_epilogue = {};
  /// Device number `index`, the same object each time; empty: tensors lie in the host's memory. Throws BackendError
  /// when there is no such device.
  Callable<std::shared_ptr<Accelerator>(int index)> accelerator = {};
};

/// All backends and kernels, those of an op in order of preference.
class KCPP_API KernelRegistry {
 public:
  /// The registry with the backends built into the library.
  static KernelRegistry& global();

  /// Throws ValueError when the name is taken.
  void add_backend(BackendDef backend);
  void add_kernel(KernelDef kernel);
  /// Takes a backend and its kernels out again (a plug-in that is unloaded, a test).
  void remove_backend(std::string_view name);

  [[nodiscard]] std::vector<BackendDef> backends() const;
  /// Throws LookupError for an unknown name.
  [[nodiscard]] BackendDef backend(std::string_view name) const;
  /// Kernels for `op` on `backend`: its own in order of registration, then those of its fallbacks.
  [[nodiscard]] std::vector<std::shared_ptr<const KernelDef>> kernels(std::string_view backend,
                                                                      std::string_view op) const;

  KernelRegistry();
  ~KernelRegistry();
  KernelRegistry(const KernelRegistry&) = delete;
  KernelRegistry& operator=(const KernelRegistry&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kerascpp::runtime
