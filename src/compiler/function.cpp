#include <kerascpp/graph/function.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <shared_mutex>
#include <unordered_set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/default_update.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/out.hpp>

#include "compiler/computed_sizes.hpp"
#include "compiler/passes.hpp"
#include "compiler/place_devices.hpp"
#include "compiler/plan.hpp"
#include "compiler/profile_rows.hpp"
#include "compiler/rewrite.hpp"
#include "core/default_device.hpp"
#include "graph/exact_conversion.hpp"
#include "graph/patterns.hpp"
#include "graph/unknown_sizes.hpp"

namespace kerascpp {
namespace {

// plans for more input shapes than this are made again when they come back
constexpr std::size_t kMostPlans = 64;

/// Replaces symbols by what `givens` say, and placeholders with a default value that are no inputs by that value.
Graph apply_givens(const Graph& graph, const std::vector<Given>& givens) {
  std::unordered_set<const Node*> inputs;
  for (const Symbol& input : graph.inputs) inputs.insert(input.node().get());
  return compiler::rewrite(graph, [&](const compiler::NodeView& node) -> std::optional<std::vector<Symbol>> {
    std::vector<Symbol> outputs;
    bool changed = false;
    for (std::size_t i = 0; i < node.original.outputs().size(); ++i) {
      Symbol output;
      for (const Given& given : givens)
        if (given.symbol.node().get() == &node.original && given.symbol.index() == static_cast<int>(i))
          output = given.replacement.symbol(given.symbol.dtype());
      changed = changed || output.defined();
      outputs.push_back(output);
    }
    if (!changed) {
      if (node.is("placeholder") && !inputs.contains(&node.original) && node.attributes().contains("default"))
        return std::vector<Symbol>{constant(node.attributes().get<Tensor>("default"))};
      return std::nullopt;
    }
    const std::vector<Symbol> made =
        node.inputs.empty() ? std::vector<Symbol>{} : compiler::remake(node.original, node.inputs);
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (!outputs[i].defined()) outputs[i] = made[i];
    return outputs;
  });
}

std::string describe_input(std::size_t i, const Symbol& input) {
  return input.node()->name().empty() ? text_of("input ", i)
                                      : text_of("input ", i, " (\"", input.node()->name(), "\")");
}

}  // namespace

class FunctionImpl {
 public:
  FunctionImpl(const FunctionInputs& inputs, const SymbolList& outputs, FunctionOptions options)
      : options_(std::move(options)), outputs_(outputs.vector()) {
    read_options();
    build_graph(inputs);
    stage();
  }

  /// The same graph with other variables in it, or a part of it.
  FunctionImpl(Graph graph, FunctionOptions options)
      : options_(std::move(options)), outputs_(graph.outputs), graph_(std::move(graph)) {
    read_options();
    stage();
  }

  [[nodiscard]] std::shared_ptr<FunctionImpl> copy(const FunctionCopyOptions& wanted) const {
    FunctionOptions options = options_;
    if (!wanted.name.empty()) options.name = wanted.name;
    return std::make_shared<FunctionImpl>(swapped(wanted), std::move(options));
  }

  [[nodiscard]] std::shared_ptr<compiler::Plan> plan_for(const Tensor* inputs, std::size_t count) {
    const std::vector<std::int64_t> sizes = sizes_for(inputs, count);
    {
      const std::shared_lock lock(plans_mutex_);
      for (const Planned& planned : plans_)
        if (planned.serves(sizes) && matches(*planned.plan, inputs, count)) return planned.plan;
    }
    std::vector<TensorSpec> specs;
    for (std::size_t i = 0; i < count; ++i) specs.push_back({inputs[i].dtype(), inputs[i].shape()});
    return make_plan(specs, sizes);
  }

  std::shared_ptr<compiler::Plan> make_plan(const std::vector<TensorSpec>& specs) {
    return make_plan(specs, latest_sizes(specs));
  }

  std::shared_ptr<compiler::Plan> make_plan(const std::vector<TensorSpec>& specs,
                                            const std::vector<std::int64_t>& sizes) {
    const std::lock_guard making(making_mutex_);
    {
      const std::shared_lock lock(plans_mutex_);
      for (const Planned& planned : plans_)
        if (planned.serves(sizes) && planned.plan->input_specs() == specs) return planned.plan;
    }
    std::shared_ptr<compiler::Plan> plan;
    try {
      const DeviceScope scope(device_);
      plan = std::make_shared<compiler::Plan>(optimized(specs, sizes), device_.backend, passes_);
    } catch (Error& error) {
      if (!options_.name.empty()) error.add_context(text_of("while compiling function \"", options_.name, "\""));
      throw;
    }
    if (profiled_) plan->record_times();
    plan->observe(observer_);
    const std::unique_lock lock(plans_mutex_);
    if (plans_.size() == kMostPlans) plans_.erase(plans_.begin());
    plans_.push_back({plan, sizes, op_determinism_enabled()});
    ++plans_made_;
    primitives_ += static_cast<std::int64_t>(plan->num_primitives());
    reorders_ += static_cast<std::int64_t>(plan->num_reorders());
    return plan;
  }

  [[nodiscard]] Graph compiled_graph(const std::vector<TensorSpec>& specs) const {
    return optimized(specs, latest_sizes(specs));
  }

  /// The caller's tensors checked and, where needed, converted.
  [[nodiscard]] std::vector<Tensor> checked(const TensorList& given, const Dict& by_name) const {
    const std::vector<Symbol>& wanted = graph_.inputs;
    std::vector<Tensor> values(wanted.size());
    KCPP_CHECK(given.size() <= wanted.size(), ValueError, "[function] takes ", wanted.size(), " inputs, received ",
               given.size());
    for (std::size_t i = 0; i < given.size(); ++i) values[i] = given[i];
    for (const auto& [key, value] : by_name) {
      std::size_t at = wanted.size();
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (wanted[i].node()->name() == key) at = i;
      KCPP_CHECK(at < wanted.size(), LookupError, "[function] has no input named \"", key, "\"");
      KCPP_CHECK(value.tensor() != nullptr, ValueError, "[function] expected a tensor for input \"", key, "\"");
      KCPP_CHECK(!values[at].defined(), ValueError, "[function] ", describe_input(at, wanted[at]),
                 " is given twice, by position and by name");
      values[at] = *value.tensor();
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      if (!values[i].defined() && wanted[i].node()->attributes().contains("default"))
        values[i] = wanted[i].node()->attributes().get<Tensor>("default");
      KCPP_CHECK(values[i].defined(), ValueError, "[function] ", describe_input(i, wanted[i]), " ", wanted[i].spec(),
                 " is missing; received ", given.size(), " of ", wanted.size(), " inputs");
      KCPP_CHECK(wanted[i].shape().accepts(values[i].shape()), ShapeError, "[function] ", describe_input(i, wanted[i]),
                 " expected shape ", wanted[i].shape(), ", received ", values[i].shape());
      if (values[i].dtype() != wanted[i].dtype()) values[i] = converted(i, values[i]);
    }
    return values;
  }

  /// New memory for an output; of one that is borrowed, that of an earlier call which nobody holds any more.
  [[nodiscard]] Tensor memory_for(std::size_t i, const TensorSpec& spec) {
    if (!is_borrowed(outputs_[i])) return Tensor::empty(spec.shape, spec.dtype);
    const std::lock_guard lock(kept_mutex_);
    kept_.resize(outputs_.size());
    Tensor& kept = kept_[i];
    const bool fits = kept.defined() && kept.storage().use_count() == 1 && kept.dtype() == spec.dtype;
    if (!fits || !(kept.shape() == spec.shape)) kept = Tensor::empty(spec.shape, spec.dtype);
    return kept;
  }

  void check_outputs(const compiler::Plan& plan, const Tensor* outputs, std::size_t count) const {
    KCPP_CHECK(count == plan.output_specs().size(), ValueError, "[function] gives ", plan.output_specs().size(),
               " outputs, received memory for ", count);
    for (std::size_t i = 0; i < count; ++i) {
      const TensorSpec& spec = plan.output_specs()[i];
      KCPP_CHECK(outputs[i].defined() && outputs[i].shape() == spec.shape, ShapeError, "[function] output ", i,
                 " has shape ", spec.shape, ", received memory of shape ",
                 outputs[i].defined() ? outputs[i].shape() : Shape{});
      KCPP_CHECK(outputs[i].dtype() == spec.dtype, DTypeError, "[function] output ", i, " is ", spec.dtype,
                 ", received memory of ", outputs[i].dtype());
    }
  }

  std::vector<Tensor> call(const TensorList& given, const Dict& by_name) {
    const std::vector<Tensor> inputs = checked(given, by_name);
    const std::shared_ptr<compiler::Plan> plan = plan_for(inputs.data(), inputs.size());
    std::vector<Tensor> outputs;
    for (const TensorSpec& spec : plan->output_specs()) outputs.push_back(memory_for(outputs.size(), spec));
    // those of other backends are given to the host
    for (std::size_t i = 0; i < outputs.size(); ++i)
      if (devices_[i] && devices_[i]->backend == "cpu") outputs[i].storage()->device = *devices_[i];
    plan->run(inputs.data(), outputs.data());
    ++calls_;
    return outputs;
  }

  void run(const Tensor* inputs, std::size_t num_inputs, Tensor* outputs, std::size_t num_outputs) {
    KCPP_CHECK(num_inputs == graph_.inputs.size(), ValueError, "[function] takes ", graph_.inputs.size(),
               " inputs, received ", num_inputs);
    for (std::size_t i = 0; i < num_inputs; ++i) {
      const Symbol& wanted = graph_.inputs[i];
      KCPP_CHECK(inputs[i].defined() && wanted.shape().accepts(inputs[i].shape()), ShapeError, "[function] ",
                 describe_input(i, wanted), " expected shape ", wanted.shape(), ", received ",
                 inputs[i].defined() ? inputs[i].shape() : Shape{});
      KCPP_CHECK(inputs[i].dtype() == wanted.dtype(), DTypeError, "[function] ", describe_input(i, wanted),
                 " expected ", wanted.dtype(), ", received ", inputs[i].dtype());
    }
    const std::shared_ptr<compiler::Plan> plan = plan_for(inputs, num_inputs);
    check_outputs(*plan, outputs, num_outputs);
    plan->run(inputs, outputs);
    ++calls_;
  }

  [[nodiscard]] FunctionCounters counters() const {
    FunctionCounters counters;
    counters.calls = calls_;
    const std::shared_lock lock(plans_mutex_);
    counters.plans = plans_made_;
    counters.primitives = primitives_;
    counters.reorders = reorders_;
    for (const Planned& planned : plans_) {
      counters.variable_reorders += planned.plan->counters().variable_reorders;
      counters.contexts += planned.plan->counters().contexts;
    }
    return counters;
  }

  [[nodiscard]] Profile profile() const {
    KCPP_CHECK(profiled_, ValueError, "[profile] function", options_.name.empty() ? "" : " \"" + options_.name + "\"",
               " collects no times; make it with FunctionOptions::profile, or after set_profile(true)");
    Profile result{.name = options_.name, .calls = calls_};
    const std::shared_lock lock(plans_mutex_);
    for (const Planned& planned : plans_) compiler::append_rows(*planned.plan, result);
    return result;
  }

  [[nodiscard]] const std::vector<Symbol>& inputs() const { return graph_.inputs; }
  [[nodiscard]] const std::vector<Symbol>& outputs() const { return outputs_; }
  [[nodiscard]] const Graph& graph() const { return graph_; }
  [[nodiscard]] const FunctionOptions& options() const { return options_; }

 private:
  void read_options() {
    const std::string& mode = options_.mode.name();
    observer_ = compiler::make_observer(options_.mode);
    KCPP_CHECK(observer_ != nullptr || mode == "fast_run" || mode == "fast_compile" || mode == "reference", ValueError,
               "[function] mode \"", mode, "\" is none of fast_run, fast_compile, reference, nan_guard, debug");
    if (mode == "fast_compile" || mode == "reference") passes_ = compiler::PassOptions::none();
    if (observer_ != nullptr)  // each operation by itself, and nothing written over what it reads
      for (const char* pass : {"fuse_epilogues", "fuse", "memory_plan"}) passes_.disable(pass);
    for (const std::string& pass : options_.excluding) passes_.disable(pass);
    device_ = mode == "reference" ? device_from_name("reference") : default_device();
    profiled_ = options_.profile || kerascpp::profile();
  }

  [[nodiscard]] Graph optimized(const std::vector<TensorSpec>& specs, const std::vector<std::int64_t>& sizes) const {
    const Graph sized = with_sizes(sizes);
    const Graph specialized = passes_.specialize ? compiler::specialize(sized, specs) : unspecialized(sized, specs);
    return compiler::optimize(compiler::place_devices(specialized, passes_, device_), passes_, device_.backend);
  }

  // --- sizes that depend on values

  /// Those that the latest plan for such inputs was made for.
  [[nodiscard]] std::vector<std::int64_t> latest_sizes(const std::vector<TensorSpec>& specs) const {
    if (sizes_.empty()) return {};
    const std::shared_lock lock(plans_mutex_);
    const auto latest = std::find_if(plans_.rbegin(), plans_.rend(),
                                     [&](const Planned& planned) { return planned.plan->input_specs() == specs; });
    KCPP_CHECK(latest != plans_.rend(), UnknownSizes,
               "[function] shapes depend on the values of inputs: the number of steps of a loop, or the number of ",
               "elements of a sparse matrix, does; call the function once with inputs of these shapes");
    return latest->sizes;
  }

  /// Numbers that shapes need and that are computed from values (steps of loops whose outputs are stacked, numbers of
  /// stored elements): they are computed first, by a function of their own, and there is a plan for each of them.
  void stage() {
    devices_ = compiler::output_devices(graph_);
    merged_ = passes_.merge_loops ? compiler::merge_loops(graph_) : graph_;
    sizes_ = compiler::computed_sizes(merged_);
    if (sizes_.empty()) return;
    Graph sizes;
    sizes.inputs = merged_.inputs;
    sizes.outputs = sizes_;
    FunctionOptions options;
    options.mode = options_.mode;
    options.excluding = options_.excluding;
    options.name = options_.name.empty() ? "" : options_.name + " sizes";
    sizes_function_ = std::make_shared<FunctionImpl>(std::move(sizes), std::move(options));
  }

  [[nodiscard]] std::vector<std::int64_t> sizes_for(const Tensor* inputs, std::size_t count) const {
    std::vector<std::int64_t> values;
    if (sizes_.empty()) return values;
    const std::shared_ptr<compiler::Plan> plan = sizes_function_->plan_for(inputs, count);
    std::vector<Tensor> outputs;
    for (const TensorSpec& spec : plan->output_specs()) outputs.push_back(Tensor::empty(spec.shape, spec.dtype));
    plan->run(inputs, outputs.data());
    for (const Tensor& output : outputs) values.push_back(output.item<std::int64_t>());
    return values;
  }

  [[nodiscard]] Graph with_sizes(const std::vector<std::int64_t>& values) const {
    if (values.empty()) return merged_;
    return compiler::with_inner_sizes(
        compiler::rewrite(merged_, [&](const compiler::NodeView& node) -> std::optional<std::vector<Symbol>> {
          std::vector<Symbol> outputs;
          bool changed = false;
          for (std::size_t i = 0; i < sizes_.size(); ++i) {
            if (sizes_[i].node().get() != &node.original) continue;
            if (outputs.empty()) outputs = node.inputs.empty() ? symbols_of(node.original) : remade(node);
            outputs[static_cast<std::size_t>(sizes_[i].index())] =
                constant(Tensor(values[i]).astype(sizes_[i].dtype()));
            changed = true;
          }
          return changed ? std::optional(outputs) : std::nullopt;
        }));
  }

  static std::vector<Symbol> symbols_of(const Node& node) {
    std::vector<Symbol> outputs;
    for (std::size_t i = 0; i < node.outputs().size(); ++i) outputs.push_back(node.output(static_cast<int>(i)));
    return outputs;
  }
  static std::vector<Symbol> remade(const compiler::NodeView& node) {
    return compiler::remake(node.original, node.inputs);
  }

  [[nodiscard]] Graph swapped(const FunctionCopyOptions& wanted) const {
    Graph graph = graph_;
    if (wanted.delete_updates) graph.updates.clear();
    std::vector<bool> used(wanted.swap.size(), false);
    const auto by = [&](const Variable& variable) {
      for (std::size_t i = 0; i < wanted.swap.size(); ++i)
        if (wanted.swap[i].first.is(variable)) {
          used[i] = true;
          return wanted.swap[i].second;
        }
      return variable;
    };
    for (const auto& [from, to] : wanted.swap) {
      KCPP_CHECK(from.shape() == to.shape(), ShapeError, "[copy] variable \"", from.name(), "\" has shape ",
                 from.shape(), ", the one in its place ", to.shape());
      KCPP_CHECK(from.dtype() == to.dtype(), DTypeError, "[copy] variable \"", from.name(), "\" is ", from.dtype(),
                 ", the one in its place ", to.dtype());
    }
    graph = compiler::rewrite(graph, [&](const compiler::NodeView& node) -> std::optional<std::vector<Symbol>> {
      const Variable variable = variable_of(node.original.output());
      if (!variable.defined()) return std::nullopt;
      const Variable other = by(variable);
      return other.is(variable) ? std::nullopt : std::optional(std::vector<Symbol>{other.symbol()});
    });
    for (auto& update : graph.updates) update.first = by(update.first);
    for (std::size_t i = 0; i < used.size(); ++i)
      KCPP_CHECK(used[i], ValueError, "[copy] the function does not use variable \"", wanted.swap[i].first.name(),
                 "\"");
    return graph;
  }

  static bool matches(const compiler::Plan& plan, const Tensor* inputs, std::size_t count) {
    const std::vector<TensorSpec>& specs = plan.input_specs();
    if (specs.size() != count) return false;
    for (std::size_t i = 0; i < count; ++i)
      if (specs[i].dtype != inputs[i].dtype() || !(specs[i].shape == inputs[i].shape())) return false;
    return true;
  }

  /// The graph as it is, for inputs that have the shapes it was built on.
  [[nodiscard]] static const Graph& unspecialized(const Graph& graph, const std::vector<TensorSpec>& specs) {
    for (std::size_t i = 0; i < specs.size(); ++i)
      KCPP_CHECK(graph.inputs[i].spec() == specs[i], ShapeError, "[function] without the pass \"specialize\", ",
                 describe_input(i, graph.inputs[i]), " needs a known shape, and ", graph.inputs[i].spec(),
                 " is not that of the value, ", specs[i]);
    return graph;
  }

  [[nodiscard]] Tensor converted(std::size_t i, const Tensor& value) const {
    const DType wanted = graph_.inputs[i].dtype();
    KCPP_CHECK(options_.allow_input_downcast || converts_exactly(value, wanted), DTypeError, "[function] ",
               describe_input(i, graph_.inputs[i]), " expected ", wanted, ", received ", value.dtype(),
               ", which may lose values; convert it, or set allow_input_downcast");
    return value.astype(wanted);
  }

  void build_graph(const FunctionInputs& inputs) {
    for (const In& input : inputs.items()) {
      const Symbol& symbol = input.symbol();
      KCPP_CHECK(!variable_of(symbol).defined(), ValueError, "[function] ", symbol,
                 " is a variable and cannot be an input; to replace its value use givens");
      KCPP_CHECK(comes_from(symbol, "placeholder"), ValueError, "[function] expected placeholders as inputs, ",
                 "received ", symbol);
      graph_.inputs.push_back(symbol);
    }
    graph_.outputs = outputs_;
    for (const Update& update : options_.updates) {
      for (const auto& other : graph_.updates)
        KCPP_CHECK(!other.first.is(update.variable), ValueError, "[function] variable \"", update.variable.name(),
                   "\" has two updates");
      const Symbol value = update.value.symbol(update.variable.dtype());
      KCPP_CHECK(update.variable.shape().accepts(value.shape()) || value.shape().accepts(update.variable.shape()),
                 ShapeError, "[function] variable \"", update.variable.name(), "\" of shape ", update.variable.shape(),
                 " cannot be updated to a value of shape ", value.shape());
      graph_.updates.emplace_back(update.variable, value);
    }
    graph_ = apply_givens(graph_, options_.givens);
    if (!options_.no_default_updates) add_default_updates();
    exchange_inputs(inputs);
    check_leaves();
  }

  void add_default_updates() {
    for (const auto& node : graph_.nodes()) {
      const Variable variable = variable_of(node->output());
      if (!variable.defined()) continue;
      const bool updated = std::any_of(graph_.updates.begin(), graph_.updates.end(),
                                       [&](const auto& update) { return update.first.is(variable); });
      if (updated) continue;
      if (const Symbol value = default_update(variable); value.defined()) graph_.updates.emplace_back(variable, value);
    }
  }

  /// Inputs with a name or a default value of this function alone become placeholders of their own.
  void exchange_inputs(const FunctionInputs& inputs) {
    std::vector<Given> exchanged;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      const In& input = inputs.items()[i];
      if (input.name().empty() && !input.value().defined()) continue;
      const Symbol old = graph_.inputs[i];
      Attributes attributes = old.node()->attributes();
      if (input.value().defined()) attributes.set("default", input.value());
      const auto node = std::make_shared<Node>(old.node()->op(), std::vector<Symbol>{}, std::move(attributes),
                                               std::vector<TensorSpec>{old.spec()});
      node->set_name(input.name().empty() ? old.node()->name() : input.name());
      graph_.inputs[i] = node->output();
      exchanged.push_back({old, node->output()});
    }
    if (!exchanged.empty()) graph_ = apply_givens(graph_, exchanged);
  }

  void check_leaves() const {
    std::unordered_set<const Node*> used;
    for (const auto& node : graph_.nodes()) {
      used.insert(node.get());
      if (node->op().name != "placeholder") continue;
      const bool fed = std::any_of(graph_.inputs.begin(), graph_.inputs.end(),
                                   [&](const Symbol& input) { return input.node() == node; });
      KCPP_CHECK(fed, ValueError, "[function] an output depends on the placeholder ", node->output(),
                 ", which is neither an input nor given");
    }
    if (options_.on_unused_input == "ignore") return;
    for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
      if (used.contains(graph_.inputs[i].node().get())) continue;
      const std::string text =
          text_of("[function] ", describe_input(i, graph_.inputs[i]), " is not used by outputs or updates");
      KCPP_CHECK(options_.on_unused_input == "warn", ValueError, text, "; on_unused_input = \"ignore\" allows it");
      std::fprintf(stderr, "kerascpp: warning: %s\n", text.c_str());
    }
  }

  /// A plan, the computed sizes and the setting it was made for.
  struct Planned {
    std::shared_ptr<compiler::Plan> plan;
    std::vector<std::int64_t> sizes;
    bool deterministic;

    [[nodiscard]] bool serves(const std::vector<std::int64_t>& wanted) const {
      return sizes == wanted && deterministic == op_determinism_enabled();
    }
  };

  FunctionOptions options_;
  std::vector<Symbol> outputs_;
  std::vector<std::optional<Device>> devices_;  // of the outputs
  Graph graph_, merged_;
  std::mutex kept_mutex_;
  std::vector<Tensor> kept_;  // of borrowed outputs, what the latest call gave
  std::vector<Symbol> sizes_;
  std::shared_ptr<FunctionImpl> sizes_function_;
  compiler::PassOptions passes_;
  Device device_;  // the default one when the function was made: it stays there
  bool profiled_ = false;
  std::shared_ptr<const compiler::StepObserver> observer_;

  std::mutex making_mutex_;
  mutable std::shared_mutex plans_mutex_;
  std::vector<Planned> plans_;
  std::int64_t plans_made_ = 0, primitives_ = 0, reorders_ = 0;
  std::atomic<std::int64_t> calls_{0};
};

In::In(const Symbol& variable, const InOptions& options)
    : symbol_(variable), name_(options.name), value_(options.value) {
  if (!value_.defined()) return;
  KCPP_CHECK(symbol_.shape().accepts(value_.shape()), ShapeError, "[In] ", symbol_, " received a value of shape ",
             value_.shape());
  if (value_.dtype() != symbol_.dtype()) value_ = value_.astype(symbol_.dtype());
}

Tensor eval(const Operand& x, const std::vector<Feed>& inputs) {
  std::vector<std::pair<Symbol, Symbol>> values;
  for (const Feed& feed : inputs) {
    KCPP_CHECK(feed.value.defined() && feed.symbol.shape().accepts(feed.value.shape()), ShapeError, "[eval] ",
               feed.symbol, " received a value of shape ", feed.value.defined() ? feed.value.shape() : Shape{});
    values.emplace_back(feed.symbol, constant(feed.value.astype(feed.symbol.dtype())));
  }
  return compute_now(values.empty() ? x.symbol() : substitute(x.symbol(), values));
}

Tensor Symbol::eval(const std::vector<Feed>& inputs) const { return kerascpp::eval(*this, inputs); }

Function::Function(const FunctionInputs& inputs, const SymbolList& outputs, FunctionOptions options)
    : impl_(std::make_shared<FunctionImpl>(inputs, outputs, std::move(options))) {}

TensorList Function::operator()(const TensorList& inputs, const Dict& by_name) const {
  KCPP_CHECK(defined(), ValueError, "an undefined function cannot be called");
  return impl_->call(inputs, by_name);
}

void Function::run(const Tensor* inputs, std::size_t num_inputs, Tensor* outputs, std::size_t num_outputs) const {
  KCPP_CHECK(defined(), ValueError, "an undefined function cannot be called");
  impl_->run(inputs, num_inputs, outputs, num_outputs);
}

Function Function::copy(const FunctionCopyOptions& options) const {
  KCPP_CHECK(defined(), ValueError, "an undefined function cannot be copied");
  Function result;
  result.impl_ = impl_->copy(options);
  return result;
}

const std::vector<Symbol>& Function::inputs() const { return impl_->inputs(); }
const std::vector<Symbol>& Function::outputs() const { return impl_->outputs(); }
const Graph& Function::graph() const { return impl_->graph(); }
const FunctionOptions& Function::options() const { return impl_->options(); }
FunctionCounters Function::counters() const { return impl_->counters(); }
Profile Function::profile() const { return impl_->profile(); }

namespace {

std::vector<TensorSpec> specs_for(const Function& function, const std::vector<Shape>& shapes, const char* what) {
  const std::vector<Symbol>& inputs = function.inputs();
  KCPP_CHECK(shapes.size() == inputs.size(), ValueError, "[", what, "] takes ", inputs.size(), " shapes, received ",
             shapes.size());
  std::vector<TensorSpec> specs;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    KCPP_CHECK(inputs[i].shape().accepts(shapes[i]), ShapeError, "[", what, "] ", describe_input(i, inputs[i]),
               " expected shape ", inputs[i].shape(), ", received ", shapes[i]);
    specs.push_back({inputs[i].dtype(), shapes[i]});
  }
  return specs;
}

}  // namespace

Graph Function::compiled_graph(const std::vector<Shape>& input_shapes) const {
  return impl_->compiled_graph(specs_for(*this, input_shapes, "compiled_graph"));
}

std::string Function::describe(const std::vector<Shape>& input_shapes) const {
  return impl_->make_plan(specs_for(*this, input_shapes, "describe"))->describe();
}

}  // namespace kerascpp
