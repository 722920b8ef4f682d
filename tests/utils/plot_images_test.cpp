// Pictures of points, images, filters, activations and class activation maps.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/utils/plot_images.hpp>
#include <kerascpp/utils/plot_scatter.hpp>

#include <cmath>
#include <set>

#include "core/drawing/palette.hpp"
#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace utils;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

/// The bytes of the n-th embedded picture.
std::string embedded_png(const std::string& svg, int n) {
  const std::string mark = "base64,";
  std::size_t at = 0;
  for (int i = 0; i <= n; ++i) at = svg.find(mark, at) + mark.size();
  const std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (; svg[at] != '"' && svg[at] != '='; ++at) {
    bits = bits << 6 | static_cast<unsigned>(digits.find(svg[at]));
    count += 6;
    if (count >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 255);
  }
  return bytes;
}

/// Places of the centers of circles.
std::vector<std::pair<double, double>> circles(const std::string& svg) {
  std::vector<std::pair<double, double>> found;
  for (std::size_t at = svg.find("<circle cx=\""); at != std::string::npos; at = svg.find("<circle cx=\"", at + 1))
    found.emplace_back(std::stod(svg.substr(at + 12)), std::stod(svg.substr(svg.find("cy=\"", at) + 4)));
  return found;
}

Model small_network() {
  set_random_seed(5);
  return Sequential{layers::Input({8, 6, 3}), layers::Conv2D(5, 3, {.activation = "relu", .name = "first"}),
                    layers::Conv2D(4, 2, {.name = "second"}), layers::Flatten({.name = "flat"}),
                    layers::Dense(3, {.name = "scores"})};
}

}  // namespace

TEST_CASE("colours of classes are all different", "[utils][plot]") {
  std::set<std::string> colors;
  for (std::size_t i = 0; i < 60; ++i) colors.insert(drawing::class_color(i));
  CHECK(colors.size() == 60);
  CHECK(drawing::heat_color(0).blue > 100);
  CHECK(drawing::heat_color(1).red > 100);
  CHECK(int{drawing::heat_color(0.5).green} == 255);
}

TEST_CASE("a scatter plot has a point for each sample, in the colour of its class, and a legend", "[utils][plot]") {
  const TemporaryFolder folder;
  const std::string file = folder.file("s.svg");
  const Tensor points{{0.0f, 0.0f}, {10.0f, 5.0f}, {5.0f, -5.0f}, {0.0f, 1.0f}};
  plot_scatter(points, Tensor{0, 1, 1, 0},
               {.to_file = file,
                .class_names = {"cats", "dogs & co"},
                .point_names = {"a", "b", "c", "d"},
                .title = "pets",
                .x_label = "first",
                .y_label = "second"});
  const std::string svg = bytes_of_file(file);
  const auto places = circles(svg);
  REQUIRE(places.size() == 4);
  CHECK(occurrences(svg, "<g class=\"class\">") == 2);
  CHECK(occurrences(svg, "fill=\"" + drawing::class_color(0) + "\"") == 2 + 1);
  CHECK(occurrences(svg, "<g class=\"legend\">") == 1);
  for (const char* text : {">cats</text>", ">dogs &amp; co</text>", ">a</text>", ">d</text>", ">pets</text>",
                           ">first</text>", ">second</text>"})
    CHECK(occurrences(svg, text) == 1);
  // class by class; up is smaller
  CHECK(places[0].first == places[1].first);
  CHECK(places[0].second > places[1].second);
  CHECK(places[2].first - places[0].first == Approx(2 * (places[3].first - places[0].first)).margin(0.05));
  CHECK(places[0].second - places[2].second == Approx(places[3].second - places[0].second).margin(0.05));
  plot_scatter(points, {}, {.to_file = file});
  CHECK(circles(bytes_of_file(file)).size() == 4);
  CHECK(occurrences(bytes_of_file(file), "legend") == 0);
  plot_scatter(points, {}, {.to_file = folder.file("s.png")});
  CHECK(load_img(folder.file("s.png")).dim(0) > 1000);

  CHECK_THAT(message_of<ShapeError>([] { plot_scatter(zeros({3, 4})); }), ContainsSubstring("(3, 4)"));
  CHECK_THAT(message_of<ShapeError>([&] { plot_scatter(points, arange(3)); }), ContainsSubstring("(4,)"));
  CHECK_THAT(message_of<ValueError>([&] {
               plot_scatter(Tensor{{NAN, 0.0f}}, {}, {.to_file = file});
             }),
             ContainsSubstring("finite"));
  CHECK_THAT(message_of<ValueError>([&] {
               plot_scatter(points, Tensor{0, 1, 2, 0}, {.to_file = file, .class_names = {"a", "b"}});
             }),
             ContainsSubstring("of class 2, expected 0 to 1"));
  CHECK_THAT(message_of<ValueError>([&] { plot_scatter(points, {}, {.to_file = file, .point_names = {"a"}}); }),
             ContainsSubstring("4 point_names"));
  CHECK_THAT(message_of<ValueError>([&] { plot_scatter(points, {}, {.to_file = "s.gif"}); }),
             ContainsSubstring("s.gif"));
}

TEST_CASE("images are drawn side by side with their titles", "[utils][plot]") {
  const TemporaryFolder folder;
  Tensor images = zeros({3, 2, 2, 1});
  images.data<float>()[1] = 4;   // of the first image: black, white, black, black
  images.data<float>()[4] = -1;  // of the second: black, white, white, white
  images.data<float>()[8] = NAN;
  const std::string file = folder.file("i.svg");
  plot_images(images, {.to_file = file, .columns = 2, .titles = {"one", "two", "three"}, .title = "all"});
  const std::string svg = bytes_of_file(file);
  CHECK(occurrences(svg, "<g class=\"image\">") == 3);
  CHECK(occurrences(svg, "<image ") == 3);
  CHECK(occurrences(svg, ">two</text>") == 1);
  CHECK(img_from_bytes(embedded_png(svg, 0)).to_vector<int>() ==
        std::vector<int>{0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0});
  CHECK(img_from_bytes(embedded_png(svg, 1)).to_vector<int>() ==
        std::vector<int>{0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255});
  CHECK(img_from_bytes(embedded_png(svg, 2)).item<int>(2) > 200);  // no number: blue
  plot_images(images.rows(0, 1), {.to_file = file, .value_range = std::pair{0.0, 8.0}});
  CHECK(img_from_bytes(embedded_png(bytes_of_file(file), 0)).item<int>(3) == 128);
  const Tensor colors = randint(0, 256, {4, 5, 3, 3}).astype(DType::UInt8);
  plot_images(colors, {.to_file = file});
  for (int i = 0; i < 4; ++i) CHECK(identical(img_from_bytes(embedded_png(bytes_of_file(file), i)), colors[i]));
  // each pixel of an image is a square of equal ones in the PNG picture
  plot_images(colors.rows(0, 1), {.to_file = folder.file("i.png")});
  const Tensor png = load_img(folder.file("i.png"));
  const std::int64_t side = 2 * (64 / 5), margin = 2 * 10;
  for (std::int64_t y = 0; y < 5; ++y)
    for (std::int64_t x = 0; x < 3; ++x)
      for (std::int64_t c = 0; c < 3; ++c) {
        const auto at = [&](std::int64_t dy, std::int64_t dx) {
          return png.item<int>(((margin + y * side + dy) * png.dim(1) + margin + x * side + dx) * 3 + c);
        };
        const int expected = colors.item<int>((y * 3 + x) * 3 + c);
        CHECK(at(0, 0) == expected);
        CHECK(at(side - 1, side - 1) == expected);
      }
  CHECK_THAT(message_of<ShapeError>([] { plot_images(zeros({2, 3, 3})); }), ContainsSubstring("(2, 3, 3)"));
  CHECK_THAT(message_of<ShapeError>([] { plot_images(zeros({2, 3, 3, 2})); }), ContainsSubstring("1, 3 or 4 channels"));
  CHECK_THAT(message_of<ValueError>([&] { plot_images(colors, {.to_file = file, .titles = {"a"}}); }),
             ContainsSubstring("4 titles"));
  CHECK_THAT(message_of<ValueError>([&] {
               plot_images(colors, {.to_file = file, .value_range = std::pair{1.0, 1.0}});
             }),
             ContainsSubstring("{1, 1}"));
  CHECK_THAT(message_of<IoError>([&] { plot_images(colors, {.to_file = folder.file("no/i.png")}); }),
             ContainsSubstring("no/i.png"));
}

TEST_CASE("filters and activations are drawn channel by channel", "[utils][plot]") {
  const TemporaryFolder folder;
  const Model model = small_network();
  const std::string file = folder.file("f.svg");
  plot_filters(model, "first", {.to_file = file});
  CHECK(occurrences(bytes_of_file(file), "<image ") == 5);
  CHECK(occurrences(bytes_of_file(file), ">first: 5 of 5 filters 3 x 3</text>") == 1);
  CHECK(img_from_bytes(embedded_png(bytes_of_file(file), 0)).shape() == Shape{3, 3, 3});
  plot_filters(model, "second", {.to_file = file, .max_filters = 3});
  const std::string svg = bytes_of_file(file);
  CHECK(occurrences(svg, "<image ") == 3 * 5);
  // row f holds filter f, column c its channel c
  const Tensor kernel = model.get_layer("second").get_weights()[0];
  const Tensor picture = img_from_bytes(embedded_png(svg, 1 * 5 + 2));
  std::vector<float> values;
  for (std::int64_t i = 0; i < 4; ++i) values.push_back(kernel.item<float>((i * 5 + 2) * 4 + 1));
  const auto largest = std::max_element(values.begin(), values.end()) - values.begin();
  CHECK(picture.item<int>(largest * 3) == 255);
  CHECK_THAT(message_of<ValueError>([&] { plot_filters(model, "scores", {.to_file = file}); }),
             ContainsSubstring("no kernel of filters"));
  CHECK_THROWS_AS(plot_filters(model, "third", {.to_file = file}), LookupError);

  const Tensor x = random_uniform({2, 8, 6, 3});
  plot_activations(model, "first", x, {.to_file = file, .max_channels = 4});
  CHECK(occurrences(bytes_of_file(file), "<image ") == 4);
  const Tensor output = Model(model.inputs(), model.get_layer("first").output()).predict(x, {.verbose = 0});
  const Tensor seen = img_from_bytes(embedded_png(bytes_of_file(file), 3));
  CHECK(seen.shape() == Shape{6, 4, 3});
  std::int64_t brightest = 0;
  for (std::int64_t p = 0; p < 24; ++p)
    if (output.item<float>(p * 5 + 3) > output.item<float>(brightest * 5 + 3)) brightest = p;
  CHECK(seen.item<int>(brightest * 3) == 255);
  plot_activations(model, "scores", x, {.to_file = file});
  CHECK(img_from_bytes(embedded_png(bytes_of_file(file), 0)).shape() == Shape{1, 3, 3});
}

TEST_CASE("class activation maps are those of a gradient tape", "[utils][plot][keras]") {
  const Model model = load_model(KERASCPP_TEST_DATA "/grad_cam/model.keras");
  const Dict arrays = load_npz(KERASCPP_TEST_DATA "/grad_cam/arrays.npz");
  const auto array = [&](const char* name) { return *arrays.find(name)->tensor(); };
  CHECK(allclose(grad_cam(model, array("x")), array("high_best"), 1e-4, 1e-5));
  CHECK(allclose(grad_cam(model, array("x"), {.layer_name = "low"}), array("low_best"), 1e-4, 1e-5));
  CHECK(allclose(grad_cam(model, array("x"), {.layer_name = "low", .class_index = 1}), array("low_1"), 1e-4, 1e-5));
  CHECK(allclose(grad_cam(model, array("x"), {.class_index = 1}), array("high_1"), 1e-4, 1e-5));
  CHECK_THAT(message_of<ValueError>([&] { static_cast<void>(grad_cam(model, array("x"), {.class_index = 3})); }),
             ContainsSubstring("class 3 is not there: the model has 3"));
  CHECK_THROWS_AS(grad_cam(model, array("x"), {.layer_name = "none"}), LookupError);
  CHECK_THAT(message_of<ShapeError>([&] { static_cast<void>(grad_cam(model, array("x"), {.layer_name = "dense"})); }),
             ContainsSubstring("expected (B, H, W, C)"));
}

TEST_CASE("class activation maps are laid over images", "[utils][plot]") {
  const TemporaryFolder folder;
  const std::string file = folder.file("g.svg");
  const Tensor images = full({2, 4, 4, 3}, 128).astype(DType::UInt8);
  Tensor maps = zeros({2, 2, 2});
  maps.data<float>()[3] = 1;
  plot_grad_cam(images, maps, {.to_file = file, .alpha = 0.5, .titles = {"a", "b"}});
  const Tensor first = img_from_bytes(embedded_png(bytes_of_file(file), 0));
  const Tensor second = img_from_bytes(embedded_png(bytes_of_file(file), 1));
  const auto pixel = [](const Tensor& image, std::int64_t p) {
    return std::vector<int>{image.item<int>(p * 3), image.item<int>(p * 3 + 1), image.item<int>(p * 3 + 2)};
  };
  CHECK(pixel(second, 0) == std::vector<int>{64, 64, 128});  // half of it dark blue
  CHECK(pixel(first, 15) == std::vector<int>{128, 64, 64});  // the hot corner dark red
  CHECK(pixel(first, 0) == pixel(second, 0));
  plot_grad_cam(images, maps, {.to_file = file, .alpha = 0});
  CHECK(identical(img_from_bytes(embedded_png(bytes_of_file(file), 0)), images[0]));
  CHECK_THAT(message_of<ShapeError>([&] { plot_grad_cam(images, maps.rows(0, 1), {.to_file = file}); }),
             ContainsSubstring("2 heatmaps"));
  CHECK_THAT(message_of<ValueError>([&] { plot_grad_cam(images, maps, {.to_file = file, .alpha = 2}); }),
             ContainsSubstring("alpha"));
}

}  // namespace kerascpp::test
