#include <kerascpp/utils/feature_space.hpp>

#include <algorithm>
#include <map>

#include <kerascpp/core/strings.hpp>

#include "models/feature_space/feature_columns.hpp"
#include "models/feature_space/feature_kinds.hpp"
#include "models/feature_space/feature_space_layer.hpp"

namespace kerascpp::utils {
namespace {

std::shared_ptr<FeatureSpaceLayer> make_space(const Dict& features, const FeatureSpaceOptions& options) {
  Features made;
  for (const auto& [name, value] : features) {
    if (const std::string* kind = value.text())
      made.emplace_back(name, feature_of_kind(*kind, name, options));
    else if (const Feature* feature = value.object<Feature>())
      made.emplace_back(name, *feature);
    else
      throw ValueError(text_of("[FeatureSpace] feature \"", name, "\" must be a Feature or the name of a kind"));
  }
  return std::make_shared<FeatureSpaceLayer>(std::move(made), options);
}

bool is_text(const Feature& feature) { return feature.dtype == "string"; }

[[noreturn]] void throw_missing(const std::string& name) {
  throw LookupError(text_of("[FeatureSpace] the data has no feature \"", name, "\""));
}

Tensor tensor_of(const Dict& data, const std::string& name) {
  const DictValue* value = data.find(name);
  if (value == nullptr) throw_missing(name);
  if (const std::string* text = value->text()) return strings({*text}, Shape{});
  KCPP_CHECK(value->tensor() != nullptr, ValueError, "[FeatureSpace] the data of feature \"", name, "\" is no array");
  return *value->tensor();
}

/// In the dtype of the feature; integers and strings stay as they are.
Tensor in_dtype(const Tensor& values, const std::string& name, const Feature& feature) {
  const DType dtype = is_text(feature) ? DType::UInt8 : dtype_from_name(feature.dtype);
  KCPP_CHECK(is_text(feature) ? values.dtype() == dtype : is_floating(dtype) || is_integer(values.dtype()), DTypeError,
             "[FeatureSpace] feature \"", name, "\" expected ", is_text(feature) ? "strings" : feature.dtype,
             ", received ", values.dtype());
  return is_floating(dtype) ? values.astype(dtype) : values;
}

}  // namespace

FeatureSpace::FeatureSpace(const Dict& features, const FeatureSpaceOptions& options)
    : FeatureSpace(make_space(features, options)) {}
FeatureSpace::FeatureSpace(std::shared_ptr<FeatureSpaceLayer> layer) : Layer(std::move(layer)) {}

FeatureSpace FeatureSpace::from_config(const Config& config) {
  return FeatureSpace(FeatureSpaceLayer::from_config(config));
}

FeatureSpaceLayer& FeatureSpace::space() const { return static_cast<FeatureSpaceLayer&>(*get()); }

const std::vector<std::pair<std::string, Feature>>& FeatureSpace::features() const { return space().features(); }
Layer FeatureSpace::preprocessor(std::string_view feature) const { return space().preprocessor(feature); }
Layer FeatureSpace::crosser(std::string_view cross) const { return space().crosser(cross); }
SymbolList FeatureSpace::get_inputs() const { return space().inputs(); }
SymbolList FeatureSpace::get_encoded_features() const { return space().encoded_features(); }

void FeatureSpace::adapt(const Dict& data) const {
  for (const std::string& name : space().adaptable()) {
    const Tensor values = tensor_of(data, name);
    const auto feature =
        std::find_if(features().begin(), features().end(), [&](const auto& named) { return named.first == name; });
    const bool text = is_text(feature->second);
    KCPP_CHECK(value_ndim(values, text) > 0, ShapeError, "[FeatureSpace] feature \"", name,
               "\" needs an array to learn from, received one value");
    ColumnBatches batches(text);
    batches.add_rows(values);
    space().adapt(name, batches.finish());
  }
  space().set_adapted();
}

void FeatureSpace::adapt(const data::Dataset& dataset) const {
  std::map<std::string, ColumnBatches> columns;
  const std::vector<std::string> learners = space().adaptable();
  for (const auto& [name, feature] : features())
    if (std::find(learners.begin(), learners.end(), name) != learners.end())
      columns.emplace(name, ColumnBatches(is_text(feature)));
  for (const data::Element& element : dataset)
    for (auto& [name, batches] : columns) batches.add(element.x.at(name));
  for (auto& [name, batches] : columns) space().adapt(name, batches.finish());
  space().set_adapted();
}

TensorList FeatureSpace::operator()(const Dict& data) const {
  std::vector<Tensor> arrays;
  std::vector<TensorSpec> specs;
  bool single = false;
  for (const auto& [name, feature] : features()) {
    const bool text = is_text(feature);
    Tensor values = in_dtype(tensor_of(data, name), name, feature);
    if (value_ndim(values, text) == 0) {
      single = true;
      values = as_column(values, text);
    }
    values = as_column(values, text);
    Shape shape = values.shape();
    if (text) shape.erase(shape.ndim() - 1);
    shape.set_dim(0, None);
    specs.push_back({values.dtype(), shape});
    arrays.push_back(std::move(values));
  }
  for (const auto& [name, value] : data)
    KCPP_CHECK(
        std::any_of(features().begin(), features().end(), [&](const auto& named) { return named.first == name; }),
        LookupError, "[FeatureSpace] the data has an unknown feature \"", name, "\"");
  std::vector<Tensor> outputs = space().model_of(specs).predict_on_batch(arrays).vector();
  if (single)
    for (Tensor& output : outputs) output = output[0];
  TensorList named(std::move(outputs));
  named.set_names(space().encoded_names());
  return named;
}

TensorList FeatureSpace::operator()(const TensorList& data) const {
  KCPP_CHECK(data.names().size() == data.size(), ValueError, "[FeatureSpace] expected arrays by name");
  Dict by_name;
  for (std::size_t i = 0; i < data.size(); ++i) by_name.set(data.names()[i], data[i]);
  return (*this)(by_name);
}

}  // namespace kerascpp::utils
