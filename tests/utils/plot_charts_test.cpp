// Charts: curves of a training and confusion matrices.

#include <algorithm>
#include <cmath>
#include <limits>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/utils/image.hpp>
#include <kerascpp/utils/plot_confusion_matrix.hpp>
#include <kerascpp/utils/plot_history.hpp>

#include "core/drawing/chart.hpp"
#include "core/drawing/raster.hpp"
#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using utils::plot_confusion_matrix;
using utils::plot_history;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

}  // namespace

TEST_CASE("ticks are round and enclose the values", "[utils][plot]") {
  using drawing::round_ticks;
  const auto ticks = round_ticks(0.031, 0.968, 5);
  CHECK(ticks.labels == std::vector<std::string>{"0", "0.2", "0.4", "0.6", "0.8", "1"});
  CHECK(round_ticks(1, 5, 8, true).labels == std::vector<std::string>{"1", "2", "3", "4", "5"});
  CHECK(round_ticks(1, 100, 8, true).labels == std::vector<std::string>{"0", "20", "40", "60", "80", "100"});
  CHECK(round_ticks(-3, 2.5, 5).labels == std::vector<std::string>{"-4", "-2", "0", "2", "4"});
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{
           {1, 1}, {0, 0}, {-2, -2}, {1e-8, 3e-8}, {-1e300, 1e300}, {1000.001, 1000.002}, {5, 5e9}}) {
    const auto any = round_ticks(low, high, 5);
    INFO(low << " ... " << high);
    REQUIRE(any.values.size() >= 2);
    CHECK(any.values.size() <= 12);
    CHECK(any.values.front() <= low + 1e-6 * any.step);
    CHECK(any.values.back() >= high - 1e-6 * any.step);
    for (std::size_t i = 1; i < any.labels.size(); ++i) CHECK(any.labels[i] != any.labels[i - 1]);
  }
}

TEST_CASE("a history is drawn with training and validation curves, axes and legends", "[utils][plot]") {
  const TemporaryFolder folder;
  History history;
  for (std::int64_t epoch = 0; epoch < 4; ++epoch)
    history.append(epoch, {{"loss", 1.0 / static_cast<double>(epoch + 1)},
                           {"acc & <x>", 0.5 + 0.1 * static_cast<double>(epoch)},
                           {"val_loss", epoch == 1 ? std::nan("") : 0.9}});
  plot_history(history, {.to_file = folder.file("h.svg"), .title = "run"});
  const std::string svg = bytes_of_file(folder.file("h.svg"));
  CHECK(occurrences(svg, "<g class=\"chart\">") == 2);
  CHECK(occurrences(svg, "<g class=\"curve\">") == 3);
  CHECK(occurrences(svg, "<g class=\"legend\">") == 2);
  CHECK(occurrences(svg, "<circle") == 11);  // 4 + 3 + 4: what is not a number is left out
  CHECK(occurrences(svg, ">val_loss</text>") == 1);
  CHECK(occurrences(svg, ">epoch</text>") == 2);
  CHECK_THAT(svg, ContainsSubstring("acc &amp; &lt;x&gt;") && ContainsSubstring(">run</text>"));
  CHECK(svg.find("nan") == std::string::npos);
  plot_history(history, {.to_file = folder.file("one.svg"), .metrics = {"loss"}});
  CHECK(occurrences(bytes_of_file(folder.file("one.svg")), "<g class=\"chart\">") == 1);
}

TEST_CASE("validation values stand at the epochs they were taken in", "[utils][plot]") {
  const TemporaryFolder folder;
  History history;
  for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
    Logs logs{{"loss", 1.0}};
    if (epoch % 2 == 1) logs.set("val_loss", 2.0);
    history.append(epoch, logs);
  }
  const std::string file = folder.file("h.svg");
  plot_history(history, {.to_file = file, .validation_freq = 2});
  CHECK(occurrences(bytes_of_file(file), "<circle") == 7);
  const std::string every_second = bytes_of_file(file);
  plot_history(history, {.to_file = file, .validation_freq = {2, 4}});
  CHECK(bytes_of_file(file) == every_second);
  CHECK_THROWS_WITH(plot_history(history, {.to_file = file}),
                    ContainsSubstring("val_loss") && ContainsSubstring("validation_freq"));
  CHECK_THROWS_WITH(plot_history(history, {.to_file = file, .validation_freq = 0}), ContainsSubstring("at least 1"));
  CHECK_THROWS_AS(plot_history(history, {.to_file = file, .metrics = {"auc"}}), LookupError);
  CHECK_THROWS_WITH(plot_history(history, {.to_file = "h.jpg"}),
                    ContainsSubstring("h.jpg") && ContainsSubstring(".svg"));
  CHECK_THROWS_WITH(plot_history({}, {.to_file = file}), ContainsSubstring("no epochs"));
  CHECK_THROWS_AS(plot_history(history, {.to_file = folder.file("no/h.svg"), .validation_freq = 2}), IoError);
}

TEST_CASE("a confusion matrix is drawn with its numbers and labels", "[utils][plot]") {
  const TemporaryFolder folder;
  const std::string file = folder.file("c.svg");
  plot_confusion_matrix(Tensor{{12, 3}, {0, 1025}}, {"cat & dog", "a rather long name"}, file);
  const std::string svg = bytes_of_file(file);
  CHECK(occurrences(svg, "<g class=\"cell\">") == 4);
  CHECK_THAT(svg, ContainsSubstring(">1025</text>") && ContainsSubstring(">12</text>") &&
                      ContainsSubstring("cat &amp; dog</text>") && ContainsSubstring("#08306b") &&
                      ContainsSubstring("predicted"));
  plot_confusion_matrix(Tensor{{0.25, 0.75}, {0.0, 1.0}}, {}, file);
  CHECK_THAT(bytes_of_file(file), ContainsSubstring(">0.75</text>") && ContainsSubstring(">1</text>"));
  plot_confusion_matrix(zeros({3, 3}), {}, file);
  CHECK(occurrences(bytes_of_file(file), "#ffffff") == 9);

  CHECK_THROWS_AS(plot_confusion_matrix(zeros({2, 3}), {}, file), ShapeError);
  CHECK_THROWS_AS(plot_confusion_matrix(zeros({0, 0}), {}, file), ShapeError);
  CHECK_THROWS_WITH(plot_confusion_matrix(zeros({2, 2}), {"a"}, file),
                    ContainsSubstring("expected 2 labels, received 1"));
  CHECK_THROWS_WITH(plot_confusion_matrix(Tensor{{1, -1}, {0, 1}}, {}, file), ContainsSubstring("[0, 1]"));
  CHECK_THROWS_WITH(plot_confusion_matrix(zeros({2, 2}), {}, "c.jpg"), ContainsSubstring("c.jpg"));
  CHECK_THROWS_AS(plot_confusion_matrix(zeros({2, 2}), {}, folder.file("no/c.svg")), IoError);
}

TEST_CASE("charts are written as PNG pictures", "[utils][plot]") {
  const TemporaryFolder folder;
  plot_confusion_matrix(Tensor{{1, 0}, {0, 1}}, {"a", "b"}, folder.file("c.png"));
  plot_confusion_matrix(Tensor{{1, 0}, {0, 1}}, {"a", "b"}, folder.file("c.svg"));
  const Tensor image = utils::load_img(folder.file("c.png"));
  // the cells stand where the SVG picture has them, two pixels for one
  const std::string svg = bytes_of_file(folder.file("c.svg"));
  int cells = 0;
  for (std::size_t at = svg.find("<rect x="); at != std::string::npos; at = svg.find("<rect x=", at + 1)) {
    const auto number = [&](const std::string& name) {
      const std::size_t begin = svg.find(name + "=\"", at) + name.size() + 2;
      return std::stod(svg.substr(begin));
    };
    const std::string fill = svg.substr(svg.find("fill=\"", at) + 7, 6);
    const auto x = static_cast<std::int64_t>(2 * (number("x") + 4)),
               y = static_cast<std::int64_t>(2 * (number("y") + 4));
    for (std::int64_t c = 0; c < 3; ++c)
      CHECK(image.item<int>((y * image.dim(1) + x) * 3 + c) ==
            std::stoi(fill.substr(static_cast<std::size_t>(2 * c), 2), nullptr, 16));
    ++cells;
  }
  CHECK(cells == 4);
  History history;
  for (std::int64_t epoch = 0; epoch < 3; ++epoch)
    history.append(epoch, {{"loss", 1.0 / static_cast<double>(epoch + 1)}});
  plot_history(history, {.to_file = folder.file("h.png")});
  CHECK(utils::load_img(folder.file("h.png")).shape() == Shape{600, 1440, 3});
}

TEST_CASE("shapes cover the pixels that they should", "[utils][plot]") {
  using namespace drawing;
  Picture picture;
  picture.set_size(40, 30);
  picture.rectangle(10.5, 5, 10, 20, {.fill = "black"});
  picture.rectangle(30, 5, 10, 20, {.fill = "#ff0000", .fill_opacity = 0.5});
  const Raster raster = rasterize(picture, 1, "test");
  const auto red = [&](std::size_t x, std::size_t y) { return int{raster.pixels[(y * 40 + x) * 3]}; };
  CHECK(red(9, 10) == 255);
  CHECK(std::abs(red(10, 10) - 127) <= 1);  // half of it
  CHECK(red(11, 10) == 0);
  CHECK(red(19, 24) == 0);
  CHECK(std::abs(red(20, 10) - 127) <= 1);
  CHECK(red(15, 4) == 255);
  CHECK(red(15, 25) == 255);
  CHECK(raster.pixels[(10 * 40 + 35) * 3] == 255);
  CHECK(std::abs(int{raster.pixels[(10 * 40 + 35) * 3 + 1]} - 127) <= 1);

  // the darkness of a shape is its area, wherever it stands
  const auto darkness = [](const Picture& drawn) {
    double sum = 0;
    for (const unsigned char value : rasterize(drawn, 1, "test").pixels) sum += 255 - value;
    return sum / 3 / 255;
  };
  const double pi = 3.14159265358979;
  for (const double shift : {0.0, 0.25, 0.6}) {
    INFO(shift);
    Picture round, slanted, dashed;
    for (Picture* const each : {&round, &slanted, &dashed}) each->set_size(100, 100);
    round.ellipse({50 + shift, 50 - shift}, 30, 20, {.fill = "black"});
    CHECK(std::abs(darkness(round) / (pi * 30 * 20) - 1) < 0.01);
    slanted.polyline({{10 + shift, 10}, {70 + shift, 90}}, {.stroke = "black", .stroke_width = 3});
    CHECK(std::abs(darkness(slanted) / (100 * 3 + pi * 1.5 * 1.5) - 1) < 0.01);
    dashed.polyline({{10, 50 + shift}, {90, 50 + shift}}, {.stroke = "black", .stroke_width = 2, .dashes = {6, 2}});
    CHECK(std::abs(darkness(dashed) / (60 * 2) - 1) < 0.01);
  }
}

TEST_CASE("letters are told apart, stay within their width, and are as long as the texts of SVG", "[utils][plot]") {
  using namespace drawing;
  const auto pixels = [](const std::string& text, TextStyle style) {
    style.size = 20;
    Picture picture;
    picture.set_size(60, 40);
    picture.text({20, 30}, text, style);
    return rasterize(picture, 1, "test");
  };
  std::vector<std::string> texts;
  for (char c = '!'; c <= '~'; ++c) texts.emplace_back(1, c);
  for (const char* letter : {"\u00e4", "\u00c9", "\u00e7", "\u00f1", "\u2190", "\u4e2d"}) texts.emplace_back(letter);
  std::vector<std::vector<unsigned char>> seen;
  for (const std::string& text : texts) {
    INFO(text);
    const Raster raster = pixels(text, {});
    const double width = text_width(text, 20);
    double ink = 0, outside = 0;
    for (std::size_t y = 0; y < raster.height; ++y)
      for (std::size_t x = 0; x < raster.width; ++x) {
        const int dark = 255 - raster.pixels[(y * raster.width + x) * 3];
        ink += dark;
        const double at = static_cast<double>(x) + 0.5 - 20;
        if (at < -1 || at > width + 1 || y < 10 || y > 36) outside += dark;
      }
    CHECK(ink > 255);
    CHECK(outside == 0);
    CHECK(std::find(seen.begin(), seen.end(), raster.pixels) == seen.end());
    seen.push_back(raster.pixels);
  }
  CHECK(pixels("ab", {}).pixels != pixels("ab", {.bold = true}).pixels);
  CHECK(pixels("ab", {}).pixels != pixels("ab", {.rotate = -90}).pixels);
  CHECK(pixels(" ", {}).pixels == std::vector<unsigned char>(60 * 40 * 3, 255));
}

}  // namespace kerascpp::test
