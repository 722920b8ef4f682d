#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/data/dataset.hpp>
#include <kerascpp/graph/dict.hpp>

/// Images that are changed at random while a model trains, as Keras 1 and 2 made them. For a seed the draws are those
/// of Keras. New code may prefer the layers RandomFlip, RandomRotation and their likes, which compute in the graph.
namespace kerascpp::preprocessing::image {

/// What is done to one image. Source: ImageDataGenerator.get_random_transform.
struct TransformParameters {
  double theta = 0;  ///< turn, degrees
  double tx = 0;     ///< shift along the rows, pixels
  double ty = 0;     ///< shift along the columns, pixels
  double shear = 0;  ///< degrees
  double zx = 1;     ///< zoom along the rows: above 1 the image becomes smaller
  double zy = 1;
  bool flip_horizontal = false;
  bool flip_vertical = false;
  std::optional<double> channel_shift_intensity = {};
  std::optional<double> brightness = {};
};

struct AffineOptions {
  /// What lies outside of the image: "nearest" (its border), "constant" (`cval`), "reflect" (mirrored) or "wrap".
  std::string fill_mode = "nearest";
  double cval = 0;
  std::int64_t interpolation_order = 1;  ///< of the splines between pixels: 0 (nearest pixel) to 5
  std::string data_format = {};          ///< "channels_last", "channels_first"; empty: image_data_format()
};
/// The image turned, then moved, sheared and zoomed about its middle.
///
/// x        (H, W, C), or (C, H, W) with channels first
/// returns  the same shape, float32 or float64
///
/// Throws ShapeError for another rank, ValueError for options out of range.
/// Source: keras.preprocessing.image.apply_affine_transform, scipy.ndimage.affine_transform.
[[nodiscard]] KCPP_API Tensor apply_affine_transform(const Tensor& x, const TransformParameters& parameters,
                                                     const AffineOptions& options = {});
/// `intensity` added to all channels, within the least and the largest value of the image.
[[nodiscard]] KCPP_API Tensor apply_channel_shift(const Tensor& x, double intensity);
/// Pixels times `brightness`, in 8 bits as PIL computes it. scale: stretches the image to 0 ... 255 before.
[[nodiscard]] KCPP_API Tensor apply_brightness_shift(const Tensor& x, double brightness, bool scale = true,
                                                     const std::string& data_format = {});

/// A seed for one random change; the global stream gives one unless given.
using TransformSeed = std::optional<std::uint32_t>;

/// By an angle in [-range, range) degrees, and so on: one change at random each.
[[nodiscard]] KCPP_API Tensor random_rotation(const Tensor& x, double range, const AffineOptions& options = {},
                                              TransformSeed seed = {});
/// Shares of the width and of the height.
[[nodiscard]] KCPP_API Tensor random_shift(const Tensor& x, double width_range, double height_range,
                                           const AffineOptions& options = {}, TransformSeed seed = {});
[[nodiscard]] KCPP_API Tensor random_shear(const Tensor& x, double intensity, const AffineOptions& options = {},
                                           TransformSeed seed = {});
[[nodiscard]] KCPP_API Tensor random_zoom(const Tensor& x, std::pair<double, double> zoom_range,
                                          const AffineOptions& options = {}, TransformSeed seed = {});
[[nodiscard]] KCPP_API Tensor random_channel_shift(const Tensor& x, double intensity_range, TransformSeed seed = {});
[[nodiscard]] KCPP_API Tensor random_brightness(const Tensor& x, std::pair<double, double> brightness_range,
                                                bool scale = true, TransformSeed seed = {});

/// How far images move: `0.2` share of the size (from 1 on: pixels), `5` fewer than five whole pixels, `{-3, 0, 3}` one
/// of these.
class KCPP_API ShiftRange {
 public:
  ShiftRange() = default;
  ShiftRange(int pixels) : whole_(pixels) {}                                 // NOLINT: implicit by design
  ShiftRange(double range) : range_(range) {}                                // NOLINT
  ShiftRange(std::initializer_list<double> choices) : choices_(choices) {}   // NOLINT
  ShiftRange(std::vector<double> choices) : choices_(std::move(choices)) {}  // NOLINT
  [[nodiscard]] int whole() const { return whole_; }
  [[nodiscard]] double range() const { return range_; }
  [[nodiscard]] const std::vector<double>& choices() const { return choices_; }

 private:
  int whole_ = 0;
  double range_ = 0;
  std::vector<double> choices_;
};

/// `0.2` for 0.8 to 1.2, or `{0.5, 1.0}`.
class KCPP_API ZoomRange {
 public:
  ZoomRange(double range = 0) : low_(1 - range), high_(1 + range) {}  // NOLINT: implicit by design
  ZoomRange(double low, double high) : low_(low), high_(high) {}
  [[nodiscard]] double low() const { return low_; }
  [[nodiscard]] double high() const { return high_; }

 private:
  double low_, high_;
};

struct ImageDataGeneratorOptions {
  bool featurewise_center = false;             ///< less the mean of the data, see `fit`
  bool samplewise_center = false;              ///< less the mean of each image
  bool featurewise_std_normalization = false;  ///< centered, and divided by the deviation of the data
  bool samplewise_std_normalization = false;
  bool zca_whitening = false;
  double zca_epsilon = 1e-6;
  double rotation_range = 0;  ///< degrees
  ShiftRange width_shift_range = {};
  ShiftRange height_shift_range = {};
  std::optional<std::pair<double, double>> brightness_range = {};
  double shear_range = 0;  ///< degrees
  ZoomRange zoom_range = {};
  double channel_shift_range = 0;
  std::string fill_mode = "nearest";  ///< see AffineOptions
  double cval = 0;
  bool horizontal_flip = false;
  bool vertical_flip = false;
  double rescale = 0;  ///< a factor for all values, after all else; 0: none
  /// Of each image, after the random changes; called from several threads at once.
  Callable<Tensor(const Tensor& x)> preprocessing_function = {};
  std::string data_format = {};  ///< empty: image_data_format()
  double validation_split = 0;   ///< share that subset "validation" takes, from the front
  std::int64_t interpolation_order = 1;
  std::string dtype = {};  ///< of the images: "float32" or "float64"; empty: floatx()
};

struct FlowOptions {
  std::int64_t batch_size = 32;
  bool shuffle = true;
  Tensor sample_weight = {};
  TransformSeed seed = {};
  std::string save_to_dir = {};  ///< a folder that gets a copy of every image as it is given
  std::string save_prefix = {};
  std::string save_format = "png";  ///< or "jpeg"
  bool ignore_class_split = false;  ///< do not insist on the same classes in both subsets
  std::string subset = {};          ///< "training" or "validation"
};

struct FlowFromDirectoryOptions {
  std::pair<std::int64_t, std::int64_t> target_size = {256, 256};
  std::string color_mode = "rgb";          ///< "rgb", "rgba" or "grayscale"
  std::vector<std::string> classes = {};   ///< subfolders in the order of their numbers; empty: all, sorted
  std::string class_mode = "categorical";  ///< "categorical", "binary", "sparse", "input", or "" for no labels
  std::int64_t batch_size = 32;
  bool shuffle = true;
  TransformSeed seed = {};
  std::string save_to_dir = {};
  std::string save_prefix = {};
  std::string save_format = "png";
  bool follow_links = false;
  std::string subset = {};                ///< "training" or "validation"
  std::string interpolation = "nearest";  ///< see utils::resize_img
  bool keep_aspect_ratio = false;
};

/// A column of a table or several: `"age"`, `{"age", "height"}`.
class KCPP_API ColumnNames {
 public:
  ColumnNames(const char* name) : names_{name} {}                                            // NOLINT: implicit
  ColumnNames(std::string name) : names_{std::move(name)} {}                                 // NOLINT
  ColumnNames(std::initializer_list<std::string> names) : is_list_(true), names_(names) {}   // NOLINT
  ColumnNames(std::vector<std::string> names) : is_list_(true), names_(std::move(names)) {}  // NOLINT
  [[nodiscard]] bool is_list() const { return is_list_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
  bool is_list_ = false;
  std::vector<std::string> names_;
};

struct FlowFromDataframeOptions {
  std::string x_col = "filename";  ///< the column of the files
  ColumnNames y_col = "class";     ///< the column of the targets; several for "multi_output" and "raw"
  std::string weight_col = {};     ///< the column of the weights of samples
  std::pair<std::int64_t, std::int64_t> target_size = {256, 256};
  std::string color_mode = "rgb";  ///< "rgb", "rgba" or "grayscale"
  std::vector<std::string> classes =
      {};  ///< in the order of their numbers; other rows are left out. Empty: all, sorted
  /// "categorical", "binary" and "sparse": y_col holds names of classes. "raw": its values. "multi_output": an output
  /// for each column. "input": the images. "": no targets.
  std::string class_mode = "categorical";
  std::int64_t batch_size = 32;
  bool shuffle = true;
  TransformSeed seed = {};
  std::string save_to_dir = {};
  std::string save_prefix = {};
  std::string save_format = "png";
  std::string subset = {};                ///< "training" or "validation"
  std::string interpolation = "nearest";  ///< see utils::resize_img
  bool validate_filenames = true;         ///< leave out, with a warning, rows whose file is missing or of another kind
  bool keep_aspect_ratio = false;
};

/// Batches of changed images. Each pass has an order and changes of its own, and batch i of pass p depends on the seed
/// and its number p * batches + i alone.
struct ImageFlow : data::Dataset {
  std::int64_t samples = 0;
  std::vector<std::string> filenames = {};  ///< below the folder; empty for arrays
  std::vector<std::string> filepaths = {};
  std::vector<std::int64_t> classes = {};  ///< numbers of the classes of the files; empty where files have several
  std::map<std::string, std::int64_t> class_indices = {};
};

/// Makes batches of images that are turned, moved, zoomed, mirrored, ... at random.
///
///   ImageDataGenerator generator({.rotation_range = 20, .horizontal_flip = true, .rescale = 1.0 / 255});
///   model.fit(generator.flow_from_directory("cats_and_dogs/train"), {}, {.epochs = 50});
///
/// Source: keras.preprocessing.image.ImageDataGenerator of Keras 2.
class KCPP_API ImageDataGenerator {
 public:
  /// Throws ValueError naming an option out of range.
  explicit ImageDataGenerator(const ImageDataGeneratorOptions& options = {});

  /// Batches of the images (N, H, W, C) `x[0]`; further arrays of `x` and `y` go with them unchanged.
  /// Throws ShapeError when the arrays differ in length or the images have another rank, ValueError for options out of
  /// range and for subsets with different classes.
  [[nodiscard]] ImageFlow flow(const TensorList& x, const Tensor& y = {}, const FlowOptions& options = {}) const;

  /// Batches of the JPEG and PNG files in the subfolders of a folder, each of which is a class; how many there are is
  /// told on standard output.
  /// y  (B, classes) for "categorical", (B,) for "binary" and "sparse", all of the images' dtype; the images for
  /// "input" Throws ValueError for options out of range, for missing classes and when there are no images, IoError
  /// naming the folder; a damaged image is a FormatError naming it when its batch is asked for.
  [[nodiscard]] ImageFlow flow_from_directory(const std::string& directory,
                                              const FlowFromDirectoryOptions& options = {}) const;

  /// Batches of the image files that a table lists, one in each row.
  ///
  /// dataframe  columns with equally many rows, as data::read_csv gives them: texts (N) as `strings` holds them for
  ///            files and classes, or (N, K) for rows of several classes, unused places empty; numbers (N, D...)
  /// directory  where the files are; empty: their paths are whole
  /// y          as for flow_from_directory; (B, columns) for "raw" with a list of columns
  ///
  /// Throws LookupError for a missing column, ShapeError for columns of different lengths, DTypeError for columns of
  /// another kind, ValueError for a row without a class, when no images are left, and for options out of range.
  [[nodiscard]] ImageFlow flow_from_dataframe(const Dict& dataframe, const std::string& directory = {},
                                              const FlowFromDataframeOptions& options = {}) const;

  /// Learns mean, deviation and whitening from images (N, H, W, C), which featurewise_center,
  /// featurewise_std_normalization and zca_whitening need. augment: from `rounds` changed copies of each.
  void fit(const Tensor& x, bool augment = false, std::int64_t rounds = 1, TransformSeed seed = {});

  /// Draws what is done to an image of this shape (without batch).
  [[nodiscard]] TransformParameters get_random_transform(const Shape& image_shape, TransformSeed seed = {}) const;
  [[nodiscard]] Tensor apply_transform(const Tensor& x, const TransformParameters& parameters) const;
  [[nodiscard]] Tensor random_transform(const Tensor& x, TransformSeed seed = {}) const;
  /// The image after preprocessing_function, rescaling, centering, division and whitening. Throws ValueError when `fit`
  /// was needed and did not come before.
  [[nodiscard]] Tensor standardize(const Tensor& x) const;

  [[nodiscard]] const ImageDataGeneratorOptions& options() const { return options_; }
  /// Of the channels, (1, 1, C); undefined before `fit`.
  [[nodiscard]] const Tensor& mean() const { return mean_; }
  [[nodiscard]] const Tensor& std() const { return std_; }
  [[nodiscard]] const Tensor& zca_whitening_matrix() const { return zca_whitening_matrix_; }

 private:
  ImageDataGeneratorOptions options_;
  DType dtype_;
  Tensor mean_, std_, zca_whitening_matrix_;
};

}  // namespace kerascpp::preprocessing::image
