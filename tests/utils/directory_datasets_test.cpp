// Batches read from folders are those of Keras, in its order.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/utils/audio.hpp>
#include <kerascpp/utils/directory_datasets.hpp>
#include <kerascpp/utils/image.hpp>

#include <algorithm>
#include <filesystem>

#include "core/byte_source.hpp"
#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

namespace fs = std::filesystem;
using utils::DirectoryDataset;

const fs::path kFolder = fs::path(KERASCPP_TEST_DATA) / "directories";

Config cases(const char* kind) {
  return parse_json(read_file((kFolder / "index.json").string()), "index.json").at(kind);
}

template <class T>
void read(const Config& arguments, const char* key, T& value) {
  const Config* found = arguments.find(key);
  if (found == nullptr) return;
  if constexpr (std::is_same_v<T, bool>) {
    value = found->as_bool();
  } else if constexpr (std::is_same_v<T, std::string>) {
    value = found->as_string();
  } else if constexpr (std::is_same_v<T, std::optional<double>>) {
    value = found->as_double();
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    for (const Config& item : found->as_list()) value.push_back(item.as_string());
  } else if constexpr (std::is_same_v<T, std::pair<std::int64_t, std::int64_t>>) {
    value = {found->as_list()[0].as_int(), found->as_list()[1].as_int()};
  } else {
    value = found->as_int();
  }
}

template <class Options>
void read_shared(const Config& arguments, Options& options) {
  options.shuffle = false;
  options.verbose = false;
  if (const Config* labels = arguments.find("labels"); labels != nullptr && labels->is_null()) {
    options.labels = std::nullopt;
  } else if (labels != nullptr) {
    std::vector<std::int64_t> numbers;
    for (const Config& number : labels->as_list()) numbers.push_back(number.as_int());
    options.labels = numbers;
  }
  if (const Config* mode = arguments.find("label_mode"); mode != nullptr)
    options.label_mode = mode->is_null() ? "" : mode->as_string();
  read(arguments, "class_names", options.class_names);
  read(arguments, "batch_size", options.batch_size);
  read(arguments, "shuffle", options.shuffle);
  read(arguments, "seed", options.seed);
  read(arguments, "validation_split", options.validation_split);
  read(arguments, "subset", options.subset);
}

void check_labels(const DirectoryDataset& dataset, const data::Element& element, const Config& row) {
  if (row.at("y").is_null()) {
    CHECK(element.y.empty());
    CHECK(dataset.class_names.empty());
    return;
  }
  const Tensor expected = fixture_tensor(row.at("y"));
  CHECK(element.y[0].dtype() == expected.dtype());
  CHECK(identical(element.y[0], expected));
  std::vector<std::string> names;
  read(row, "class_names", names);
  CHECK(dataset.class_names == names);
}

DirectoryDataset images(const utils::ImageDirectoryOptions& options) {
  return utils::image_dataset_from_directory((kFolder / "images").string(), options);
}

}  // namespace

TEST_CASE("images of a folder come as in Keras", "[utils][directories][keras]") {
  const Config all = cases("images");
  for (const auto& [name, row] : all.as_map()) {
    INFO(name);
    const Config& arguments = row.at("arguments");
    utils::ImageDirectoryOptions options{.batch_size = 4, .image_size = {8, 7}};
    read_shared(arguments, options);
    read(arguments, "color_mode", options.color_mode);
    read(arguments, "image_size", options.image_size);
    read(arguments, "interpolation", options.interpolation);
    read(arguments, "crop_to_aspect_ratio", options.crop_to_aspect_ratio);
    read(arguments, "pad_to_aspect_ratio", options.pad_to_aspect_ratio);
    read(arguments, "data_format", options.data_format);
    const DirectoryDataset dataset = images(options);
    std::vector<std::string> files, expected;
    for (const std::string& path : dataset.file_paths) files.push_back(fs::relative(path, kFolder / "images").string());
    read(row, "files", expected);
    CHECK(files == expected);
    std::size_t rows = 0;
    for (const data::Element& element : dataset) rows += static_cast<std::size_t>(element.x[0].dim(0));
    CHECK(rows == files.size());
    if (row.find("x") == nullptr) continue;
    const data::Element first = *dataset.begin();
    const Tensor x = fixture_tensor(row.at("x"));
    // TensorFlow and PIL round grey values in different ways
    check_close(first.x[0], x, options.color_mode == "grayscale" ? 8e-3 : 2e-6);
    check_labels(dataset, first, row);
  }
}

TEST_CASE("links to folders are followed on request, as in Keras", "[utils][directories][keras]") {
  const TemporaryFolder folder;
  fs::create_directories(folder.file("a"));
  fs::create_directory_symlink(kFolder / "images" / "dogs", folder.file("b"));
  fs::create_directory_symlink(kFolder / "images" / "cats", folder.file("a/inner"));
  fs::copy_file(kFolder / "images" / "cats" / "a_0.png", folder.file("a/own.png"));
  const Config found = cases("links");
  for (const bool follow : {false, true}) {
    const DirectoryDataset dataset = utils::image_dataset_from_directory(
        folder.path(), {.shuffle = false, .follow_links = follow, .verbose = false});
    std::vector<std::string> files, expected;
    for (const std::string& path : dataset.file_paths) files.push_back(path.substr(folder.path().size() + 1));
    read(found, follow ? "followed" : "not_followed", expected);
    CHECK(files == expected);
  }
}

TEST_CASE("texts of a folder come as in Keras", "[utils][directories][keras]") {
  const Config all = cases("texts");
  for (const auto& [name, row] : all.as_map()) {
    INFO(name);
    utils::TextDirectoryOptions options;
    read_shared(row.at("arguments"), options);
    read(row.at("arguments"), "max_length", options.max_length);
    const DirectoryDataset dataset = utils::text_dataset_from_directory((kFolder / "texts").string(), options);
    const data::Element first = *dataset.begin();
    std::vector<std::string> expected;
    read(row, "x", expected);
    CHECK(to_strings(first.x[0]) == expected);
    check_labels(dataset, first, row);
  }
}

TEST_CASE("sounds of a folder come as in Keras", "[utils][directories][keras]") {
  const Config all = cases("audios");
  for (const auto& [name, row] : all.as_map()) {
    INFO(name);
    utils::AudioDirectoryOptions options;
    Config arguments = row.at("arguments");
    if (const Config* batch = arguments.find("batch_size"); batch != nullptr && batch->is_null())
      arguments.set("batch_size", 0);
    read_shared(arguments, options);
    if (const Config* length = arguments.find("output_sequence_length"); length != nullptr)
      options.output_sequence_length = length->as_int();
    const DirectoryDataset dataset = utils::audio_dataset_from_directory((kFolder / "audios").string(), options);
    const data::Element first = *dataset.begin();
    CHECK(identical(first.x[0], fixture_tensor(row.at("x"))));
    check_labels(dataset, first, row);
  }
}

TEST_CASE("sounds get another rate as by SciPy", "[utils][audio]") {
  const Config all = cases("resampled");
  const Tensor sound = fixture_tensor(all.at("x"));
  for (const Config& row : all.at("rows").as_list()) {
    const std::int64_t rate_in = row.at("rate_in").as_int(), rate_out = row.at("rate_out").as_int();
    INFO(rate_in << " to " << rate_out);
    check_close(utils::resample(sound, rate_in, rate_out), fixture_tensor(row.at("y")), 2e-7);
  }
  CHECK_THROWS_WITH(utils::resample(sound, 0, 8000), ContainsSubstring("rates must be at least 1, received 0"));
  CHECK_THROWS_WITH(utils::resample(zeros({4}), 1, 2), ContainsSubstring("(T, channels), received (4,)"));

  // a folder of two rates; the lengths are those at the new rate
  const TemporaryFolder folder;
  fs::create_directories(folder.file("a"));
  utils::save_wav(folder.file("a/1.wav"), sound * 0.5f, 8000);
  utils::save_wav(folder.file("a/2.wav"), sound * 0.5f, 16000);
  utils::AudioDirectoryOptions options{.sampling_rate = 16000, .shuffle = false, .verbose = false};
  CHECK((*utils::audio_dataset_from_directory(folder.path(), options).begin()).x[0].shape() == Shape{2, 80, 2});
  options.output_sequence_length = 50;
  const Tensor x = (*utils::audio_dataset_from_directory(folder.path(), options).begin()).x[0];
  CHECK(x.shape() == Shape{2, 50, 2});
  CHECK(allclose(x[0], utils::resample(utils::load_wav(folder.file("a/1.wav")).samples, 8000, 16000).rows(0, 50)));
  options.sampling_rate = -1;
  CHECK_THROWS_WITH(utils::audio_dataset_from_directory(folder.path(), options), ContainsSubstring("sampling_rate"));
}

TEST_CASE("sounds are written and read", "[utils][audio]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sound.wav");
  const Tensor sound{{0.0f, 0.25f}, {-0.5f, 1.5f}, {1.0f, -2.0f}};
  utils::save_wav(path, sound, 44100);
  const utils::Audio read = utils::load_wav(path);
  CHECK(read.sample_rate == 44100);
  // 16 bits, cut off at both ends
  CHECK(allclose(read.samples, Tensor{{0.0f, 0.25f}, {-0.5f, 1.0f}, {1.0f, -1.0f}}, 0, 1e-4));
  CHECK_THROWS_AS(utils::save_wav(path, zeros({3}), 8000), ShapeError);
  CHECK_THROWS_AS(utils::save_wav(path, sound, 0), ValueError);
}

TEST_CASE("damaged sounds are refused", "[utils][audio][errors]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("sound.wav");
  utils::save_wav(path, Tensor{{0.5f}, {0.25f}}, 8000);
  const std::string whole = read_file(path);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    folder.write("short.wav", whole.substr(0, length));
    CHECK_THROWS_AS(utils::load_wav(folder.file("short.wav")), FormatError);
  }
  const auto changed = [&](std::size_t at, char value) {
    std::string bytes = whole;
    bytes[at] = value;
    folder.write("changed.wav", bytes);
    return folder.file("changed.wav");
  };
  CHECK_THROWS_WITH(utils::load_wav(changed(0, 'X')), ContainsSubstring("is no .wav file"));
  CHECK_THROWS_WITH(utils::load_wav(changed(20, 2)), ContainsSubstring("16 bits of encoding 2"));
  CHECK_THROWS_WITH(utils::load_wav(changed(22, 0)), ContainsSubstring("has no channels"));
  CHECK_THROWS_WITH(utils::load_wav(changed(34, 12)), ContainsSubstring("12 bits of encoding 1"));
  CHECK_THROWS_WITH(utils::load_wav(changed(42, 1)), ContainsSubstring("chunk \"data\" claims 65540 bytes"));
  CHECK_THROWS_WITH(utils::load_wav(changed(36, 'l')), ContainsSubstring("there is no chunk \"data\""));
  CHECK_THROWS_AS(utils::load_wav(folder.file("none.wav")), IoError);

  // encodings that only other programs write: 8, 24 and 32 bits, and floats
  const auto made = [&](int encoding, int bits, const std::string& data) {
    std::string bytes = whole.substr(0, 44) + data;
    bytes[20] = static_cast<char>(encoding);
    bytes[34] = static_cast<char>(bits);
    bytes[40] = static_cast<char>(data.size());
    folder.write("made.wav", bytes);
    return utils::load_wav(folder.file("made.wav")).samples;
  };
  const auto text = [](std::initializer_list<int> bytes) { return std::string(bytes.begin(), bytes.end()); };
  CHECK(allclose(made(1, 8, text({0, 128, 192})), Tensor{{-1.0f}, {0.0f}, {0.5f}}));
  CHECK(allclose(made(1, 24, text({0, 0, 0x40, 0, 0, 0x80})), Tensor{{0.5f}, {-1.0f}}));
  CHECK(allclose(made(1, 32, text({0, 0, 0, 0xE0})), Tensor{{-0.25f}}));
  CHECK(allclose(made(3, 32, text({0, 0, 0x80, 0x3E})), Tensor{{0.25f}}));
}

TEST_CASE("files are split, shuffled and trained on", "[utils][directories]") {
  const utils::ImageDirectoryOptions options{
      .batch_size = 2, .image_size = {6, 6}, .seed = 3, .validation_split = 0.4, .verbose = false};
  const auto [training, validation] = utils::image_datasets_from_directory((kFolder / "images").string(), options);
  CHECK(training.file_paths.size() + validation.file_paths.size() == 11);
  for (const std::string& path : validation.file_paths)
    CHECK(std::find(training.file_paths.begin(), training.file_paths.end(), path) == training.file_paths.end());
  const Sequential model{layers::Input({6, 6, 3}), layers::Rescaling(1.0 / 255), layers::Flatten(),
                         layers::Dense(3, {.activation = "softmax"})};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  const History history = model.fit(training, {}, {.epochs = 2, .verbose = 0, .validation_data = validation});
  CHECK(history["val_loss"].size() == 2);

  utils::ImageDirectoryOptions single = options;
  single.batch_size = 0;
  single.labels = std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9};
  single.validation_split = {};
  single.shuffle = false;
  const DirectoryDataset numbered = images(single);
  CHECK(numbered.class_names.size() == 10);
  CHECK((*numbered.begin()).x[0].shape() == Shape{6, 6, 3});
  CHECK((*numbered.begin()).y[0].shape() == Shape{});
}

TEST_CASE("folders that cannot be read, and options that do not fit, are refused", "[utils][directories][errors]") {
  CHECK_THROWS_WITH(utils::image_dataset_from_directory("/no/such/folder"),
                    ContainsSubstring("cannot read the folder \"/no/such/folder\""));
  CHECK_THROWS_WITH(images({.label_mode = "words"}), ContainsSubstring("label_mode must be"));
  CHECK_THROWS_WITH(images({.label_mode = "binary", .verbose = false}), ContainsSubstring("needs two classes, found"));
  CHECK_THROWS_WITH(images({.class_names = {"cats", "birds"}}), ContainsSubstring("class \"birds\" is no subfolder"));
  CHECK_THROWS_WITH(images({.labels = std::vector<std::int64_t>{1, 2}}),
                    ContainsSubstring("received 2 labels for the 12 files"));
  CHECK_THROWS_WITH(images({.color_mode = "hsv"}), ContainsSubstring("color_mode must be one of \"rgb\""));
  CHECK_THROWS_WITH(images({.seed = 1, .validation_split = 0.5}), ContainsSubstring("go together"));
  CHECK_THROWS_WITH(images({.validation_split = 0.5, .subset = "training"}), ContainsSubstring("needs a seed"));
  CHECK_THROWS_WITH(images({.crop_to_aspect_ratio = true, .pad_to_aspect_ratio = true}),
                    ContainsSubstring("only one of"));
  CHECK_THROWS_WITH(images({.labels = "folders"}), ContainsSubstring("\"inferred\""));

  const TemporaryFolder folder;
  fs::create_directories(folder.file("a"));
  CHECK_THROWS_WITH(utils::text_dataset_from_directory(folder.path(), {.verbose = false}),
                    ContainsSubstring("found no files with the endings \".txt\""));
  folder.write("a/broken.png", "no picture");
  const DirectoryDataset broken = utils::image_dataset_from_directory(folder.path(), {.verbose = false});
  CHECK_THROWS_WITH(broken.elements(), ContainsSubstring("broken.png"));

  // a link that leads back up is gone through once
  fs::create_directory_symlink(folder.path(), folder.file("a/up"));
  CHECK(utils::image_dataset_from_directory(folder.path(),
                                            {.labels = std::nullopt, .follow_links = true, .verbose = false})
            .file_paths.size() == 1);
}

}  // namespace kerascpp::test
