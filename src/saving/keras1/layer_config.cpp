#include "saving/keras1/layer_config.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "saving/keras1/values.hpp"

namespace kerascpp {
namespace {

using Keys = std::vector<std::pair<std::string_view, std::string_view>>;

/// What a class of Keras 1 is in Keras 3.
struct Translation {
  std::string_view class_name;                                ///< in Keras 3
  Keys renamed = {};                                          ///< keys
  std::vector<std::string_view> dropped = {};                 ///< keys without meaning for what is computed
  std::vector<std::string_view> window = {};                  ///< keys that together are the kernel_size
  std::vector<std::pair<std::string_view, Config>> set = {};  ///< what Keras 1 does and Keras 3 lets one choose
};

Keys joined(Keys keys, const Keys& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

const Keys kWeights = {{"init", "kernel_initializer"},        {"W_regularizer", "kernel_regularizer"},
                       {"b_regularizer", "bias_regularizer"}, {"W_constraint", "kernel_constraint"},
                       {"b_constraint", "bias_constraint"},   {"bias", "use_bias"}};
const Keys kDense = joined(kWeights, {{"output_dim", "units"}});
const Keys kConvolution = joined(kWeights, {{"nb_filter", "filters"},
                                            {"border_mode", "padding"},
                                            {"subsample", "strides"},
                                            {"subsample_length", "strides"},
                                            {"atrous_rate", "dilation_rate"},
                                            {"dim_ordering", "data_format"}});
const Keys kRecurrent = joined(kDense, {{"inner_init", "recurrent_initializer"},
                                        {"inner_activation", "recurrent_activation"},
                                        {"forget_bias_init", "unit_forget_bias"},
                                        {"U_regularizer", "recurrent_regularizer"},
                                        {"dropout_W", "dropout"},
                                        {"dropout_U", "recurrent_dropout"}});
const Keys kPooling = {
    {"pool_length", "pool_size"}, {"stride", "strides"}, {"border_mode", "padding"}, {"dim_ordering", "data_format"}};
const Keys kFormat = {{"dim_ordering", "data_format"}};

const std::map<std::string_view, Translation>& translations() {
  static const std::map<std::string_view, Translation> table = [] {
    std::map<std::string_view, Translation> t;
    t["Dense"] = {"Dense", kDense, {"input_dim"}};
    t["TimeDistributedDense"] = {"Dense", kDense, {"input_dim"}};
    t["MaxoutDense"] = {"MaxoutDense", kDense, {"input_dim"}};
    t["Highway"] = {"Highway", kWeights, {"input_dim", "transform_bias"}};
    t["Convolution1D"] = {"Conv1D", kConvolution, {"input_dim"}, {"filter_length"}};
    t["AtrousConvolution1D"] = t["Conv1D"] = t["Convolution1D"];
    t["Convolution2D"] = {"Conv2D", kConvolution, {}, {"nb_row", "nb_col"}};
    t["AtrousConvolution2D"] = t["Conv2D"] = t["Convolution2D"];
    t["Convolution3D"] = {"Conv3D", kConvolution, {}, {"kernel_dim1", "kernel_dim2", "kernel_dim3"}};
    t["Conv3D"] = t["Convolution3D"];
    // its shape follows from the other settings, or from padding that is found when the model is there
    t["Deconvolution2D"] = {"Conv2DTranspose", kConvolution, {"output_shape"}, {"nb_row", "nb_col"}};
    t["SeparableConvolution2D"] = {"SeparableConv2D", kConvolution, {}, {"nb_row", "nb_col"}};
    t["LocallyConnected1D"] = {"LocallyConnected1D", kConvolution, {"input_dim"}, {"filter_length"}};
    t["LocallyConnected2D"] = {"LocallyConnected2D", kConvolution, {}, {"nb_row", "nb_col"}};
    for (const char* name :
         {"MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D", "AveragePooling2D", "AveragePooling3D"})
      t[name] = {name, kPooling};
    for (const char* name : {"GlobalMaxPooling1D", "GlobalAveragePooling1D", "GlobalMaxPooling2D",
                             "GlobalAveragePooling2D", "GlobalMaxPooling3D", "GlobalAveragePooling3D"})
      t[name] = {name, kFormat};
    t["UpSampling1D"] = {"UpSampling1D", {{"length", "size"}}};
    for (const char* name : {"UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D",
                             "Cropping1D", "Cropping2D", "Cropping3D"})
      t[name] = {name, kFormat};
    const Config hard("hard_sigmoid");
    t["SimpleRNN"] = {"SimpleRNN", kRecurrent, {"input_dim", "consume_less"}};
    t["GRU"] = {
        "GRU", kRecurrent, {"input_dim", "consume_less"}, {}, {{"recurrent_activation", hard}, {"reset_after", false}}};
    t["LSTM"] = {"LSTM", kRecurrent, {"input_dim", "consume_less"}, {}, {{"recurrent_activation", hard}}};
    t["ConvLSTM2D"] = {"ConvLSTM2D",
                       joined(kRecurrent, kConvolution),
                       {"input_dim", "consume_less"},
                       {"nb_row", "nb_col"},
                       {{"recurrent_activation", hard}}};
    t["Embedding"] = {"Embedding",
                      {{"init", "embeddings_initializer"},
                       {"W_regularizer", "embeddings_regularizer"},
                       {"W_constraint", "embeddings_constraint"}}};
    t["BatchNormalization"] = {"BatchNormalization",
                               {{"beta_init", "beta_initializer"}, {"gamma_init", "gamma_initializer"}}};
    t["LeakyReLU"] = {"LeakyReLU", {{"alpha", "negative_slope"}}};
    t["PReLU"] = {"PReLU", {{"init", "alpha_initializer"}}};
    t["ParametricSoftplus"] = {"ParametricSoftplus"};
    t["SReLU"] = {"SReLU",
                  {{"t_left_init", "t_left_initializer"},
                   {"a_left_init", "a_left_initializer"},
                   {"t_right_init", "t_right_initializer"},
                   {"a_right_init", "a_right_initializer"}}};
    t["Dropout"] = {"Dropout", {{"p", "rate"}}};
    t["SpatialDropout1D"] = {"SpatialDropout1D", {{"p", "rate"}}};
    t["SpatialDropout2D"] = {"SpatialDropout2D", {{"p", "rate"}, {"dim_ordering", "data_format"}}};
    t["SpatialDropout3D"] = {"SpatialDropout3D", {{"p", "rate"}, {"dim_ordering", "data_format"}}};
    t["GaussianDropout"] = {"GaussianDropout", {{"p", "rate"}}};
    t["GaussianNoise"] = {"GaussianNoise", {{"sigma", "stddev"}}};
    // elements are taken in the order in which they stand, whatever axis holds the channels
    t["Flatten"] = {"Flatten", {}, {}, {}, {{"data_format", "channels_last"}}};
    t["InputLayer"] = {"InputLayer", {{"input_dtype", "dtype"}}};
    return t;
  }();
  return table;
}

const Translation* translation_of(const std::string& class_name) {
  const auto found = translations().find(class_name);
  return found == translations().end() ? nullptr : &found->second;
}

bool is_own_class(const std::string& class_name) {
  for (const char* name : {"Merge", "MaxoutDense", "Highway", "SReLU", "ParametricSoftplus", "TimeDistributedDense",
                           "AtrousConvolution1D", "AtrousConvolution2D", "Deconvolution2D"})
    if (class_name == name) return true;
  return false;
}

/// Takes a key out of a config.
Config taken(Config& config, std::string_view key) {
  const Config* found = config.find(key);
  if (found == nullptr) return {};
  Config value = *found;
  config.erase(key);
  return value;
}

/// [a, b, ...] of several keys, under "kernel_size".
void join_window(Config& config, const std::vector<std::string_view>& keys) {
  if (keys.empty() || !config.contains(keys.front())) return;
  Config::List sizes;
  for (const std::string_view key : keys) sizes.push_back(config.at(key));
  for (const std::string_view key : keys) config.erase(key);
  config.set("kernel_size", Config(std::move(sizes)));
}

/// The shape that the arguments of a first layer give; null where they give none.
Config first_shape(const std::string& class_name, Config& config) {
  if (Config shape = taken(config, "batch_input_shape"); !shape.is_null()) return shape;
  Config shape = taken(config, "input_shape");
  if (shape.is_list()) {
    shape.as_list().insert(shape.as_list().begin(), Config());
    return shape;
  }
  const auto value = [&](const char* key) {
    const Config* found = config.find(key);
    return found == nullptr ? Config() : *found;
  };
  const Config length = value("input_length"), channels = value("input_dim");
  if (class_name == "Embedding") return length.is_null() ? Config() : Config::list({nullptr, length});
  const bool over_time = class_name == "Convolution1D" || class_name == "AtrousConvolution1D" ||
                         class_name == "LocallyConnected1D" || class_name == "SimpleRNN" || class_name == "LSTM" ||
                         class_name == "GRU" || class_name == "TimeDistributedDense";
  if (channels.is_null()) return {};
  return over_time ? Config::list({nullptr, length, channels}) : Config::list({nullptr, channels});
}

void convert_batch_normalization(Config& config) {
  const Config mode = taken(config, "mode");
  KCPP_CHECK(mode.is_null() || (mode.is_int() && mode.as_int() == 0), FormatError,
             "[BatchNormalization] Keras 3 knows only mode 0 of Keras 1, which normalizes by channels, received mode ",
             mode);
}

/// Dropout of whole words, which Keras 2 has not, is a layer of its own.
void convert_embedding(Config& layer, Config& config) {
  const Config dropout = taken(config, "dropout");
  if (!dropout.is_number() || dropout.as_double() <= 0 || dropout.as_double() >= 1) return;
  layer.set("class_name", "WordDropoutEmbedding");
  config.set("dropout", dropout);
}

/// A function is kept by its name; byte code of Python is not run.
void convert_lambda(Config& config) {
  const Config kind = taken(config, "function_type");
  taken(config, "output_shape_type");
  taken(config, "output_shape");
  KCPP_CHECK(kind == Config("function") && config.at("function").is_string(), FormatError,
             "[Lambda] the function is Python bytecode, which cannot run here; name the function in Python, and "
             "register a C++ function under that name with register_function");
  config.set("function",
             Config::map({{"class_name", "function"}, {"config", config.at("function")}, {"module", "builtins"}}));
}

/// {"top_pad": ...} and [top, bottom, left, right] as [[top, bottom], [left, right]].
void convert_zero_padding(Config& config) {
  const Config* found = config.find("padding");
  if (found == nullptr) return;
  Config padding = *found;
  const auto side = [&padding](const char* key) {
    const Config* value = padding.find(key);
    return value == nullptr ? Config(0) : *value;
  };
  if (padding.is_map() && (padding.contains("left_pad") || padding.contains("right_pad")) &&
      !padding.contains("top_pad") && !padding.contains("bottom_pad"))
    padding = Config::list({side("left_pad"), side("right_pad")});
  else if (padding.is_map())
    padding = Config::list(
        {Config::list({side("top_pad"), side("bottom_pad")}), Config::list({side("left_pad"), side("right_pad")})});
  else if (padding.is_list() && padding.size() == 4) {
    const Config::List sides = padding.as_list();
    padding = Config::list({Config::list({sides[0], sides[1]}), Config::list({sides[2], sides[3]})});
  }
  config.set("padding", padding);
}

/// Both convolutions of a separable one are initialized alike.
void convert_separable(Config& config) {
  const Config initializer = taken(config, "kernel_initializer");
  for (const char* key : {"kernel_regularizer", "kernel_constraint"}) taken(config, key);
  if (initializer.is_null()) return;
  config.set("depthwise_initializer", initializer);
  config.set("pointwise_initializer", initializer);
}

/// The only axis of one or of both inputs; older files nest them: [[1], [1]].
Config dot_axes(const Config& axes) {
  if (!axes.is_list()) return axes;
  Config::List list;
  for (const Config& item : axes.as_list()) {
    KCPP_CHECK(!item.is_list() || item.size() == 1, FormatError, "[Merge] sums over one axis of each input, received ",
               axes);
    list.push_back(item.is_list() ? item.as_list().front() : item);
  }
  return Config(std::move(list));
}

/// The layer that a mode names.
void convert_merge(Config& layer, Config& config) {
  const Config* kind = config.find("mode_type");
  const Config mode = config.contains("mode") ? config.at("mode") : Config("sum");
  KCPP_CHECK((kind == nullptr || *kind == Config("raw")) && mode.is_string(), FormatError,
             "[Merge] its mode is a Python function, which cannot run here");
  static const std::map<std::string_view, std::string_view> classes = {
      {"sum", "Add"}, {"mul", "Multiply"},   {"ave", "Average"}, {"max", "Maximum"}, {"concat", "Concatenate"},
      {"dot", "Dot"}, {"cos", "CosineMerge"}};
  const auto found = classes.find(mode.as_string());
  KCPP_CHECK(found != classes.end(), FormatError, "[Merge] mode ", mode, " is not known");
  layer.set("class_name", found->second);
  Config converted = Config::map();
  for (const char* key : {"name", "trainable"})
    if (const Config* value = config.find(key)) converted.set(key, *value);
  if (found->second == "Concatenate")
    converted.set("axis", config.contains("concat_axis") ? config.at("concat_axis") : Config(-1));
  if (found->second == "Dot") converted.set("normalize", false);
  if (found->second == "Dot" || found->second == "CosineMerge")
    converted.set("axes", config.contains("dot_axes") ? dot_axes(config.at("dot_axes")) : Config(-1));
  config = std::move(converted);
}

}  // namespace

bool is_keras1_layer(const Config& layer) {
  if (!layer.is_map() || layer.contains("module")) return false;
  const Config *class_name = layer.find("class_name"), *config = layer.find("config");
  if (class_name == nullptr || !class_name->is_string()) return false;
  if (is_own_class(class_name->as_string())) return true;
  if (config == nullptr || !config->is_map()) return false;
  if (config->contains("input_dtype")) return true;
  for (const char* key : {"layer", "cell"})
    if (const Config* inner = config->find(key); inner != nullptr && is_keras1_layer(*inner)) return true;
  if (class_name->as_string() == "BatchNormalization") return config->contains("mode");
  if (class_name->as_string() == "LeakyReLU") return false;  // the key is that of Keras 2
  const Translation* translation = translation_of(class_name->as_string());
  if (translation == nullptr) return false;
  const auto is_there = [config](std::string_view key) { return config->contains(key); };
  return std::any_of(translation->window.begin(), translation->window.end(), is_there) ||
         std::any_of(translation->renamed.begin(), translation->renamed.end(),
                     [&](const auto& names) { return is_there(names.first); });
}

Config layer_from_keras1(const Config& given) {
  Config layer = given;
  const std::string class_name = layer.at("class_name").as_string();
  Config config = layer.contains("config") && layer.at("config").is_map() ? layer.at("config") : Config::map();
  if (class_name == "Merge") {
    convert_merge(layer, config);
    layer.set("config", std::move(config));
    return layer;
  }
  Config shape;
  if (class_name != "InputLayer") shape = first_shape(class_name, config);
  for (const char* key : {"create_input_layer", "input_length"}) taken(config, key);
  if (class_name != "InputLayer") taken(config, "input_dtype");
  if (const Translation* translation = translation_of(class_name)) {
    layer.set("class_name", translation->class_name);
    for (const std::string_view key : translation->dropped) taken(config, key);
    join_window(config, translation->window);
    for (const auto& [from, to] : translation->renamed)
      if (config.contains(from) && !config.contains(to)) config.set(to, taken(config, from));
    for (const auto& [key, value] : translation->set)
      if (!config.contains(key)) config.set(key, value);
  }
  if (class_name == "BatchNormalization") convert_batch_normalization(config);
  if (class_name == "Embedding") convert_embedding(layer, config);
  if (class_name == "Lambda") convert_lambda(config);
  if (class_name == "SeparableConvolution2D") convert_separable(config);
  if (class_name == "ZeroPadding1D" || class_name == "ZeroPadding2D") convert_zero_padding(config);
  for (const char* key : {"layer", "cell"})
    if (const Config* inner = config.find(key); inner != nullptr && inner->is_map())
      config.set(key, layer_from_keras1(Config(*inner)));
  convert_keras1_values(config);
  if (!shape.is_null()) config.set("batch_input_shape", shape);
  layer.set("config", std::move(config));
  return layer;
}

}  // namespace kerascpp
