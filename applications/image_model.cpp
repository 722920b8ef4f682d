#include "applications/image_model.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <set>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/utils/get_file.hpp>

namespace kerascpp::applications {
namespace {

constexpr std::int64_t kImagenetClasses = 1000;

bool channels_first() { return image_data_format() == "channels_first"; }

bool is_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// The inputs of models that `symbol` was computed from, in the order in which they are met.
class Sources {
 public:
  explicit Sources(const Symbol& symbol) { visit(symbol); }
  std::vector<Symbol> found;

 private:
  void visit(const Symbol& symbol) {
    const CallOutput origin = call_of(symbol);
    const void* const key = origin.call ? static_cast<const void*>(origin.call.get()) : symbol.node().get();
    if (!seen_.insert(key).second) return;
    if (origin.call && origin.call->inputs.empty()) found.push_back(symbol);
    const std::vector<Symbol>& inputs = origin.call ? origin.call->inputs.vector() : symbol.node()->inputs();
    for (const Symbol& input : inputs) visit(input);
  }

  std::set<const void*> seen_;
};

/// Height, width and channels in the order of the data format.
Shape image_shape(std::int64_t rows, std::int64_t columns, std::int64_t channels) {
  return channels_first() ? Shape{channels, rows, columns} : Shape{rows, columns, channels};
}

std::int64_t channels_in(const Shape& shape) { return shape.dim(channels_first() ? 0 : -1); }

}  // namespace

std::int64_t channel_axis() { return channels_first() ? 1 : 3; }
std::int64_t last_or_first_channel_axis() { return channels_first() ? 1 : -1; }
std::int64_t channels_of(const Symbol& x) { return x.dim(channel_axis()); }
std::int64_t rows_of(const Shape& shape) { return shape.dim(channels_first() ? 1 : 0); }
std::int64_t columns_of(const Shape& shape) { return shape.dim(channels_first() ? 2 : 1); }

layers::Margins correct_pad(const Symbol& x, std::int64_t kernel_size) {
  const std::int64_t first = channels_first() ? 2 : 1, half = kernel_size / 2;
  const auto before = [&](std::int64_t length) { return length == None ? half - 1 : half - 1 + length % 2; };
  return layers::Margins{{before(x.dim(first)), half}, {before(x.dim(first + 1)), half}};
}

std::int64_t make_divisible(double value, std::int64_t divisor) {
  const double step = static_cast<double>(divisor);
  const std::int64_t nearest = std::max(divisor, static_cast<std::int64_t>(value + step / 2) / divisor * divisor);
  return static_cast<double>(nearest) < 0.9 * value ? nearest + divisor : nearest;
}

ImageModel::ImageModel(const char* class_name, const ImageModelOptions& options, const ImageModelLimits& limits)
    : class_name_(class_name), options_(options) {
  KCPP_CHECK(
      limits.channels_first || !channels_first(), ValueError, "[", class_name_,
      "] does not exist with the image data format \"channels_first\"; set_image_data_format(\"channels_last\")");
  if (options_.weights == "none") options_.weights.clear();
  check_weights();
  if (include_top()) check_classifier_activation();
  KCPP_CHECK(options_.pooling.empty() || options_.pooling == "avg" || options_.pooling == "max", ValueError, "[",
             class_name_, "] pooling must be \"avg\", \"max\" or \"\", received \"", options_.pooling, "\"");
  KCPP_CHECK(options_.classes > 0, ValueError, "[", class_name_, "] classes must be at least 1, received ",
             options_.classes);
  options_.input_shape = obtained_input_shape(limits);
  std::string name = limits.name != nullptr ? limits.name : class_name_;
  if (limits.name == nullptr)
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  set_default_name(name);
}

void ImageModel::set_default_name(const std::string& name) {
  if (options_.name.empty()) options_.name = name;
}

void ImageModel::check_weights() const {
  const std::string& weights = options_.weights;
  KCPP_CHECK(weights.empty() || imagenet() || is_file(weights), ValueError, "[", class_name_,
             "] weights must be \"none\" (initialized), \"imagenet\" (pretrained) or the path of a file that is there, "
             "received \"",
             weights, "\"");
  KCPP_CHECK(!imagenet() || !include_top() || options_.classes == kImagenetClasses, ValueError, "[", class_name_,
             "] with weights \"imagenet\" and include_top, classes must be ", kImagenetClasses, ", received ",
             options_.classes, "; give weights \"none\", or leave the top out and add your own");
}

Shape ImageModel::obtained_input_shape(const ImageModelLimits& limits) const {
  const Shape& given = options_.input_shape;
  const bool top = include_top();
  KCPP_CHECK(given.empty() || given.ndim() == 3, ValueError, "[", class_name_,
             "] input_shape must have three entries, as in ",
             image_shape(limits.preferred_size, limits.preferred_size, 3), ", received ", given);
  const std::int64_t size = limits.preferred_size;
  if (imagenet() && top && !limits.any_size) {
    const Shape expected = image_shape(size, size, 3);
    KCPP_CHECK(given.empty() || given == expected, ValueError, "[", class_name_,
               "] with weights \"imagenet\" and include_top, input_shape must be ", expected, ", received ", given);
    return expected;
  }
  if (given.empty()) return top && !limits.any_size ? image_shape(size, size, 3) : image_shape(None, None, 3);
  const std::int64_t channels = channels_in(given);
  KCPP_CHECK(!imagenet() || channels == 3, ValueError, "[", class_name_,
             "] with weights \"imagenet\" the input must have 3 channels, received input_shape ", given);
  if (channels != 1 && channels != 3)
    std::fprintf(stderr, "kerascpp: warning: [%s] images usually have 1 or 3 channels; input_shape is %s\n",
                 class_name_.c_str(), to_string(given).c_str());
  for (const std::int64_t side : {rows_of(given), columns_of(given)})
    KCPP_CHECK(side == None || side >= limits.smallest_size, ValueError, "[", class_name_, "] images must be at least ",
               limits.smallest_size, " x ", limits.smallest_size, ", received input_shape ", given);
  KCPP_CHECK(!top || limits.any_size || given.is_known(), ValueError, "[", class_name_,
             "] with include_top, input_shape must be known, received ", given);
  return given;
}

Symbol ImageModel::input() {
  if (!input_.defined())
    input_ = options_.input_tensor.defined() ? options_.input_tensor : layers::Input(options_.input_shape);
  return input_;
}

void ImageModel::check_classifier_activation() const {
  if (options_.weights.empty()) return;
  const ActivationFunction& activation = options_.classifier_activation;
  if (!activation.defined()) return;
  const std::string name = activation.object() == nullptr ? "a callable" : activation.object()->class_name();
  KCPP_CHECK(name == "softmax" || name == "linear", ValueError, "[", class_name_,
             "] with pretrained weights classifier_activation must be \"softmax\" or {}, received ", name);
}

Symbol ImageModel::pooled(const Symbol& x, const std::string& average, const std::string& maximum) const {
  if (options_.pooling == "avg") return layers::GlobalAveragePooling2D({.name = average})(x);
  if (options_.pooling == "max") return layers::GlobalMaxPooling2D({.name = maximum})(x);
  return x;
}

Symbol ImageModel::predictions(const Symbol& x, const layers::DenseOptions& options) const {
  layers::DenseOptions dense = options;
  dense.activation = options_.classifier_activation;
  if (dense.name.empty()) dense.name = "predictions";
  return layers::Dense(options_.classes, dense)(x);
}

Symbol ImageModel::head(const Symbol& x, const PoolingNames& names) const {
  if (!include_top()) return pooled(x, names.average, names.maximum);
  return predictions(layers::GlobalAveragePooling2D({.name = names.top})(x));
}

Model ImageModel::finish(const Symbol& output, const PretrainedFile& with_top,
                         const PretrainedFile& without_top) const {
  SymbolList inputs = input_;
  if (options_.input_tensor.defined()) {
    const std::vector<Symbol> sources = Sources(options_.input_tensor).found;
    inputs = sources.size() == 1 ? SymbolList(sources.front()) : SymbolList(sources);
  }
  const Model model(inputs, output, {.name = options_.name});
  if (imagenet()) {
    const PretrainedFile& file = include_top() ? with_top : without_top;
    model.load_weights(utils::get_file(file.name, file.url, {.file_hash = file.hash, .cache_subdir = "models"}));
  } else if (options_.weights.ends_with(".keras")) {
    model.set_weights(load_model(options_.weights, {.compile = false}).get_weights());
  } else if (!options_.weights.empty()) {
    model.load_weights(options_.weights);
  }
  return model;
}

}  // namespace kerascpp::applications
