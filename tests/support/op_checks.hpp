#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

/// The parts of the battery.
namespace kerascpp::test {

/// Runs `check` under a message; an exception of the library becomes a failure that carries it.
template <class F>
void within(const std::string& message, F check) {
  INFO(message);
  try {
    check();
  } catch (const Error& error) {
    FAIL_CHECK(error.what());
  }
}

/// A row applied to placeholders.
struct Built {
  std::vector<Symbol> inputs;
  std::vector<Symbol> outputs;
};
[[nodiscard]] Built build(const OpCase& row, DType dtype, bool known_dimensions);
[[nodiscard]] DType dtype_of_input(const OpInput& input, DType dtype);
[[nodiscard]] double tolerance_of(const OpCase& row, DType dtype);
/// The outputs computed by a function compiled in `mode`.
[[nodiscard]] std::vector<Tensor> run(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs,
                                      const std::vector<Tensor>& values, const std::string& mode);

/// First and second gradients against central differences in float64, with known and unknown dimensions, and with all
/// passes in float32 against none.
void check_gradients(const OpCase& row, std::uint64_t seed);
/// Every kernel that any backend has for the node, against the reference kernel.
void check_kernels(const Node& node, const std::vector<Symbol>& inputs, const std::vector<Tensor>& values,
                   double relative);

}  // namespace kerascpp::test
