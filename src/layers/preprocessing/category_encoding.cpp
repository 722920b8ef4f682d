#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/ops/conversion.hpp>

#include "layers/options_layer.hpp"
#include "layers/preprocessing/categories.hpp"
#include "layers/preprocessing/category_count.hpp"
#include "layers/preprocessing/families.hpp"

namespace kerascpp::layers {
namespace {

class CategoryEncodingLayer final : public OptionsLayer<CategoryEncodingOptions>, public CategoryCount {
 public:
  CategoryEncodingLayer(std::int64_t num_tokens, CategoryEncodingOptions options)
      : OptionsLayer(std::move(options)), num_tokens_(num_tokens) {
    if (options_.output_mode == "binary") options_.output_mode = "multi_hot";  // the name in Keras 2
    check_output_mode("CategoryEncoding", options_.output_mode, "one_hot multi_hot count");
    check_not_sparse("CategoryEncoding", options_.sparse);
    KCPP_CHECK(num_tokens > 0, ValueError, "[CategoryEncoding] num_tokens must be a positive integer, received ",
               num_tokens);
    autocast_ = false;
  }

  [[nodiscard]] static std::shared_ptr<CategoryEncodingLayer> from_config(const Config& config) {
    LayerReader reader(config, "CategoryEncoding");
    const auto num_tokens = reader.required<std::int64_t>("num_tokens");
    auto options = reader.options<CategoryEncodingOptions>();
    reader.optional("sparse", options.sparse);
    return reader.make<CategoryEncodingLayer>(num_tokens, options);
  }

  [[nodiscard]] std::string class_name() const override { return "CategoryEncoding"; }
  [[nodiscard]] Config get_config() const override { return config_with({{"num_tokens", num_tokens_}}); }

  [[nodiscard]] std::int64_t category_count() const override { return num_tokens_; }

  SymbolList call(const SymbolList& inputs, const CallContext& context) override {
    std::optional<Symbol> weights;
    if (const DictValue* given = context.arguments.find("count_weights"); given != nullptr && !given->is_null()) {
      KCPP_CHECK(options_.output_mode == "count", ValueError, message_start(*this),
                 " takes count_weights with output_mode \"count\" only, which is \"", options_.output_mode, "\"");
      weights = ops::cast(given->symbol() != nullptr ? *given->symbol() : constant(*given->tensor()), compute_dtype());
    }
    return encode_categories(inputs[0], options_.output_mode, num_tokens_, compute_dtype(), weights);
  }

  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

 private:
  std::int64_t num_tokens_;
};

}  // namespace

Layer CategoryEncoding(std::int64_t num_tokens, const CategoryEncodingOptions& options) {
  return make_layer<CategoryEncodingLayer>(num_tokens, options);
}

ObjectClass category_encoding_class() { return layer_class<CategoryEncodingLayer>("CategoryEncoding"); }

}  // namespace kerascpp::layers
