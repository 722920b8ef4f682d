#include "models/feature_space/feature_space_layer.hpp"

#include <algorithm>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/layers/input.hpp>
#include <kerascpp/layers/lookup.hpp>
#include <kerascpp/layers/preprocessing.hpp>

#include "layers/host_layer.hpp"
#include "layers/naming.hpp"
#include "layers/one_of.hpp"
#include "layers/preprocessing/category_count.hpp"
#include "layers/preprocessing/feature_layers.hpp"
#include "saving/config_reader.hpp"

namespace kerascpp {
namespace {

using layers::CategoryCount;
using layers::kFeatureSpaceModule;
using utils::Cross;
using utils::Feature;

/// `{"module", "class_name", "config", "registered_name"}` of what is no layer but stands in the config.
Config part_config(const char* class_name, Config config) {
  return Config::map({{"module", kFeatureSpaceModule},
                      {"class_name", class_name},
                      {"config", std::move(config)},
                      {"registered_name", class_name}});
}

Config to_config(const Feature& feature) {
  return part_config("Feature", Config::map({{"dtype", feature.dtype},
                                             {"preprocessor", feature.preprocessor->serialize()},
                                             {"output_mode", feature.output_mode}}));
}

Config to_config(const Cross& cross) {
  return part_config("Cross", Config::map({{"feature_names", kerascpp::to_config(cross.feature_names)},
                                           {"crossing_dim", *cross.crossing_dim},
                                           {"output_mode", cross.output_mode}}));
}

const Config& part_of(const Config& config, std::string_view class_name) {
  const Config* found = config.is_map() ? config.find("class_name") : nullptr;
  KCPP_CHECK(found != nullptr && found->is_string() && found->as_string() == class_name, FormatError,
             "expected the config of a ", class_name, ", received ", config);
  return config.at("config");
}

Feature read_feature(const Config& config) {
  ConfigReader reader(part_of(config, "Feature"), "Feature");
  Feature feature{reader.required<std::string>("dtype"), {}, reader.required<std::string>("output_mode")};
  auto layer =
      std::dynamic_pointer_cast<LayerBase>(deserialize_object("layer", reader.required_config("preprocessor")));
  KCPP_CHECK(layer != nullptr, FormatError, "the preprocessor of a feature is no layer");
  feature.preprocessor = Layer(std::move(layer));
  reader.finish();
  return feature;
}

Cross read_cross(const Config& config) {
  ConfigReader reader(part_of(config, "Cross"), "Cross");
  Cross cross(reader.required<std::vector<std::string>>("feature_names"), reader.required<std::int64_t>("crossing_dim"),
              reader.required<std::string>("output_mode"));
  reader.finish();
  return cross;
}

template <class Items, class Name>
std::string list_of(const Items& items, const Name& name) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "\"" : ", \"") + name(item) + "\"";
  return text.empty() ? "none" : text;
}

std::string feature_names(const Features& features) {
  return list_of(features, [](const auto& named) { return named.first; });
}

}  // namespace

std::string utils::Cross::name() const {
  std::string text;
  for (const std::string& feature : feature_names) text += (text.empty() ? "" : "_X_") + feature;
  return text;
}

FeatureSpaceLayer::FeatureSpaceLayer(Features features, utils::FeatureSpaceOptions options)
    : LayerBase(options.name), features_(std::move(features)), options_(std::move(options)) {
  KCPP_CHECK(!features_.empty(), ValueError, "[FeatureSpace] needs at least one feature");
  layers::check_one_of("FeatureSpace", "output_mode", options_.output_mode, {"concat", "dict"});
  for (const auto& [name, feature] : features_) {
    KCPP_CHECK(feature.preprocessor.defined(), ValueError, "[FeatureSpace] feature \"", name, "\" has no preprocessor");
    layers::check_one_of("Feature", "output_mode", feature.output_mode, {"int", "one_hot", "float"});
  }
  check_crosses();
  for (const Cross& cross : options_.crosses)
    crossers_.push_back(layers::HashedCrossing(*cross.crossing_dim, {.name = cross.name()}));
}

void FeatureSpaceLayer::check_crosses() {
  for (Cross& cross : options_.crosses) {
    layers::check_one_of("Cross", "output_mode", cross.output_mode, {"int", "one_hot"});
    if (!cross.crossing_dim) cross.crossing_dim = options_.crossing_dim;
    for (const std::string& feature : cross.feature_names)
      KCPP_CHECK(
          std::any_of(features_.begin(), features_.end(), [&](const auto& named) { return named.first == feature; }),
          ValueError, "[FeatureSpace] cross \"", cross.name(), "\" names the feature \"", feature, "\"; there are ",
          feature_names(features_));
  }
}

std::shared_ptr<FeatureSpaceLayer> FeatureSpaceLayer::from_config(const Config& config) {
  ConfigReader reader(config, "FeatureSpace");
  Features features;
  for (const auto& [name, item] : reader.required_config("features").as_map())
    features.emplace_back(name, read_feature(item));
  utils::FeatureSpaceOptions options;
  for (const Config& item : reader.required_config("crosses").as_list()) options.crosses.push_back(read_cross(item));
  options.output_mode = reader.required<std::string>("output_mode");
  reader.optional("crossing_dim", options.crossing_dim);
  reader.optional("hashing_dim", options.hashing_dim);
  reader.optional("num_discretization_bins", options.num_discretization_bins);
  reader.optional("name", options.name);
  reader.finish();
  return std::make_shared<FeatureSpaceLayer>(std::move(features), std::move(options));
}

Config FeatureSpaceLayer::get_config() const {
  Config features = Config::map();
  for (const auto& [name, feature] : features_) features.set(name, to_config(feature));
  Config::List crosses;
  for (const Cross& cross : options_.crosses) crosses.push_back(to_config(cross));
  return Config::map({{"features", std::move(features)},
                      {"output_mode", options_.output_mode},
                      {"crosses", Config(std::move(crosses))},
                      {"crossing_dim", options_.crossing_dim},
                      {"hashing_dim", options_.hashing_dim},
                      {"num_discretization_bins", options_.num_discretization_bins}});
}

Config FeatureSpaceLayer::get_build_config() const {
  Config config = Config::map();
  for (const auto& [name, feature] : features_) config.set(name, feature.preprocessor->get_build_config());
  return config;
}

void FeatureSpaceLayer::build_from_config(const Config& build_config) {
  for (const auto& [name, feature] : features_) {
    const Config* built = build_config.find(name);
    const Config* shape = built != nullptr && built->is_map() ? built->find("input_shape") : nullptr;
    if (shape == nullptr || shape->is_null()) continue;
    Shape input_shape;
    kerascpp::from_config(*shape, input_shape);
    feature.preprocessor->ensure_built({input_shape});
  }
}

std::vector<std::pair<std::string, Layer>> FeatureSpaceLayer::sublayers() const {
  std::vector<std::pair<std::string, Layer>> named;
  // numbered by their classes, as in Keras's containers
  const auto add = [&](const std::string& container, const std::vector<Layer>& contents) {
    std::map<std::string, int> used;
    for (const Layer& layer : contents) {
      const std::string stem = name_stem(layer->class_name());
      const int number = used[stem]++;
      named.emplace_back(container + "/" + stem + (number == 0 ? "" : "_" + std::to_string(number)), layer);
    }
  };
  std::vector<Layer> preprocessors, encoders;
  for (const auto& [name, feature] : features_) preprocessors.push_back(feature.preprocessor);
  for (const auto& [name, encoder] : encoders_) encoders.push_back(encoder);
  add("preprocessors", preprocessors);
  add("crossers", crossers_);
  add("one_hot_encoders", encoders);
  if (concat_.defined()) named.emplace_back("concat", concat_);
  return named;
}

Layer FeatureSpaceLayer::preprocessor(std::string_view feature) const {
  for (const auto& [name, found] : features_)
    if (name == feature) return found.preprocessor;
  throw LookupError(
      text_of("[FeatureSpace] there is no feature \"", feature, "\"; there are ", feature_names(features_)));
}

Layer FeatureSpaceLayer::crosser(std::string_view cross) const {
  for (const Layer& crosser : crossers_)
    if (crosser.name() == cross) return crosser;
  throw LookupError(text_of("[FeatureSpace] there is no cross \"", cross, "\"; there are ",
                            list_of(crossers_, [](const Layer& crosser) { return crosser.name(); })));
}

// --- learning

std::vector<std::string> FeatureSpaceLayer::adaptable() const {
  std::vector<std::string> names;
  for (const auto& [name, feature] : features_) {
    const auto learner = feature.preprocessor.as<layers::Adaptable>();
    if (learner != nullptr && learner->is_adaptable()) names.push_back(name);
  }
  return names;
}

void FeatureSpaceLayer::adapt(std::string_view feature, const std::vector<Tensor>& batches) {
  const Layer layer = preprocessor(feature);
  const auto categories = layer.as<CategoryCount>();
  const bool in_use = encoders_.contains(std::string(feature));
  const std::int64_t before = in_use ? categories->category_count() : 0;
  layers::AdaptableLayer(layer.base()).adapt(batches);
  KCPP_CHECK(!in_use || categories->category_count() == before, ValueError, "[FeatureSpace] feature \"", feature,
             "\" is in use with ", before, " categories, but the data has ", categories->category_count(),
             "; make a new FeatureSpace for it");
}

// --- encoding

void FeatureSpaceLayer::ensure_encoded() {
  const std::lock_guard lock(mutex_);
  if (!encoded_.empty()) return;
  const std::vector<std::string> learners = adaptable();
  KCPP_CHECK(is_adapted_ || learners.empty(), ValueError,
             "[FeatureSpace] call adapt(data) first; these features have something to learn: ",
             list_of(learners, [](const std::string& name) { return name; }));
  std::vector<TensorSpec> specs;
  for (const auto& [name, feature] : features_)
    specs.push_back({feature.dtype == "string" ? DType::UInt8 : dtype_from_name(feature.dtype), Shape{None, 1}});
  inputs_ = make_inputs(specs);
  encoded_ = encode(inputs_);
}

const SymbolList& FeatureSpaceLayer::inputs() {
  ensure_encoded();
  return inputs_;
}

const SymbolList& FeatureSpaceLayer::encoded_features() {
  ensure_encoded();
  return encoded_;
}

SymbolList FeatureSpaceLayer::make_inputs(const std::vector<TensorSpec>& specs) const {
  Dict inputs;
  for (std::size_t i = 0; i < features_.size(); ++i) {
    const auto& [name, feature] = features_[i];
    const std::string dtype = feature.dtype == "string" ? feature.dtype : std::string(kerascpp::name(specs[i].dtype));
    inputs.set(name, layers::Input({}, {.dtype = dtype, .batch_shape = specs[i].shape, .name = name}));
  }
  return inputs;
}

Model FeatureSpaceLayer::model_of(const std::vector<TensorSpec>& specs) {
  ensure_encoded();
  const std::lock_guard lock(mutex_);
  std::string key;
  for (const TensorSpec& spec : specs) key += text_of(spec.dtype, spec.shape);
  Model& model = models_[key];
  if (!model.defined()) {
    const SymbolList inputs = make_inputs(specs);
    model = Model(inputs.vector(), encode(inputs).vector());
  }
  return model;
}

std::vector<std::string> FeatureSpaceLayer::encoded_names() const {
  if (options_.output_mode == "concat") return {"concat"};
  std::vector<std::string> names, crosses;
  for (const auto& [name, feature] : features_) names.push_back(name);
  for (const Cross& cross : options_.crosses) crosses.push_back(cross.name());
  std::sort(names.begin(), names.end());
  std::sort(crosses.begin(), crosses.end());
  names.insert(names.end(), crosses.begin(), crosses.end());
  return names;
}

SymbolList FeatureSpaceLayer::call(const SymbolList& inputs, const CallContext&) {
  if (!inputs.keys().empty()) return encode(inputs);
  KCPP_CHECK(inputs.size() == features_.size(), ValueError, "[FeatureSpace] layer \"", name(),
             "\" expected one input for each of the features ", feature_names(features_), ", received ", inputs.size());
  Dict by_name;
  for (std::size_t i = 0; i < inputs.size(); ++i) by_name.set(features_[i].first, inputs[i]);
  return encode(by_name);
}

SymbolList FeatureSpaceLayer::encode(const SymbolList& inputs) {
  std::map<std::string, Symbol> values, crossed;  // sorted by name, as in Keras
  for (const auto& [name, feature] : features_) values[name] = feature.preprocessor(inputs.at(name)).single();
  for (std::size_t i = 0; i < crossers_.size(); ++i) {
    std::vector<Symbol> parts;
    for (const std::string& feature : options_.crosses[i].feature_names) parts.push_back(values.at(feature));
    crossed[options_.crosses[i].name()] = crossers_[i](parts).single();
  }
  for (const auto& [name, feature] : features_)
    if (feature.output_mode == "one_hot") values[name] = one_hot(name, values[name], feature.preprocessor);
  for (std::size_t i = 0; i < crossers_.size(); ++i)
    if (options_.crosses[i].output_mode == "one_hot")
      crossed[crossers_[i].name()] = one_hot(crossers_[i].name(), crossed[crossers_[i].name()], crossers_[i]);

  Dict encoded;
  for (const auto& [name, value] : values) encoded.set(name, value);
  for (const auto& [name, value] : crossed) encoded.set(name, value);
  const SymbolList all = encoded;
  if (options_.output_mode == "dict") return all;
  for (std::size_t i = 0; i < all.size(); ++i)
    KCPP_CHECK(!is_integer(all[i].dtype()), ValueError, "[FeatureSpace] feature \"", all.keys()[i],
               "\" is not encoded, it has dtype ", written_dtype(all[i]),
               ", and cannot stand beside the others; give it output_mode \"one_hot\", or the space \"dict\"");
  if (!concat_.defined()) concat_ = layers::FeatureConcat(-1);
  return concat_(all.vector());
}

Symbol FeatureSpaceLayer::one_hot(const std::string& name, const Symbol& value, const Layer& layer) {
  KCPP_CHECK(is_integer(value.dtype()), ValueError, "[FeatureSpace] feature \"", name,
             "\" has output_mode \"one_hot\", for which its preprocessor must give integers; it gives ", value.dtype());
  const auto categories = layer.as<CategoryCount>();
  KCPP_CHECK(categories != nullptr, ValueError, "[FeatureSpace] feature \"", name,
             "\" has output_mode \"one_hot\", but how many integers a ", layer->class_name(),
             " gives is not known; use output_mode \"int\"");
  const std::lock_guard lock(mutex_);
  Layer& encoder = encoders_[name];
  if (!encoder.defined())
    encoder = layers::CategoryEncoding(categories->category_count(), {.output_mode = "multi_hot"});
  return encoder(value).single();
}

}  // namespace kerascpp
