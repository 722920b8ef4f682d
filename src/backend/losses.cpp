#include <kerascpp/backend/losses.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/decoding.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/losses.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>
#include <kerascpp/ops/sorting.hpp>

namespace kerascpp::backend {
namespace {

/// Probabilities as logits, with the number of the last class.
std::pair<Symbol, std::int64_t> logits_of(std::string_view what, const Operand& y_pred) {
  const Symbol probabilities = y_pred.symbol();
  KCPP_CHECK(probabilities.ndim() == 3 && probabilities.shape()[2] != None, ShapeError, "[", what,
             "] expected y_pred (B, T, C) with a known number of classes, received ", probabilities);
  return {ops::log(probabilities + epsilon()), probabilities.shape()[2] - 1};
}

Symbol lengths(const Operand& x) {
  const Symbol symbol = x.symbol();
  return ops::cast(symbol.ndim() == 2 ? ops::squeeze(symbol, -1) : symbol, DType::Int32);
}

/// (..., T) with each label that equals the one before it left out, and -1 behind the end.
Symbol without_repetitions(const Symbol& labels) {
  const std::int64_t last = labels.ndim() - 1;
  const Symbol step = ops::iota_like(labels, last);
  const Symbol kept = ops::logical_and(labels >= 0, ops::logical_or(step == 0, labels != ops::roll(labels, 1, last)));
  const Symbol order = ops::argsort(ops::cast(ops::logical_not(kept), DType::Int32), last);
  const Symbol count = ops::sum(ops::cast(kept, DType::Int32), last, true);
  return ops::where(step < count, ops::take_along_axis(labels, order, last), Tensor(std::int32_t{-1}));
}

}  // namespace

Symbol binary_focal_crossentropy(const Operand& target, const Operand& output, bool apply_class_balancing, double alpha,
                                 double gamma, bool from_logits) {
  const Symbol given = output.symbol(), t = target.symbol(given.dtype());
  const Symbol p = from_logits ? ops::sigmoid(given) : given;
  const Symbol of_target = t * p + (1 - t) * (1 - p);
  const Symbol loss = ops::power(1 - of_target, gamma) * ops::binary_crossentropy(t, given, from_logits);
  return apply_class_balancing ? (t * alpha + (1 - t) * (1 - alpha)) * loss : loss;
}

Symbol categorical_focal_crossentropy(const Operand& target, const Operand& output, double alpha, double gamma,
                                      bool from_logits, std::int64_t axis) {
  const Symbol given = from_logits ? ops::softmax(output, axis) : output.symbol();
  const Symbol p = ops::clip(given / ops::sum(given, axis, true), epsilon(), 1 - epsilon());
  const Symbol terms = -target.symbol(p.dtype()) * ops::log(p);
  return ops::sum(ops::power(1 - p, gamma) * alpha * terms, axis);
}

Symbol ctc_batch_cost(const Operand& y_true, const Operand& y_pred, const Operand& input_length,
                      const Operand& label_length) {
  const auto [logits, blank] = logits_of("ctc_batch_cost", y_pred);
  return ops::expand_dims(ops::ctc_loss(y_true, logits, lengths(label_length), lengths(input_length), blank), 1);
}

CtcDecodedPaths ctc_decode(const Operand& y_pred, const Operand& input_length, bool greedy, std::int64_t beam_width,
                           std::int64_t top_paths) {
  const auto [logits, blank] = logits_of("ctc_decode", y_pred);
  const ops::CtcDecoded<Symbol> found = ops::ctc_decode(logits, lengths(input_length),
                                                        {.strategy = greedy ? "greedy" : "beam_search",
                                                         .beam_width = beam_width,
                                                         .top_paths = greedy ? 1 : top_paths,
                                                         .mask_index = blank});
  CtcDecodedPaths result{{}, found.scores};
  const Symbol paths = greedy ? found.decoded : without_repetitions(found.decoded);
  for (std::int64_t path = 0; path < paths.shape()[0]; ++path)
    result.decoded.push_back(ops::get_item(paths, {Index(path)}));
  return result;
}

}  // namespace kerascpp::backend
