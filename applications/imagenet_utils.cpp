#include <kerascpp/applications/imagenet_utils.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <numeric>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/shape.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/utils/get_file.hpp>

namespace kerascpp::applications::imagenet_utils {
namespace {

constexpr std::int64_t kClasses = 1000;
constexpr std::array<double, 3> kMeanBgr{103.939, 116.779, 123.68};
constexpr std::array<double, 3> kMeanRgb{0.485, 0.456, 0.406};
constexpr std::array<double, 3> kDeviationRgb{0.229, 0.224, 0.225};

/// For an array (Tensor) or a symbol alike.
template <class Array>
Array preprocess(const Array& images, const PreprocessInputOptions& options) {
  const std::string format = options.data_format.empty() ? image_data_format() : options.data_format;
  KCPP_CHECK(format == "channels_last" || format == "channels_first", ValueError,
             "[preprocess_input] data_format must be \"channels_last\" or \"channels_first\", received \"", format,
             "\"");
  const std::string& mode = options.mode;
  KCPP_CHECK(mode == "caffe" || mode == "tf" || mode == "torch", ValueError,
             "[preprocess_input] mode must be \"caffe\", \"tf\" or \"torch\", received \"", mode, "\"");
  const Array x = is_floating(images.dtype()) ? images : ops::cast(images, floatx());
  const auto number = [&](double value) { return full({}, value, x.dtype()); };
  if (mode == "tf") return x / number(127.5) - number(1);

  const std::int64_t axis = format == "channels_last" ? -1 : -3;
  KCPP_CHECK((x.ndim() == 3 || x.ndim() == 4) && x.dim(axis) == 3, ShapeError, "[preprocess_input] mode \"", mode,
             "\" expected images with 3 channels, ", format, ", received ", x.shape());
  const auto along_channels = [&](const std::array<double, 3>& values) {
    const Shape shape = axis == -1 ? Shape{3} : Shape{3, 1, 1};
    return Tensor(std::vector<double>(values.begin(), values.end())).astype(x.dtype()).reshape(shape);
  };
  if (mode == "torch") return (x / number(255) - along_channels(kMeanRgb)) / along_channels(kDeviationRgb);
  return ops::flip(x, axis) - along_channels(kMeanBgr);
}

/// {"0": ["n01440764", "tench"], ...}
Config read_class_index(const std::string& path) {
  const std::string file =
      !path.empty() ? path
                    : utils::get_file("imagenet_class_index.json",
                                      "https://storage.googleapis.com/download.tensorflow.org/data/"
                                      "imagenet_class_index.json",
                                      {.file_hash = "c2c37ea517e94d9795004a39431a14cb", .cache_subdir = "models"});
  std::ifstream stream(file, std::ios::binary);
  KCPP_CHECK(stream.good(), IoError, "[decode_predictions] cannot read \"", file, "\"");
  return parse_json(std::string(std::istreambuf_iterator<char>(stream), {}), file);
}

}  // namespace

Tensor preprocess_input(const Tensor& x, const PreprocessInputOptions& options) { return preprocess(x, options); }
Symbol preprocess_input(const Symbol& x, const PreprocessInputOptions& options) { return preprocess(x, options); }

Tensor PreprocessInput::operator()(const Tensor& x, const std::string& data_format) const {
  return std::string_view(mode_) == "none" ? x : preprocess_input(x, {.data_format = data_format, .mode = mode_});
}
Symbol PreprocessInput::operator()(const Symbol& x, const std::string& data_format) const {
  return std::string_view(mode_) == "none" ? x : preprocess_input(x, {.data_format = data_format, .mode = mode_});
}

std::vector<std::vector<DecodedPrediction>> decode_predictions(const Tensor& preds,
                                                               const DecodePredictionsOptions& options) {
  KCPP_CHECK(preds.ndim() == 2 && preds.dim(1) == kClasses, ShapeError,
             "[decode_predictions] expected predictions of shape (samples, ", kClasses, "), received ", preds.shape());
  KCPP_CHECK(options.top >= 0, ValueError, "[decode_predictions] top must be at least 0, received ", options.top);
  const Config index = read_class_index(options.class_index);
  const auto top = static_cast<std::ptrdiff_t>(std::min(options.top, kClasses));
  const std::vector<float> scores = preds.to_vector<float>();
  std::vector<std::vector<DecodedPrediction>> results;
  for (std::int64_t sample = 0; sample < preds.dim(0); ++sample) {
    const float* const row = scores.data() + sample * kClasses;
    std::vector<int> order(static_cast<std::size_t>(kClasses));
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + top, order.end(),
                      [row](int a, int b) { return row[a] != row[b] ? row[a] > row[b] : a > b; });
    std::vector<DecodedPrediction>& result = results.emplace_back();
    for (std::ptrdiff_t i = 0; i < top; ++i) {
      const int place = order[static_cast<std::size_t>(i)];
      const Config::List& entry = index.at(std::to_string(place)).as_list();
      KCPP_CHECK(entry.size() == 2, FormatError, "[decode_predictions] class ", place,
                 " of the index must be [name, description], found ", index.at(std::to_string(place)));
      result.push_back({entry[0].as_string(), entry[1].as_string(), row[place]});
    }
  }
  return results;
}

}  // namespace kerascpp::applications::imagenet_utils
