#include "support/op_test.hpp"

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/graph_config.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/catch.hpp"
#include "support/op_checks.hpp"

namespace kerascpp::test {
namespace {

std::uint64_t seed_of(const std::string& text) {
  std::uint64_t hash = 1469598103934665603u;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

Shape with_unknown_dimensions(Shape shape) {
  for (std::int64_t& dim : shape) dim = None;
  return shape;
}

void check_same(const std::vector<Tensor>& actual, const std::vector<Tensor>& expected, double relative) {
  CHECK(actual.size() == expected.size());
  if (actual.size() != expected.size()) return;
  for (std::size_t i = 0; i < actual.size(); ++i) {
    INFO("output " << i);
    CHECK(first_difference(actual[i], expected[i], relative) == "");
  }
}

void check_inference(const Built& built, const std::vector<Tensor>& results) {
  CHECK(built.outputs.size() == results.size());
  if (built.outputs.size() != results.size()) return;
  for (std::size_t i = 0; i < results.size(); ++i) {
    INFO("output " << i << " was inferred to be " << to_string(built.outputs[i].spec()) << " and is "
                   << to_string(TensorSpec{results[i].dtype(), results[i].shape()}));
    CHECK(built.outputs[i].dtype() == results[i].dtype());
    CHECK(built.outputs[i].shape().accepts(results[i].shape()));
  }
}

void check_attributes(const Node& node) {
  Attributes copy;
  for (const Attributes::Item& item : node.attributes().items()) copy.set(item.first, item.second);
  CHECK(copy == node.attributes());
  CHECK(hash_of(copy) == hash_of(node.attributes()));
  std::vector<Tensor> arrays;
  const Config saved = attributes_to_config(node.attributes(), arrays);
  CHECK(attributes_from_config(parse_json(to_json(saved)), arrays) == node.attributes());
  const std::vector<Symbol> again = make_node(node.op(), node.inputs(), copy);
  for (std::size_t i = 0; i < again.size(); ++i) CHECK(again[i].spec() == node.outputs()[i]);
  for (const Attributes::Item& left_out : node.attributes().items()) {
    Attributes fewer;
    for (const Attributes::Item& item : node.attributes().items())
      if (item.first != left_out.first) fewer.set(item.first, item.second);
    CHECK_FALSE(fewer == node.attributes());
  }
}

void check_errors(const OpCase& row) {
  for (const OpError& error : row.errors) {
    INFO("expected an error that says \"" << error.text << "\"");
    try {
      error.use();
      FAIL_CHECK("nothing was thrown");
    } catch (const Error& thrown) {
      CHECK_THAT(thrown.what(), ContainsSubstring(error.text));
    }
  }
}

void check_in_dtype(const OpCase& row, DType dtype) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < row.inputs.size(); ++i)
    values.push_back(make_values(row.inputs[i], dtype_of_input(row.inputs[i], dtype), seed_of(row.op) + i));
  const Built built = build(row, dtype, true);
  const std::vector<Tensor> reference = run(built.inputs, built.outputs, values, "reference");
  check_inference(built, reference);
  const double relative = tolerance_of(row, dtype);
  within("all passes against none",
         [&] { check_same(run(built.inputs, built.outputs, values, "fast_run"), reference, relative); });
  if (row.unknown_dimensions)
    within("built on unknown dimensions", [&] {
      const Built unknown = build(row, dtype, false);
      const std::vector<Tensor> results = run(unknown.inputs, unknown.outputs, values, "reference");
      check_inference(unknown, results);
      check_same(results, reference, 0);
    });
  bool found = false;
  Graph graph;
  graph.outputs = built.outputs;
  for (const auto& node : graph.nodes()) {
    if (node->op().name != row.op) continue;
    found = true;
    check_attributes(*node);
    check_kernels(*node, built.inputs, values, relative);
  }
  CHECK(found);  // the row builds something else than it says
}

}  // namespace

DType dtype_of_input(const OpInput& input, DType dtype) { return input.has_own_dtype ? input.dtype : dtype; }

double tolerance_of(const OpCase& row, DType dtype) {
  return epsilon_of(dtype) * row.tolerance * row.accumulation_length;
}

Built build(const OpCase& row, DType dtype, bool known_dimensions) {
  Built built;
  for (const OpInput& input : row.inputs)
    built.inputs.push_back(placeholder(known_dimensions ? input.shape : with_unknown_dimensions(input.shape),
                                       dtype_of_input(input, dtype)));
  built.outputs = row.build(built.inputs);
  return built;
}

std::vector<Tensor> run(const std::vector<Symbol>& inputs, const std::vector<Symbol>& outputs,
                        const std::vector<Tensor>& values, const std::string& mode) {
  FunctionOptions options;
  options.mode = mode;
  return Function(SymbolList(inputs), SymbolList(outputs), options)(TensorList(values)).vector();
}

void check_op(const OpCase& row) {
  within("operation " + row.op + (row.label.empty() ? "" : ", ") + row.label, [&row] {
    for (const DType dtype : row.dtypes) within(text_of("in ", dtype), [&row, dtype] { check_in_dtype(row, dtype); });
    if (row.gradient) within("gradients", [&row] { check_gradients(row, seed_of(row.op)); });
    check_errors(row);
  });
}

void check_ops(const std::vector<OpCase>& rows) {
  for (const OpCase& row : rows) check_op(row);
}

}  // namespace kerascpp::test
