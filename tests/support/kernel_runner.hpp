#pragma once

#include <optional>
#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/op.hpp>

/// Runs a kernel of the registry by itself: no graph, no passes, any layouts.
namespace kerascpp::testing {

/// An input of a kernel. `shape_only` inputs reach it as null pointers.
struct KernelInput {
  Tensor value;
  runtime::Layout layout = {};
  bool shape_only = false;

  KernelInput(Tensor value) : value(std::move(value)) {}  // NOLINT: implicit by design
  KernelInput(Tensor value, runtime::Layout layout) : value(std::move(value)), layout(std::move(layout)) {}
  [[nodiscard]] static KernelInput shape_of(Tensor value) {
    KernelInput input(std::move(value));
    input.shape_only = true;
    return input;
  }
};

struct KernelCall {
  std::string op;
  Attributes attributes;
  std::vector<KernelInput> inputs;
  /// Filled in by the op's inference when empty.
  std::vector<TensorSpec> outputs = {};
};

/// A kernel prepared for a call, or the refusal.
struct PreparedCall {
  KernelCall call;
  runtime::Prepared prepared;

  [[nodiscard]] runtime::Layout input_layout(std::size_t i) const;
  [[nodiscard]] runtime::Layout output_layout(std::size_t i) const;
  /// The outputs in plain layout. Fails when a kernel writes outside its outputs or workspace, or leaves other than
  /// zeros in the padding of an output.
  [[nodiscard]] std::vector<Tensor> run() const;
};

/// Asks the kernel of `library` ("onednn") on `backend`; the first that accepts when `library` is empty.
/// Throws LookupError when there is no such kernel.
[[nodiscard]] PreparedCall prepare_kernel(KernelCall call, const std::string& backend, const std::string& library = {});
/// Prepares and runs; throws Error with the refusal.
[[nodiscard]] std::vector<Tensor> run_kernel(KernelCall call, const std::string& backend,
                                             const std::string& library = {});

/// The bytes of a tensor in a layout, padding zero; and back.
[[nodiscard]] Tensor pack(const Tensor& plain, const runtime::Layout& layout);
[[nodiscard]] Tensor unpack(const Tensor& packed, const runtime::Layout& layout, const TensorSpec& spec);

/// The largest |a - b| over the largest |b|.
[[nodiscard]] double relative_error(const Tensor& a, const Tensor& b);

/// Uniform in [-1, 1), the same for the same seed.
[[nodiscard]] Tensor uniform(const Shape& shape, std::uint64_t seed, DType dtype = DType::Float32);

}  // namespace kerascpp::testing
