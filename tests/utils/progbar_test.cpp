// The progress bar prints what Keras's prints at the same moments.

#include <kerascpp/utils/progbar.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

std::vector<std::string> texts(const Config& list) {
  std::vector<std::string> values;
  for (const Config& item : list.as_list()) values.push_back(item.as_string());
  return values;
}

utils::ProgbarOptions options_of(const Config& arguments) {
  utils::ProgbarOptions options;
  for (const auto& [key, value] : arguments.as_map()) {
    if (key == "width") options.width = value.as_int();
    if (key == "verbose") options.verbose = static_cast<int>(value.as_int());
    if (key == "unit_name") options.unit_name = value.as_string();
    if (key == "stateful_metrics") options.stateful_metrics = texts(value);
    if (key == "stateless_metrics") options.stateless_metrics = texts(value);
  }
  return options;
}

}  // namespace

TEST_CASE("a progress bar prints what Keras's prints", "[utils][progbar][keras]") {
  for (const Config& row : function_fixtures("progbar").at("cases").as_list()) {
    DYNAMIC_SECTION(row.at("name").as_string()) {
      double now = 1000;
      std::string printed;
      utils::ProgbarOptions options = options_of(row.at("arguments"));
      options.dynamic_display = true;
      options.print = [&printed](std::string_view text) { printed += text; };
      options.clock = [&now] { return now; };
      utils::Progbar bar(row.at("target").is_null() ? -1 : row.at("target").as_int(), options);
      for (const Config& update : row.at("updates").as_list()) {
        now = 1000 + update.at("seconds").as_double();
        printed.clear();
        std::vector<std::pair<std::string, double>> values;
        for (const auto& [key, value] : update.at("values").as_map()) values.emplace_back(key, value.as_double());
        std::optional<bool> finalize;
        if (!update.at("finalize").is_null()) finalize = update.at("finalize").as_bool();
        bar.update(update.at("current").as_int(), values, finalize);
        CHECK(printed == update.at("text").as_string());
      }
    }
  }
}

TEST_CASE("a progress bar that is no terminal is a plain line", "[utils][progbar]") {
  double now = 0;
  std::string printed;
  utils::Progbar bar(20, {.dynamic_display = false,
                          .print = [&printed](std::string_view text) { printed += text; },
                          .clock = [&now] { return now; }});
  CHECK_FALSE(bar.is_due());
  for (int step = 1; step <= 20; ++step) {
    now += 0.5;
    bar.add(1, {{"loss", 1.0 / step}});
  }
  CHECK(printed == "20/20 - 10s - 500ms/step - loss: 0.0500\n");
}

}  // namespace kerascpp::test
