// Charts: curves of a training and confusion matrices.

#include <cmath>
#include <limits>

#include <kerascpp/callbacks.hpp>
#include <kerascpp/utils/plot_confusion_matrix.hpp>
#include <kerascpp/utils/plot_history.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "utils/drawing/chart.hpp"

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
  using utils::drawing::round_ticks;
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
  CHECK_THROWS_WITH(plot_history(history, {.to_file = "h.png"}),
                    ContainsSubstring("h.png") && ContainsSubstring(".svg"));
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

}  // namespace kerascpp::test
