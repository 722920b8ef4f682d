#include <kerascpp/ops/printing.hpp>

#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

#include "ops/families.hpp"

namespace kerascpp::ops {
namespace {

constexpr std::string_view kAttributes[] = {"__str__", "shape", "dtype", "size", "min",
                                            "max",     "mean",  "std",   "norm", "any_nan"};

void infer_print(InferContext& context) { context.outputs = {context.inputs[0]}; }

std::vector<Symbol> gradient_of_print(const Node&, const std::vector<Symbol>& g) { return {g[0]}; }

}  // namespace

void register_print_op(OpRegistry& registry) {
  registry.add({.name = "print",
                .inputs = {"x"},
                .traits = static_cast<Traits>(Trait::Opaque),
                .infer = infer_print,
                .gradient = gradient_of_print});
}

Symbol print_tensor(const Operand& x, const std::string& message, const std::vector<std::string>& attributes) {
  std::string names;  // comma-separated
  for (const std::string& attribute : attributes) {
    KCPP_CHECK(std::find(std::begin(kAttributes), std::end(kAttributes), attribute) != std::end(kAttributes),
               ValueError, "[print_tensor] cannot print \"", attribute,
               "\"; it is none of __str__, shape, dtype, size, min, max, mean, std, norm, any_nan");
    names += (names.empty() ? "" : ",") + attribute;
  }
  return make_symbol("print", {x.symbol()}, {{"message", message}, {"attributes", names}}, x.site());
}

}  // namespace kerascpp::ops
