#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/data/dataset.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/layers/layer.hpp>

namespace kerascpp {
class FeatureSpaceLayer;
}

namespace kerascpp::utils {

/// What is made of one feature of structured data.
struct Feature {
  std::string dtype = {};        ///< of its values: "float32", "int32", "string", ...
  Layer preprocessor = {};       ///< what they go through
  std::string output_mode = {};  ///< "one_hot": its integers become zeros and ones; "int" or "float": as they are
};

/// Features whose combined values are hashed into numbers below `crossing_dim`.
struct Cross {
  Cross() = default;
  Cross(std::initializer_list<const char*> features) : feature_names(features.begin(), features.end()) {}
  Cross(std::vector<std::string> features, std::int64_t dim, std::string mode)
      : feature_names(std::move(features)), crossing_dim(dim), output_mode(std::move(mode)) {}

  /// "a_X_b"
  [[nodiscard]] KCPP_API std::string name() const;

  std::vector<std::string> feature_names = {};
  std::optional<std::int64_t> crossing_dim = {};  ///< empty: that of the space
  std::string output_mode = "one_hot";            ///< or "int"
};

struct FeatureSpaceOptions {
  std::string output_mode = "concat";  ///< all encoded features side by side; "dict": each by its name
  std::vector<Cross> crosses = {};     ///< `{{"a", "b"}, FeatureSpace::cross({"b", "c"}, 16)}`
  std::int64_t crossing_dim = 32;
  std::int64_t hashing_dim = 32;              ///< of "integer_hashed" and "string_hashed"
  std::int64_t num_discretization_bins = 32;  ///< of "float_discretized"
  std::string name = {};
};

struct FloatRescaledOptions {
  double scale = 1;
  double offset = 0;
  std::string name = {};
};

struct FloatDiscretizedOptions {
  std::vector<double> bin_boundaries = {};
  std::string output_mode = "one_hot";
  std::string name = {};
};

struct CategoricalOptions {
  std::optional<std::int64_t> max_tokens = {};
  std::int64_t num_oov_indices = 1;
  std::string output_mode = "one_hot";
  std::string name = {};
};

struct HashedOptions {
  std::string output_mode = "one_hot";
  std::string name = {};
};

/// Encodes structured data: each feature by a layer of its kind, and crosses of features.
///
///   FeatureSpace space(Dict{{"age", "float_normalized"},
///                           {"job", FeatureSpace::string_categorical({.max_tokens = 50})}},
///                      {.crosses = {{"age", "job"}}});
///   space.adapt(Dict{{"age", ages}, {"job", strings(jobs)}});
///   Model model(space.get_inputs(), Dense(1)(space.get_encoded_features()));
///
/// A layer, and a handle whose copies share what was learned. Source: keras.utils.FeatureSpace.
class KCPP_API FeatureSpace : public Layer {
 public:
  FeatureSpace() = default;
  /// features: by name a `Feature`, or the name of a kind: "float", "float_normalized", "float_rescaled",
  /// "float_discretized", "integer_categorical", "string_categorical", "integer_hashed" or "string_hashed".
  /// Throws ValueError for another kind or output mode, for no features, and for crosses of what is no feature.
  explicit FeatureSpace(const Dict& features, const FeatureSpaceOptions& options = {});
  explicit FeatureSpace(std::shared_ptr<FeatureSpaceLayer> layer);

  // --- kinds of features

  [[nodiscard]] static Feature float_(const std::string& name = {});
  [[nodiscard]] static Feature float_rescaled(const FloatRescaledOptions& options = {});
  [[nodiscard]] static Feature float_normalized(const std::string& name = {});
  /// Throws ValueError unless just one of num_bins and bin_boundaries is given.
  [[nodiscard]] static Feature float_discretized(std::optional<std::int64_t> num_bins,
                                                 const FloatDiscretizedOptions& options = {});
  [[nodiscard]] static Feature integer_categorical(const CategoricalOptions& options = {});
  [[nodiscard]] static Feature string_categorical(const CategoricalOptions& options = {});
  [[nodiscard]] static Feature integer_hashed(std::int64_t num_bins, const HashedOptions& options = {});
  [[nodiscard]] static Feature string_hashed(std::int64_t num_bins, const HashedOptions& options = {});
  [[nodiscard]] static Feature feature(const std::string& dtype, const Layer& preprocessor,
                                       const std::string& output_mode);
  [[nodiscard]] static Cross cross(const std::vector<std::string>& feature_names, std::int64_t crossing_dim,
                                   const std::string& output_mode = "one_hot");

  // --- learning

  /// Lets the layers of the features learn that have something to learn.
  ///
  /// data  arrays by feature, (N,); strings as `strings({...})` gives them. Rows of (N, L) are batches, as in Keras
  /// Throws LookupError for a missing feature.
  void adapt(const Dict& data) const;
  /// The same from elements whose x has names, single values or batches of them.
  void adapt(const data::Dataset& dataset) const;

  // --- encoding

  /// The encoded features: one array (N, D) named "concat", or one for each feature and cross, by name.
  ///
  /// data  arrays by feature, (N,) or (N, L), or single values: then the outputs have no first axis either
  /// From several threads at once. Throws LookupError for missing and unknown features, ValueError before `adapt` where
  /// that is needed, and where outputs of mode "int" were to stand side by side.
  TensorList operator()(const Dict& data) const;
  TensorList operator()(const TensorList& data) const;
  using Layer::operator();

  /// Inputs (N, 1) of a model, by feature. Throws ValueError before `adapt` where that is needed.
  [[nodiscard]] SymbolList get_inputs() const;
  /// What the space makes of them: (N, D), or by name.
  [[nodiscard]] SymbolList get_encoded_features() const;

  [[nodiscard]] const std::vector<std::pair<std::string, Feature>>& features() const;
  /// The layer of a feature; a HashedCrossing of a cross ("a_X_b"). Throws LookupError naming those there are.
  [[nodiscard]] Layer preprocessor(std::string_view feature) const;
  [[nodiscard]] Layer crosser(std::string_view cross) const;

  // --- files

  /// An equal space that has not learned yet, from `get_config()`.
  [[nodiscard]] static FeatureSpace from_config(const Config& config);

  /// A `.keras` archive, vocabularies and statistics included. Written whole or not at all.
  void save(const std::string& path, bool overwrite = true) const;
  /// Throws IoError when the file cannot be read, FormatError when it is damaged or holds something else.
  [[nodiscard]] static FeatureSpace load(const std::string& path);

 private:
  [[nodiscard]] FeatureSpaceLayer& space() const;
};

}  // namespace kerascpp::utils
