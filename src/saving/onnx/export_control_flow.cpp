#include <limits>

#include <kerascpp/core/error.hpp>

#include "ops/loops/scan_form.hpp"
#include "ops/loops/switch_form.hpp"
#include "saving/onnx/exporter.hpp"

// Loops as Scan where sequences tell the number of steps, else as Loop; branches as If.
namespace kerascpp::onnx {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

/// A scan on its way.
struct LoopWriter {
  const NodeWriter& w;
  Exporter& to;
  ops::ScanForm form;
  const Graph& body;

  explicit LoopWriter(const NodeWriter& writer)
      : w(writer), to(writer.to), form(ops::scan_form(writer.node)), body(*form.body) {}

  [[nodiscard]] const Symbol& input(std::size_t i) const { return w.node.input(i); }
  [[nodiscard]] std::size_t sequences() const { return form.num_sequences(); }

  /// The steps there are: a number, or None.
  [[nodiscard]] std::int64_t steps() const {
    std::vector<TensorSpec> specs;
    for (const Symbol& symbol : w.node.inputs()) specs.push_back(symbol.spec());
    return form.steps(specs, form.has_steps_input ? to.known(input(0)) : Tensor());
  }

  /// What stays the same in all steps is seen from inside.
  void note_constants() const {
    for (std::size_t i = form.first_constant(); i < w.node.inputs().size(); ++i)
      to.bind(body.inputs[form.body_input(i)], input(i));
  }

  void give(const Values& results) const {
    for (std::size_t i = 0; i < w.node.outputs().size(); ++i) w.give(results[i], static_cast<int>(i));
  }

  /// The items of a sequence that the steps read.
  [[nodiscard]] Value items(std::size_t k, std::int64_t count) const {
    const Symbol& sequence = input(form.first_sequence() + k);
    const Value whole = to.of(sequence);
    const std::int64_t offset = form.offsets[k], left = form.spans[k] - offset;
    if (sequence.dim(0) != None && count != None) {
      if (offset == 0 && sequence.dim(0) == count) return whole;
      return to.slice(whole, 0, offset, offset + count);
    }
    return form.spans[k] == 0 ? whole : to.slice(whole, 0, offset, left == 0 ? kEnd : -left);
  }

  void write_scan() const {
    const std::int64_t count = steps();
    Values inputs;
    for (std::size_t k = 0; k < form.states(); ++k) inputs.push_back(to.of(input(form.first_state() + k)));
    for (std::size_t k = 0; k < sequences(); ++k) inputs.push_back(items(k, count));
    note_constants();
    std::shared_ptr<const GraphProto> graph;
    {
      Exporter::Scope scope(to);
      for (std::size_t k = 0; k < form.states(); ++k) add_body_input(scope, sequences() + k);
      for (std::size_t k = 0; k < sequences(); ++k) add_body_input(scope, k);
      const Values values = scope.write(body);
      for (std::size_t i = 0; i < values.size(); ++i) scope.add_output(values[i], body.outputs[i].shape());
      graph = scope.take();
    }
    std::vector<DType> dtypes;
    for (const TensorSpec& output : w.node.outputs()) dtypes.push_back(output.dtype);
    give(to.nodes("Scan", inputs,
                  {{"body", graph},
                   {"num_scan_inputs", static_cast<std::int64_t>(sequences())},
                   {"scan_input_directions", form.reversed},
                   {"scan_output_directions", form.stacks_reversed}},
                  dtypes));
  }

  Value add_body_input(Exporter::Scope& scope, std::size_t i) const {
    return scope.add_input(body.inputs[i], body.inputs[i].spec());
  }

  /// The number of steps as an int64 scalar.
  [[nodiscard]] Value count(std::int64_t known) const {
    if (known != None) return to.integer(known);
    if (form.has_steps_input) return to.of(input(0));
    KCPP_CHECK(sequences() > 0, ValueError, "has no number of steps");
    const Value length = to.length_of(input(form.first_sequence()), 0);
    return form.spans[0] == 0 ? length : to.node("Sub", {length, to.integer(form.spans[0])});
  }

  // the steps done are counted in a state of their own
  void write_loop() const {
    const Value last = count(steps());
    Values inputs{last, to.constant(Tensor(true))};
    for (std::size_t k = 0; k < form.states(); ++k) inputs.push_back(to.of(input(form.first_state() + k)));
    if (form.until) inputs.push_back(to.integer(0));
    Values sequence_values;
    for (std::size_t k = 0; k < sequences(); ++k) sequence_values.push_back(to.of(input(form.first_sequence() + k)));
    note_constants();
    std::shared_ptr<const GraphProto> graph;
    {
      Exporter::Scope scope(to);
      const Value step = scope.add_input({}, {DType::Int64, {}});
      scope.add_input({}, {DType::Bool, {}});
      for (std::size_t k = 0; k < form.states(); ++k) add_body_input(scope, sequences() + k);
      const Value done = form.until ? scope.add_input({}, {DType::Int64, {}}) : Value{};
      for (std::size_t k = 0; k < sequences(); ++k) {
        Value place = step;
        if (form.reversed[k] != 0) place = to.node("Sub", {to.node("Sub", {last, to.integer(1)}), step});
        if (form.offsets[k] != 0) place = to.node("Add", {place, to.integer(form.offsets[k])});
        to.note(body.inputs[k], to.node("Gather", {sequence_values[k], place}, {{"axis", std::int64_t{0}}}));
      }
      Values values = scope.write(body);
      const Value go_on = form.until ? to.node("Not", {values.back()}) : to.constant(Tensor(true));
      scope.add_output(go_on, {});
      for (std::size_t k = 0; k < form.states(); ++k) scope.add_output(values[k], body.outputs[k].shape());
      if (form.until) scope.add_output(to.node("Add", {done, to.integer(1)}), {});
      for (std::size_t k = form.states(); k < form.states() + form.num_stacks(); ++k)
        scope.add_output(values[k], body.outputs[k].shape());
      graph = scope.take();
    }
    std::vector<DType> dtypes;
    for (std::size_t k = 0; k < form.states(); ++k) dtypes.push_back(w.result(k).dtype);
    if (form.until) dtypes.push_back(DType::Int64);
    for (std::size_t k = 0; k < form.num_stacks(); ++k) dtypes.push_back(w.result(form.states() + k).dtype);
    Values results = to.nodes("Loop", inputs, {{"body", graph}}, dtypes);
    if (form.until) {  // behind the stacks
      const auto counted = results.begin() + static_cast<std::ptrdiff_t>(form.states());
      results.push_back(*counted);
      results.erase(counted);
    }
    for (std::size_t k = 0; k < form.num_stacks(); ++k) {
      Value& stack = results[form.states() + k];
      if (form.stacks_reversed[k] != 0) stack = to.slice(stack, 0, -1, -kEnd, -1);
    }
    give(results);
  }
};

void write_scan(const NodeWriter& w) {
  const LoopWriter loop(w);
  KCPP_CHECK(!w.attributes().contains("stacks_every") &&
                 (!w.attributes().contains("most_steps") || loop.form.num_stacks() == 0),
             ValueError, "cannot be written as ONNX: its stacks have rows for other steps than are done");
  if (loop.sequences() > 0 && !loop.form.until && !loop.form.has_steps_input)
    loop.write_scan();
  else
    loop.write_loop();
}

/// Branch `first` or one of those behind it.
std::shared_ptr<const GraphProto> branches(const NodeWriter& w, const ops::SwitchForm& form, std::size_t first,
                                           bool only);

Values choose(const NodeWriter& w, const ops::SwitchForm& form, std::size_t first) {
  const Value is_behind =
      w.to.node("Greater", {w.in(0), w.to.number(static_cast<double>(first), DType::Int32)}, {}, DType::Bool);
  std::vector<DType> dtypes;
  for (const TensorSpec& output : w.node.outputs()) dtypes.push_back(output.dtype);
  const bool last = first + 2 == form.branches.size();
  return w.to.nodes(
      "If", {is_behind},
      {{"then_branch", branches(w, form, first + 1, last)}, {"else_branch", branches(w, form, first, true)}}, dtypes);
}

std::shared_ptr<const GraphProto> branches(const NodeWriter& w, const ops::SwitchForm& form, std::size_t first,
                                           bool only) {
  Exporter::Scope scope(w.to);
  const Graph& body = *form.branches[first];
  Values values;
  if (only) {
    for (std::size_t i = 0; i < body.inputs.size(); ++i)
      w.to.bind(body.inputs[i], w.node.input(form.first_input(first) + i));
    values = scope.write(body);
  } else {
    values = choose(w, form, first);
  }
  for (std::size_t i = 0; i < values.size(); ++i) scope.add_output(values[i], body.outputs[i].shape());
  return scope.take();
}

// a switch of one branch has been taken before: its selector does not matter
void write_switch(const NodeWriter& w) {
  const ops::SwitchForm form = ops::SwitchForm::of(w.attributes());
  const Values results = choose(w, form, 0);
  for (std::size_t i = 0; i < results.size(); ++i) w.give(results[i], static_cast<int>(i));
}

}  // namespace

const std::vector<Row>& control_flow_rows() {
  static const std::vector<Row> rows = {
      {"scan", write_scan},
      {"switch", write_switch},
  };
  return rows;
}

}  // namespace kerascpp::onnx
