#include <kerascpp/sparse/function.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>

namespace kerascpp::sparse {
namespace {

std::vector<Symbol> dense_inputs(const std::vector<Item>& items) {
  std::vector<Symbol> inputs;
  for (const Item& item : items) {
    if (item.dense() != nullptr) {
      inputs.push_back(*item.dense());
      continue;
    }
    for (const Symbol& part : item.sparse()->fed_parts()) inputs.push_back(part);
  }
  return inputs;
}

SymbolList dense_outputs(const std::vector<Item>& items) {
  std::vector<Symbol> outputs;
  for (const Item& item : items) {
    if (item.dense() != nullptr) {
      outputs.push_back(*item.dense());
      continue;
    }
    const SparseSymbol& matrix = *item.sparse();
    outputs.insert(outputs.end(), {matrix.data(), matrix.indices(), matrix.indptr(), matrix.rows(), matrix.columns()});
  }
  return SymbolList(std::move(outputs));
}

std::string describe(std::size_t i, const std::string& name) {
  return name.empty() ? text_of("input ", i) : text_of("input ", i, " (\"", name, "\")");
}

void feed(std::size_t i, const SparseSymbol& wanted, const SparseTensor& value, TensorList& parts) {
  KCPP_CHECK(value.defined() && value.format() == wanted.format() && wanted.shape().accepts(value.shape()), ShapeError,
             "[function] ", describe(i, wanted.name()), " expected a matrix ", wanted, ", received ", value);
  KCPP_CHECK(value.indices().dtype() == wanted.indices().dtype(), DTypeError, "[function] ", describe(i, wanted.name()),
             " expected ", wanted.indices().dtype(), " indices, received ", value.indices().dtype());
  parts.push_back(value.data());
  parts.push_back(value.indices());
  parts.push_back(value.indptr());
  if (!wanted.shape().is_known()) parts.push_back(Tensor(value.shape().vector()));
}

}  // namespace

const Tensor& Value::dense() const {
  KCPP_CHECK(!is_sparse(), ValueError, "expected a dense tensor, received the sparse matrix ", sparse());
  return std::get<Tensor>(value_);
}

const SparseTensor& Value::sparse() const {
  KCPP_CHECK(is_sparse(), ValueError, "expected a sparse matrix, received a dense tensor of shape ",
             std::get<Tensor>(value_).shape());
  return std::get<SparseTensor>(value_);
}

const Value& Values::single() const {
  KCPP_CHECK(items_.size() == 1, ValueError, "expected exactly one value, there are ", items_.size());
  return items_.front();
}

SparseFunction::SparseFunction(const Items& inputs, const Items& outputs, FunctionOptions options)
    : inputs_(inputs.items()),
      outputs_(outputs.items()),
      function_(dense_inputs(inputs_), dense_outputs(outputs_), std::move(options)) {}

Values SparseFunction::operator()(const std::vector<Value>& inputs) const {
  KCPP_CHECK(inputs.size() == inputs_.size(), ValueError, "[function] takes ", inputs_.size(), " inputs, received ",
             inputs.size());
  TensorList parts;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const SparseSymbol* wanted = inputs_[i].sparse();
    KCPP_CHECK((wanted != nullptr) == inputs[i].is_sparse(), ValueError, "[function] ",
               describe(i, wanted != nullptr ? wanted->name() : inputs_[i].dense()->name()), " expected a ",
               wanted != nullptr ? "sparse matrix" : "dense tensor", ", received a ",
               wanted != nullptr ? "dense tensor" : "sparse matrix");
    if (wanted != nullptr)
      feed(i, *wanted, inputs[i].sparse(), parts);
    else
      parts.push_back(inputs[i].dense());
  }
  const TensorList results = function_(parts);
  std::vector<Value> values;
  std::size_t next = 0;
  for (const Item& output : outputs_) {
    if (output.dense() != nullptr) {
      values.emplace_back(results[next++]);
      continue;
    }
    const Shape shape{results[next + 3].item<std::int64_t>(), results[next + 4].item<std::int64_t>()};
    values.emplace_back(
        SparseTensor(output.sparse()->format(), results[next], results[next + 1], results[next + 2], shape));
    next += 5;
  }
  return Values(std::move(values));
}

}  // namespace kerascpp::sparse
