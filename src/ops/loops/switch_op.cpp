#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/gradient.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/like.hpp>

#include "graph/bodies.hpp"
#include "graph/replace.hpp"
#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/loops/closure.hpp"
#include "ops/loops/switch_form.hpp"

namespace kerascpp::ops {
namespace {

void check_branch_inputs(const InferContext& context, const SwitchForm& form) {
  std::size_t at = 1;
  for (std::size_t b = 0; b < form.branches.size(); ++b)
    for (const Symbol& parameter : form.branches[b]->inputs) {
      KCPP_CHECK(at < context.inputs.size(), ValueError, "[", context.op, "] received ", context.inputs.size(),
                 " inputs, fewer than its branches take");
      const TensorSpec& given = context.inputs[at++];
      KCPP_CHECK(parameter.dtype() == given.dtype && shapes_agree(parameter.shape(), given.shape), ShapeError, "[",
                 context.op, "] branch ", b, " expects ", parameter.spec(), ", received ", given);
    }
  KCPP_CHECK(at == context.inputs.size(), ValueError, "[", context.op, "] received ", context.inputs.size(),
             " inputs, its branches take ", at);
}

void infer_switch(InferContext& context) {
  const SwitchForm form = SwitchForm::of(context.attributes);
  KCPP_CHECK(!form.branches.empty(), ValueError, "[", context.op, "] needs at least one branch");
  KCPP_CHECK(context.inputs[0] == (TensorSpec{DType::Int32, {}}), DTypeError, "[", context.op,
             "] expected an int32 scalar that chooses, received ", context.inputs[0]);
  check_branch_inputs(context, form);
  for (const Symbol& output : form.branches[0]->outputs) context.outputs.push_back(output.spec());
  KCPP_CHECK(!context.outputs.empty(), ValueError, "[", context.op, "] branch 0 gives nothing");
  for (std::size_t b = 1; b < form.branches.size(); ++b) {
    const std::vector<Symbol>& outputs = form.branches[b]->outputs;
    KCPP_CHECK(outputs.size() == context.outputs.size(), ValueError, "[", context.op, "] branch 0 gives ",
               context.outputs.size(), " symbols, branch ", b, " gives ", outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      TensorSpec& common = context.outputs[i];
      KCPP_CHECK(outputs[i].dtype() == common.dtype, DTypeError, "[", context.op, "] output ", i, " is ", common,
                 " in branch 0 and ", outputs[i].spec(), " in branch ", b);
      KCPP_CHECK(shapes_agree(outputs[i].shape(), common.shape), ShapeError, "[", context.op, "] output ", i, " is ",
                 common, " in branch 0 and ", outputs[i].spec(), " in branch ", b);
      for (int axis = 0; axis < common.shape.ndim(); ++axis)
        if (outputs[i].shape()[axis] == None) common.shape[axis] = None;
    }
  }
}

std::vector<BodyUse> switch_bodies(const Attributes& attributes, const std::vector<TensorSpec>& inputs) {
  const SwitchForm form = SwitchForm::of(attributes);
  std::vector<BodyUse> uses;
  std::size_t at = 1;
  for (std::size_t b = 0; b < form.branches.size(); ++b) {
    BodyUse use{SwitchForm::key(b), {}};
    for (std::size_t i = 0; i < form.branches[b]->inputs.size(); ++i) use.inputs.push_back(inputs[at++]);
    uses.push_back(std::move(use));
  }
  return uses;
}

// Another switch: of each branch the gradients with respect to what it reads, and zeros for what the others read.
std::vector<Symbol> switch_gradient(const Node& node, const std::vector<Symbol>& output_gradients) {
  const SwitchForm form = SwitchForm::of(node.attributes());
  std::vector<std::vector<Symbol>> gradients(form.branches.size());  // with respect to the branch's own inputs
  std::vector<bool> wanted(node.inputs().size(), false);
  std::vector<WrittenBranch> branches(form.branches.size());
  for (std::size_t b = 0; b < form.branches.size(); ++b) {
    const Graph& body = *form.branches[b];
    branches[b].first_id = next_node_id();
    std::vector<Symbol> outputs, given;
    for (std::size_t i = 0; i < body.outputs.size(); ++i)
      if (output_gradients[i].defined()) {
        outputs.push_back(body.outputs[i]);
        given.push_back(output_gradients[i]);
      }
    Replacements outer;
    for (std::size_t i = 0; i < body.inputs.size(); ++i) outer.set(body.inputs[i], node.input(form.first_input(b) + i));
    gradients[b] = gradients_of(outputs, given, body.inputs);
    for (std::size_t i = 0; i < body.inputs.size(); ++i) {
      if (!is_differentiable(body.inputs[i].dtype())) gradients[b][i] = {};
      if (!gradients[b][i].defined()) continue;
      wanted[form.first_input(b) + i] = true;
      gradients[b][i] = replace({gradients[b][i]}, outer)[0];
    }
  }
  for (std::size_t b = 0; b < form.branches.size(); ++b)
    for (std::size_t i = 1; i < node.inputs().size(); ++i) {
      if (!wanted[i]) continue;
      const std::size_t first = form.first_input(b), count = form.branches[b]->inputs.size();
      const bool own = i >= first && i < first + count;
      const Symbol& input = node.input(i);
      branches[b].outputs.push_back(own ? gradients[b][i - first]
                                        : broadcast_like(constant(full({}, 0, input.dtype())), input));
    }
  std::vector<Symbol> result(node.inputs().size());
  if (branches[0].outputs.empty()) return result;
  const std::vector<Symbol> made = make_switch(node.input(0), branches);
  std::size_t next = 0;
  for (std::size_t i = 1; i < result.size(); ++i)
    if (wanted[i]) result[i] = made[next++];
  return result;
}

}  // namespace

std::string SwitchForm::key(std::size_t branch) { return text_of("branch_", branch); }

SwitchForm SwitchForm::of(const Attributes& attributes) {
  SwitchForm form;
  for (std::size_t b = 0; attributes.contains(key(b)); ++b)
    form.branches.push_back(attributes.get<std::shared_ptr<const Graph>>(key(b)));
  return form;
}

Attributes SwitchForm::attributes() const {
  Attributes attributes;
  for (std::size_t b = 0; b < branches.size(); ++b) attributes.set(key(b), branches[b]);
  return attributes;
}

std::size_t SwitchForm::first_input(std::size_t branch) const {
  std::size_t at = 1;
  for (std::size_t b = 0; b < branch; ++b) at += branches[b]->inputs.size();
  return at;
}

std::uint64_t next_node_id() { return placeholder({}).node()->id(); }

std::vector<Symbol> make_switch(const Symbol& selector, const std::vector<WrittenBranch>& branches) {
  SwitchForm form;
  std::vector<Symbol> inputs{selector};
  for (const WrittenBranch& branch : branches) {
    Closure closure = close_over_nodes_since(branch.first_id, branch.outputs);
    form.branches.push_back(closure.body);
    inputs.insert(inputs.end(), closure.captured.begin(), closure.captured.end());
  }
  return make_node(OpRegistry::global().get("switch"), std::move(inputs), form.attributes());
}

void register_switch_op(OpRegistry& registry) {
  declare_bodies(
      registry.add(
          {.name = "switch", .inputs = {"selector", "..."}, .infer = infer_switch, .gradient = switch_gradient}),
      switch_bodies);
}

}  // namespace kerascpp::ops
