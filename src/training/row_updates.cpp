#include "training/row_updates.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <set>

#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/graph.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/shape.hpp>

#include "training/row_analysis.hpp"

namespace kerascpp {
namespace {

/// Steps whose numbers are kept: then all rows catch up.
constexpr std::int64_t kCapacity = 1024;

thread_local const RowUpdates* running = nullptr;

/// While it lives, variables do not ask `updates` to bring rows up to date on this thread.
class Running {
 public:
  explicit Running(const RowUpdates* updates) : before_(running) { running = updates; }
  ~Running() { running = before_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  const RowUpdates* before_;
};

bool is_cast(const Symbol& symbol) { return symbol.node()->op().name == "cast"; }

Shape row_shape(const Shape& table) {
  Shape row = table;
  row.set_dim(0, 1);
  return row;
}

/// How many indices a batch has.
bool count_indices(RowTable::Lookup& lookup, const std::vector<Symbol>& inputs) {
  Symbol from = lookup.indices;
  while (is_cast(from) || from.node()->op().has(Trait::View)) from = from.node()->input(0);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].is(from)) lookup.input = static_cast<int>(i);
  const Shape& shape = lookup.indices.shape();
  const Shape rest = shape.ndim() == 0 ? Shape{} : shape.slice(1, shape.ndim());
  lookup.per_sample = rest.is_known() ? rest.size() : 0;
  return lookup.input >= 0 || (shape.ndim() > 0 && rest.is_known());
}

bool is_worth_it(const RowTable& table) {
  const Shape& shape = table.variable.shape();
  std::int64_t per_sample = 0;
  for (const RowTable::Lookup& lookup : table.lookups) per_sample += lookup.per_sample;
  return shape.ndim() >= 2 && shape.size() >= row_table_limits.elements &&
         shape[0] >= row_table_limits.rows_per_index * per_sample && shape[0] < (std::int64_t{1} << 31) &&
         (table.variable.dtype() == DType::Float32 || table.variable.dtype() == DType::Float64);
}

Symbol zeros_scalar(DType dtype) { return constant(full({}, 0, dtype)); }

}  // namespace

RowTableLimits row_table_limits;

std::vector<RowTable> find_row_tables(const std::vector<Symbol>& values, const std::vector<Variable>& variables,
                                      const std::vector<Symbol>& inputs) {
  Graph graph;
  graph.outputs = values;
  const auto nodes = graph.nodes();
  std::vector<RowTable> tables;
  for (const Variable& variable : variables) {
    RowTable table{variable, {}, {}};
    std::set<const Node*> forms{variable.symbol().node().get()};  // the variable, and casts of it
    bool rows_only = true;
    for (const auto& node : nodes) {
      for (std::size_t i = 0; i < node->inputs().size() && rows_only; ++i) {
        if (!forms.contains(node->input(i).node().get())) continue;
        if (is_cast(node->output()) && node->input(i).is(variable.symbol())) {
          forms.insert(node.get());
          continue;
        }
        const bool is_lookup = node->op().name == "take" && i == 0 && node->attributes().integer("axis") == 0 &&
                               node->attributes().text("mode") == "raise";
        RowTable::Lookup lookup{node->output(), is_lookup ? node->input(1) : Symbol(), -1, 0};
        rows_only = is_lookup && itemsize(lookup.indices.dtype()) >= 4 && count_indices(lookup, inputs);
        if (rows_only) table.lookups.push_back(std::move(lookup));
      }
      if (!rows_only) break;
    }
    for (const Symbol& value : values) rows_only = rows_only && !forms.contains(value.node().get());
    if (!rows_only || table.lookups.empty() || !is_worth_it(table)) continue;
    table.gradient = placeholder(variable.shape(), variable.dtype(), variable.name() + "_gradient");
    tables.push_back(std::move(table));
  }
  return tables;
}

RowUpdates::RowUpdates(std::vector<RowTable> tables, const std::vector<Update>& updates)
    : updates_(updates), count_(full({}, 0, DType::Int64), "steps_to_catch_up_on") {
  for (RowTable& row_table : tables) {
    Table table;
    table.table = std::move(row_table);
    if (!analyze(table)) continue;
    make_bodies(table);
    make_rows(table);
    tables_.push_back(std::move(table));
  }
}

RowUpdates::~RowUpdates() {
  try {
    settle();
  } catch (const std::exception& error) {  // must not leave a destructor, nor be kept quiet
    std::fprintf(stderr, "kerascpp: warning: rows of an embedding could not be brought up to date: %s\n", error.what());
  }
  for (const Table& table : tables_)
    for (const std::size_t member : table.members) {
      const auto& node = updates_[member].variable.node();
      if (node->deferred() == this) node->set_deferred(nullptr);
    }
}

/// Finds the slots, and whether all of them change row by row.
bool RowUpdates::analyze(Table& table) const {
  const auto value_of = [this](std::size_t i) { return updates_[i].value.symbol(updates_[i].variable.dtype()); };
  const auto is_member = [&table](std::size_t i) {
    return std::find(table.members.begin(), table.members.end(), i) != table.members.end();
  };
  const Variable& variable = table.table.variable;
  for (std::size_t i = 0; i < updates_.size(); ++i)
    if (updates_[i].variable.is(variable)) table.members.push_back(i);
  std::vector<Symbol> rows;
  for (std::size_t known = 0; known != table.members.size();) {  // slots of slots, until there are no more
    known = table.members.size();
    rows.clear();
    for (const std::size_t member : table.members) rows.push_back(updates_[member].variable.symbol());
    const RowAnalysis analysis(rows, table.table.gradient);
    for (std::size_t i = 0; i < updates_.size(); ++i) {
      if (is_member(i) || !analysis.depends_on_rows(value_of(i))) continue;
      const Variable& slot = updates_[i].variable;
      if (slot.dtype() != variable.dtype() || !(slot.shape() == variable.shape())) return false;
      table.members.push_back(i);
    }
  }
  RowAnalysis analysis(rows, table.table.gradient);
  for (std::size_t i = 0; i < updates_.size(); ++i)
    if (analysis.of(value_of(i)) != (is_member(i) ? RowAnalysis::Kind::Row : RowAnalysis::Kind::Free)) return false;
  table.numbers = analysis.numbers();
  table.rests = !rows.empty();
  for (std::size_t m = 0; m < rows.size(); ++m) {
    const Symbol value = value_of(table.members[m]);
    table.changes = table.changes || analysis.idle(value, false).row != static_cast<int>(m);
    const RowAnalysis::Idle with_zeros = analysis.idle(value, true);
    table.rests = table.rests && (m == 0 ? with_zeros.row == 0 : with_zeros.number == 0.0);
  }
  return !rows.empty();
}

void RowUpdates::make_bodies(Table& table) const {
  if (!table.changes) return;
  const DType dtype = table.table.variable.dtype();
  const Shape row = row_shape(table.table.variable.shape());
  const auto make = [&](std::size_t steps) {
    auto body = std::make_shared<Graph>();
    for (std::size_t m = 0; m < table.members.size(); ++m) body->inputs.push_back(placeholder(row, dtype));
    std::vector<Symbol> rows = body->inputs;
    Shape one = row;
    for (int axis = 0; axis < one.ndim(); ++axis) one.set_dim(axis, 1);
    for (std::size_t step = 0; step < steps; ++step) {
      Replacements idle;
      idle.set(table.table.gradient, constant(full(one, 0, dtype)));
      for (const Symbol& number : table.numbers) {
        body->inputs.push_back(placeholder({}, dtype));
        const Symbol& held = body->inputs.back();
        const Symbol value = number.dtype() == DType::Bool ? ops::not_equal(held, zeros_scalar(dtype))
                             : number.dtype() == dtype     ? held
                                                           : ops::cast(held, number.dtype());
        idle.set(number, value);
      }
      if (table.numbers.empty()) body->inputs.push_back(placeholder({}, dtype));  // a history has a column at least
      std::vector<Symbol> values;
      for (std::size_t m = 0; m < table.members.size(); ++m) {
        const Update& update = updates_[table.members[m]];
        idle.set(update.variable.symbol(), rows[m]);
        values.push_back(update.value.symbol(dtype));
      }
      rows = replace(values, idle);
    }
    body->outputs = rows;
    return std::shared_ptr<const Graph>(body);
  };
  table.body = make(1);
  // several steps at once, as far as they become one loop
  constexpr std::size_t kMostSteps = 8, kMostInputs = 24, kMostNodes = 96;
  const std::size_t numbers = std::max<std::size_t>(table.numbers.size(), 1);
  const std::size_t nodes = std::max<std::size_t>(table.body->nodes().size() - table.body->inputs.size(), 1);
  const std::size_t steps =
      std::min({kMostSteps, (kMostInputs - std::min(kMostInputs, table.members.size())) / numbers, kMostNodes / nodes});
  if (steps > 1) table.round = make(steps);
}

Attributes RowUpdates::attributes_of(const Table& table, bool all) const {
  Attributes attributes{{"body", table.body}, {"all", all}, {"rests", table.rests}};
  if (table.round != nullptr) attributes.set("round", table.round);
  return attributes;
}

/// The rows of the table and its slots that the step is about, and what stands for the lookups.
void RowUpdates::make_rows(Table& table) {
  const Variable& variable = table.table.variable;
  std::vector<Symbol> indices;
  for (const RowTable::Lookup& lookup : table.table.lookups) indices.push_back(lookup.indices);
  const OpDef& distinct = OpRegistry::global().get("distinct_rows");
  const std::vector<Symbol> found = make_node(distinct, indices, {{"length", variable.shape()[0]}});
  table.rows = found[0];
  if (table.changes) {
    const auto numbers = static_cast<std::int64_t>(std::max<std::size_t>(table.numbers.size(), 1));
    table.done = Variable(full({variable.shape()[0]}, 0, DType::Int32), variable.name() + "_done");
    table.history = Variable(full({kCapacity, numbers}, 0, variable.dtype()), variable.name() + "_history");
    std::vector<Symbol> inputs{table.rows, table.done.symbol(), count_.symbol(), table.history.symbol()};
    for (const std::size_t member : table.members) inputs.push_back(updates_[member].variable.symbol());
    table.current = make_node(OpRegistry::global().get("current_rows"), inputs, attributes_of(table, false));
  } else {
    for (const std::size_t member : table.members)
      table.current.push_back(make_symbol("take", {updates_[member].variable.symbol(), table.rows},
                                          {{"axis", std::int64_t{0}}, {"mode", std::string("fill")}}));
  }
  table.stand_in = placeholder(table.current[0].shape(), variable.dtype(), variable.name() + "_rows");
  current_rows_.set(table.stand_in, table.current[0]);
  Replacements rows;
  rows.set(variable.symbol(), table.stand_in);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    const Symbol& taken = table.table.lookups[i].taken;
    const Symbol from = replace({taken.node()->input(0)}, rows)[0];
    lookups_.set(taken, make_symbol("take", {from, found[1 + i]}, taken.node()->attributes()));
  }
}

Symbol RowUpdates::rows_of(const Variable& variable) const {
  for (const Table& table : tables_)
    if (table.table.variable.is(variable)) return table.stand_in;
  return {};
}

std::vector<Given> RowUpdates::givens() const {
  std::vector<Given> all;
  for (const Table& table : tables_)
    for (const RowTable::Lookup& lookup : table.table.lookups)
      all.push_back({lookup.taken, replace({lookups_.find(lookup.taken)}, current_rows_)[0]});
  return all;
}

std::vector<Update> RowUpdates::updates(const Replacements& gradients) const {
  Replacements by = gradients;
  std::vector<Symbol> values;
  for (const Update& update : updates_) values.push_back(update.value.symbol(update.variable.dtype()));
  for (const Table& table : tables_) {
    for (std::size_t m = 0; m < table.members.size(); ++m)
      by.set(updates_[table.members[m]].variable.symbol(), table.current[m]);
    for (const Symbol& number : table.numbers) values.push_back(number);
  }
  const std::vector<Symbol> replaced = replace(values, by);
  std::vector<Update> result;
  for (std::size_t i = 0; i < updates_.size(); ++i) result.push_back({updates_[i].variable, replaced[i]});
  const Symbol count = ops::cast(count_.symbol(), DType::Int32);
  std::size_t number = updates_.size();
  bool counts = false;
  for (const Table& table : tables_) {
    for (const std::size_t member : table.members) {
      const Symbol whole = updates_[member].variable.symbol();
      result[member].value = make_symbol("write_rows", {whole, table.rows, replaced[member]});
    }
    std::vector<Symbol> numbers;
    for (std::size_t i = 0; i < table.numbers.size(); ++i)
      numbers.push_back(ops::reshape(ops::cast(replaced[number++], table.table.variable.dtype()), {1, 1}));
    if (!table.changes) continue;
    counts = true;
    const Symbol next = make_symbol("broadcast_like", {ops::add(count, 1), table.rows});
    result.push_back({table.done, make_symbol("write_rows", {table.done.symbol(), table.rows, next})});
    if (numbers.empty()) continue;
    const Symbol row = numbers.size() == 1 ? numbers[0] : ops::concatenate(numbers, 1);
    result.push_back(
        {table.history, make_symbol("write_rows", {table.history.symbol(), ops::reshape(count, {1}), row})});
  }
  if (counts) result.push_back({count_, ops::add(count_.symbol(), 1)});
  return result;
}

bool RowUpdates::pays(const std::vector<Tensor>& batch) const {
  if (tables_.empty() || default_device().backend != "cpu") return false;
  return std::all_of(tables_.begin(), tables_.end(), [&](const Table& table) {
    std::int64_t indices = 0;
    for (const RowTable::Lookup& lookup : table.table.lookups)
      indices += lookup.input >= 0 ? batch[static_cast<std::size_t>(lookup.input)].size()
                                   : lookup.per_sample * batch.front().dim(0);
    return indices * row_table_limits.rows_per_index <= table.table.variable.shape()[0];
  });
}

// --- putting off and catching up

/// Makes the variables ask this object before they are read; one that they asked before has no more to do.
void RowUpdates::attach() {
  for (const Table& table : tables_) {
    if (!table.changes) continue;
    for (const std::size_t member : table.members) {
      VariableNode& node = *updates_[member].variable.node();
      DeferredWork* const other = node.deferred();
      if (other == this) continue;
      if (other != nullptr) other->before_access(false);
      node.set_deferred(this);
    }
  }
}

void RowUpdates::run(const Function& step, const std::vector<Tensor>& batch) {
  attach();
  if (steps_ + 1 >= kCapacity) settle();
  const std::lock_guard lock(mutex_);
  const Running guard(this);
  dirty_.store(true, std::memory_order_release);
  ++steps_;
  step.run(batch.data(), batch.size(), nullptr, 0);
}

Function RowUpdates::make_settle_function() const {
  std::vector<Update> settled;
  for (const Table& table : tables_) {
    if (!table.changes) continue;
    std::vector<Symbol> inputs{table.done.symbol(), count_.symbol(), table.history.symbol()};
    for (const std::size_t member : table.members) inputs.push_back(updates_[member].variable.symbol());
    const std::vector<Symbol> rows =
        make_node(OpRegistry::global().get("current_rows"), inputs, attributes_of(table, true));
    for (std::size_t m = 0; m < table.members.size(); ++m)
      settled.push_back({updates_[table.members[m]].variable, rows[m]});
    settled.push_back({table.done, ops::broadcast_to(zeros_scalar(DType::Int32), table.done.shape())});
  }
  settled.push_back({count_, zeros_scalar(DType::Int64)});
  return Function({}, SymbolList(std::vector<Symbol>{}), {.updates = std::move(settled), .name = "rows catch up"});
}

void RowUpdates::settle() {
  const std::lock_guard lock(mutex_);
  if (!dirty_.load(std::memory_order_acquire)) return;
  const Running guard(this);
  if (!settle_.defined()) settle_ = make_settle_function();
  settle_.run(nullptr, 0, nullptr, 0);
  steps_ = 0;
  dirty_.store(false, std::memory_order_release);
}

void RowUpdates::before_access(bool writes) {
  if (running == this) return;
  if (dirty_.load(std::memory_order_acquire)) settle();
  // a function of the step that is called by itself puts work off as well
  if (writes) dirty_.store(true, std::memory_order_release);
}

}  // namespace kerascpp
