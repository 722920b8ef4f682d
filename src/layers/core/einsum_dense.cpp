#include <algorithm>

#include <kerascpp/layers/core.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/core/families.hpp"
#include "layers/low_rank_layer.hpp"
#include "layers/weighted_layer.hpp"

namespace kerascpp::layers {
namespace {

/// "...ab,bc->...ac" in its parts. `ellipsis` says where further axes stand.
struct Equation {
  enum class Ellipsis { None, Left, Right };
  std::string input, kernel, output;
  Ellipsis ellipsis = Ellipsis::None;
};

bool is_letters(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool drop_ellipsis(std::string& text, Equation::Ellipsis side) {
  constexpr std::string_view kDots = "...";
  if (side == Equation::Ellipsis::Left && text.starts_with(kDots)) {
    text.erase(0, kDots.size());
    return true;
  }
  if (side == Equation::Ellipsis::Right && text.ends_with(kDots)) {
    text.erase(text.size() - kDots.size());
    return true;
  }
  return false;
}

Equation parse_equation(const std::string& text) {
  Equation equation;
  const std::size_t comma = text.find(','), arrow = text.find("->");
  if (comma != std::string::npos && arrow != std::string::npos && comma < arrow) {
    equation.input = text.substr(0, comma);
    equation.kernel = text.substr(comma + 1, arrow - comma - 1);
    equation.output = text.substr(arrow + 2);
    for (const auto side : {Equation::Ellipsis::Left, Equation::Ellipsis::Right})
      if (drop_ellipsis(equation.input, side) && drop_ellipsis(equation.output, side)) equation.ellipsis = side;
  }
  KCPP_CHECK(is_letters(equation.input) && is_letters(equation.kernel) && is_letters(equation.output), ValueError,
             "[EinsumDense] the equation must look like \"ab,bc->ac\", \"...b,bc->...c\" or \"ab...,bc->ac...\", "
             "received \"",
             text, "\"");
  return equation;
}

/// What an equation gives for an input shape.
struct Analysis {
  Shape kernel, bias, output;
  std::vector<std::int64_t> input_axes, output_axes;  // of the kernel: summed over, and kept
};

/// `output_shape`: without the batch. Axes under "..." come from the input, behind the batch or at the end.
Shape full_output_shape(const Equation& equation, const Shape& input, const Shape& output_shape) {
  const int elided = input.ndim() - static_cast<int>(equation.input.size());
  const bool left = equation.ellipsis == Equation::Ellipsis::Left;
  Shape full{input[0]};
  if (left)
    for (int axis = 1; axis < elided; ++axis) full.push_back(input[axis]);
  for (const std::int64_t length : output_shape) full.push_back(length);
  if (!left)
    for (int axis = input.ndim() - elided; axis < input.ndim(); ++axis) full.push_back(input[axis]);
  return full;
}

Analysis analyze(const Equation& equation, const std::string& text, const Shape& input, const Shape& output_shape,
                 const std::optional<std::string>& bias_axes) {
  const int elided = input.ndim() - static_cast<int>(equation.input.size());
  KCPP_CHECK(elided == 0 || (elided > 0 && equation.ellipsis != Equation::Ellipsis::None), ShapeError,
             "[EinsumDense] equation \"", text, "\" does not fit an input of shape ", input);
  const int first = equation.ellipsis == Equation::Ellipsis::Left ? elided : 0;
  Analysis analysis;
  analysis.output = full_output_shape(equation, input, output_shape);
  KCPP_CHECK(analysis.output.ndim() == elided + static_cast<int>(equation.output.size()), ShapeError,
             "[EinsumDense] output_shape ", output_shape, " does not fit equation \"", text,
             "\": it needs one length for each letter of the output but the batch");

  const auto input_length = [&](std::size_t at) { return input[first + static_cast<int>(at)]; };
  const auto output_length = [&](std::size_t at) -> std::int64_t& {
    return analysis.output[first + static_cast<int>(at)];
  };
  for (std::size_t i = 0; i < equation.input.size(); ++i) {
    const std::size_t at = equation.output.find(equation.input[i]);
    if (at == std::string::npos) continue;
    KCPP_CHECK(output_length(at) == None || output_length(at) == input_length(i), ShapeError, "[EinsumDense] axis '",
               equation.input[i], "' of equation \"", text, "\" has length ", input_length(i),
               " in the input and length ", output_length(at), " in output_shape ", output_shape);
    output_length(at) = input_length(i);
  }
  for (std::size_t i = 0; i < equation.kernel.size(); ++i) {
    const char letter = equation.kernel[i];
    const std::size_t in_output = equation.output.find(letter), in_input = equation.input.find(letter);
    KCPP_CHECK(in_output != std::string::npos || in_input != std::string::npos, ValueError, "[EinsumDense] axis '",
               letter, "' of the kernel in \"", text, "\" is neither in the input nor in the output");
    const bool kept = in_output != std::string::npos;
    analysis.kernel.push_back(kept ? output_length(in_output) : input_length(in_input));
    (kept ? analysis.output_axes : analysis.input_axes).push_back(static_cast<std::int64_t>(i));
  }
  if (!bias_axes || bias_axes->empty()) return analysis;
  for (const char letter : *bias_axes)
    KCPP_CHECK(equation.output.find(letter) != std::string::npos, ValueError, "[EinsumDense] bias axis '", letter,
               "' is not in the output of \"", text, "\"");
  for (std::size_t i = equation.output.find_first_of(*bias_axes); i < equation.output.size(); ++i)
    analysis.bias.push_back(bias_axes->find(equation.output[i]) != std::string::npos ? output_length(i) : 1);
  if (equation.ellipsis == Equation::Ellipsis::Right)
    for (int i = 0; i < elided; ++i) analysis.bias.push_back(1);
  return analysis;
}

/// The letters of input and output, those of axes under "..." included.
struct Letters {
  std::string input, output;
};

Letters letters_for(const Equation& equation, int input_ndim) {
  const auto elided = static_cast<std::size_t>(input_ndim) - equation.input.size();
  const std::string hidden = std::string("0123456789").substr(0, elided);
  if (equation.ellipsis == Equation::Ellipsis::Left) return {hidden + equation.input, hidden + equation.output};
  return {equation.input + hidden, equation.output + hidden};
}

/// Axes of `letters` that are not in `other`.
std::vector<std::int64_t> axes_missing_in(const std::string& other, const std::string& letters) {
  std::vector<std::int64_t> axes;
  for (std::size_t i = 0; i < letters.size(); ++i)
    if (other.find(letters[i]) == std::string::npos) axes.push_back(static_cast<std::int64_t>(i));
  return axes;
}

/// `x` with axes `from` as axes `to`: what is not in `to` has length 1 and goes, what is not in `from` comes so.
Symbol with_letters(Symbol x, std::string from, const std::string& to) {
  if (const auto gone = axes_missing_in(to, from); !gone.empty()) x = ops::squeeze(x, gone);
  std::erase_if(from, [&to](char letter) { return to.find(letter) == std::string::npos; });
  std::vector<std::int64_t> order;
  for (const char letter : to)
    if (const std::size_t at = from.find(letter); at != std::string::npos)
      order.push_back(static_cast<std::int64_t>(at));
  if (!std::is_sorted(order.begin(), order.end())) x = ops::transpose(x, order);
  const auto added = axes_missing_in(from, to);
  return added.empty() ? x : ops::expand_dims(x, added);
}

class EinsumDenseLayer final : public QuantizableLayer<WeightedLayer<EinsumDenseOptions>> {
 public:
  EinsumDenseLayer(std::string text, const Shape& output_shape, EinsumDenseOptions options)
      : QuantizableLayer(std::move(options)),
        text_(std::move(text)),
        equation_(parse_equation(text_)),
        output_shape_(output_shape) {}

  [[nodiscard]] static std::shared_ptr<EinsumDenseLayer> from_config(const Config& config) {
    LayerReader reader(config, "EinsumDense");
    const auto equation = reader.required<std::string>("equation");
    const Config& stored = reader.required_config("output_shape");
    Shape shape;
    if (stored.is_int())
      shape = {stored.as_int()};
    else
      kerascpp::from_config(stored, shape);
    return reader.make<EinsumDenseLayer>(equation, shape, reader.options<EinsumDenseOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "EinsumDense"; }
  [[nodiscard]] Config get_config() const override {
    return config_with({{"output_shape", to_config(output_shape_)}, {"equation", text_}});
  }

  void build(const Shape& input_shape) override {
    const Analysis analysis = analyze(equation_, text_, input_shape, output_shape_, options_.bias_axes);
    ndim_ = input_shape.ndim();
    WeightOptions options = kernel_options();
    options.initializer = kernel_initializer(analysis);
    weight_.add(analysis.kernel, options,
                {.axes = axes_missing_in(letters().output, equation_.kernel),
                 .kept = [kernel = equation_.kernel, output = letters().output](
                             const Symbol& scale) { return with_letters(scale, kernel, output); },
                 .spread = [kernel = equation_.kernel, output = letters().output](
                               const Symbol& scale) { return with_letters(scale, output, kernel); }});
    if (!analysis.bias.empty()) bias_ = add_bias(analysis.bias);
    add_adapters_of_options();
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Letters all = letters();
    const WeightProduct product{
        .of =
            [this](const Symbol& x, const Symbol& kernel) {
              return ops::einsum(text_, {x, kernel});
            },
        .axes = axes_missing_in(all.output, all.input),
        .spread = [&all](const Symbol& scale) { return with_letters(scale, all.input, all.output); }};
    return activated(multiplied(inputs[0], product), bias_);
  }

  void check_inputs(const SymbolList& inputs) const override {
    check_single_input(*this, inputs);
    if (weight_.defined()) check_ndim(*this, inputs, ndim_, "");
  }

 private:
  [[nodiscard]] Letters letters() const { return letters_for(equation_, ndim_); }

  /// A scaling initializer learns from the equation which axes are inputs and which are outputs.
  [[nodiscard]] Initializer kernel_initializer(const Analysis& analysis) const {
    const auto& object = options_.kernel_initializer.object();
    if (object == nullptr) return options_.kernel_initializer;
    Config config = kerascpp::to_config(options_.kernel_initializer);
    Config* fields = config.find("config");
    if (!fields->contains("input_axes") || !(*fields)["input_axes"].is_null() || !(*fields)["output_axes"].is_null())
      return options_.kernel_initializer;
    fields->set("input_axes", to_config(analysis.input_axes));
    fields->set("output_axes", to_config(analysis.output_axes));
    Initializer informed;
    kerascpp::from_config(config, informed);
    return informed;
  }

  std::string text_;
  Equation equation_;
  Shape output_shape_;
  int ndim_ = 0;
  Variable bias_;
};

}  // namespace

Layer EinsumDense(const std::string& equation, const Shape& output_shape, const EinsumDenseOptions& options) {
  return make_layer<EinsumDenseLayer>(equation, output_shape, options);
}

ObjectClass einsum_dense_class() { return layer_class<EinsumDenseLayer>("EinsumDense"); }

}  // namespace kerascpp::layers
