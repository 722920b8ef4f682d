#include <kerascpp/graph/test_values.hpp>

#include <cstdio>
#include <string>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>

#include "graph/exact_conversion.hpp"
#include "graph/node_test_values.hpp"

namespace kerascpp {
namespace {

thread_local std::string mode = "off";

/// Undefined when there is none.
Tensor value_of(const Symbol& x) {
  if (const Tensor value = constant_value(x); value.defined()) return value;
  if (const Variable variable = variable_of(x); variable.defined()) return variable.get_value();
  return x.node()->test_value(x.index());
}

/// While it lives, nothing is computed along.
class Off {
 public:
  Off() : previous_(std::move(mode)) { mode = "off"; }
  ~Off() { mode = std::move(previous_); }
  Off(const Off&) = delete;
  Off& operator=(const Off&) = delete;

 private:
  std::string previous_;
};

}  // namespace

void set_compute_test_value(std::string_view what) {
  KCPP_CHECK(what == "off" || what == "ignore" || what == "warn" || what == "raise", ValueError,
             "[set_compute_test_value] \"", what, "\" is none of off, ignore, warn, raise");
  mode = what;
}

std::string_view compute_test_value() { return mode; }

void set_test_value(const Symbol& x, const Tensor& value) {
  KCPP_CHECK(x.defined() && value.defined(), ValueError, "[set_test_value] received an undefined symbol or value");
  KCPP_CHECK(x.shape().accepts(value.shape()), ShapeError, "[set_test_value] ", x, " received a value of shape ",
             value.shape());
  KCPP_CHECK(converts_exactly(value, x.dtype()), DTypeError, "[set_test_value] ", x, " received a value of dtype ",
             value.dtype(), ", of which it would lose something");
  x.node()->set_test_value(x.index(), value.astype(x.dtype()));
}

Tensor get_test_value(const Operand& x) {
  const Tensor value = value_of(x.symbol());
  KCPP_CHECK(value.defined(), ValueError, "[get_test_value] ", x.symbol(),
             " has no test value; give its placeholders some before it is made, with compute_test_value on");
  return value;
}

void compute_test_values(const Node& node) {
  if (mode == "off" || node.inputs().empty()) return;
  std::vector<Symbol> values;
  for (std::size_t i = 0; i < node.inputs().size(); ++i) {
    const Tensor value = value_of(node.input(i));
    if (value.defined()) {
      values.push_back(constant(value));
      continue;
    }
    const std::string text = text_of("[", node.op().name, "] input ", i, ", ", node.input(i), ", has no test value");
    KCPP_CHECK(mode != "raise", ValueError, text, "; set_test_value gives it one");
    if (mode == "warn") std::fprintf(stderr, "kerascpp: warning: %s\n", text.c_str());
    return;
  }
  const Off off;
  const std::vector<Tensor> results = compute_now(make_node(node.op(), values, node.attributes(), node.site()));
  for (std::size_t i = 0; i < results.size(); ++i)
    const_cast<Node&>(node).set_test_value(static_cast<int>(i), results[i]);
}

}  // namespace kerascpp
