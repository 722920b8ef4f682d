#include <kerascpp/layers/core.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/linear_algebra.hpp>
#include <kerascpp/ops/shape.hpp>

#include "layers/core/families.hpp"
#include "layers/low_rank_layer.hpp"

namespace kerascpp::layers {
namespace {

/// What Embedding and ReversibleEmbedding share: the table of rows.
template <class Options>
class EmbeddingBase : public QuantizableLayer<OptionsLayer<Options>> {
 public:
  EmbeddingBase(std::int64_t input_dim, std::int64_t output_dim, Options options)
      : QuantizableLayer<OptionsLayer<Options>>(std::move(options)), input_dim_(input_dim), output_dim_(output_dim) {
    this->supports_masking_ = this->options_.mask_zero;
    this->autocast_ = false;  // indices stay exact under mixed policies
  }

  [[nodiscard]] Config get_config() const override {
    return this->config_with({{"input_dim", input_dim_}, {"output_dim", output_dim_}});
  }

  void build(const Shape&) override {
    this->weight_.add({input_dim_, output_dim_},
                      {.initializer = this->options_.embeddings_initializer,
                       .regularizer = this->options_.embeddings_regularizer,
                       .constraint = this->options_.embeddings_constraint},
                      {.axes = {1},
                       .kept = [](const Symbol& scale) { return ops::squeeze(scale, 1); },
                       .spread = [](const Symbol& scale) { return ops::expand_dims(scale, 1); }});
    this->add_adapters_of_options();
  }

  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    if (!this->options_.mask_zero) return LayerBase::compute_mask(inputs, masks, outputs);
    return {ops::not_equal(inputs[0], 0)};
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 protected:
  void check_sizes() const {
    KCPP_CHECK(input_dim_ > 0, ValueError, "[", this->class_name(), "] input_dim must be a positive integer, received ",
               input_dim_);
    KCPP_CHECK(output_dim_ > 0, ValueError, "[", this->class_name(),
               "] output_dim must be a positive integer, received ", output_dim_);
  }

  [[nodiscard]] Symbol look_up(const Symbol& indices) const {
    const bool is_index = indices.dtype() == DType::Int32 || indices.dtype() == DType::Int64;
    return this->weight_.rows(is_index ? indices : ops::cast(indices, DType::Int32));
  }

  std::int64_t input_dim_, output_dim_;
};

class EmbeddingLayer final : public EmbeddingBase<EmbeddingOptions> {
 public:
  EmbeddingLayer(std::int64_t input_dim, std::int64_t output_dim, EmbeddingOptions options)
      : EmbeddingBase(input_dim, output_dim, std::move(options)) {
    check_sizes();
    KCPP_CHECK(!options_.weights.defined() || options_.weights.shape() == Shape({input_dim, output_dim}), ShapeError,
               "[Embedding] weights must have shape ", Shape{input_dim, output_dim}, ", received ",
               options_.weights.shape());
  }

  [[nodiscard]] static std::shared_ptr<EmbeddingLayer> from_config(const Config& config) {
    LayerReader reader(config, "Embedding");
    const auto input_dim = reader.required<std::int64_t>("input_dim");
    const auto output_dim = reader.required<std::int64_t>("output_dim");
    return reader.make<EmbeddingLayer>(input_dim, output_dim, reader.options<EmbeddingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "Embedding"; }

  [[nodiscard]] std::optional<Shape> declared_input_shape() const override {
    if (options_.input_length) return Shape{None, *options_.input_length};
    return EmbeddingBase::declared_input_shape();
  }

  void build(const Shape& input_shape) override {
    EmbeddingBase::build(input_shape);
    Variable embeddings = weight_.variable();
    if (options_.weights.defined()) embeddings.set_value(options_.weights);
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override { return look_up(inputs[0]); }
};

class ReversibleEmbeddingLayer final : public EmbeddingBase<ReversibleEmbeddingOptions> {
 public:
  ReversibleEmbeddingLayer(std::int64_t input_dim, std::int64_t output_dim, ReversibleEmbeddingOptions options)
      : EmbeddingBase(input_dim, output_dim, std::move(options)) {
    check_sizes();
  }

  [[nodiscard]] static std::shared_ptr<ReversibleEmbeddingLayer> from_config(const Config& config) {
    LayerReader reader(config, "ReversibleEmbedding");
    const auto input_dim = reader.required<std::int64_t>("input_dim");
    const auto output_dim = reader.required<std::int64_t>("output_dim");
    return reader.make<ReversibleEmbeddingLayer>(input_dim, output_dim, reader.options<ReversibleEmbeddingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "ReversibleEmbedding"; }

  void build(const Shape& input_shape) override {
    EmbeddingBase::build(input_shape);
    if (!options_.tie_weights)
      reverse_.add({output_dim_, input_dim_}, {.initializer = options_.embeddings_initializer},
                   {.axes = {0},
                    .kept = [](const Symbol& scale) { return ops::squeeze(scale, 0); },
                    .spread = [](const Symbol& scale) { return scale; }});
  }

  [[nodiscard]] std::vector<StoredWeight> stored_weights() const override {
    if (!weight_.defined()) return {};
    std::vector<StoredWeight> all = weight_.stored();
    if (reverse_.defined())
      for (StoredWeight& weight : reverse_.stored()) all.push_back(std::move(weight));
    return all;
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    reversed_ = is_reverse(context);
    if (!reversed_) return look_up(inputs[0]);
    const Symbol logits = weight_.is_int8() ? int8_logits(inputs[0]) : float_logits(inputs[0]);
    if (!options_.logit_soft_cap) return logits;
    return ops::tanh(logits / *options_.logit_soft_cap) * *options_.logit_soft_cap;
  }

  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    // logits keep the mask of the vectors that they come from
    return reversed_ ? std::vector<Symbol>{masks[0]} : EmbeddingBase::compute_mask(inputs, masks, outputs);
  }

 private:
  static bool is_reverse(const CallContext& context) {
    const DictValue* value = context.arguments.find("reverse");
    if (value == nullptr) return false;
    KCPP_CHECK(value->tensor() != nullptr, ValueError, "[ReversibleEmbedding] argument \"reverse\" must be a bool");
    return value->tensor()->item<bool>();
  }

  [[nodiscard]] Symbol float_logits(Symbol x) const {
    Symbol kernel = options_.tie_weights ? ops::transpose(weight_.value()) : reverse_.value();
    if (options_.reverse_dtype) {
      const DType dtype = dtype_from_name(*options_.reverse_dtype);
      x = ops::cast(x, dtype);
      kernel = ops::cast(kernel, dtype);
    }
    return ops::matmul(x, kernel);
  }

  /// As Keras: without reverse_dtype.
  [[nodiscard]] Symbol int8_logits(const Symbol& x) const {
    const bool tied = options_.tie_weights;
    const WeightProduct product{
        .of = [](const Symbol& rows, const Symbol& weight) { return ops::matmul(rows, weight); },
        .transposed = tied,
        .axes = {x.ndim() - 1},
        .spread = [](const Symbol& scale) { return scale; }};
    return (tied ? weight_ : reverse_).multiplied(x, product, options_.quantization_config);
  }

  void quantize_weights(const Config& quantization) override {
    EmbeddingBase::quantize_weights(quantization);
    if (reverse_.defined()) reverse_.quantize(quantization);
  }

  MainWeight reverse_{*this, "reverse_embeddings"};
  bool reversed_ = false;  // in the call that is being made
};

}  // namespace

Layer Embedding(std::int64_t input_dim, std::int64_t output_dim, const EmbeddingOptions& options) {
  return make_layer<EmbeddingLayer>(input_dim, output_dim, options);
}
Layer ReversibleEmbedding(std::int64_t input_dim, std::int64_t output_dim, const ReversibleEmbeddingOptions& options) {
  return make_layer<ReversibleEmbeddingLayer>(input_dim, output_dim, options);
}

ObjectClass embedding_class() { return layer_class<EmbeddingLayer>("Embedding"); }
ObjectClass reversible_embedding_class() { return layer_class<ReversibleEmbeddingLayer>("ReversibleEmbedding"); }

}  // namespace kerascpp::layers
