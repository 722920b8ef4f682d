// Batches of the image files that a table lists.
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/ops/joining.hpp>
#include <kerascpp/utils/splitting.hpp>

#include "preprocessing/image/image_batches.hpp"

namespace kerascpp::preprocessing::image {
namespace {

constexpr const char* kOwner = "[ImageDataGenerator.flow_from_dataframe] ";

using Names = std::vector<std::string>;

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const Tensor& column_of(const Dict& dataframe, const std::string& name) {
  const DictValue* value = dataframe.find(name);
  std::string there;
  if (value == nullptr || value->tensor() == nullptr)
    for (const auto& [key, unused] : dataframe) there += (there.empty() ? "\"" : ", \"") + key + "\"";
  KCPP_CHECK(value != nullptr, LookupError, kOwner, "there is no column \"", name, "\"; there are ", there);
  KCPP_CHECK(value->tensor() != nullptr && value->tensor()->ndim() > 0, DTypeError, kOwner, "column \"", name,
             "\" must be a tensor with a row for each image");
  return *value->tensor();
}

/// A column of texts (N), or (N, several).
const Tensor& texts_of(const Dict& dataframe, const std::string& name, int most_axes) {
  const Tensor& column = column_of(dataframe, name);
  KCPP_CHECK(column.dtype() == DType::UInt8 && column.ndim() >= 2 && column.ndim() <= most_axes, DTypeError, kOwner,
             "column \"", name, "\" must hold texts, as strings() makes them, received ", column.dtype(), " ",
             column.shape());
  return column;
}

bool is_picture(const std::string& path) {
  std::string lower = path;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const Names& endings = image_endings();
  struct stat status {};
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& e) { return lower.ends_with(e); }) &&
         stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// The classes of each row, by name.
std::vector<Names> classes_of(const Tensor& column, const std::string& name) {
  const Names texts = to_strings(column);
  const auto rows = static_cast<std::size_t>(column.dim(0)), each = texts.size() / std::max<std::size_t>(rows, 1);
  std::vector<Names> result(rows);
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (!texts[i].empty()) result[i / each].push_back(texts[i]);
  for (std::size_t row = 0; row < rows; ++row)
    KCPP_CHECK(!result[row].empty(), ValueError, kOwner, "row ", row, " has no class in column \"", name, "\"");
  return result;
}

/// Leaves names in `labels` that are among the classes.
void keep_classes(Names& labels, const Names& classes) {
  std::erase_if(labels, [&](const std::string& label) {
    return std::find(classes.begin(), classes.end(), label) == classes.end();
  });
}

/// The rows that are used, what their classes are, and of how many.
class Table {
 public:
  Table(const Dict& dataframe, const std::string& directory, const FlowFromDataframeOptions& options)
      : dataframe_(dataframe), options_(options) {
    check_mode();
    files_ = to_strings(texts_of(dataframe, options.x_col, 2));
    check_length(options.x_col);
    for (const std::string& name : options.y_col.names())
      if (has_targets()) check_length(name);
    if (!options.weight_col.empty()) check_length(options.weight_col);
    if (by_class()) read_classes();
    for (std::size_t row = 0; row < files_.size(); ++row) {
      paths_.push_back((std::filesystem::path(directory) / files_[row]).string());
      rows_.push_back(static_cast<std::int64_t>(row));
    }
    if (options.validate_filenames) keep_pictures();
    if (by_class()) keep_rows_with_classes();
  }

  void keep_part(double validation_split) {
    const auto [first, last] = part_of(static_cast<std::int64_t>(rows_.size()), options_.subset, validation_split);
    rows_ = Numbers(rows_.begin() + first, rows_.begin() + last);
  }

  [[nodiscard]] bool by_class() const { return is_one_of(options_.class_mode, {"categorical", "binary", "sparse"}); }
  [[nodiscard]] const Names& classes() const { return classes_; }

  /// Facts of the flow; batches come later.
  [[nodiscard]] ImageFlow described() const {
    ImageFlow flow;
    flow.samples = static_cast<std::int64_t>(rows_.size());
    for (const std::int64_t row : rows_) {
      flow.filenames.push_back(files_[static_cast<std::size_t>(row)]);
      flow.filepaths.push_back(paths_[static_cast<std::size_t>(row)]);
    }
    for (const std::string& name : classes_) flow.class_indices[name] = number_of(name);
    const bool single = std::all_of(labels_.begin(), labels_.end(), [](const Names& l) { return l.size() <= 1; });
    if (by_class() && single)
      for (const std::int64_t row : rows_)
        flow.classes.push_back(number_of(labels_[static_cast<std::size_t>(row)].front()));
    return flow;
  }

  /// One for each output, with a row for each image.
  [[nodiscard]] TensorList targets(DType dtype) const {
    const std::string& mode = options_.class_mode;
    if (by_class()) return mode == "categorical" ? flags(dtype) : Tensor(described().classes).astype(dtype);
    if (!has_targets()) return {};
    std::vector<Tensor> columns;
    for (const std::string& name : options_.y_col.names())
      columns.push_back(utils::take_rows(column_of(dataframe_, name), rows_));
    if (mode == "multi_output" || !options_.y_col.is_list()) return columns;
    const bool mixed =
        std::any_of(columns.begin(), columns.end(), [&](const Tensor& c) { return c.dtype() != columns[0].dtype(); });
    for (std::size_t i = 0; i < columns.size(); ++i) {
      KCPP_CHECK(columns[i].ndim() == 1, DTypeError, kOwner, "column \"", options_.y_col.names()[i],
                 "\" must hold a number in each row to stand beside others in \"raw\" targets, received ",
                 columns[i].dtype(), " ", columns[i].shape());
      if (mixed) columns[i] = columns[i].astype(DType::Float64);
    }
    return ops::stack(columns, 1);
  }

  /// Undefined without weight_col.
  [[nodiscard]] Tensor weights() const {
    if (options_.weight_col.empty()) return {};
    const Tensor& column = column_of(dataframe_, options_.weight_col);
    KCPP_CHECK(column.ndim() == 1, DTypeError, kOwner, "column \"", options_.weight_col,
               "\" must hold a number in each row, received ", column.dtype(), " ", column.shape());
    return utils::take_rows(column, rows_);
  }

 private:
  [[nodiscard]] bool has_targets() const { return !options_.class_mode.empty() && options_.class_mode != "input"; }

  void check_mode() const {
    const std::string& mode = options_.class_mode;
    KCPP_CHECK(mode.empty() || by_class() || is_one_of(mode, {"input", "multi_output", "raw"}), ValueError, kOwner,
               "class_mode must be \"categorical\", \"binary\", \"sparse\", \"raw\", \"multi_output\", \"input\" or "
               "empty, received \"",
               mode, "\"");
    KCPP_CHECK(mode != "multi_output" || options_.y_col.is_list(), ValueError, kOwner,
               "with class_mode \"multi_output\" y_col must be a list of columns");
    KCPP_CHECK(!by_class() || options_.y_col.names().size() == 1, ValueError, kOwner, "with class_mode \"", mode,
               "\" y_col must be one column, received ", options_.y_col.names().size());
    if (!by_class() && !options_.classes.empty())
      std::fprintf(stderr, "kerascpp: warning: %sclasses are not used with class_mode \"%s\"\n", kOwner, mode.c_str());
  }

  void check_length(const std::string& name) const {
    const std::int64_t rows = column_of(dataframe_, name).dim(0);
    KCPP_CHECK(rows == static_cast<std::int64_t>(files_.size()), ShapeError, kOwner, "column \"", name, "\" has ", rows,
               " rows, column \"", options_.x_col, "\" has ", files_.size());
  }

  void read_classes() {
    const std::string& column = options_.y_col.names().front();
    labels_ = classes_of(texts_of(dataframe_, column, options_.class_mode == "categorical" ? 3 : 2), column);
    for (const std::string& name : options_.classes)
      if (std::find(classes_.begin(), classes_.end(), name) == classes_.end()) classes_.push_back(name);
    std::set<std::string> found;
    for (const Names& labels : labels_) found.insert(labels.begin(), labels.end());
    const std::size_t count = classes_.empty() ? found.size() : classes_.size();
    KCPP_CHECK(options_.class_mode != "binary" || count == 2, ValueError, kOwner,
               "class_mode \"binary\" needs two classes, found ", count);
  }

  void keep_pictures() {
    const std::size_t before = rows_.size();
    std::erase_if(rows_, [this](std::int64_t row) { return !is_picture(paths_[static_cast<std::size_t>(row)]); });
    if (rows_.size() < before)
      std::fprintf(stderr,
                   "kerascpp: warning: %s%zu files of column \"%s\" are missing or no JPEG or PNG files, and are left "
                   "out\n",
                   kOwner, before - rows_.size(), options_.x_col.c_str());
  }

  void keep_rows_with_classes() {
    if (classes_.empty()) {
      std::set<std::string> found;  // of the rows that are left
      for (const std::int64_t row : rows_)
        for (const std::string& label : labels_[static_cast<std::size_t>(row)]) found.insert(label);
      classes_.assign(found.begin(), found.end());
      return;
    }
    for (Names& labels : labels_) keep_classes(labels, classes_);
    std::erase_if(rows_, [this](std::int64_t row) { return labels_[static_cast<std::size_t>(row)].empty(); });
  }

  [[nodiscard]] std::int64_t number_of(const std::string& name) const {
    return std::find(classes_.begin(), classes_.end(), name) - classes_.begin();
  }

  /// (N, classes): 1 for the classes of each row.
  [[nodiscard]] Tensor flags(DType dtype) const {
    const auto width = static_cast<std::int64_t>(classes_.size());
    Tensor result = zeros({static_cast<std::int64_t>(rows_.size()), width}, DType::Float32);
    auto* row = result.data<float>();
    for (const std::int64_t number : rows_) {
      for (const std::string& label : labels_[static_cast<std::size_t>(number)]) row[number_of(label)] = 1;
      row += width;
    }
    return result.astype(dtype);
  }

  const Dict& dataframe_;
  const FlowFromDataframeOptions& options_;
  Names files_, paths_, classes_;
  std::vector<Names> labels_;
  Numbers rows_;  // that are used
};

}  // namespace

ImageFlow ImageDataGenerator::flow_from_dataframe(const Dict& dataframe, const std::string& directory,
                                                  const FlowFromDataframeOptions& options) const {
  Table table(dataframe, directory, options);
  table.keep_part(options_.validation_split);
  ImageFlow flow = table.described();
  std::printf("Found %lld %s image filenames", static_cast<long long>(flow.samples),
              options.validate_filenames ? "validated" : "non-validated");
  if (table.by_class()) std::printf(" belonging to %zu classes", table.classes().size());
  std::printf(".\n");
  KCPP_CHECK(flow.samples > 0, ValueError, kOwner, "no images are left of the ",
             column_of(dataframe, options.x_col).dim(0), " rows");
  const auto add_rest = [targets = table.targets(dtype_), weights = table.weights(), mode = options.class_mode](
                            const Numbers& images, data::Element& batch) {
    if (mode.empty()) return;
    if (mode == "input") batch.y = batch.x[0].copy();
    for (const Tensor& target : targets) batch.y.push_back(utils::take_rows(target, images));
    if (weights.defined()) batch.sample_weight = utils::take_rows(weights, images);
  };
  static_cast<data::Dataset&>(flow) =
      batches_of(*this, flow.samples, options.batch_size, options.shuffle, options.seed, Copies(options),
                 {images_of(flow.filepaths, reading_of(options), options_.data_format, dtype_), add_rest});
  return flow;
}

}  // namespace kerascpp::preprocessing::image
