#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/fft.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/families.hpp"
#include "ops/inference.hpp"
#include "ops/shape_support.hpp"

// The Fourier transforms as linear maps of pairs (real, imaginary), so that the gradient of one is another.
//
// fft        F along `axis`, or its conjugate (`inverse`); `scaled`: divided by N
// rfft       F of real x, frequencies 0 to N / 2; `doubled`: all but 0 and N / 2 count twice
// irfft      real x from these frequencies, each standing for its conjugate too unless `halved`; `scaled` as above
// irfft_like the same with N from the last axis of `like_x`
namespace kerascpp::ops {
namespace {

void check_dtypes(const InferContext& context, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    KCPP_CHECK(context.inputs[i].dtype == DType::Float32 || context.inputs[i].dtype == DType::Float64, DTypeError, "[",
               context.op, "] expected float32 or float64, received ", context.inputs[i],
               "; cast it, and give a complex array as its real and imaginary parts");
  expect_one_dtype(context, count);
}

void check_pair(const InferContext& context, int least_ndim) {
  check_dtypes(context, 2);
  const Shape &real = context.inputs[0].shape, &imag = context.inputs[1].shape;
  KCPP_CHECK(shapes_agree(real, imag), ShapeError, "[", context.op,
             "] expected real and imaginary parts of one shape, received ", real, " and ", imag);
  KCPP_CHECK(real.ndim() >= least_ndim, ShapeError, "[", context.op, "] expected at least ", least_ndim,
             " axes, received shape ", real);
}

Shape agreed_shape(const Shape& a, const Shape& b) {
  Shape shape = a;
  for (int i = 0; i < a.ndim(); ++i) shape[i] = agreed(a[i], b[i]);
  return shape;
}

void infer_fft(InferContext& context) {
  check_pair(context, 1);
  const Shape shape = agreed_shape(context.inputs[0].shape, context.inputs[1].shape);
  const std::int64_t length = shape[axis_of(context, shape.ndim())];
  KCPP_CHECK(length == None || length > 0, ShapeError, "[", context.op, "] expected at least one element, received ",
             shape);
  context.outputs.assign(2, {context.inputs[0].dtype, shape});
}

// Zeros where no gradient arrives.
std::pair<Symbol, Symbol> both(const Node& node, const std::vector<Symbol>& g) {
  return {g[0].defined() ? g[0] : zeros_as(node.output(0)), g[1].defined() ? g[1] : zeros_as(node.output(1))};
}

std::vector<Symbol> fft_gradient(const Node& node, const std::vector<Symbol>& g) {
  const auto [real, imag] = both(node, g);
  const Attributes& attributes = node.attributes();
  return make_node(node.op(), {real, imag},
                   {{"axis", attributes.integer("axis")},
                    {"inverse", !attributes.flag("inverse")},
                    {"scaled", attributes.flag("scaled")}},
                   node.site());
}

void infer_rfft(InferContext& context) {
  check_dtypes(context, 1);
  Shape shape = context.inputs[0].shape;
  KCPP_CHECK(shape.ndim() >= 1, ShapeError, "[", context.op, "] expected at least one axis, received a scalar");
  const std::int64_t length = shape.back();
  KCPP_CHECK(length == None || length > 0, ShapeError, "[", context.op, "] expected at least one element, received ",
             shape);
  shape.set_dim(-1, length == None ? None : length / 2 + 1);
  context.outputs.assign(2, {context.inputs[0].dtype, shape});
}

std::vector<Symbol> rfft_gradient(const Node& node, const std::vector<Symbol>& g) {
  const auto [real, imag] = both(node, g);
  return {make_symbol("irfft_like", {real, imag, node.input(0)},
                      {{"halved", !node.attributes().flag("doubled")}, {"scaled", node.attributes().flag("scaled")}},
                      node.site())};
}

void check_frequencies(const InferContext& context, const Shape& shape, std::int64_t length) {
  KCPP_CHECK(length == None || length > 0, ShapeError, "[", context.op,
             "] expected at least two frequencies, received shape ", shape);
  KCPP_CHECK(length == None || may_equal(shape.back(), length / 2 + 1), ShapeError, "[", context.op, "] expected ",
             length / 2 + 1, " frequencies for a length of ", length, ", received shape ", shape);
}

void infer_irfft(InferContext& context) {
  check_pair(context, 1);
  Shape shape = agreed_shape(context.inputs[0].shape, context.inputs[1].shape);
  std::int64_t length = context.attributes.integer("fft_length");
  if (length == None && shape.back() != None) length = 2 * (shape.back() - 1);
  check_frequencies(context, shape, length);
  shape.set_dim(-1, length);
  context.outputs = {{context.inputs[0].dtype, shape}};
}

void infer_irfft_like(InferContext& context) {
  check_pair(context, 1);
  const Shape& like = context.inputs[2].shape;
  const Shape frequencies = agreed_shape(context.inputs[0].shape, context.inputs[1].shape);
  check_frequencies(context, frequencies, like.dim(-1));
  Shape shape = frequencies;
  shape.set_dim(-1, like.dim(-1));
  context.outputs = {{context.inputs[0].dtype, agreed_shape(shape, like)}};
}

std::vector<Symbol> irfft_gradient(const Node& node, const std::vector<Symbol>& g) {
  std::vector<Symbol> parts = make_node(
      OpRegistry::global().get("rfft"), {g[0]},
      {{"doubled", !node.attributes().flag("halved")}, {"scaled", node.attributes().flag("scaled")}}, node.site());
  parts.resize(node.inputs().size());
  return parts;
}

ComplexPair transform(const ComplexPair& x, std::int64_t axis, bool inverse) {
  const std::vector<Symbol> parts = make_node(OpRegistry::global().get("fft"), {x.real, x.imag},
                                              {{"axis", axis}, {"inverse", inverse}, {"scaled", inverse}});
  return {parts[0], parts[1]};
}

void check_images(std::string_view op, const ComplexPair& x) {
  KCPP_CHECK(x.real.ndim() >= 2, ShapeError, "[", op, "] expected at least 2 axes, received shape ", x.real.shape());
}

// The last axis cut or filled up with zeros to `length`.
Symbol of_length(const Symbol& x, std::int64_t length) {
  const std::int64_t received = x.dim(-1);
  if (received == length) return x;
  std::vector<PadWidth::Pair> widths(static_cast<std::size_t>(x.ndim()));
  widths.back().second = received == None ? length : length - received;
  const Symbol longer = received == None || received < length ? pad(x, widths) : x;
  return longer.dim(-1) == length ? longer : slice_axis(longer, -1, Slice(0, length));
}

void check_length(std::string_view op, std::int64_t fft_length, int ndim) {
  KCPP_CHECK(fft_length == None || fft_length > 0, ValueError, "[", op,
             "] expected fft_length of at least 1, received ", fft_length);
  KCPP_CHECK(ndim >= 1, ShapeError, "[", op, "] expected at least one axis, received a scalar");
}

ComplexPair immediate_pair(const ComplexPairTensors& x) {
  return {immediate(x.real).symbol(), immediate(x.imag).symbol()};
}

ComplexPairTensors computed(const ComplexPair& x) {
  const std::vector<Tensor> parts = compute_now(std::vector<Symbol>{x.real, x.imag});
  return {parts[0], parts[1]};
}

}  // namespace

void register_fourier_ops(OpRegistry& registry) {
  const Traits linear = Traits{} | Trait::ZeroPreserving;
  registry.add({"fft", {"real", "imag"}, linear, infer_fft, fft_gradient});
  registry.add({"rfft", {"x"}, linear, infer_rfft, rfft_gradient});
  registry.add({"irfft", {"real", "imag"}, linear, infer_irfft, irfft_gradient});
  registry.add({"irfft_like", {"real", "imag", "like_x"}, linear | Trait::LikeLast, infer_irfft_like, irfft_gradient});
}

ComplexPair fft(const ComplexPair& x) { return transform(x, -1, false); }

ComplexPair fft2(const ComplexPair& x) {
  check_images("fft2", x);
  return transform(transform(x, -1, false), -2, false);
}

ComplexPair ifft2(const ComplexPair& x) {
  check_images("ifft2", x);
  return transform(transform(x, -1, true), -2, true);
}

ComplexPair rfft(const Operand& x, std::int64_t fft_length) {
  const SiteGuard guard(x.site());
  check_length("rfft", fft_length, x.shape().ndim());
  const Symbol signal = fft_length == None ? x.symbol() : of_length(x.symbol(), fft_length);
  const std::vector<Symbol> parts =
      make_node(OpRegistry::global().get("rfft"), {signal}, {{"doubled", false}, {"scaled", false}});
  return {parts[0], parts[1]};
}

Symbol irfft(const ComplexPair& x, std::int64_t fft_length) {
  check_length("irfft", fft_length, x.real.ndim());
  const auto fitted = [&](const Symbol& part) {
    return fft_length == None ? part : of_length(part, fft_length / 2 + 1);
  };
  return make_symbol("irfft", {fitted(x.real), fitted(x.imag)},
                     {{"fft_length", fft_length}, {"halved", false}, {"scaled", true}});
}

ComplexPairTensors fft(const ComplexPairTensors& x) { return computed(fft(immediate_pair(x))); }
ComplexPairTensors fft2(const ComplexPairTensors& x) { return computed(fft2(immediate_pair(x))); }
ComplexPairTensors ifft2(const ComplexPairTensors& x) { return computed(ifft2(immediate_pair(x))); }
ComplexPairTensors rfft(const Tensor& x, std::int64_t fft_length) { return computed(rfft(immediate(x), fft_length)); }
Tensor irfft(const ComplexPairTensors& x, std::int64_t fft_length) {
  return compute_now(irfft(immediate_pair(x), fft_length));
}

}  // namespace kerascpp::ops
