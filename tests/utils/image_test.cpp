// Pictures are read, resized and written as Keras and PIL do it.

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/image.hpp>

#include <cmath>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace utils;

const std::string kFolder = KERASCPP_TEST_DATA "/pictures/";

LoadImgOptions load_options(const Config& arguments) {
  LoadImgOptions options;
  for (const auto& [key, value] : arguments.as_map()) {
    if (key == "color_mode") options.color_mode = value.as_string();
    if (key == "interpolation") options.interpolation = value.as_string();
    if (key == "keep_aspect_ratio") options.keep_aspect_ratio = value.as_bool();
    if (key == "target_size") options.target_size = {value.as_list()[0].as_int(), value.as_list()[1].as_int()};
  }
  return options;
}

/// The largest difference between two pictures of one shape.
int difference(const Tensor& a, const Tensor& b) {
  REQUIRE(a.shape() == b.shape());
  int largest = 0;
  for (std::int64_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a.item<int>(i) - b.item<int>(i)));
  return largest;
}

}  // namespace

TEST_CASE("pictures are read and resized as Keras does it", "[utils][image][keras]") {
  for (const Config& row : fixtures("pictures/expected").at("loads").as_list()) {
    const std::string& file = row.at("file").as_string();
    INFO(file << " " << to_string(row.at("arguments")));
    const Tensor img = load_img(kFolder + file, load_options(row.at("arguments")));
    // decoders of JPEG may round a value up or down
    CHECK(difference(img, fixture_tensor(row.at("img"))) <= (file.ends_with(".jpg") ? 1 : 0));
  }
}

TEST_CASE("arrays become pictures and back as in Keras", "[utils][image][keras]") {
  for (const Config& row : fixtures("pictures/expected").at("arrays").as_list()) {
    INFO(to_string(row.at("arguments")));
    ImgArrayOptions options;
    if (const Config* format = row.at("arguments").find("data_format")) options.data_format = format->as_string();
    if (const Config* scale = row.at("arguments").find("scale")) options.scale = scale->as_bool();
    const Tensor img = array_to_img(fixture_tensor(row.at("x")), options);
    CHECK(identical(img, fixture_tensor(row.at("img"))));
    CHECK(identical(img_to_array(img, options.data_format), fixture_tensor(row.at("back"))));
  }
}

TEST_CASE("pictures are written and read again", "[utils][image]") {
  const TemporaryFolder folder;
  for (const std::int64_t channels : {1, 3, 4}) {
    INFO(channels << " channels");
    Tensor x = Tensor::empty({20, 30, channels});
    for (std::int64_t i = 0; i < x.size(); ++i)
      x.data<float>()[i] = 120 + 100 * std::sin(static_cast<float>(i / channels) / 90.0F);
    const std::string mode = channels == 1 ? "grayscale" : channels == 3 ? "rgb" : "rgba";
    const Tensor img = array_to_img(x, {.scale = false});
    save_img(folder.file("x.png"), x, {.scale = false});
    CHECK(identical(load_img(folder.file("x.png"), {.color_mode = mode}), img));
    save_img(folder.file("x.jpg"), x, {.scale = false});
    const Tensor lossy = load_img(folder.file("x.jpg"), {.color_mode = mode});
    CHECK(lossy.shape() == img.shape());
    if (channels != 4) CHECK(difference(lossy, img) < 12);
  }
}

TEST_CASE("damaged pictures are refused", "[utils][image]") {
  CHECK_THROWS_WITH(load_img(kFolder + "expected.json"), ContainsSubstring("neither a JPEG nor a PNG"));
  CHECK_THROWS_AS(load_img(kFolder + "none.png"), IoError);
  for (const char* name : {"rgb.png", "palette.png", "rgb.jpg", "progressive.jpg", "cmyk.jpg"}) {
    const std::string bytes = bytes_of_file(kFolder + name);
    for (std::size_t length = 0; length + 12 < bytes.size(); length += 7) {
      INFO(name << " cut to " << length);
      CHECK_THROWS_AS(img_from_bytes(std::string_view(bytes).substr(0, length)), FormatError);
    }
    for (std::size_t i = 0; i < bytes.size(); ++i) {  // any one byte may be wrong: an error or a picture, no crash
      std::string damaged = bytes;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
      try {
        static_cast<void>(img_from_bytes(damaged));
      } catch (const FormatError&) {
      }
    }
  }
}

TEST_CASE("a picture of one pixel fits any shape", "[utils][image]") {
  const TemporaryFolder folder;
  save_img(folder.file("x.png"), full({1, 1, 3}, 77), {.scale = false});
  for (const std::vector<std::int64_t>& size : {std::vector<std::int64_t>{5, 2}, std::vector<std::int64_t>{2, 5}}) {
    const Tensor img = load_img(folder.file("x.png"), {.target_size = size, .keep_aspect_ratio = true});
    CHECK(identical(img, full({size[0], size[1], 3}, 77, DType::UInt8)));
  }
}

TEST_CASE("wrong arguments for pictures are refused", "[utils][image]") {
  const std::string file = kFolder + "rgb.png";
  CHECK_THROWS_WITH(load_img(file, {.color_mode = "hsv"}), ContainsSubstring("received \"hsv\""));
  CHECK_THROWS_WITH(load_img(file, {.target_size = {3}}), ContainsSubstring("{height, width}"));
  CHECK_THROWS_WITH(load_img(file, {.target_size = {3, 0}}), ContainsSubstring("must be positive"));
  CHECK_THROWS_WITH(load_img(file, {.target_size = {3, 3}, .interpolation = "cubic"}), ContainsSubstring("\"cubic\""));
  CHECK_THROWS_AS(resize_img(zeros({3, 3}, DType::UInt8), 2, 2), ShapeError);
  CHECK_THROWS_AS(resize_img(zeros({3, 3, 1}, DType::UInt8), 2, 2, "box", {0, 0, 4, 3}), ValueError);
  CHECK_THROWS_WITH(array_to_img(zeros({3, 3, 2})), ContainsSubstring("1, 3 or 4 channels"));
  CHECK_THROWS_WITH(array_to_img(zeros({3, 3})), ContainsSubstring("rank 3"));
  CHECK_THROWS_WITH(array_to_img(full({1, 1, 1}, 256), {.scale = false}), ContainsSubstring("value 0 is 256"));
  CHECK_THROWS_WITH(array_to_img(zeros({1, 1, 1}), {.data_format = "NHWC"}), ContainsSubstring("received \"NHWC\""));
  CHECK_THROWS_WITH(save_img("x.bmp", zeros({3, 3, 1})), ContainsSubstring("ends in .png"));
  CHECK_THROWS_AS(img_to_array(zeros({3})), ShapeError);
}

}  // namespace kerascpp::test
