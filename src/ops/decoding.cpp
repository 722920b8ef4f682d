#include <kerascpp/ops/decoding.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/accumulations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>
#include <kerascpp/ops/sorting.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

// (log probabilities (B, T, C), lengths (B,)) -> labels (P, B, T), -1 behind their ends, and log probabilities (B, P)
void infer_beam_search(InferContext& context) {
  expect_floating(context);
  expect_integer(context, 1);
  const Shape& x = context.inputs[0].shape;
  const std::int64_t paths = context.attributes.integer("top_paths"), blank = context.attributes.integer("mask_index");
  KCPP_CHECK(paths >= 1 && paths <= context.attributes.integer("beam_width"), ValueError,
             "[ctc_decode] expected a beam_width of at least top_paths and that of at least 1, received ",
             context.attributes.integer("beam_width"), " and ", paths);
  KCPP_CHECK(blank >= 0 && (x[2] == None || blank < x[2]), ValueError, "[ctc_decode] mask_index ", blank,
             " is no class of inputs of shape ", x);
  context.outputs = {{DType::Int32, {paths, x[0], x[1]}}, {context.inputs[0].dtype, {x[0], paths}}};
}

// The best class of each step, without repetitions and blanks: what is kept moves to the front by a stable sort.
CtcDecoded<Symbol> greedy(const Symbol& x, const Symbol& lengths, const CtcDecodeOptions& options) {
  const Symbol best = cast(argmax(x, -1), DType::Int32);
  const Symbol step = iota_like(best, 1), inside = step < expand_dims(lengths, -1);
  Symbol kept = logical_and(inside, best != static_cast<std::int32_t>(options.mask_index));
  if (options.merge_repeated) kept = logical_and(kept, logical_or(step == 0, best != roll(best, 1, 1)));
  const Symbol order = argsort(cast(logical_not(kept), DType::Int32), 1);
  const Symbol count = sum(cast(kept, DType::Int32), 1, true);
  const Symbol labels = where(step < count, take_along_axis(best, order, 1), Tensor(std::int32_t{-1}));
  const Symbol largest = where(inside, max(x, -1), constant(full({}, 0, x.dtype())));
  return {expand_dims(labels, 0), negative(sum(largest, 1, true))};
}

}  // namespace

CtcDecoded<Symbol> ctc_decode(const Operand& inputs, const Operand& sequence_lengths, const CtcDecodeOptions& options) {
  const SiteGuard guard(inputs.site());
  const Symbol x = is_floating(inputs.dtype()) ? inputs.symbol() : inputs.symbol(floatx());
  const Symbol lengths = cast(sequence_lengths, DType::Int32);
  KCPP_CHECK(x.ndim() == 3 && lengths.ndim() == 1, ShapeError,
             "[ctc_decode] expected inputs (B, T, C) and sequence_lengths (B,), received ", x.shape(), " and ",
             lengths.shape());
  KCPP_CHECK(options.strategy == "greedy" || options.strategy == "beam_search", ValueError, "[ctc_decode] strategy \"",
             options.strategy, "\" is none of greedy, beam_search");
  if (options.strategy == "greedy") return greedy(x, lengths, options);
  const std::vector<Symbol> found = make_node(
      OpRegistry::global().get("ctc_beam_search"), {log_softmax(x, -1), lengths},
      {{"beam_width", options.beam_width}, {"top_paths", options.top_paths}, {"mask_index", options.mask_index}},
      inputs.site());
  return {found[0], found[1]};
}

CtcDecoded<Tensor> ctc_decode(const Tensor& inputs, const Tensor& sequence_lengths, const CtcDecodeOptions& options) {
  const CtcDecoded<Symbol> decoded = ctc_decode(Operand(inputs), Operand(sequence_lengths), options);
  const std::vector<Tensor> values = compute_now({decoded.decoded, decoded.scores});
  return {values[0], values[1]};
}

void register_ctc_beam_search_op(OpRegistry& registry) {
  registry.add({.name = "ctc_beam_search",
                .inputs = {"log_probabilities", "lengths"},
                .traits = Traits{} | Trait::NonDifferentiable,
                .infer = infer_beam_search});
}

}  // namespace kerascpp::ops
