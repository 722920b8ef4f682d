#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "layers/asset_owner.hpp"
#include "layers/host_layer.hpp"
#include "layers/preprocessing/category_count.hpp"
#include "layers/preprocessing/lookup_options.hpp"

namespace kerascpp::layers {

/// StringLookup and IntegerLookup.
template <class Token>
class VocabularyLookup final : public HostOptionsLayer<typename LookupKind<Token>::Options>,
                               public Vocabulary<Token>,
                               public Adaptable,
                               public CategoryCount,
                               public AssetOwner {
 public:
  using Kind = LookupKind<Token>;
  using Options = typename Kind::Options;

  explicit VocabularyLookup(Options options);
  [[nodiscard]] static std::shared_ptr<VocabularyLookup> from_config(const Config& config);

  [[nodiscard]] std::string class_name() const override { return Kind::kClassName; }
  [[nodiscard]] Config get_config() const override;
  [[nodiscard]] Config get_build_config() const override { return Config::map(); }

  [[nodiscard]] Tensor compute(const std::vector<Tensor>& inputs) const override;
  [[nodiscard]] TensorSpec output_spec(const std::vector<TensorSpec>& inputs) const override;
  [[nodiscard]] bool takes_strings() const override { return Kind::kStrings && !options().invert; }
  [[nodiscard]] bool gives_strings() const override { return Kind::kStrings && options().invert; }
  void check_inputs(const SymbolList& inputs) const override { check_single_input(*this, inputs); }

  [[nodiscard]] std::vector<Token> get_vocabulary(bool include_special_tokens) const override;
  void set_vocabulary(const std::vector<Token>& vocabulary, const std::vector<double>& idf_weights) override;
  [[nodiscard]] std::int64_t vocabulary_size() const override {
    return first_token() + static_cast<std::int64_t>(tokens_.size());
  }
  [[nodiscard]] std::int64_t category_count() const override { return vocabulary_size(); }
  [[nodiscard]] bool is_adaptable() const override { return !is_given(); }
  void adapt(const std::vector<Tensor>& batches) override;
  /// Learns from documents, each the tokens of one.
  void learn(const std::vector<std::vector<Token>>& documents);

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> assets() const override;
  [[nodiscard]] std::vector<std::string> asset_names() const override;
  void load_asset(const std::string& name, const std::string& contents) override;
  [[nodiscard]] std::vector<std::pair<std::string, Tensor>> named_arrays() const override;
  [[nodiscard]] std::vector<std::string> array_names() const override;
  void load_array(const std::string& name, const Tensor& array) override;

  [[nodiscard]] const Options& options() const { return this->options_; }
  /// The number of a token. Throws ValueError before the vocabulary is known.
  [[nodiscard]] std::int64_t number_of(const Token& token) const;
  /// Rows of numbers of tokens in the output mode, (rows, depth) float.
  [[nodiscard]] Tensor encoded(const std::vector<std::vector<std::int64_t>>& rows) const;
  /// The length of encoded rows. Throws ValueError before the vocabulary is known.
  [[nodiscard]] std::int64_t depth() const;

 private:
  [[nodiscard]] bool is_int() const { return options().output_mode == "int"; }
  [[nodiscard]] bool is_given() const { return !options().vocabulary.empty(); }
  [[nodiscard]] std::int64_t first_oov() const { return options().mask_token && is_int() ? 1 : 0; }
  [[nodiscard]] std::int64_t first_token() const { return first_oov() + options().num_oov_indices; }
  void check_vocabulary_is_known() const;
  [[nodiscard]] std::int64_t oov_number(const Token& token) const;
  [[nodiscard]] Tensor looked_back(const Tensor& numbers) const;
  void set_tokens(std::vector<Token> tokens);
  void set_idf_weights(const std::vector<double>& weights, bool with_special_tokens);

  bool is_known_ = false;  // whether it was given or has learned a vocabulary
  std::vector<Token> tokens_;
  std::unordered_map<Token, std::int64_t> numbers_;
  std::vector<float> idf_weights_;  // of all numbers, padding included
  std::optional<std::int64_t> recorded_size_;
  mutable std::int64_t depth_in_use_ = -1;  // what graphs were made for
};

}  // namespace kerascpp::layers
