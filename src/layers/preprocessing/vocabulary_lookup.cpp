#include "layers/preprocessing/vocabulary_lookup.hpp"

#include <algorithm>
#include <numeric>

#include <kerascpp/core/settings.hpp>

#include "core/text_hash.hpp"
#include "layers/load_scope.hpp"
#include "layers/preprocessing/families.hpp"
#include "layers/preprocessing/learned_vocabulary.hpp"
#include "layers/preprocessing/vocabulary_file.hpp"

namespace kerascpp::layers {
namespace {

constexpr const char* kIdfWeights = "idf_weights";
constexpr std::int64_t kMasked = -1;  // no number: not counted when rows are encoded

/// Keras takes it and does not use it.
template <class Options>
Options without_dtype(Options options) {
  options.dtype.clear();
  return options;
}

template <class T>
Config list_or_null(const std::vector<T>& values) {
  return values.empty() ? Config() : kerascpp::to_config(values);
}

template <class T>
void read_list_or_null(LayerReader& reader, std::string_view key, std::vector<T>& values) {
  std::optional<std::vector<T>> given;
  reader.optional(key, given);
  values = given.value_or(std::vector<T>());
}

}  // namespace

template <class Token>
Vocabulary<Token>::~Vocabulary() = default;
template class Vocabulary<std::string>;
template class Vocabulary<std::int64_t>;

template <class Token>
VocabularyLookup<Token>::VocabularyLookup(Options options)
    : HostOptionsLayer<Options>(without_dtype(std::move(options))) {
  check_lookup_options<Token>(this->options_);
  if (is_given()) set_vocabulary(this->options_.vocabulary, this->options_.idf_weights);
}

template <class Token>
std::shared_ptr<VocabularyLookup<Token>> VocabularyLookup<Token>::from_config(const Config& config) {
  LayerReader reader(config, Kind::kClassName);
  Options options;
  reader.fields(options);
  reader.optional("name", options.name);
  read_list_or_null(reader, "vocabulary", options.vocabulary);
  read_list_or_null(reader, "idf_weights", options.idf_weights);
  std::optional<std::int64_t> size;
  reader.optional("vocabulary_size", size);
  bool trainable = true;
  reader.optional("trainable", trainable);
  static_cast<void>(reader.use("dtype"));  // Keras does not use it either
  static_cast<void>(reader.use("has_input_vocabulary"));
  auto layer = reader.template make<VocabularyLookup>(options);
  if (!layer->recorded_size_) layer->recorded_size_ = size;
  return layer;
}

template <class Token>
Config VocabularyLookup<Token>::get_config() const {
  Config config = this->config_with({});
  config.set("vocabulary", list_or_null(options().vocabulary));
  config.set("idf_weights", list_or_null(options().idf_weights));
  config.set("vocabulary_size", kerascpp::to_config(recorded_size_));
  return config;
}

template <class Token>
std::int64_t VocabularyLookup<Token>::oov_number(const Token& token) const {
  const std::int64_t count = options().num_oov_indices;
  KCPP_CHECK(count > 0, ValueError, message_start(*this), " received \"", token,
             "\", which is not in its vocabulary, and has num_oov_indices 0");
  if (count == 1) return first_oov();
  if constexpr (!Kind::kStrings)
    if (options().oov_method == "floormod") return first_oov() + (token % count + count) % count;
  const std::string text = Kind::text(token);
  const std::vector<std::int64_t>& salt = options().salt.values();
  const std::uint64_t hash =
      salt.empty() ? fingerprint64(text)
                   : sip_hash(text, {static_cast<std::uint64_t>(salt[0]), static_cast<std::uint64_t>(salt[1])});
  return first_oov() + static_cast<std::int64_t>(hash % static_cast<std::uint64_t>(count));
}

template <class Token>
void VocabularyLookup<Token>::check_vocabulary_is_known() const {
  KCPP_CHECK(
      is_known_, ValueError, message_start(*this),
      " has no vocabulary: give one, call adapt(data) or set_vocabulary, or load a .keras file; configs, .h5 and "
      ".weights.h5 files hold none that was learned");
}

template <class Token>
std::int64_t VocabularyLookup<Token>::number_of(const Token& token) const {
  check_vocabulary_is_known();
  if (options().mask_token && token == *options().mask_token) return is_int() ? 0 : kMasked;
  const auto found = numbers_.find(token);
  return found != numbers_.end() ? found->second : oov_number(token);
}

template <class Token>
Tensor VocabularyLookup<Token>::looked_back(const Tensor& numbers) const {
  check_vocabulary_is_known();
  std::vector<Token> tokens;
  for (const std::int64_t number : numbers.astype(DType::Int64).template to_vector<std::int64_t>()) {
    const std::int64_t place = number - first_token();
    if (number == 0 && options().mask_token)
      tokens.push_back(*options().mask_token);
    else if (place >= 0 && place < static_cast<std::int64_t>(tokens_.size()))
      tokens.push_back(tokens_[static_cast<std::size_t>(place)]);
    else
      tokens.push_back(*options().oov_token);
  }
  return Kind::write(tokens, numbers.shape());
}

template <class Token>
std::int64_t VocabularyLookup<Token>::depth() const {
  if (options().pad_to_max_tokens) return *options().max_tokens;
  if (!recorded_size_ && LoadScope::current() != nullptr) return None;  // the vocabulary follows
  KCPP_CHECK(recorded_size_.has_value(), ValueError, message_start(*this),
             " needs its vocabulary before it is called with output_mode \"", options().output_mode,
             "\": give one, or call adapt(data)");
  return *recorded_size_;
}

template <class Token>
Tensor VocabularyLookup<Token>::encoded(const std::vector<std::vector<std::int64_t>>& rows) const {
  const std::int64_t length = depth();
  const bool counts = options().output_mode == "count" || options().output_mode == "tf_idf";
  Tensor result = zeros({static_cast<std::int64_t>(rows.size()), length}, DType::Float32);
  float* row = result.data<float>();
  for (const std::vector<std::int64_t>& numbers : rows) {
    for (const std::int64_t number : numbers)
      if (number >= 0 && number < length) row[number] = counts ? row[number] + 1 : 1;
    row += length;
  }
  if (options().output_mode != "tf_idf") return result.astype(floatx());
  KCPP_CHECK(static_cast<std::int64_t>(idf_weights_.size()) == length, ValueError, message_start(*this), " has ",
             idf_weights_.size(), " idf_weights for ", length, " tokens");
  for (std::int64_t i = 0; i < result.size(); ++i)
    result.data<float>()[i] *= idf_weights_[static_cast<std::size_t>(i % length)];
  return result.astype(floatx());
}

template <class Token>
Tensor VocabularyLookup<Token>::compute(const std::vector<Tensor>& inputs) const {
  const Tensor& x = inputs[0];
  if (options().invert) return looked_back(x);
  std::vector<std::int64_t> numbers;
  for (const Token& token : Kind::read(x)) numbers.push_back(number_of(token));
  Shape shape = Kind::shape(x);
  if (is_int()) return Tensor(numbers).reshape(shape);
  const bool apart = options().output_mode == "one_hot";
  if (apart ? shape.ndim() < 2 || shape.back() != 1 : shape.ndim() == 0) shape.push_back(1);
  const std::int64_t width = apart ? 1 : shape.back();
  const std::int64_t count = width == 0 ? shape.size() : static_cast<std::int64_t>(numbers.size()) / width;
  std::vector<std::vector<std::int64_t>> rows;
  for (std::int64_t i = 0; i < count; ++i)
    rows.emplace_back(numbers.begin() + i * width, numbers.begin() + (i + 1) * width);
  shape.set_dim(shape.ndim() - 1, depth());
  return encoded(rows).reshape(shape);
}

template <class Token>
TensorSpec VocabularyLookup<Token>::output_spec(const std::vector<TensorSpec>& inputs) const {
  Shape shape = inputs[0].shape;
  if (takes_strings()) shape.erase(shape.ndim() - 1);
  if (gives_strings()) {
    shape.push_back(None);
    return {DType::UInt8, shape};
  }
  if (is_int()) return {DType::Int64, shape};
  if (options().output_mode == "one_hot" ? shape.ndim() < 2 || shape.back() != 1 : shape.ndim() == 0)
    shape.push_back(1);
  depth_in_use_ = depth();
  shape.set_dim(shape.ndim() - 1, depth_in_use_);
  return {floatx(), shape};
}

template <class Token>
std::vector<Token> VocabularyLookup<Token>::get_vocabulary(bool include_special_tokens) const {
  std::vector<Token> all;
  if (include_special_tokens) {
    if (first_oov() == 1) all.push_back(*options().mask_token);
    all.insert(all.end(), static_cast<std::size_t>(options().num_oov_indices), options().oov_token.value_or(Token()));
  }
  all.insert(all.end(), tokens_.begin(), tokens_.end());
  return all;
}

template <class Token>
void VocabularyLookup<Token>::set_tokens(std::vector<Token> tokens) {
  std::unordered_map<Token, std::int64_t> numbers;
  for (const Token& token : tokens) {
    const bool fresh = numbers.emplace(token, first_token() + static_cast<std::int64_t>(numbers.size())).second;
    KCPP_CHECK(fresh, ValueError, message_start(*this), " received a vocabulary with \"", token, "\" more than once");
  }
  const std::int64_t size = first_token() + static_cast<std::int64_t>(tokens.size());
  KCPP_CHECK(!options().max_tokens || size <= *options().max_tokens, ValueError, message_start(*this),
             " received a vocabulary that makes ", size, " tokens, max_tokens is ", *options().max_tokens);
  KCPP_CHECK(depth_in_use_ < 0 || options().pad_to_max_tokens || depth_in_use_ == size, ValueError,
             message_start(*this), " is in use with a vocabulary of ", depth_in_use_, " tokens, received one of ",
             size);
  tokens_ = std::move(tokens);
  numbers_ = std::move(numbers);
  is_known_ = true;
  recorded_size_ = size;
}

template <class Token>
void VocabularyLookup<Token>::set_vocabulary(const std::vector<Token>& vocabulary,
                                             const std::vector<double>& idf_weights) {
  const bool is_tf_idf = options().output_mode == "tf_idf";
  KCPP_CHECK(is_tf_idf || idf_weights.empty(), ValueError, message_start(*this),
             " takes idf_weights with output_mode \"tf_idf\" only, which is \"", options().output_mode, "\"");
  KCPP_CHECK(!is_tf_idf || idf_weights.size() == vocabulary.size(), ValueError, message_start(*this),
             " needs one of idf_weights for each token: there are ", vocabulary.size(), " tokens and ",
             idf_weights.size(), " weights");
  KCPP_CHECK(!vocabulary.empty(), ValueError, message_start(*this), " received an empty vocabulary");
  std::vector<Token> special;
  if (first_oov() == 1) special.push_back(*options().mask_token);
  special.insert(special.end(), static_cast<std::size_t>(options().num_oov_indices),
                 options().oov_token.value_or(Token()));
  const bool has_special = vocabulary.size() >= special.size() &&
                           std::equal(special.begin(), special.end(), vocabulary.begin()) && !special.empty();
  std::vector<Token> tokens(vocabulary.begin() + (has_special ? static_cast<std::ptrdiff_t>(special.size()) : 0),
                            vocabulary.end());
  const auto check_absent = [&](const std::optional<Token>& token, const char* what) {
    KCPP_CHECK(!token || std::find(tokens.begin(), tokens.end(), *token) == tokens.end(), ValueError,
               message_start(*this), " received a vocabulary with its ", what, " \"", *token,
               "\" in it: special tokens stand at the beginning, or not at all");
  };
  check_absent(options().mask_token, "mask_token");
  if (options().invert) check_absent(options().oov_token, "oov_token");
  set_tokens(std::move(tokens));
  if (is_tf_idf) set_idf_weights(idf_weights, has_special);
}

/// For special tokens the mean stands in where they have none.
template <class Token>
void VocabularyLookup<Token>::set_idf_weights(const std::vector<double>& weights, bool with_special_tokens) {
  const double mean = std::accumulate(weights.begin(), weights.end(), 0.0) / static_cast<double>(weights.size());
  idf_weights_.assign(with_special_tokens ? 0 : static_cast<std::size_t>(first_token()), static_cast<float>(mean));
  for (const double weight : weights) idf_weights_.push_back(static_cast<float>(weight));
  if (options().pad_to_max_tokens) idf_weights_.resize(static_cast<std::size_t>(*options().max_tokens), 0.0F);
}

template <class Token>
void VocabularyLookup<Token>::adapt(const std::vector<Tensor>& batches) {
  std::vector<std::vector<Token>> documents;
  for (const Tensor& batch : batches) {
    const Shape shape = Kind::shape(batch);
    const std::vector<Token> tokens = Kind::read(batch);
    const std::int64_t rows = shape.ndim() == 0 ? 1 : shape[0];
    const auto width = rows == 0 ? 0 : static_cast<std::int64_t>(tokens.size()) / rows;
    for (std::int64_t row = 0; row < rows; ++row)
      documents.emplace_back(tokens.begin() + row * width, tokens.begin() + (row + 1) * width);
  }
  learn(documents);
}

template <class Token>
void VocabularyLookup<Token>::learn(const std::vector<std::vector<Token>>& documents) {
  KCPP_CHECK(!is_given(), ValueError, message_start(*this), " was given its vocabulary: there is nothing to adapt");
  std::vector<Token> special;
  for (const std::optional<Token>& token : {options().mask_token, options().oov_token})
    if (token) special.push_back(*token);
  auto [tokens, weights] = learn_vocabulary(documents, special);
  KCPP_CHECK(!tokens.empty(), ValueError, message_start(*this), " received no token to learn from");
  if (options().max_tokens) {
    const std::int64_t most = std::max<std::int64_t>(*options().max_tokens - first_token(), 0);
    tokens.resize(std::min(tokens.size(), static_cast<std::size_t>(most)));
    weights.resize(tokens.size());
  }
  set_tokens(std::move(tokens));
  if (options().output_mode == "tf_idf") set_idf_weights(weights, false);
}

template <class Token>
std::vector<std::pair<std::string, std::string>> VocabularyLookup<Token>::assets() const {
  if (is_given()) return {};
  return {{kVocabularyFile, vocabulary_text(get_vocabulary(true))}};
}

template <class Token>
std::vector<std::string> VocabularyLookup<Token>::asset_names() const {
  return is_given() ? std::vector<std::string>{} : std::vector<std::string>{kVocabularyFile};
}

template <class Token>
void VocabularyLookup<Token>::load_asset(const std::string&, const std::string& contents) {
  const auto tokens = tokens_of_file<Token>(contents);
  if (tokens.empty()) return;  // saved before it learned anything

  const std::vector<float> weights = idf_weights_;  // read before
  set_vocabulary(tokens,
                 options().output_mode == "tf_idf" ? std::vector<double>(tokens.size()) : std::vector<double>());
  idf_weights_ = weights;
}

template <class Token>
std::vector<std::pair<std::string, Tensor>> VocabularyLookup<Token>::named_arrays() const {
  if (options().output_mode != "tf_idf" || idf_weights_.empty()) return {};
  return {{kIdfWeights, Tensor(idf_weights_)}};
}

template <class Token>
std::vector<std::string> VocabularyLookup<Token>::array_names() const {
  return options().output_mode == "tf_idf" ? std::vector<std::string>{kIdfWeights} : std::vector<std::string>{};
}

template <class Token>
void VocabularyLookup<Token>::load_array(const std::string&, const Tensor& array) {
  KCPP_CHECK(array.ndim() == 1, FormatError, message_start(*this), " expected a vector of idf_weights, received shape ",
             array.shape());
  idf_weights_ = array.astype(DType::Float32).to_vector<float>();
}

template class VocabularyLookup<std::string>;
template class VocabularyLookup<std::int64_t>;

VocabularyLayer<std::string> StringLookup(const StringLookupOptions& options) {
  return VocabularyLayer<std::string>(std::make_shared<VocabularyLookup<std::string>>(options));
}
VocabularyLayer<std::int64_t> IntegerLookup(const IntegerLookupOptions& options) {
  return VocabularyLayer<std::int64_t>(std::make_shared<VocabularyLookup<std::int64_t>>(options));
}

ObjectClass string_lookup_class() { return layer_class<VocabularyLookup<std::string>>("StringLookup"); }
ObjectClass integer_lookup_class() { return layer_class<VocabularyLookup<std::int64_t>>("IntegerLookup"); }

}  // namespace kerascpp::layers
