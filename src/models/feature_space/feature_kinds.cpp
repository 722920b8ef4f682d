// The kinds of features that a FeatureSpace knows by name.

#include <kerascpp/layers/lookup.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/utils/feature_space.hpp>

#include "layers/naming.hpp"
#include "layers/preprocessing/feature_layers.hpp"
#include "models/feature_space/feature_kinds.hpp"

namespace kerascpp {
namespace {

/// As Keras names them: those without a name are counted by their kind.
std::string preprocessor_name(const std::string& name, const char* kind) {
  return (name.empty() ? unique_name(kind) : name) + "_preprocessor";
}

}  // namespace

namespace utils {

Feature FeatureSpace::float_(const std::string& name) {
  return {"float32", layers::FeatureIdentity({.name = preprocessor_name(name, "float"), .dtype = "float32"}), "float"};
}

Feature FeatureSpace::float_rescaled(const FloatRescaledOptions& options) {
  const std::string name = preprocessor_name(options.name, "float_rescaled");
  return {"float32", layers::Rescaling(options.scale, {.offset = options.offset, .name = name}), "float"};
}

Feature FeatureSpace::float_normalized(const std::string& name) {
  return {"float32", layers::Normalization({.name = preprocessor_name(name, "float_normalized")}), "float"};
}

Feature FeatureSpace::float_discretized(std::optional<std::int64_t> num_bins, const FloatDiscretizedOptions& options) {
  return {"float32",
          layers::Discretization({.bin_boundaries = options.bin_boundaries,
                                  .num_bins = num_bins,
                                  .name = preprocessor_name(options.name, "float_discretized")}),
          options.output_mode};
}

Feature FeatureSpace::integer_categorical(const CategoricalOptions& options) {
  return {"int32",
          layers::IntegerLookup({.max_tokens = options.max_tokens,
                                 .num_oov_indices = options.num_oov_indices,
                                 .name = preprocessor_name(options.name, "integer_categorical")}),
          options.output_mode};
}

Feature FeatureSpace::string_categorical(const CategoricalOptions& options) {
  return {"string",
          layers::StringLookup({.max_tokens = options.max_tokens,
                                .num_oov_indices = options.num_oov_indices,
                                .name = preprocessor_name(options.name, "string_categorical")}),
          options.output_mode};
}

Feature FeatureSpace::integer_hashed(std::int64_t num_bins, const HashedOptions& options) {
  const std::string name = preprocessor_name(options.name, "integer_hashed");
  return {"int32", layers::Hashing(num_bins, {.name = name}), options.output_mode};
}

Feature FeatureSpace::string_hashed(std::int64_t num_bins, const HashedOptions& options) {
  const std::string name = preprocessor_name(options.name, "string_hashed");
  return {"string", layers::Hashing(num_bins, {.name = name}), options.output_mode};
}

Feature FeatureSpace::feature(const std::string& dtype, const Layer& preprocessor, const std::string& output_mode) {
  return {dtype, preprocessor, output_mode};
}

Cross FeatureSpace::cross(const std::vector<std::string>& feature_names, std::int64_t crossing_dim,
                          const std::string& output_mode) {
  return {feature_names, crossing_dim, output_mode};
}

}  // namespace utils

utils::Feature feature_of_kind(const std::string& kind, const std::string& name,
                               const utils::FeatureSpaceOptions& options) {
  using utils::FeatureSpace;
  if (kind == "float") return FeatureSpace::float_(name);
  if (kind == "float_normalized") return FeatureSpace::float_normalized(name);
  if (kind == "float_rescaled") return FeatureSpace::float_rescaled({.name = name});
  if (kind == "float_discretized")
    return FeatureSpace::float_discretized(options.num_discretization_bins, {.name = name});
  if (kind == "integer_categorical") return FeatureSpace::integer_categorical({.name = name});
  if (kind == "string_categorical") return FeatureSpace::string_categorical({.name = name});
  if (kind == "integer_hashed") return FeatureSpace::integer_hashed(options.hashing_dim, {.name = name});
  if (kind == "string_hashed") return FeatureSpace::string_hashed(options.hashing_dim, {.name = name});
  throw ValueError(
      text_of("[FeatureSpace] feature \"", name, "\" is of the kind \"", kind,
              "\"; there are \"float\", \"float_normalized\", \"float_rescaled\", \"float_discretized\", "
              "\"integer_categorical\", \"string_categorical\", \"integer_hashed\" and \"string_hashed\""));
}

}  // namespace kerascpp
