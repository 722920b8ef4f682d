// ImageDataGenerator: draws, changed images and batches are those of Keras, splines those of SciPy.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/preprocessing/image.hpp>

#include <cmath>
#include <filesystem>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace preprocessing::image;

const std::string kFolder = KERASCPP_TEST_DATA "/directories/images";

Dict arrays() { return load_npz(KERASCPP_TEST_DATA "/image_generator/arrays.npz"); }

const Tensor& array(const Dict& all, const std::string& name) {
  const DictValue* value = all.find(name);
  if (value == nullptr) throw LookupError("no array " + name);
  return *value->tensor();
}

ShiftRange shift_range(const Config& value) {
  if (value.is_list()) {
    std::vector<double> choices;
    for (const Config& item : value.as_list()) choices.push_back(item.as_double());
    return choices;
  }
  return value.is_int() ? ShiftRange(static_cast<int>(value.as_int())) : ShiftRange(value.as_double());
}

std::pair<double, double> pair_of(const Config& value) {
  return {value.as_list()[0].as_double(), value.as_list()[1].as_double()};
}

/// What a row asks of the generator and of flow().
struct Row {
  ImageDataGeneratorOptions options;
  FlowOptions flow{.batch_size = 4, .seed = 3};
  double below = 0;
  bool small = false;
};

Row row_of(const Config& config) {
  Row row;
  ImageDataGeneratorOptions& o = row.options;
  for (const auto& [key, value] : config.as_map()) {
    if (key == "rotation_range")
      o.rotation_range = value.as_double();
    else if (key == "width_shift_range")
      o.width_shift_range = shift_range(value);
    else if (key == "height_shift_range")
      o.height_shift_range = shift_range(value);
    else if (key == "shear_range")
      o.shear_range = value.as_double();
    else if (key == "zoom_range")
      o.zoom_range =
          value.is_list() ? ZoomRange(pair_of(value).first, pair_of(value).second) : ZoomRange(value.as_double());
    else if (key == "fill_mode")
      o.fill_mode = value.as_string();
    else if (key == "cval")
      o.cval = value.as_double();
    else if (key == "horizontal_flip")
      o.horizontal_flip = value.as_bool();
    else if (key == "vertical_flip")
      o.vertical_flip = value.as_bool();
    else if (key == "channel_shift_range")
      o.channel_shift_range = value.as_double();
    else if (key == "brightness_range")
      o.brightness_range = pair_of(value);
    else if (key == "interpolation_order")
      o.interpolation_order = value.as_int();
    else if (key == "rescale")
      o.rescale = value.as_double();
    else if (key == "data_format")
      o.data_format = value.as_string();
    else if (key == "samplewise_std_normalization")
      o.samplewise_std_normalization = value.as_bool();
    else if (key == "featurewise_std_normalization")
      o.featurewise_std_normalization = value.as_bool();
    else if (key == "featurewise_center")
      o.featurewise_center = value.as_bool();
    else if (key == "zca_whitening")
      o.zca_whitening = value.as_bool();
    else if (key == "validation_split")
      o.validation_split = value.as_double();
    else if (key == "shuffle")
      row.flow.shuffle = value.as_bool();
    else if (key == "subset")
      row.flow.subset = value.as_string();
    else if (key == "ignore_class_split")
      row.flow.ignore_class_split = value.as_bool();
    else if (key == "below")
      row.below = value.as_double();
    else if (key == "small")
      row.small = value.as_bool();
    else
      throw LookupError("the test knows no option " + key);
  }
  return row;
}

/// The largest difference, relative to the largest value.
double difference(const Tensor& actual, const Tensor& expected) {
  if (!(actual.shape() == expected.shape())) return INFINITY;
  double worst = 0, largest = 1e-30;
  for (std::int64_t i = 0; i < actual.size(); ++i) {
    worst = std::max(worst, std::abs(actual.item<double>(i) - expected.item<double>(i)));
    largest = std::max(largest, std::abs(expected.item<double>(i)));
  }
  return worst / largest;
}

std::vector<data::Element> elements_of(const data::Dataset& dataset, std::int64_t batches) {
  std::vector<data::Element> found;
  for (std::int64_t pass = 0; static_cast<std::int64_t>(found.size()) < batches; ++pass)
    for (const data::Element& element : dataset.elements({.number = pass})) found.push_back(element);
  found.resize(static_cast<std::size_t>(batches));
  return found;
}

Tensor joined(const std::vector<data::Element>& elements, TensorList data::Element::*part) {
  std::vector<Tensor> tensors;
  for (const data::Element& element : elements) tensors.push_back((element.*part)[0]);
  return ops::concatenate(TensorList(tensors), 0);
}

// the accuracy of float32 in sums of a few hundred terms; whitening divides by small singular values
constexpr double kTolerance = 2e-6, kWhitened = 2e-4;

}  // namespace

TEST_CASE("splines of all orders and borders are those of SciPy", "[preprocessing][image][keras]") {
  const Dict all = arrays();
  const Config& index = fixtures("image_generator/index");
  const Tensor x = array(all, "images")[0];
  const TransformParameters parameters{.theta = 33, .tx = 1.5, .ty = -4, .shear = 8, .zx = 1.6, .zy = 0.7};
  for (const Config& row : index.at("splines").as_list()) {
    const std::string mode = row.at("mode").as_string();
    const std::int64_t order = row.at("order").as_int();
    const std::string name = "spline_" + std::to_string(order) + "_" + mode;
    INFO(name);
    const Tensor y =
        apply_affine_transform(x, parameters, {.fill_mode = mode, .cval = 7, .interpolation_order = order});
    CHECK(difference(y, array(all, name)) < kTolerance);
  }
  CHECK(index.at("splines").as_list().size() == 24);
}

TEST_CASE("draws and batches of changed images are those of Keras", "[preprocessing][image][keras]") {
  const Dict all = arrays();
  for (const Config& config : fixtures("image_generator/index").at("flow").as_list()) {
    const std::string name = config.at("name").as_string();
    INFO(name);
    const Row row = row_of(config.at("options"));
    Tensor x = array(all, row.small ? "images_small" : "images") + static_cast<float>(row.below);
    if (row.options.data_format == "channels_first") x = ops::transpose(x, {0, 3, 1, 2});
    ImageDataGenerator generator(row.options);
    if (name.starts_with("featurewise") || name.starts_with("whitened"))
      generator.fit(x, name.ends_with("augmented"), 2, 8);
    if (generator.mean().defined()) CHECK(difference(generator.mean(), array(all, name + "_mean")) < kTolerance);
    if (generator.std().defined()) CHECK(difference(generator.std(), array(all, name + "_std")) < kTolerance);
    if (generator.zca_whitening_matrix().defined())
      CHECK(difference(generator.zca_whitening_matrix(), array(all, name + "_zca_whitening_matrix")) < kWhitened);
    const std::uint32_t seeds[] = {0, 12345};
    for (std::size_t i = 0; i < 2; ++i) {
      const TransformParameters drawn = generator.get_random_transform(x[0].shape(), seeds[i]);
      const Config& expected = config.at("drawn").as_list()[i];
      const auto number = [&](const char* key) { return Approx(expected.at(key).as_double()).epsilon(1e-12); };
      CHECK(drawn.theta == number("theta"));
      CHECK(drawn.tx == number("tx"));
      CHECK(drawn.ty == number("ty"));
      CHECK(drawn.shear == number("shear"));
      CHECK(drawn.zx == number("zx"));
      CHECK(drawn.zy == number("zy"));
      CHECK((drawn.flip_horizontal ? 1.0 : 0.0) == number("flip_horizontal"));
      CHECK((drawn.flip_vertical ? 1.0 : 0.0) == number("flip_vertical"));
      REQUIRE(drawn.brightness.has_value() == !expected.at("brightness").is_null());
      if (drawn.brightness) CHECK(*drawn.brightness == number("brightness"));
      REQUIRE(drawn.channel_shift_intensity.has_value() == !expected.at("channel_shift_intensity").is_null());
      if (drawn.channel_shift_intensity) CHECK(*drawn.channel_shift_intensity == number("channel_shift_intensity"));
    }
    std::vector<int> labels, expected_labels;
    for (std::int64_t i = 0; i < x.dim(0); ++i) labels.push_back(static_cast<int>(i % 3));
    FlowOptions options = row.flow;
    const Tensor y(labels);
    options.sample_weight = y.astype(DType::Float64) + Tensor(0.5).astype(DType::Float64);
    const ImageFlow flow = generator.flow(x, y, options);
    CHECK(flow.cardinality() == (flow.samples + 3) / 4);
    const auto given = elements_of(flow, row.small ? 1 : 2 * flow.cardinality());
    const Tensor images = joined(given, &data::Element::x);
    CHECK(images.dtype() == DType::Float32);
    CHECK(difference(images, array(all, name + "_x")) < (row.small ? kWhitened : kTolerance));
    for (const Config& label : config.at("y").as_list()) expected_labels.push_back(static_cast<int>(label.as_int()));
    CHECK(joined(given, &data::Element::y).to_vector<int>() == expected_labels);
    CHECK(joined(given, &data::Element::sample_weight).item<double>(0) == expected_labels[0] + 0.5);
  }
}

TEST_CASE("batches from folders are those of Keras", "[preprocessing][image][keras]") {
  const Dict all = arrays();
  for (const Config& config : fixtures("image_generator/index").at("folders").as_list()) {
    const std::string name = config.at("name").as_string();
    INFO(name);
    FlowFromDirectoryOptions options{
        .target_size = {6, 5}, .classes = {"cats", "dogs", "eels"}, .batch_size = 4, .seed = 6};
    for (const auto& [key, value] : config.at("options").as_map()) {
      if (key == "classes") {
        options.classes.clear();
        for (const Config& item : value.as_list()) options.classes.push_back(item.as_string());
      } else if (key == "class_mode")
        options.class_mode = value.is_null() ? "" : value.as_string();
      else if (key == "color_mode")
        options.color_mode = value.as_string();
      else if (key == "interpolation")
        options.interpolation = value.as_string();
      else if (key == "shuffle")
        options.shuffle = value.as_bool();
      else if (key == "keep_aspect_ratio")
        options.keep_aspect_ratio = value.as_bool();
      else if (key == "batch_size")
        options.batch_size = value.as_int();
      else if (key == "subset")
        options.subset = value.as_string();
      else
        FAIL("unknown option " << key);
    }
    const ImageDataGenerator generator({.rotation_range = 30, .rescale = 1.0 / 255, .validation_split = 0.5});
    const ImageFlow flow = generator.flow_from_directory(kFolder, options);
    std::vector<std::string> filenames;
    for (const Config& file : config.at("filenames").as_list()) filenames.push_back(file.as_string());
    CHECK(flow.filenames == filenames);
    for (const auto& [class_name, number] : config.at("class_indices").as_map())
      CHECK(flow.class_indices.at(class_name) == number.as_int());
    const auto given = elements_of(flow, flow.cardinality() + 1);
    CHECK(difference(joined(given, &data::Element::x), array(all, "folder_" + name + "_x")) < kTolerance);
    if (options.class_mode.empty())
      CHECK(given[0].y.empty());
    else
      CHECK(difference(joined(given, &data::Element::y), array(all, "folder_" + name + "_y")) < kTolerance);
  }
}

namespace {

std::vector<std::string> texts_of(const Config& list) {
  std::vector<std::string> texts;
  for (const Config& item : list.as_list()) texts.push_back(item.as_string());
  return texts;
}

/// The table of the script: texts, lists of texts, numbers.
Dict table_of(const Config& columns) {
  Dict table;
  for (const auto& [name, rows] : columns.as_map()) {
    const Config& first = rows.as_list().front();
    if (first.is_string()) {
      table.set(name, strings(texts_of(rows)));
    } else if (first.is_list()) {
      std::vector<std::string> texts;
      for (const Config& row : rows.as_list()) {
        std::vector<std::string> of_row = texts_of(row);
        of_row.resize(2);
        texts.insert(texts.end(), of_row.begin(), of_row.end());
      }
      table.set(name, strings(texts, {static_cast<std::int64_t>(rows.as_list().size()), 2}));
    } else if (first.is_int()) {
      std::vector<std::int64_t> numbers;
      for (const Config& row : rows.as_list()) numbers.push_back(row.as_int());
      table.set(name, Tensor(numbers));
    } else {
      std::vector<double> numbers;
      for (const Config& row : rows.as_list()) numbers.push_back(row.as_double());
      table.set(name, Tensor(numbers));
    }
  }
  return table;
}

FlowFromDataframeOptions table_options(const Config& given) {
  FlowFromDataframeOptions options{.target_size = {6, 5}, .batch_size = 4, .seed = 6};
  for (const auto& [key, value] : given.as_map()) {
    if (key == "y_col")
      options.y_col = value.is_list() ? ColumnNames(texts_of(value)) : ColumnNames(value.as_string());
    else if (key == "weight_col")
      options.weight_col = value.as_string();
    else if (key == "classes")
      options.classes = texts_of(value);
    else if (key == "class_mode")
      options.class_mode = value.is_null() ? "" : value.as_string();
    else if (key == "color_mode")
      options.color_mode = value.as_string();
    else if (key == "batch_size")
      options.batch_size = value.as_int();
    else if (key == "shuffle")
      options.shuffle = value.as_bool();
    else if (key == "subset")
      options.subset = value.as_string();
    else if (key == "interpolation")
      options.interpolation = value.as_string();
    else
      throw LookupError("the test knows no option " + key);
  }
  return options;
}

}  // namespace

TEST_CASE("batches of the files in a table are those of Keras", "[preprocessing][image][keras]") {
  const Dict all = arrays();
  const Config& index = fixtures("image_generator/index");
  const Dict table = table_of(index.at("table"));
  const ImageDataGenerator generator({.rotation_range = 30, .rescale = 1.0 / 255, .validation_split = 0.4});
  for (const Config& config : index.at("tables").as_list()) {
    const std::string name = config.at("name").as_string();
    INFO(name);
    const FlowFromDataframeOptions options = table_options(config.at("options"));
    const ImageFlow flow = generator.flow_from_dataframe(table, kFolder, options);
    CHECK(flow.filenames == texts_of(config.at("filenames")));
    CHECK(flow.class_indices.size() == config.at("class_indices").size());
    for (const auto& [class_name, number] : config.at("class_indices").as_map())
      CHECK(flow.class_indices.at(class_name) == number.as_int());
    const auto given = elements_of(flow, flow.cardinality() + 1);
    const auto check_part = [&](TensorList data::Element::*part, const std::string& letter) {
      const std::string prefix = "table_" + name + "_" + letter;
      std::size_t outputs = 0;
      while (all.find(prefix + std::to_string(outputs)) != nullptr) ++outputs;
      const bool single = all.find(prefix) != nullptr;
      REQUIRE((given[0].*part).size() == (single ? 1 : outputs));
      for (std::size_t output = 0; output < (given[0].*part).size(); ++output) {
        std::vector<Tensor> tensors;
        for (const data::Element& element : given) tensors.push_back((element.*part)[output]);
        const Tensor received = ops::concatenate(TensorList(tensors), 0);
        const Tensor& expected = array(all, single ? prefix : prefix + std::to_string(output));
        CHECK(received.dtype() == expected.dtype());
        CHECK(difference(received, expected) < kTolerance);
      }
    };
    check_part(&data::Element::x, "x");
    check_part(&data::Element::y, "y");
    check_part(&data::Element::sample_weight, "w");
  }
}

TEST_CASE("what a table of images must have", "[preprocessing][image][errors]") {
  const ImageDataGenerator plain;
  const Tensor files = strings({"cats/a_0.png", "dogs/b_1.png"});
  const Dict table{{"filename", files}, {"class", strings({"cat", ""})}, {"age", Tensor{1, 2}}, {"few", Tensor{1}}};
  const auto message = [&]<class E>(E, const FlowFromDataframeOptions& options) {
    return message_of<E>([&] { static_cast<void>(plain.flow_from_dataframe(table, kFolder, options)); });
  };
  CHECK_THAT(message(ValueError(""), {}), ContainsSubstring("row 1 has no class in column \"class\""));
  CHECK_THAT(message(LookupError(""), {.x_col = "file"}),
             ContainsSubstring("no column \"file\"; there are \"filename\""));
  CHECK_THAT(message(DTypeError(""), {.y_col = "age"}), ContainsSubstring("\"age\" must hold texts"));
  CHECK_THAT(message(DTypeError(""), {.x_col = "age"}), ContainsSubstring("\"age\" must hold texts"));
  CHECK_THAT(message(ShapeError(""), {.y_col = "few", .class_mode = "raw"}), ContainsSubstring("\"few\" has 1 rows"));
  CHECK_THAT(message(ValueError(""), {.class_mode = "other"}), ContainsSubstring("received \"other\""));
  CHECK_THAT(message(ValueError(""), {.y_col = "age", .class_mode = "multi_output"}),
             ContainsSubstring("a list of columns"));
  CHECK_THAT(message(DTypeError(""), {.y_col = {"age", "class"}, .class_mode = "raw"}),
             ContainsSubstring("a number in each row"));
  CHECK_THAT(message(DTypeError(""), {.weight_col = "class", .class_mode = "input"}), ContainsSubstring("\"class\""));
  CHECK_THAT(message(ValueError(""), {.class_mode = "input", .subset = "validation"}),
             ContainsSubstring("no images are left"));
  const Dict one{{"filename", files}, {"class", strings({"cat", "cat"})}};
  CHECK_THROWS_WITH(plain.flow_from_dataframe(one, kFolder, {.class_mode = "binary"}),
                    ContainsSubstring("two classes, found 1"));
  const Dict missing{{"filename", strings({"none.png"})}, {"class", strings({"cat"})}};
  CHECK_THROWS_WITH(plain.flow_from_dataframe(missing, kFolder), ContainsSubstring("no images are left of the 1 rows"));
  // unless files are to be checked, a missing one is told when its batch is asked for
  const ImageFlow unchecked = plain.flow_from_dataframe(missing, kFolder, {.validate_filenames = false});
  CHECK_THROWS_WITH(unchecked.elements(), ContainsSubstring("none.png"));
}

TEST_CASE("a model trains on an image generator, the same way each time", "[preprocessing][image]") {
  const auto trained = [] {
    set_random_seed(4);
    const Tensor x = random_uniform({30, 8, 8, 1}), y = ops::mean(x, {1, 2, 3});
    const ImageDataGenerator generator({.rotation_range = 15, .horizontal_flip = true});
    Sequential model{layers::Input({8, 8, 1}), layers::Flatten(), layers::Dense(1)};
    model.compile({.optimizer = "sgd", .loss = "mse"});
    const History history = model.fit(generator.flow(x, y, {.batch_size = 7}), {}, {.epochs = 3, .verbose = 0});
    return history["loss"];
  };
  const std::vector<double> losses = trained();
  CHECK(losses.size() == 3);
  CHECK(losses.back() < losses.front());
  CHECK(trained() == losses);
}

TEST_CASE("further arrays go with the images, copies are saved on request", "[preprocessing][image]") {
  const TemporaryFolder folder;
  const ImageDataGenerator generator(
      {.rescale = 2, .preprocessing_function = [](const Tensor& x) { return x * 0.5f; }});
  const Tensor x = random_uniform({5, 4, 6, 3}), more = arange(5);
  const ImageFlow flow =
      generator.flow({x, more}, {}, {.batch_size = 2, .seed = 1, .save_to_dir = folder.path(), .save_prefix = "a"});
  std::size_t seen = 0;
  for (const data::Element& element : flow)
    for (std::int64_t i = 0; i < element.x[0].dim(0); ++i, ++seen)
      CHECK(allclose(element.x[0][i], x[element.x[1].item<std::int64_t>(i)]));
  CHECK(seen == 5);
  CHECK(folder.count() == 5);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    CHECK_THAT(entry.path().filename().string(), Catch::Matchers::StartsWith("a_"));
    CHECK(utils::load_img(entry.path().string()).shape() == Shape{4, 6, 3});
  }
}

TEST_CASE("single random changes of images", "[preprocessing][image]") {
  const Tensor x = random_uniform({6, 6, 1}, 0, 255);
  CHECK(identical(random_rotation(x, 30, {}, 5), random_rotation(x, 30, {}, 5)));
  CHECK_FALSE(identical(random_rotation(x, 30, {}, 5), random_rotation(x, 30, {}, 6)));
  CHECK_FALSE(identical(random_shift(x, 0.2, 0.2, {}, 5), x));
  CHECK_FALSE(identical(random_shear(x, 30, {}, 5), x));
  CHECK_FALSE(identical(random_zoom(x, {0.5, 0.8}, {}, 5), x));
  CHECK(identical(random_zoom(x, {1, 1}), x));
  const Tensor shifted = random_channel_shift(x, 40, 5);
  CHECK(ops::max(shifted).item<float>() <= ops::max(x).item<float>());
  CHECK(ops::max(random_brightness(x, {0.2, 0.3}, false, 1)).item<float>() < 0.31f * 255);
}

TEST_CASE("what an image generator refuses", "[preprocessing][image]") {
  const Tensor x = zeros({4, 5, 5, 3}), y = arange(4);
  const auto shape_error = [](auto use) { return message_of<ShapeError>(use); };
  const auto value_error = [](auto use) { return message_of<ValueError>(use); };
  CHECK_THAT(value_error([] { ImageDataGenerator({.fill_mode = "mirror"}); }), ContainsSubstring("\"mirror\""));
  CHECK_THAT(value_error([] { ImageDataGenerator({.interpolation_order = 6}); }), ContainsSubstring("between 0 and 5"));
  CHECK_THAT(value_error([] { ImageDataGenerator({.validation_split = 1}); }), ContainsSubstring("validation_split"));
  CHECK_THAT(value_error([] { ImageDataGenerator({.data_format = "rgb"}); }), ContainsSubstring("data_format"));
  CHECK_THAT(value_error([] { ImageDataGenerator({.dtype = "int32"}); }), ContainsSubstring("float32 or float64"));
  const ImageDataGenerator plain;
  CHECK_THAT(shape_error([&] { static_cast<void>(plain.flow(zeros({4, 5}))); }), ContainsSubstring("rank 4"));
  CHECK_THAT(shape_error([&] { static_cast<void>(plain.flow(x, arange(3))); }), ContainsSubstring("4 images and y"));
  CHECK_THAT(value_error([&] { static_cast<void>(plain.flow(x, y, {.subset = "test"})); }),
             ContainsSubstring("\"test\""));
  const ImageDataGenerator half({.validation_split = 0.5});
  CHECK_THAT(value_error([&] { static_cast<void>(half.flow(x, y, {.subset = "training"})); }),
             ContainsSubstring("different classes"));
  CHECK_THAT(value_error([&] { static_cast<void>(plain.flow(x, y, {.save_format = "gif"})); }),
             ContainsSubstring("save_format"));
  CHECK_THAT(value_error([&] { static_cast<void>(plain.flow_from_directory(kFolder, {.class_mode = "other"})); }),
             ContainsSubstring("class_mode"));
  CHECK_THAT(value_error([&] { static_cast<void>(plain.flow_from_directory(kFolder, {.classes = {"cows"}})); }),
             ContainsSubstring("class \"cows\" is no subfolder"));
  const TemporaryFolder empty;
  CHECK_THAT(value_error([&] { static_cast<void>(plain.flow_from_directory(empty.path())); }),
             ContainsSubstring("found no files"));
  CHECK_THAT(message_of<IoError>([&] { static_cast<void>(plain.flow_from_directory(empty.file("none"))); }),
             ContainsSubstring("cannot read the folder"));
  std::filesystem::create_directories(empty.file("cats"));
  const std::string damaged = empty.write("cats/a.png", "\x89PNG\r\n\x1a\nnothing");
  CHECK_THAT(message_of<FormatError>([&] { static_cast<void>(plain.flow_from_directory(empty.path()).elements()); }),
             ContainsSubstring(damaged));
  const ImageDataGenerator unfitted({.featurewise_center = true});
  CHECK_THAT(value_error([&] { static_cast<void>(unfitted.standardize(x[0])); }), ContainsSubstring("fit()"));
  CHECK_THAT(shape_error([&] {
               static_cast<void>(plain.apply_transform(zeros({4, 4}), {}));
             }),
             ContainsSubstring("rank 3"));
}

}  // namespace kerascpp::test
