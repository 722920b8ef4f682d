#include <kerascpp/ops/losses.hpp>

#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/ops/softmax.hpp>

#include "graph/patterns.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

namespace kerascpp::ops {
namespace {

Symbol floating(const Operand& x) { return is_floating(x.dtype()) ? x.symbol() : x.symbol(floatx()); }

void check_same_shape(std::string_view op, const Operand& a, const Operand& b) {
  KCPP_CHECK(shapes_agree(a.shape(), b.shape()), ShapeError, "[", op, "] expected arguments of one shape, received ",
             a.shape(), " and ", b.shape());
}

// Whether x is softmax along its axis `axis`, so that its input are the logits.
bool is_softmax(const Symbol& x, std::int64_t axis) {
  return comes_from(x, "softmax") && x.node()->attributes().integer("axis") == axis;
}

Symbol clipped(const Symbol& probability) { return clip(probability, epsilon(), 1 - epsilon()); }

}  // namespace

Symbol binary_crossentropy(const Operand& target, const Operand& output, bool from_logits) {
  const SiteGuard guard(output.site());
  check_same_shape("binary_crossentropy", target, output);
  Symbol x = floating(output);
  const Symbol z = target.symbol(x.dtype());
  if (!from_logits && comes_from(x, "sigmoid")) {
    x = x.node()->input(0);
    from_logits = true;
  }
  if (from_logits) {
    // log(1 + exp(x)) - x z, without a large difference: max(x, 0) - x z + log(1 + exp(-|x|))
    const Symbol positive = x >= 0;
    return where(positive, x, 0) - x * z + log1p(exp(where(positive, negative(x), x)));
  }
  const Symbol p = clipped(x);
  return negative(z * log(p) + (1 - z) * log(1 - p));
}

Symbol categorical_crossentropy(const Operand& target, const Operand& output, bool from_logits, std::int64_t axis) {
  const SiteGuard guard(output.site());
  check_same_shape("categorical_crossentropy", target, output);
  const Symbol x = floating(output);
  const Symbol z = target.symbol(x.dtype());
  KCPP_CHECK(x.ndim() >= 1, ShapeError, "[categorical_crossentropy] expected arguments with an axis of classes");
  const std::int64_t classes = normalize_axis(axis, x.ndim());
  if (from_logits) return negative(sum(z * log_softmax(x, classes), classes));
  if (is_softmax(x, classes)) return negative(sum(z * log_softmax(x.node()->input(0), classes), classes));
  return negative(sum(z * log(clipped(x / sum(x, classes, true))), classes));
}

Symbol sparse_categorical_crossentropy(const Operand& target, const Operand& output, bool from_logits,
                                       std::int64_t axis) {
  const SiteGuard guard(output.site());
  const Symbol x = floating(output);
  KCPP_CHECK(x.ndim() >= 1, ShapeError,
             "[sparse_categorical_crossentropy] expected an output with an axis of classes, received a scalar");
  const std::int64_t classes = x.ndim() - 1;
  KCPP_CHECK(axis == -1 || axis == classes, ValueError,
             "[sparse_categorical_crossentropy] the classes must be in the last axis, received axis=", axis,
             "; move them there with moveaxis");
  Symbol z = target.symbol(DType::Int64);
  if (z.ndim() == x.ndim() && z.dim(-1) == 1) z = squeeze(z, -1);
  KCPP_CHECK(shapes_agree(z.shape(), x.shape().slice(0, x.ndim() - 1)), ShapeError,
             "[sparse_categorical_crossentropy] expected a target of shape ", x.shape().slice(0, x.ndim() - 1),
             " for an output of shape ", x.shape(), ", received ", target.shape());
  Symbol logits = x;
  if (!from_logits) logits = is_softmax(x, classes) ? x.node()->input(0) : log(clipped(x));
  const Symbol chosen = take_along_axis(log_softmax(logits, classes), expand_dims(z, classes), classes);
  return negative(squeeze(chosen, classes));
}

Symbol psnr(const Operand& x1, const Operand& x2, double max_val) {
  const SiteGuard guard(x1.site());
  check_same_shape("psnr", x1, x2);
  KCPP_CHECK(max_val > 0, ValueError, "[psnr] expected a positive max_val, received ", max_val);
  const DType common = result_type(std::vector<Operand>{x1, x2});
  const DType dtype = is_floating(common) ? common : floatx();
  const Symbol error = mean(square(x1.symbol(dtype) - x2.symbol(dtype)));
  return 20 * std::log10(max_val) - 10 * log10(error);
}

Tensor binary_crossentropy(const Tensor& target, const Tensor& output, bool from_logits) {
  return compute_now(binary_crossentropy(immediate(target), immediate(output), from_logits));
}
Tensor categorical_crossentropy(const Tensor& target, const Tensor& output, bool from_logits, std::int64_t axis) {
  return compute_now(categorical_crossentropy(immediate(target), immediate(output), from_logits, axis));
}
Tensor sparse_categorical_crossentropy(const Tensor& target, const Tensor& output, bool from_logits,
                                       std::int64_t axis) {
  return compute_now(sparse_categorical_crossentropy(immediate(target), immediate(output), from_logits, axis));
}
Tensor psnr(const Tensor& x1, const Tensor& x2, double max_val) {
  return compute_now(psnr(immediate(x1), immediate(x2), max_val));
}

}  // namespace kerascpp::ops
