#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/models/model.hpp>
#include <kerascpp/utils/feature_space.hpp>

namespace kerascpp {

using Features = std::vector<std::pair<std::string, utils::Feature>>;

/// Encodes features by name: what `utils::FeatureSpace` is a handle of.
class FeatureSpaceLayer final : public LayerBase {
 public:
  /// Throws ValueError for no features, output modes that are not known, and crosses of what is no feature.
  FeatureSpaceLayer(Features features, utils::FeatureSpaceOptions options);
  [[nodiscard]] static std::shared_ptr<FeatureSpaceLayer> from_config(const Config& config);

  [[nodiscard]] std::string class_name() const override { return "FeatureSpace"; }
  [[nodiscard]] Config get_config() const override;
  /// By feature, that of its layer.
  [[nodiscard]] Config get_build_config() const override;
  [[nodiscard]] std::vector<std::pair<std::string, Layer>> sublayers() const override;
  /// Inputs by feature, or in the order of the features.
  SymbolList call(const SymbolList& inputs, const CallContext& context) override;

  [[nodiscard]] const Features& features() const { return features_; }
  [[nodiscard]] const std::vector<utils::Cross>& crosses() const { return options_.crosses; }
  [[nodiscard]] Layer preprocessor(std::string_view feature) const;
  [[nodiscard]] Layer crosser(std::string_view cross) const;

  /// Features whose layers have something to learn.
  [[nodiscard]] std::vector<std::string> adaptable() const;
  /// Throws ValueError where symbols are in use that know another number of categories.
  void adapt(std::string_view feature, const std::vector<Tensor>& batches);
  void set_adapted() { is_adapted_ = true; }

  /// Inputs (N, 1) by feature, and what is made of them. Throw ValueError before something is learned that must be.
  [[nodiscard]] const SymbolList& inputs();
  [[nodiscard]] const SymbolList& encoded_features();
  /// A model of inputs with these shapes and dtypes, in the order of the features. From several threads at once.
  [[nodiscard]] Model model_of(const std::vector<TensorSpec>& specs);
  /// Of the outputs: "concat", or the names of features, then of crosses, each sorted.
  [[nodiscard]] std::vector<std::string> encoded_names() const;

  /// Builds the layers of the features for the shapes of a file.
  void build_from_config(const Config& build_config);

 private:
  void check_crosses();
  void ensure_encoded();
  [[nodiscard]] SymbolList make_inputs(const std::vector<TensorSpec>& specs) const;
  [[nodiscard]] SymbolList encode(const SymbolList& inputs);
  [[nodiscard]] Symbol one_hot(const std::string& name, const Symbol& value, const Layer& layer);

  Features features_;
  utils::FeatureSpaceOptions options_;
  std::vector<Layer> crossers_;  // of the crosses
  std::map<std::string, Layer> encoders_;
  Layer concat_;
  bool is_adapted_ = false;
  SymbolList inputs_, encoded_;
  std::recursive_mutex mutex_;
  std::map<std::string, Model> models_;  // by the specs of their inputs
};

}  // namespace kerascpp
