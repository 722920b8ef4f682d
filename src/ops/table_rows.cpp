#include <algorithm>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>

#include "graph/bodies.hpp"
#include "ops/families.hpp"
#include "ops/shape_support.hpp"

// Rows of large tables, for training steps that touch few of them: made by training/row_updates.cpp, after gradients.

namespace kerascpp::ops {
namespace {

// distinct_rows(indices...; length) -> (rows, places...)
//
// rows    (K,) int32      the rows that the indices name, each once in the order of their first index; -1 behind them.
//                         K is the number of indices, at most `length`.
// places  int32           for each array of indices one of its shape: where in `rows` its row stands
//
// Negative indices count from the end, as in take.
void infer_distinct_rows(InferContext& context) {
  const std::int64_t length = context.attributes.integer("length");
  KCPP_CHECK(!context.inputs.empty() && length > 0, ValueError, "[", context.op, "] needs indices and a length");
  std::int64_t count = 0;
  for (std::size_t i = 0; i < context.inputs.size(); ++i) {
    check_integers(context, i, "indices");
    const Shape& shape = context.inputs[i].shape;
    count = count == None || !shape.is_known() ? None : count + shape.size();
  }
  context.outputs = {{DType::Int32, {count == None ? None : std::min(count, length)}}};
  for (const TensorSpec& indices : context.inputs) context.outputs.push_back({DType::Int32, indices.shape});
}

// write_rows(table, rows, values) -> table with values[k] as row rows[k], where that is not negative.
void infer_write_rows(InferContext& context) {
  const TensorSpec &table = context.inputs[0], &rows = context.inputs[1], &values = context.inputs[2];
  KCPP_CHECK(table.shape.ndim() >= 1 && rows.dtype == DType::Int32 && rows.shape.ndim() == 1, ShapeError, "[",
             context.op, "] expected a table and int32 rows (K,), received ", table, " and ", rows);
  Shape expected = table.shape;
  expected.set_dim(0, rows.shape[0]);
  bool fits = values.dtype == table.dtype && values.shape.ndim() == expected.ndim();
  for (int i = 0; fits && i < expected.ndim(); ++i) fits = may_equal(values.shape[i], expected[i]);
  KCPP_CHECK(fits, ShapeError, "[", context.op, "] expected values ", TensorSpec{table.dtype, expected}, ", received ",
             values);
  context.outputs = {table};
}

// current_rows(rows?, done, count, history, tables...; body, round?, all, rests) -> rows of each table as they are
// after `count` steps
//
// done     (V,) int32      how many of the steps each row has been through
// count    () int64        steps so far
// history  (C, S)          the numbers that step j depends on
// tables   (V, ...)        of one length, which change together
// body     (a row (1, ...) of each table..., S numbers) -> the rows after a step that does not touch them
// round    the same for several steps, with the numbers of one after the other
// rests    whether such a step changes nothing while the rows of all tables but the first are zeros
//
// With `all` there are no rows among the inputs and every row is given, in the memory of its table where that may be;
// otherwise a row of -1 gives zeros.
void infer_current_rows(InferContext& context) {
  const bool all = context.attributes.flag("all");
  const auto& body = context.attributes.get<std::shared_ptr<const Graph>>("body");
  const std::size_t first = all ? 3 : 4, tables = body->outputs.size();
  KCPP_CHECK(context.inputs.size() == first + tables, ValueError, "[", context.op, "] received ", context.inputs.size(),
             " inputs, its body gives rows of ", tables, " tables");
  const TensorSpec &count = context.inputs[first - 2], &history = context.inputs[first - 1];
  KCPP_CHECK(count == (TensorSpec{DType::Int64, {}}) && history.shape.ndim() == 2 &&
                 body->inputs.size() == tables + static_cast<std::size_t>(history.shape[1]),
             ShapeError, "[", context.op, "] expected an int64 scalar and a history of ", body->inputs.size() - tables,
             " numbers for each step, received ", count, " and ", history);
  for (std::size_t t = 0; t < tables; ++t) {
    TensorSpec spec = context.inputs[first + t];
    Shape row = spec.shape;
    row.set_dim(0, 1);
    KCPP_CHECK(
        body->inputs[t].spec() == (TensorSpec{spec.dtype, row}) && body->outputs[t].spec() == body->inputs[t].spec(),
        ShapeError, "[", context.op, "] expected a body of rows of ", spec, ", received one of ",
        body->inputs[t].spec());
    if (!all) spec.shape.set_dim(0, context.inputs[0].shape[0]);
    context.outputs.push_back(std::move(spec));
  }
}

std::vector<BodyUse> current_rows_bodies(const Attributes& attributes, const std::vector<TensorSpec>&) {
  std::vector<BodyUse> uses;
  for (const char* key : {"body", "round"}) {
    if (!attributes.contains(key)) continue;
    uses.push_back({key, {}});
    for (const Symbol& input : attributes.get<std::shared_ptr<const Graph>>(key)->inputs)
      uses.back().inputs.push_back(input.spec());
  }
  return uses;
}

}  // namespace

void register_table_row_ops(OpRegistry& registry) {
  const auto planned = static_cast<Traits>(Trait::Planned);
  registry.add({.name = "distinct_rows", .inputs = {"..."}, .traits = planned, .infer = infer_distinct_rows});
  registry.add(
      {.name = "write_rows", .inputs = {"table", "rows", "values"}, .traits = planned, .infer = infer_write_rows});
  declare_bodies(
      registry.add({.name = "current_rows", .inputs = {"..."}, .traits = planned, .infer = infer_current_rows}),
      current_rows_bodies);
}

}  // namespace kerascpp::ops
