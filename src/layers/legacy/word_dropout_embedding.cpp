#include <kerascpp/layers/core.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/random.hpp>
#include <kerascpp/random.hpp>

#include "layers/legacy/families.hpp"
#include "layers/options_layer.hpp"
#include "layers/training_choice.hpp"

namespace kerascpp::layers {
namespace {

/// The Embedding of Keras 1 with `dropout`: in training whole rows of the table are dropped, the same ones for all
/// words of a batch, and the others divided by the part that is kept.
class WordDropoutEmbeddingLayer final : public OptionsLayer<EmbeddingOptions> {
 public:
  WordDropoutEmbeddingLayer(std::int64_t input_dim, std::int64_t output_dim, double dropout, EmbeddingOptions options)
      : OptionsLayer(std::move(options)),
        input_dim_(input_dim),
        output_dim_(output_dim),
        dropout_(dropout),
        generator_(add_seed_generator(-1)) {
    KCPP_CHECK(input_dim > 0 && output_dim > 0 && dropout >= 0 && dropout < 1, ValueError,
               "[WordDropoutEmbedding] input_dim and output_dim must be positive and dropout in [0, 1), received ",
               input_dim, ", ", output_dim, " and ", dropout);
    supports_masking_ = options_.mask_zero;
    autocast_ = false;
  }

  [[nodiscard]] static std::shared_ptr<WordDropoutEmbeddingLayer> from_config(const Config& config) {
    LayerReader reader(config, "WordDropoutEmbedding");
    const auto input_dim = reader.required<std::int64_t>("input_dim");
    const auto output_dim = reader.required<std::int64_t>("output_dim");
    const auto dropout = reader.required<double>("dropout");
    return reader.make<WordDropoutEmbeddingLayer>(input_dim, output_dim, dropout, reader.options<EmbeddingOptions>());
  }

  [[nodiscard]] std::string class_name() const override { return "WordDropoutEmbedding"; }
  [[nodiscard]] Config get_config() const override {
    return config_with({{"input_dim", input_dim_}, {"output_dim", output_dim_}, {"dropout", dropout_}});
  }

  void build(const Shape&) override {
    embeddings_ = add_weight("embeddings", {input_dim_, output_dim_},
                             {.initializer = options_.embeddings_initializer,
                              .regularizer = options_.embeddings_regularizer,
                              .constraint = options_.embeddings_constraint});
  }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    const Symbol table = autocast(embeddings_), indices = ops::cast(inputs[0], DType::Int32);
    const auto dropped = [&] {
      const Symbol rows = ops::random::dropout(constant(ones({input_dim_, 1}, table.dtype())), dropout_,
                                               {.noise_shape = {}, .seed = generator_});
      return ops::take(table * rows, indices, 0);
    };
    return in_training(context, dropped, ops::take(table, indices, 0));
  }

  std::vector<Symbol> compute_mask(const SymbolList& inputs, const std::vector<Symbol>& masks,
                                   const SymbolList& outputs) override {
    if (!options_.mask_zero) return LayerBase::compute_mask(inputs, masks, outputs);
    return {ops::not_equal(inputs[0], 0)};
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 private:
  std::int64_t input_dim_, output_dim_;
  double dropout_;
  random::SeedGenerator& generator_;
  Variable embeddings_;
};

}  // namespace

ObjectClass word_dropout_embedding_class() { return layer_class<WordDropoutEmbeddingLayer>("WordDropoutEmbedding"); }

}  // namespace kerascpp::layers
