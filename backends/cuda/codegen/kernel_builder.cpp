#include "backends/cuda/codegen/kernel_builder.hpp"

#include <algorithm>
#include <atomic>
#include <limits>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/codegen/device_code.hpp"
#include "backends/cuda/runtime/module.hpp"

namespace kerascpp::cuda {
namespace {

constexpr std::size_t kAlignment = 256;
// blocks beyond this make several rounds: they fill any GPU
constexpr std::int64_t kMostBlocks = std::int64_t{1} << 16;

std::atomic<SourceListener> source_listener{nullptr};

std::string joined(const std::vector<std::string>& parameters) {
  std::string text;
  for (const std::string& parameter : parameters) text += (text.empty() ? "" : ", ") + parameter;
  return text;
}

/// A kernel whose work is written down: launches of functions of one module.
class GeneratedKernel final : public runtime::Kernel {
 public:
  GeneratedKernel(std::vector<Work> works, std::shared_ptr<const Module> module)
      : works_(std::move(works)), module_(std::move(module)) {
    for (const Work& work : works_)
      functions_.push_back(work.kind == Work::Kind::Launch ? module_->function(work.function) : nullptr);
  }

  void run(const runtime::KernelArguments& arguments) const override {
    Stream& stream = stream_of(arguments.queue);
    for (std::size_t w = 0; w < works_.size(); ++w) {
      const Work& work = works_[w];
      void* pointers[kMostParameters];
      void* addresses[kMostParameters + 1] = {};  // ends with a null pointer
      for (std::size_t p = 0; p < work.parameters.size(); ++p) {
        pointers[p] = resolve(work.parameters[p], arguments);
        addresses[p] = &pointers[p];
      }
      if (work.kind == Work::Kind::Launch)
        stream.launch(functions_[w], work.grid, work.block, static_cast<void**>(addresses));
      else if (work.kind == Work::Kind::Clear)
        stream.clear(pointers[0], work.bytes);
      else if (pointers[0] != pointers[1])
        stream.copy(pointers[0], pointers[1], work.bytes);
    }
  }

  static constexpr std::size_t kMostParameters = 256;

 private:
  static void* resolve(const Parameter& parameter, const runtime::KernelArguments& arguments) {
    const void* base = nullptr;
    switch (parameter.kind) {
      case Parameter::Kind::Input:
        base = arguments.inputs[parameter.index];
        break;
      case Parameter::Kind::Output:
        base = arguments.outputs[parameter.index];
        break;
      case Parameter::Kind::Workspace:
        base = arguments.workspace;
        break;
    }
    return const_cast<char*>(static_cast<const char*>(base)) + parameter.offset;
  }

  std::vector<Work> works_;
  std::shared_ptr<const Module> module_;
  std::vector<CUfunction> functions_;
};

}  // namespace

Parameter KernelBuilder::reserve(std::size_t bytes) {
  const std::size_t offset = workspace_bytes_;
  workspace_bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  return {Parameter::Kind::Workspace, 0, offset};
}

void KernelBuilder::launch(const std::string& function, std::int64_t blocks, unsigned block,
                           std::vector<Parameter> parameters, std::int64_t blocks_y) {
  if (blocks == 0 || blocks_y == 0) return;
  KCPP_CHECK(parameters.size() <= GeneratedKernel::kMostParameters, BackendError, "[cuda] a kernel with ",
             parameters.size(), " parameters; at most ", GeneratedKernel::kMostParameters, " are passed");
  KCPP_CHECK(blocks <= std::numeric_limits<std::int32_t>::max() && blocks_y < 65536, BackendError,
             "[cuda] a kernel of ", blocks, " x ", blocks_y, " blocks is too large");
  works_.push_back({Work::Kind::Launch,
                    function,
                    {static_cast<unsigned>(blocks), static_cast<unsigned>(blocks_y), 1},
                    block,
                    std::move(parameters),
                    0});
}

void KernelBuilder::clear(Parameter what, std::size_t bytes) {
  works_.push_back({Work::Kind::Clear, {}, {1, 1, 1}, 1, {what}, bytes});
}

void KernelBuilder::copy(Parameter to, Parameter from, std::size_t bytes) {
  works_.push_back({Work::Kind::Copy, {}, {1, 1, 1}, 1, {to, from}, bytes});
}

void KernelBuilder::for_each(std::int64_t n, const std::vector<std::string>& parameters, const std::string& body,
                             std::vector<Parameter> arguments) {
  if (n == 0) return;
  const std::string name = new_name();
  const std::int64_t blocks = std::min((n + kBlock - 1) / kBlock, kMostBlocks);
  // the last round may step beyond 32 bits
  const bool narrow = n + blocks * kBlock < (std::int64_t{1} << 31);
  const std::string_view index = narrow ? "uint32" : "int64";
  add(text_of("extern \"C\" __global__ void __launch_bounds__(", kBlock, ") ", name, "(", joined(parameters),
              ") {\n  for (", index, " i = ", index, "(blockIdx.x) * ", kBlock, " + threadIdx.x; i < ", n,
              "; i += ", index, "(gridDim.x) * ", kBlock, ") {\n", body, "\n  }\n}\n"));
  launch(name, blocks, kBlock, std::move(arguments));
}

void KernelBuilder::for_each_row(std::int64_t rows, unsigned block, const std::vector<std::string>& parameters,
                                 const std::string& body, std::vector<Parameter> arguments) {
  if (rows == 0) return;
  const std::string name = new_name();
  add(text_of("extern \"C\" __global__ void __launch_bounds__(", block, ") ", name, "(", joined(parameters),
              ") {\n  const int64 row = blockIdx.x;\n", body, "\n}\n"));
  launch(name, rows, block, std::move(arguments));
}

std::string KernelBuilder::source() const { return (exact_ ? "// exact\n" : "") + device_code_of(needs_) + text_; }

runtime::Prepared KernelBuilder::prepared(std::string implementation) const {
  const std::string text = source();
  if (const SourceListener listener = source_listener.load(); listener != nullptr) listener(text);
  runtime::Prepared result;
  const bool compiles =
      std::any_of(works_.begin(), works_.end(), [](const Work& work) { return work.kind == Work::Kind::Launch; });
  result.kernel = std::make_shared<GeneratedKernel>(works_, compiles ? Module::of(current_gpu(), text) : nullptr);
  result.implementation = std::move(implementation);
  result.workspace_bytes = workspace_bytes_;
  return result;
}

std::string_view type_name(DType dtype) {
  switch (dtype) {
    case DType::Bool:
      return "bool";
    case DType::UInt8:
      return "uint8";
    case DType::UInt16:
      return "uint16";
    case DType::UInt32:
      return "uint32";
    case DType::UInt64:
      return "uint64";
    case DType::Int8:
      return "int8";
    case DType::Int16:
      return "int16";
    case DType::Int32:
      return "int32";
    case DType::Int64:
      return "int64";
    case DType::Float16:
      return "half_t";
    case DType::BFloat16:
      return "bfloat_t";
    case DType::Float32:
      return "float";
    case DType::Float64:
      return "double";
    case DType::Complex64:
      return "complex64";
    case DType::Complex128:
      return "complex128";
  }
  KCPP_UNREACHABLE();
}

void listen_to_sources(SourceListener listener) { source_listener = listener; }

}  // namespace kerascpp::cuda
