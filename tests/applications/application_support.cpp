#include "applications/application_support.hpp"

#include <cmath>
#include <map>

#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/saving/json.hpp>

#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using namespace applications;

/// Takes the options of a row one by one; each struct has some of the fields.
template <class Options>
Options options_of(const Config& config) {
  Options options;
  options.weights = "none";
  for (const auto& [key, value] : config.as_map()) {
    bool known = key == "image_data_format";
#define KCPP_OPTION(field)                                     \
  if constexpr (requires { options.field; })                   \
    if (key == #field) {                                       \
      if (!value.is_null()) from_config(value, options.field); \
      known = true;                                            \
    }
    KCPP_OPTION(weights)
    KCPP_OPTION(include_top)
    KCPP_OPTION(include_preprocessing)
    KCPP_OPTION(input_shape)
    KCPP_OPTION(pooling)
    KCPP_OPTION(classes)
    KCPP_OPTION(name)
    KCPP_OPTION(alpha)
    KCPP_OPTION(depth_multiplier)
    KCPP_OPTION(dropout)
    KCPP_OPTION(dropout_rate)
    KCPP_OPTION(minimalistic)
#undef KCPP_OPTION
    if (key == "classifier_activation") {
      options.classifier_activation = value.is_null() ? ActivationFunction() : ActivationFunction(value.as_string());
      known = true;
    }
    KCPP_CHECK(known, LookupError, "there is no option ", key);
  }
  return options;
}

using Factory = Model (*)(const Config&);

template <class Options, Model (*Function)(const Options&)>
Model make(const Config& config) {
  return Function(options_of<Options>(config));
}

const std::map<std::string, Factory>& factories() {
#define KCPP_APPLICATION(name) \
  { #name, &make < name##Options, &name> }
  static const std::map<std::string, Factory> table{
      KCPP_APPLICATION(VGG16),
      KCPP_APPLICATION(VGG19),
      KCPP_APPLICATION(InceptionV3),
      KCPP_APPLICATION(InceptionResNetV2),
      KCPP_APPLICATION(Xception),
      KCPP_APPLICATION(ResNet50),
      KCPP_APPLICATION(ResNet101),
      KCPP_APPLICATION(ResNet152),
      KCPP_APPLICATION(ResNet50V2),
      KCPP_APPLICATION(ResNet101V2),
      KCPP_APPLICATION(ResNet152V2),
      KCPP_APPLICATION(MobileNet),
      KCPP_APPLICATION(MobileNetV2),
      KCPP_APPLICATION(MobileNetV3Small),
      KCPP_APPLICATION(MobileNetV3Large),
      KCPP_APPLICATION(DenseNet121),
      KCPP_APPLICATION(DenseNet169),
      KCPP_APPLICATION(DenseNet201),
      KCPP_APPLICATION(NASNetMobile),
      KCPP_APPLICATION(NASNetLarge),
      KCPP_APPLICATION(EfficientNetB0),
      KCPP_APPLICATION(EfficientNetB1),
      KCPP_APPLICATION(EfficientNetB2),
      KCPP_APPLICATION(EfficientNetB3),
      KCPP_APPLICATION(EfficientNetB4),
      KCPP_APPLICATION(EfficientNetB5),
      KCPP_APPLICATION(EfficientNetB6),
      KCPP_APPLICATION(EfficientNetB7),
      KCPP_APPLICATION(EfficientNetV2B0),
      KCPP_APPLICATION(EfficientNetV2B1),
      KCPP_APPLICATION(EfficientNetV2B2),
      KCPP_APPLICATION(EfficientNetV2B3),
      KCPP_APPLICATION(EfficientNetV2S),
      KCPP_APPLICATION(EfficientNetV2M),
      KCPP_APPLICATION(EfficientNetV2L),
      KCPP_APPLICATION(ConvNeXtTiny),
      KCPP_APPLICATION(ConvNeXtSmall),
      KCPP_APPLICATION(ConvNeXtBase),
      KCPP_APPLICATION(ConvNeXtLarge),
      KCPP_APPLICATION(ConvNeXtXLarge),
  };
#undef KCPP_APPLICATION
  return table;
}

/// Restores the setting at its end.
class DataFormatScope {
 public:
  explicit DataFormatScope(const std::string& format) : before_(image_data_format()) { set_image_data_format(format); }
  ~DataFormatScope() { set_image_data_format(before_); }
  DataFormatScope(const DataFormatScope&) = delete;
  DataFormatScope& operator=(const DataFormatScope&) = delete;

 private:
  std::string before_;
};

/// Numbers in [-1, 1) for array number `index`.
class Formula {
 public:
  explicit Formula(std::int64_t index)
      : start_(static_cast<std::uint32_t>(static_cast<std::uint64_t>(index) * 0x9E3779B1U)) {}
  [[nodiscard]] double operator()(std::int64_t element) const {
    std::uint32_t x = static_cast<std::uint32_t>(element) + start_;
    x ^= x >> 16U;
    x *= 0x7FEB352DU;
    x ^= x >> 15U;
    x *= 0x846CA68BU;
    x ^= x >> 16U;
    return static_cast<double>(x) / 0x1p31 - 1;
  }

 private:
  std::uint32_t start_;
};

template <class F>
void fill(Tensor& values, F element) {
  auto* const data = values.data<float>();
  for (std::int64_t i = 0; i < values.size(); ++i) data[i] = static_cast<float>(element(i));
}

/// Values of weight number `index`.
Tensor weight_value(std::int64_t index, const Variable& variable, double gain) {
  const Shape& shape = variable.shape();
  if (variable.dtype() != DType::Float32) return variable.get_value();
  Tensor values = empty(shape);
  const Formula u(index);
  const std::string name = variable.name();
  if (shape.ndim() >= 2) {
    const bool depthwise = shape.ndim() == 4 && shape.back() == 1;
    const std::int64_t fan_in = shape.slice(0, depthwise ? 2 : shape.ndim() - 1).size();
    const double scale = std::sqrt(gain / static_cast<double>(fan_in));
    fill(values, [&](std::int64_t i) { return u(i) * scale; });
  } else if (name.ends_with("gamma") || name.ends_with("variance")) {
    fill(values, [&](std::int64_t i) { return 1 + 0.5 * u(i); });
  } else {
    fill(values, [&](std::int64_t i) { return 0.1 * u(i); });
  }
  return values;
}

}  // namespace

std::vector<ApplicationCase> application_cases(const std::string& path) {
  const Config fixtures = parse_json(bytes_of_file(path), path);
  std::vector<ApplicationCase> rows;
  for (const Config& row : fixtures.at("cases").as_list())
    rows.push_back({row.at("application").as_string(), row.at("options"), row});
  return rows;
}

std::string title(const ApplicationCase& row) {
  return row.application + (row.options.size() == 0 ? "" : " " + to_string(row.options));
}

Model build_application(const std::string& application, const Config& options) {
  const auto found = factories().find(application);
  KCPP_CHECK(found != factories().end(), LookupError, "there is no application ", application);
  reset_uids();
  const Config* format = options.find("image_data_format");
  const DataFormatScope scope(format == nullptr ? "channels_last" : format->as_string());
  return found->second(options);
}

std::vector<std::string> application_names() {
  std::vector<std::string> names;
  for (const auto& [name, factory] : factories()) names.push_back(name);
  return names;
}

std::string text_hash(const std::vector<std::string>& lines) {
  std::uint64_t value = 0xCBF29CE484222325U;
  for (const std::string& line : lines)
    for (const char c : line + "\n") value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  std::string digits;
  for (int shift = 60; shift >= 0; shift -= 4) digits += "0123456789abcdef"[value >> shift & 15U];
  return digits;
}

void fill_weights(const Model& model, double gain) {
  std::int64_t index = 0;
  for (Variable& variable : model.weights()) {
    variable.set_value(weight_value(index, variable, gain));
    ++index;
  }
}

Tensor formula_input(const Model& model) {
  bool scales = false;
  for (const Layer& layer : model.layers())
    scales = scales || layer->class_name() == "Rescaling" || layer->class_name() == "Normalization";
  Shape shape = model.input_shape();
  shape[0] = 1;
  Tensor values = empty(shape);
  const Formula u(1'000'003);
  fill(values, [&](std::int64_t i) { return scales ? (u(i) + 1) * 127.5 : u(i); });
  return values;
}

}  // namespace kerascpp::test
