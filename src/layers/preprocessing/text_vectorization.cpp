#include <algorithm>
#include <numeric>

#include <kerascpp/core/settings.hpp>

#include "core/text_split.hpp"
#include "layers/one_of.hpp"
#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/vocabulary_lookup.hpp"

namespace kerascpp::layers {
namespace {

using Words = std::vector<std::string>;

class TextVectorizationLayer final : public HostOptionsLayer<TextVectorizationOptions>,
                                     public Vocabulary<std::string>,
                                     public Adaptable,
                                     public AssetOwner {
 public:
  using Lookup = VocabularyLookup<std::string>;

  explicit TextVectorizationLayer(TextVectorizationOptions options)
      : HostOptionsLayer(std::move(options)), lookup_layer_(make_lookup(options_)) {
    if (options_.output_mode == "binary") options_.output_mode = "multi_hot";  // the names in Keras 2
    if (options_.output_mode == "tf-idf") options_.output_mode = "tf_idf";
    if (options_.standardize)
      check_one_of("TextVectorization", "standardize", *options_.standardize,
                   {"lower_and_strip_punctuation", "lower", "strip_punctuation"});
    if (options_.split) check_one_of("TextVectorization", "split", *options_.split, {"whitespace", "character"});
    KCPP_CHECK(!options_.ragged, ValueError,
               "[TextVectorization] there are no ragged tensors here: ragged must be false");
    KCPP_CHECK(!options_.output_sequence_length || options_.output_mode == "int", ValueError,
               "[TextVectorization] output_sequence_length goes with output_mode \"int\", received \"",
               options_.output_mode, "\"");
    ngrams_ = options_.ngrams.values();
    if (!options_.ngrams.empty() && !options_.ngrams.is_list()) {
      ngrams_.resize(static_cast<std::size_t>(std::max<std::int64_t>(options_.ngrams.values()[0], 0)));
      std::iota(ngrams_.begin(), ngrams_.end(), 1);
    }
    for (const std::int64_t length : ngrams_)
      KCPP_CHECK(length >= 1, ValueError, "[TextVectorization] ngrams must be positive, received ", length);
  }

  [[nodiscard]] static std::shared_ptr<TextVectorizationLayer> from_config(const Config& config) {
    LayerReader reader(config, "TextVectorization");
    auto options = reader.options<TextVectorizationOptions>();
    reader.optional("max_tokens", options.max_tokens);
    reader.optional("pad_to_max_tokens", options.pad_to_max_tokens);
    reader.optional("sparse", options.sparse);
    std::optional<Words> vocabulary;
    reader.optional("vocabulary", vocabulary);
    options.vocabulary = vocabulary.value_or(Words());
    std::optional<std::vector<double>> idf_weights;
    reader.optional("idf_weights", idf_weights);
    options.idf_weights = idf_weights.value_or(std::vector<double>());
    static_cast<void>(reader.use("vocabulary_size"));  // follows from the vocabulary
    static_cast<void>(reader.use("has_input_vocabulary"));
    return reader.make<TextVectorizationLayer>(options);
  }

  [[nodiscard]] std::string class_name() const override { return "TextVectorization"; }
  [[nodiscard]] Config get_config() const override {
    Config config = config_with({});
    const Config inner = lookup_layer_->get_config();
    for (const char* key : {"max_tokens", "pad_to_max_tokens", "sparse", "vocabulary", "idf_weights"})
      config.set(key, inner.at(key));
    config.set("vocabulary_size", kerascpp::to_config(vocabulary_size()));
    return config;
  }
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override {
    return {{"_lookup_layer", lookup_layer_}};
  }

  [[nodiscard]] bool takes_strings() const override { return true; }
  void check_inputs(const SymbolList& inputs) const override {
    check_single_input(*this, inputs);
    KCPP_CHECK(inputs[0].dtype() == DType::UInt8, DTypeError, message_start(*this), " expected strings, received ",
               inputs[0].dtype());
    check_shape(inputs[0].shape());
  }

  [[nodiscard]] TensorSpec output_spec(const std::vector<TensorSpec>& inputs) const override {
    if (options_.output_mode != "int") {
      const std::int64_t depth = lookup().output_spec({{DType::UInt8, {None, 1, None}}}).shape.back();
      return {floatx(), {inputs[0].shape[0], depth}};
    }
    const Shape& shape = inputs[0].shape;
    if (!options_.split && ngrams_.empty() && !options_.output_sequence_length && shape.ndim() == 3)
      return {DType::Int64, {shape[0], shape[1]}};
    return {DType::Int64, {shape[0], options_.output_sequence_length.value_or(None)}};
  }

  [[nodiscard]] Tensor compute(const std::vector<Tensor>& inputs) const override {
    check_shape(inputs[0].shape());
    std::vector<std::vector<std::int64_t>> rows;
    for (const Words& words : words_of(inputs[0])) {
      std::vector<std::int64_t>& numbers = rows.emplace_back();
      for (const std::string& word : words) numbers.push_back(lookup().number_of(word));
    }
    if (options_.output_mode != "int") return lookup().encoded(rows);
    std::size_t length = 0;
    for (const auto& numbers : rows) length = std::max(length, numbers.size());
    if (options_.output_sequence_length) length = static_cast<std::size_t>(*options_.output_sequence_length);
    Tensor result = zeros({static_cast<std::int64_t>(rows.size()), static_cast<std::int64_t>(length)}, DType::Int64);
    for (std::size_t i = 0; i < rows.size(); ++i)
      std::copy_n(rows[i].begin(), std::min(length, rows[i].size()), result.data<std::int64_t>() + i * length);
    return result;
  }

  [[nodiscard]] Words get_vocabulary(bool include_special_tokens) const override {
    return lookup().get_vocabulary(include_special_tokens);
  }
  void set_vocabulary(const Words& vocabulary, const std::vector<double>& idf_weights) override {
    lookup().set_vocabulary(vocabulary, idf_weights);
  }
  [[nodiscard]] std::int64_t vocabulary_size() const override { return lookup().vocabulary_size(); }
  [[nodiscard]] bool is_adaptable() const override { return lookup().is_adaptable(); }
  void adapt(const std::vector<Tensor>& batches) override {
    std::vector<Words> documents;
    for (const Tensor& batch : batches) {
      check_shape(batch.shape());
      for (Words& words : words_of(batch)) documents.push_back(std::move(words));
    }
    lookup().learn(documents);
  }

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> assets() const override { return lookup().assets(); }
  [[nodiscard]] std::vector<std::string> asset_names() const override { return lookup().asset_names(); }
  void load_asset(const std::string& name, const std::string& contents) override {
    lookup().load_asset(name, contents);
  }
  [[nodiscard]] std::vector<std::pair<std::string, Tensor>> named_arrays() const override {
    return lookup().named_arrays();
  }
  [[nodiscard]] std::vector<std::string> array_names() const override { return lookup().array_names(); }
  void load_array(const std::string& name, const Tensor& array) override { lookup().load_array(name, array); }

 private:
  [[nodiscard]] static Layer make_lookup(const TextVectorizationOptions& options) {
    return StringLookup({.max_tokens = options.max_tokens,
                         .mask_token = "",
                         .vocabulary = options.vocabulary,
                         .idf_weights = options.idf_weights,
                         .output_mode = options.output_mode,
                         .pad_to_max_tokens = options.pad_to_max_tokens,
                         .sparse = options.sparse,
                         .encoding = options.encoding});
  }

  [[nodiscard]] Lookup& lookup() const { return *static_cast<Lookup*>(lookup_layer_.base().get()); }

  /// Strings (B,), (B, 1), or, unless they are split, (B, words); the last axis holds their bytes.
  void check_shape(const Shape& shape) const {
    const bool fits = shape.ndim() == 2 || (shape.ndim() == 3 && (!options_.split || shape[1] == 1));
    KCPP_CHECK(fits, ShapeError, message_start(*this), " expected strings of shape (batch,) or ",
               options_.split ? "(batch, 1)" : "(batch, words)", ", received (with the axis of their bytes) ", shape);
  }

  /// The tokens of each text.
  [[nodiscard]] std::vector<Words> words_of(const Tensor& bytes) const {
    const Words texts = to_strings(bytes);
    const std::size_t width = bytes.ndim() == 3 ? static_cast<std::size_t>(bytes.dim(1)) : 1;
    std::vector<Words> rows;
    for (std::size_t first = 0; width > 0 && first + width <= texts.size(); first += width) {
      Words words;
      for (std::size_t i = first; i < first + width; ++i) {
        std::string text = standardized(texts[i]);
        if (options_.split)
          words = *options_.split == "whitespace" ? split_whitespace(text) : split_characters(text);
        else
          words.push_back(std::move(text));
      }
      rows.push_back(ngrams_.empty() ? std::move(words) : ngrams_of(words, ngrams_));
    }
    return rows;
  }

  [[nodiscard]] std::string standardized(std::string text) const {
    const std::string how = options_.standardize.value_or("");
    if (how.starts_with("lower")) text = lower_ascii(std::move(text));
    return how.ends_with("strip_punctuation") ? strip_punctuation(std::move(text)) : text;
  }

  Layer lookup_layer_;
  std::vector<std::int64_t> ngrams_;
};

}  // namespace

VocabularyLayer<std::string> TextVectorization(const TextVectorizationOptions& options) {
  return VocabularyLayer<std::string>(std::make_shared<TextVectorizationLayer>(options));
}

ObjectClass text_vectorization_class() { return layer_class<TextVectorizationLayer>("TextVectorization"); }

}  // namespace kerascpp::layers
