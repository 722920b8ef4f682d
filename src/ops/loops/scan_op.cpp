#include <algorithm>

#include <kerascpp/core/error.hpp>

#include "graph/bodies.hpp"
#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/loops/scan_form.hpp"
#include "ops/loops/scan_gradient.hpp"

namespace kerascpp::ops {
namespace {

Shape without_first_axis(const Shape& shape) { return shape.slice(1, shape.ndim()); }

void check_counts(const InferContext& context, const ScanForm& form) {
  const std::size_t n = context.inputs.size();
  KCPP_CHECK(form.body != nullptr && form.num_states >= 0 && form.spans.size() == form.num_sequences() &&
                 form.reversed.size() == form.num_sequences() && n >= form.first_constant() &&
                 form.body->inputs.size() == n - form.first_sequence(),
             ValueError, "[", context.op, "] received ", n, " inputs, which do not fit its body of ",
             form.body == nullptr ? 0 : form.body->inputs.size());
  KCPP_CHECK(form.body->outputs.size() == form.states() + form.num_stacks() + (form.until ? 1 : 0) &&
                 form.body->updates.empty(),
             ValueError, "[", context.op, "] the body gives ", form.body->outputs.size(), " values instead of ",
             form.states(), " states and ", form.num_stacks(), " stacked values", form.until ? " and a condition" : "");
  KCPP_CHECK(form.stacks_every.empty() || form.stacks_every.size() == form.num_stacks(), ValueError, "[", context.op,
             "] has ", form.num_stacks(), " stacks, of which ", form.stacks_every.size(), " say what they keep");
  for (std::size_t k = 0; k < form.num_stacks(); ++k)
    KCPP_CHECK(form.every(k) == 1 || (form.every(k) > 1 && form.stacks_reversed[k] == 0 && !form.until), ValueError,
               "[", context.op, "] stack ", k, " cannot keep the last of every ", form.every(k), " values");
  for (std::size_t k = 0; k < form.num_sequences(); ++k)
    KCPP_CHECK(form.offsets[k] >= 0 && form.offsets[k] <= form.spans[k], ValueError, "[", context.op, "] sequence ", k,
               " begins at item ", form.offsets[k], " and has ", form.spans[k], " items to spare");
  if (form.until)
    KCPP_CHECK(form.body->outputs.back().spec() == (TensorSpec{DType::Bool, {}}), ValueError, "[", context.op,
               "] expected a bool scalar as condition to stop, received ", form.body->outputs.back().spec());
}

void check_item(const InferContext& context, const Symbol& parameter, const TensorSpec& given, std::string_view what,
                std::size_t k) {
  KCPP_CHECK(parameter.dtype() == given.dtype && shapes_agree(parameter.shape(), given.shape), ShapeError, "[",
             context.op, "] ", what, " ", k, " is ", given, ", the body expects ", parameter.spec());
}

void check_inputs(const InferContext& context, const ScanForm& form) {
  for (std::size_t i = form.first_sequence(); i < context.inputs.size(); ++i) {
    const Symbol& parameter = form.body->inputs[form.body_input(i)];
    const TensorSpec& input = context.inputs[i];
    if (i >= form.first_constant()) {
      check_item(context, parameter, input, "value", i - form.first_constant());
    } else if (i >= form.first_state()) {
      check_item(context, parameter, input, "initial state", i - form.first_state());
    } else {
      KCPP_CHECK(input.shape.ndim() > 0, ShapeError, "[", context.op, "] sequence ", i - form.first_sequence(), " is ",
                 input, "; expected at least one dimension, over which the steps go");
      check_item(context, parameter, {input.dtype, without_first_axis(input.shape)}, "an item of sequence",
                 i - form.first_sequence());
    }
  }
}

void check_length(const InferContext& context, const ScanForm& form, std::int64_t steps) {
  for (std::size_t k = 0; k < form.num_sequences(); ++k) {
    const std::int64_t length = context.inputs[form.first_sequence() + k].shape[0];
    if (length == None) continue;
    KCPP_CHECK(length >= form.spans[k], ShapeError, "[", context.op, "] sequence ", k, " has ", length,
               " items, its taps need at least ", form.spans[k]);
    if (steps != None)
      KCPP_CHECK(length - form.spans[k] >= steps, ShapeError, "[", context.op, "] ", steps,
                 " steps are asked for, sequence ", k, " has items for ", length - form.spans[k]);
  }
}

/// What is known of a state: what its initial and its new value agree on.
Shape agreed(const InferContext& context, std::size_t k, const TensorSpec& initial, const TensorSpec& next) {
  KCPP_CHECK(initial.dtype == next.dtype && shapes_agree(initial.shape, next.shape), ShapeError, "[", context.op,
             "] state ", k, " begins as ", initial, " and becomes ", next, "; a state keeps its dtype and shape");
  Shape shape = initial.shape;
  for (int i = 0; i < shape.ndim(); ++i)
    if (shape[i] == None) shape[i] = next.shape[i];
  return shape;
}

void infer_scan(InferContext& context) {
  const ScanForm form = ScanForm::of(context.attributes);
  check_counts(context, form);
  check_inputs(context, form);
  const bool has_value = form.has_steps_input && !context.constants.empty();
  if (form.has_steps_input)
    KCPP_CHECK(context.inputs[0] == (TensorSpec{DType::Int64, {}}), DTypeError, "[", context.op,
               "] expected an int64 scalar as number of steps, received ", context.inputs[0]);
  const std::int64_t steps = form.steps(context.inputs, has_value ? context.constants[0] : Tensor());
  check_length(context, form, steps);
  KCPP_CHECK(form.most_steps < 0 || steps == None || steps <= form.most_steps, ShapeError, "[", context.op, "] ", steps,
             " steps are asked for, at most ", form.most_steps, " are allowed");
  for (std::size_t k = 0; k < form.states(); ++k) {
    const TensorSpec& initial = context.inputs[form.first_state() + k];
    context.outputs.push_back({initial.dtype, agreed(context, k, initial, form.body->outputs[k].spec())});
  }
  for (std::size_t k = 0; k < form.num_stacks(); ++k) {
    TensorSpec spec = form.body->outputs[form.states() + k].spec();
    spec.shape.insert(0, form.rows(k, steps));
    context.outputs.push_back(spec);
  }
  if (form.until) context.outputs.push_back({DType::Int64, {}});
  KCPP_CHECK(!context.outputs.empty(), ValueError, "[", context.op, "] has no states and no values");
}

std::vector<BodyUse> scan_bodies(const Attributes& attributes, const std::vector<TensorSpec>& inputs) {
  const ScanForm form = ScanForm::of(attributes);
  BodyUse use{"body", {}};
  for (std::size_t i = form.first_sequence(); i < inputs.size(); ++i) {
    TensorSpec spec = inputs[i];
    if (i < form.first_state()) spec.shape = without_first_axis(spec.shape);
    use.inputs.push_back(std::move(spec));
  }
  return {use};
}

}  // namespace

ScanForm ScanForm::of(const Attributes& attributes) {
  ScanForm form;
  form.body = attributes.get<std::shared_ptr<const Graph>>("body");
  form.offsets = attributes.integers("offsets");
  form.spans = attributes.integers("spans");
  form.reversed = attributes.integers("reversed");
  form.num_states = attributes.integer("num_states");
  form.stacks_reversed = attributes.integers("stacks_reversed");
  form.n_steps = attributes.integer("n_steps");
  form.has_steps_input = attributes.flag("has_steps_input");
  form.until = attributes.flag("until");
  form.truncate_gradient = attributes.integer("truncate_gradient");
  if (attributes.contains("stacks_every")) form.stacks_every = attributes.integers("stacks_every");
  if (attributes.contains("most_steps")) form.most_steps = attributes.integer("most_steps");
  if (attributes.contains("save_every")) form.save_every = attributes.integer("save_every");
  if (attributes.contains("part_body")) {
    form.parts = attributes.integer("parts");
    form.part_body = attributes.get<std::shared_ptr<const Graph>>("part_body");
    form.split_inputs = attributes.integers("split_inputs");
  }
  if (attributes.contains("round_body")) {
    form.unroll = attributes.integer("unroll");
    form.round_body = attributes.get<std::shared_ptr<const Graph>>("round_body");
  }
  return form;
}

Attributes ScanForm::attributes() const {
  Attributes result{{"body", body},
                    {"offsets", offsets},
                    {"spans", spans},
                    {"reversed", reversed},
                    {"num_states", num_states},
                    {"stacks_reversed", stacks_reversed},
                    {"n_steps", n_steps},
                    {"has_steps_input", has_steps_input},
                    {"until", until},
                    {"truncate_gradient", truncate_gradient}};
  if (!keeps_all_steps()) result.set("stacks_every", stacks_every);
  if (most_steps >= 0) result.set("most_steps", most_steps);
  if (save_every > 0) result.set("save_every", save_every);
  if (part_body != nullptr) {
    result.set("parts", parts);
    result.set("part_body", part_body);
    result.set("split_inputs", split_inputs);
  }
  if (round_body != nullptr) {
    result.set("unroll", unroll);
    result.set("round_body", round_body);
  }
  return result;
}

bool ScanForm::keeps_all_steps() const {
  return std::all_of(stacks_every.begin(), stacks_every.end(), [](std::int64_t steps) { return steps == 1; });
}

void ScanForm::add_stack(bool is_reversed, std::int64_t every_steps) {
  stacks_every.resize(num_stacks(), 1);
  stacks_reversed.push_back(is_reversed ? 1 : 0);
  stacks_every.push_back(every_steps);
}

std::int64_t ScanForm::rows(std::size_t stack, std::int64_t steps) const {
  if (most_steps >= 0) steps = most_steps;
  return steps == None ? None : (steps + every(stack) - 1) / every(stack);
}

std::int64_t ScanForm::steps(const std::vector<TensorSpec>& inputs, const Tensor& steps_value) const {
  if (n_steps >= 0) return n_steps;
  if (has_steps_input)
    return steps_value.defined() ? std::max<std::int64_t>(steps_value.item<std::int64_t>(), 0) : None;
  KCPP_CHECK(num_sequences() > 0, ValueError, "[scan] needs sequences or n_steps to know how many steps to do");
  std::int64_t least = None;
  bool known = true;
  for (std::size_t k = 0; k < num_sequences(); ++k) {
    const std::int64_t length = inputs[first_sequence() + k].shape[0];
    if (length == None)
      known = false;
    else if (least == None || length - spans[k] < least)
      least = std::max<std::int64_t>(length - spans[k], 0);
  }
  return known ? least : None;
}

void register_scan_op(OpRegistry& registry) {
  declare_bodies(registry.add({.name = "scan", .inputs = {"..."}, .infer = infer_scan, .gradient = scan_gradient}),
                 scan_bodies);
}

}  // namespace kerascpp::ops
