#include <algorithm>
#include <limits>
#include <map>
#include <numeric>

#include <kerascpp/core/error.hpp>

#include "backend/reorder.hpp"
#include "compiler/memory_plan.hpp"
#include "compiler/plan.hpp"
#include "compiler/schedule.hpp"

namespace kerascpp::compiler {
namespace {

using runtime::Layout;

constexpr std::size_t kAfterLastStep = std::numeric_limits<std::size_t>::max() / 2;

/// One tensor of the plan: the output of a step, a leaf, or a view on another value.
struct Value {
  TensorSpec spec;
  Layout layout;
  std::size_t root = 0;  // the value whose memory this is; itself unless it is a view
  Place place;           // of roots
  std::size_t made_by = 0;
  std::size_t last_use = 0;
  bool made = false;  // by a step
  bool invariant = false;
  std::size_t output_of_step = 0;
};

struct StepDraft {
  runtime::Prepared prepared;
  Step step;
  std::vector<std::size_t> inputs;   // values
  std::vector<std::size_t> outputs;  // values
  bool invariant = false;
};

bool fits(const Layout& layout, const Shape& shape) {
  return layout.is_plain() || layout.order().size() == static_cast<std::size_t>(shape.ndim());
}

std::string layouts_text(const std::vector<Layout>& inputs, const std::vector<Layout>& outputs) {
  bool all_plain = true;
  for (const Layout& layout : inputs) all_plain = all_plain && layout.is_plain();
  for (const Layout& layout : outputs) all_plain = all_plain && layout.is_plain();
  if (all_plain) return {};
  std::string text;
  for (const Layout& layout : inputs) text += (text.empty() ? "" : " ") + to_string(layout);
  text += " ->";
  for (const Layout& layout : outputs) text += " " + to_string(layout);
  return text;
}

}  // namespace

/// Makes a Plan in the order: steps with kernels and layouts, homes of outputs and variables, arena, pointers.
class PlanMaker {
 public:
  PlanMaker(Plan& plan, const Graph& graph, std::string_view backend, const PassOptions& options,
            const std::vector<bool>& invariant_inputs)
      : plan_(plan), graph_(graph), backend_(backend), options_(options), invariant_inputs_(invariant_inputs) {}

  void make() {
    for (const Symbol& input : graph_.inputs) plan_.input_specs_.push_back(input.spec());
    for (const Symbol& output : graph_.outputs) plan_.output_specs_.push_back(output.spec());
    for (const auto& update : graph_.updates) variable_value(update.first.symbol());
    for (const auto& node : options_.schedule ? schedule(graph_) : graph_.nodes()) place_node(*node);
    if (!invariant_inputs_.empty()) put_invariant_steps_first();
    settle_outputs_and_updates();
    lay_out_arena();
    finish_steps();
    put_constants_on_device();
    if (plan_.accelerator_ != nullptr) plan_.find_parts();
  }

 private:
  // --- values

  std::size_t add_value(TensorSpec spec, Layout layout, Place place) {
    Value value;
    value.spec = std::move(spec);
    value.layout = std::move(layout);
    value.root = values_.size();
    value.place = place;
    values_.push_back(std::move(value));
    return values_.size() - 1;
  }

  [[nodiscard]] Value& root_of(std::size_t value) { return values_[values_[value].root]; }

  std::size_t value_of(const Symbol& symbol) { return of_symbol_.at({symbol.node().get(), symbol.index()}); }

  std::size_t variable_value(const Symbol& symbol) {
    const auto key = std::make_pair(static_cast<const Node*>(symbol.node().get()), 0);
    if (const auto found = of_symbol_.find(key); found != of_symbol_.end()) return found->second;
    const std::size_t index = plan_.variables_.size();
    plan_.variables_.push_back({variable_of(symbol).node(), {}, false, false});
    bound_.push_back(false);
    const std::size_t value = add_value(symbol.spec(), {}, {Place::Kind::Variable, index, 0});
    of_symbol_.emplace(key, value);
    return value;
  }

  /// Whether the layout of a value is still open: a variable that no kernel has fixed yet.
  [[nodiscard]] bool is_free(std::size_t value) {
    const Value& v = values_[value];
    return v.root == value && v.place.kind == Place::Kind::Variable && !bound_[v.place.index];
  }

  /// Whether the value in another layout serves for many runs: a variable keeps it, a loop makes it before its steps.
  [[nodiscard]] bool lasts(std::size_t value) {
    const Value& v = values_[value];
    if (!invariant_inputs_.empty() && v.invariant) return true;
    return is_free(value) && std::none_of(graph_.updates.begin(), graph_.updates.end(), [&](const auto& update) {
             return variable_value(update.first.symbol()) == value;
           });
  }

  void bind_variable(std::size_t value, const Layout& layout) {
    const std::size_t index = values_[value].place.index;
    bound_[index] = true;
    plan_.variables_[index].layout = layout;
    values_[value].layout = layout;
  }

  void note_use(std::size_t value, std::size_t step) {
    Value& root = root_of(value);
    root.last_use = std::max(root.last_use, step);
    if (root.place.kind == Place::Kind::Variable) plan_.variables_[root.place.index].read = true;
  }

  // --- steps

  void place_node(const Node& node) {
    const std::string& name = node.op().name;
    if (node.op().has(Trait::Leaf)) {
      const Symbol symbol = node.output();
      if (variable_of(symbol).defined()) {
        variable_value(symbol);
      } else if (name == "placeholder") {
        std::size_t index = graph_.inputs.size();
        for (std::size_t i = 0; i < graph_.inputs.size(); ++i)
          if (graph_.inputs[i].node().get() == &node) index = i;
        KCPP_CHECK(index < graph_.inputs.size(), ValueError, "placeholder ", symbol,
                   " is needed but is no input of the function");
        set(symbol, add_value(symbol.spec(), {}, {Place::Kind::Input, index, 0}));
        values_.back().invariant = index < invariant_inputs_.size() && invariant_inputs_[index];
      } else if (name == "constant") {
        plan_.constants_.push_back(node.attributes().get<Tensor>("value"));
        set(symbol, add_value(symbol.spec(), {}, {Place::Kind::Constant, plan_.constants_.size() - 1, 0}));
        values_.back().invariant = true;
      } else {
        set(symbol, add_value(symbol.spec(), {}, {Place::Kind::None, 0, 0}));
        values_.back().invariant = true;
      }
      return;
    }
    if (node.op().has(Trait::View) && node.op().has(Trait::LikeLast) == false) {
      set(node.output(), view(value_of(node.input(0)), node.outputs()[0]));
      return;
    }
    add_step(node);
  }

  void set(const Symbol& symbol, std::size_t value) { of_symbol_[{symbol.node().get(), symbol.index()}] = value; }

  std::size_t view(std::size_t of, const TensorSpec& spec) {
    const std::size_t plain = in_layout(of, {});
    const std::size_t value = add_value(spec, {}, {});
    values_[value].root = values_[plain].root;
    values_[value].invariant = values_[plain].invariant;
    return value;
  }

  /// `value` in `layout`: itself, a variable bound to it, or the result of a reorder made once.
  std::size_t in_layout(std::size_t value, const Layout& layout) {
    if (is_free(value)) bind_variable(value, layout);
    if (values_[value].layout == layout) return value;
    for (const auto& [original, result] : reorders_)
      if (original == value && values_[result].layout == layout) return result;
    const std::size_t result = copied(value, layout);
    reorders_.emplace_back(value, result);
    ++plan_.num_reorders_;
    return result;
  }

  /// A step that copies `value` into `layout`.
  std::size_t copied(std::size_t value, const Layout& layout) {
    static const OpDef& op = OpRegistry::global().get("reorder");
    const Attributes attributes = runtime::reorder_attributes(layout);
    const TensorSpec spec = values_[value].spec;
    const Layout from = values_[value].layout;
    StepDraft draft = choose_kernel({op, attributes, {spec}, {spec}, {from}, {Tensor()}}, "");
    draft.prepared.output_layouts = {layout};
    return add_draft(std::move(draft), {value}, {spec}, {from})[0];
  }

  StepDraft choose_kernel(const runtime::KernelQuery& query, const std::string& scope) {
    StepDraft draft;
    std::string refusals;
    for (const auto& definition : runtime::KernelRegistry::global().kernels(backend_, query.op.name)) {
      draft.prepared = definition->prepare(query);
      if (draft.prepared.kernel == nullptr) {
        refusals += text_of("\n  ", definition->backend, ":", definition->library, ": ", draft.prepared.refusal);
        continue;
      }
      draft.step.kernel = draft.prepared.kernel;
      draft.step.op = query.op.name;
      draft.step.attributes = query.attributes;
      draft.step.scope = scope;
      draft.step.kernel_name = definition->backend + ":" + definition->library;
      draft.step.implementation = draft.prepared.implementation;
      draft.step.workspace_bytes = draft.prepared.workspace_bytes;
      draft.step.waits = draft.prepared.waits;
      return draft;
    }
    std::string inputs;
    for (const TensorSpec& input : query.inputs) inputs += (inputs.empty() ? "" : ", ") + to_string(input);
    throw BackendError(text_of("[", query.op.name, "] no kernel of backend \"", backend_, "\" computes it on ", inputs,
                               query.attributes.empty() ? "" : " {" + to_string(query.attributes) + "}",
                               scope.empty() ? "" : " in layer \"" + scope + "\"",
                               refusals.empty() ? "; none is registered" : refusals));
  }

  void add_step(const Node& node) {
    runtime::KernelQuery query{node.op(), node.attributes(), {}, node.outputs(), {}, {}};
    std::vector<std::size_t> inputs;
    for (const Symbol& input : node.inputs()) {
      inputs.push_back(value_of(input));
      const Value& value = values_[inputs.back()];
      query.inputs.push_back(value.spec);
      query.input_layouts.push_back(value.layout);
      query.constants.push_back(value.place.kind == Place::Kind::Constant && value.root == inputs.back()
                                    ? plan_.constants_[value.place.index]
                                    : Tensor());
      query.free_layouts.push_back(lasts(inputs.back()));
    }
    StepDraft draft = choose_kernel(query, node.scope());
    draft.step.site = node.site();
    std::vector<Layout> wanted = draft.prepared.input_layouts;
    wanted.resize(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      KCPP_CHECK(fits(wanted[i], query.inputs[i].shape), Error, "[", node.op().name, "] kernel ",
                 draft.step.kernel_name, " wants layout ", wanted[i], " for ", query.inputs[i]);
      inputs[i] = in_layout(inputs[i], wanted[i]);
    }
    const std::vector<std::size_t> outputs = add_draft(std::move(draft), inputs, node.outputs(), wanted);
    for (std::size_t o = 0; o < outputs.size(); ++o) set(node.output(static_cast<int>(o)), outputs[o]);
  }

  std::vector<std::size_t> add_draft(StepDraft draft, const std::vector<std::size_t>& inputs,
                                     const std::vector<TensorSpec>& outputs, const std::vector<Layout>& wanted) {
    const std::size_t number = drafts_.size();
    draft.inputs = inputs;
    draft.invariant =
        std::all_of(inputs.begin(), inputs.end(), [this](std::size_t input) { return values_[input].invariant; });
    std::vector<Layout> given = draft.prepared.output_layouts;
    given.resize(outputs.size());
    for (std::size_t o = 0; o < outputs.size(); ++o) {
      const std::size_t value = add_value(outputs[o], given[o], {Place::Kind::Arena, 0, 0});
      values_[value].made = true;
      values_[value].invariant = draft.invariant;
      values_[value].made_by = number;
      values_[value].last_use = number;
      values_[value].output_of_step = o;
      draft.outputs.push_back(value);
    }
    for (std::size_t input : inputs) note_use(input, number);
    draft.step.layouts = layouts_text(wanted, given);
    draft.step.input_layouts = wanted;
    draft.step.output_layouts = given;
    for (std::size_t input : inputs) draft.step.input_specs.push_back(values_[input].spec);
    draft.step.output_specs = outputs;
    drafts_.push_back(std::move(draft));
    return drafts_.back().outputs;
  }

  /// Steps of a loop's body that give the same in every iteration run once, before the others.
  void put_invariant_steps_first() {
    std::vector<std::size_t> order(drafts_.size()), place(drafts_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto rest = std::stable_partition(order.begin(), order.end(),
                                            [this](std::size_t draft) { return drafts_[draft].invariant; });
    plan_.num_invariant_steps_ = static_cast<std::size_t>(rest - order.begin());
    std::vector<StepDraft> moved;
    for (std::size_t draft : order) {
      place[draft] = moved.size();
      moved.push_back(std::move(drafts_[draft]));
    }
    drafts_ = std::move(moved);
    for (Value& value : values_) {
      value.made_by = value.made ? place[value.made_by] : 0;
      value.last_use = value.made_by;
    }
    for (std::size_t number = 0; number < drafts_.size(); ++number)
      for (std::size_t input : drafts_[number].inputs)
        root_of(input).last_use = std::max(root_of(input).last_use, number);
    // what they give must last as long as the loop
    for (Value& value : values_)
      if (value.made && value.invariant) value.last_use = kAfterLastStep;
  }

  // --- where results go

  void settle_outputs_and_updates() {
    std::vector<std::size_t> output_values;
    for (const Symbol& output : graph_.outputs) {
      output_values.push_back(in_layout(value_of(output), {}));
      Value& root = root_of(output_values.back());
      // an old value that is asked for must survive until it is copied at the end
      if (root.place.kind == Place::Kind::Variable) note_use(output_values.back(), kAfterLastStep);
    }
    std::vector<std::pair<std::size_t, std::size_t>> pending;  // (variable's value, new value)
    for (const auto& [variable, symbol] : graph_.updates) {
      const std::size_t target = variable_value(variable.symbol());
      std::size_t value = value_of(symbol);
      if (is_free(target)) bind_variable(target, values_[value].layout);
      value = in_layout(value, values_[target].layout);
      // the value of another variable or a view on it may itself be overwritten first: copy it
      if (root_of(value).place.kind == Place::Kind::Variable && values_[value].root != target)
        value = copied(value, values_[value].layout);
      pending.emplace_back(target, value);
    }
    for (const auto& [target, value] : pending) settle_update(target, value);
    for (std::size_t i = 0; i < output_values.size(); ++i) settle_output(i, output_values[i]);
  }

  void settle_update(std::size_t target, std::size_t value) {
    Value& root = root_of(value);
    const Place variable = values_[target].place;
    if (values_[value].root == target) return;  // updated to itself
    BoundVariable& bound = plan_.variables_[variable.index];
    const std::size_t last_read = values_[target].last_use;
    if (root.place.kind == Place::Kind::Arena && root.made && !root_taken(root)) {
      bool in_place = !bound.read || last_read < root.made_by;
      if (!in_place && last_read == root.made_by) {
        const StepDraft& draft = drafts_[root.made_by];
        in_place = may_take_over(draft, root.output_of_step, target) && reads_once(draft, target);
      }
      if (in_place) {
        root.place = variable;
        bound.written_in_place = true;
        return;
      }
    }
    root.last_use = std::max(root.last_use, kAfterLastStep);
    copies_.push_back({value, variable});
  }

  /// Whether a kernel may write an output over the memory of the value `root`.
  [[nodiscard]] bool may_take_over(const StepDraft& draft, std::size_t output, std::size_t root) const {
    if (output >= draft.prepared.in_place.size()) return false;
    const std::vector<int>& allowed = draft.prepared.in_place[output];
    return std::any_of(allowed.begin(), allowed.end(),
                       [&](int input) { return values_[draft.inputs[static_cast<std::size_t>(input)]].root == root; });
  }

  [[nodiscard]] bool reads_once(const StepDraft& draft, std::size_t target) {
    int reads = 0;
    for (std::size_t input : draft.inputs) reads += values_[input].root == target ? 1 : 0;
    return reads == 1;
  }

  [[nodiscard]] static bool root_taken(const Value& root) { return root.place.kind != Place::Kind::Arena; }

  void settle_output(std::size_t i, std::size_t value) {
    Value& root = root_of(value);
    if (root.place.kind == Place::Kind::Arena && root.made && !root.invariant) {
      root.place = {Place::Kind::Output, i, 0};
      return;
    }
    root.last_use = std::max(root.last_use, kAfterLastStep);
    copies_.push_back({value, {Place::Kind::Output, i, 0}});
  }

  // --- memory

  [[nodiscard]] static std::size_t bytes_of(const Value& value) {
    return static_cast<std::size_t>(value.layout.physical_size(value.spec.shape)) * itemsize(value.spec.dtype);
  }

  void lay_out_arena() {
    std::vector<Buffer> buffers;
    std::map<std::size_t, std::size_t> buffer_of;  // root value -> buffer
    for (std::size_t number = 0; number < drafts_.size(); ++number) {
      const StepDraft& draft = drafts_[number];
      std::vector<std::size_t> taken;
      for (std::size_t o = 0; o < draft.outputs.size(); ++o) {
        const std::size_t value = draft.outputs[o];
        if (values_[value].place.kind != Place::Kind::Arena) continue;
        const std::size_t bytes = bytes_of(values_[value]);
        if (!options_.memory_plan) {
          buffer_of[value] = buffers.size();
          buffers.push_back({bytes, 0, kAfterLastStep, 0});
          continue;
        }
        std::size_t shared = buffers.size();
        for (std::size_t input : draft.inputs) {
          const std::size_t root = values_[input].root;
          const Value& from = values_[root];
          if (from.place.kind != Place::Kind::Arena || !from.made || from.last_use != number ||
              bytes_of(from) != bytes || std::find(taken.begin(), taken.end(), root) != taken.end() ||
              !may_take_over(draft, o, root) || !reads_once(draft, root))
            continue;
          shared = buffer_of.at(root);
          taken.push_back(root);
          break;
        }
        if (shared == buffers.size()) buffers.push_back({bytes, number, number, 0});
        buffer_of[value] = shared;
        buffers[shared].last = std::max(buffers[shared].last, values_[value].last_use);
      }
    }
    plan_.workspace_offset_ = plan_memory(buffers);
    for (const auto& [value, buffer] : buffer_of) values_[value].place.offset = buffers[buffer].offset;
    std::size_t workspace = 0;
    for (const StepDraft& draft : drafts_) workspace = std::max(workspace, draft.prepared.workspace_bytes);
    plan_.arena_bytes_ = plan_.workspace_offset_ + workspace;
  }

  [[nodiscard]] Place place_of(std::size_t value) { return root_of(value).place; }

  void finish_steps() {
    std::size_t input_position = 0, output_position = 0;
    const auto note = [this](const Place& place, std::size_t position, bool is_output) {
      if (place.kind == Place::Kind::Input || place.kind == Place::Kind::Output || place.kind == Place::Kind::Variable)
        plan_.patches_.push_back({position, is_output, place});
    };
    for (StepDraft& draft : drafts_) {
      for (std::size_t input : draft.inputs) {
        draft.step.inputs.push_back(place_of(input));
        note(draft.step.inputs.back(), input_position++, false);
      }
      for (std::size_t output : draft.outputs) {
        draft.step.outputs.push_back(place_of(output));
        note(draft.step.outputs.back(), output_position++, true);
      }
      plan_.steps_.push_back(std::move(draft.step));
    }
    for (const auto& [value, to] : copies_)
      plan_.final_copies_.push_back({place_of(value), to, bytes_of(values_[value])});
    std::stable_sort(plan_.final_copies_.begin(), plan_.final_copies_.end(), [](const auto& a, const auto& b) {
      return a.to.kind == Place::Kind::Output && b.to.kind != Place::Kind::Output;
    });
  }

  void put_constants_on_device() {
    if (plan_.accelerator_ == nullptr) return;
    for (Tensor& constant : plan_.constants_) {
      const std::shared_ptr<Storage> storage = plan_.accelerator_->allocate(constant.nbytes());
      plan_.accelerator_->queue().upload(storage->data, constant.raw(), constant.nbytes());
      constant = Tensor(storage, 0, constant.shape(), constant.dtype());
    }
  }

  Plan& plan_;
  const Graph& graph_;
  std::string backend_;
  PassOptions options_;
  const std::vector<bool>& invariant_inputs_;
  std::vector<Value> values_;
  std::vector<StepDraft> drafts_;
  std::vector<bool> bound_;  // per variable of the plan: layout fixed
  std::map<std::pair<const Node*, int>, std::size_t> of_symbol_;
  std::vector<std::pair<std::size_t, std::size_t>> reorders_;
  std::vector<std::pair<std::size_t, Place>> copies_;
};

Plan::Plan(const Graph& graph, std::string_view backend, const PassOptions& options,
           const std::vector<bool>& invariant_inputs)
    : accelerator_(runtime::accelerator_of(backend)) {
  PlanMaker(*this, graph, backend, options, invariant_inputs).make();
}

}  // namespace kerascpp::compiler
