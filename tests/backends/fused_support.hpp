#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/graph.hpp>

#include "backends/cpu/fused/fused_kernel.hpp"

/// Runs bodies of `fused` nodes by themselves: no passes, any layouts, each engine.
namespace kerascpp::testing {

/// A body with values of its inputs.
struct FusedCase {
  std::vector<Symbol> inputs;
  std::vector<Symbol> outputs;
  std::vector<Tensor> values;
  std::vector<runtime::Layout> layouts = {};  // of the inputs; empty means plain

  [[nodiscard]] Attributes attributes() const;
  [[nodiscard]] std::vector<TensorSpec> input_specs() const;
  [[nodiscard]] std::vector<TensorSpec> output_specs() const;
};

/// The kernel of an engine, prepared or refused.
[[nodiscard]] runtime::Prepared prepare(const FusedCase& fused, cpu::FusedEngine engine = cpu::FusedEngine::Best);
/// The loops as text.
[[nodiscard]] std::string loops_of(const FusedCase& fused);

/// Outputs, plain, of the case run by an engine. Fails the test when it refuses, writes outside its outputs or leaves
/// other than zeros in padding. With `in_place`, outputs lie where the kernel allows it.
[[nodiscard]] std::vector<Tensor> run(const FusedCase& fused, cpu::FusedEngine engine = cpu::FusedEngine::Best,
                                      bool in_place = false);
/// The same by the reference kernels, node by node.
[[nodiscard]] std::vector<Tensor> run_reference(const FusedCase& fused);

/// The engines that this processor can run.
[[nodiscard]] std::vector<cpu::FusedEngine> engines();
[[nodiscard]] std::string name(cpu::FusedEngine engine);

/// Checks |a - b| <= ulps * epsilon(dtype) * max(|b|, scale) element by element, NaN equal to NaN; fails with the first
/// index that differs and both values.
void check_close(const Tensor& actual, const Tensor& expected, double ulps, double scale = 0);
/// All engines against the reference.
void check_engines(const FusedCase& fused, double ulps, double scale = 0);

/// Numbers of every kind that `dtype` has, the same for the same seed: small ones of both signs; for integers also 0.
[[nodiscard]] Tensor numbers(const Shape& shape, DType dtype, std::uint64_t seed, double low = -4, double high = 4);

}  // namespace kerascpp::testing
