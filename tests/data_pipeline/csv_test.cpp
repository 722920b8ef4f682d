// CSV files as datasets: types, quotes, shuffling, bounds, errors.

#include <kerascpp/data/csv.hpp>
#include <kerascpp/kerascpp.hpp>

#include <algorithm>

#include "data/csv_reader.hpp"
#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using data::make_csv_dataset;

constexpr const char* kPeople =
    "name,age,height,big,label\r\n"
    "\"Ann, the first\",31,1.5,4000000000,1\r\n"
    "\"Bob \"\"B\"\"\",,1.75,1,0\r\n"
    "\r\n"
    "Cleo\xC3\xA9,7,2,2,1\n"
    "\"two\nlines\", 12 ,-3e-1,3,0";

std::vector<data::CsvRecord> records_of(const std::string& path, char delimiter = ',', bool quotes = true) {
  data::CsvReader reader(path, delimiter, quotes);
  std::vector<data::CsvRecord> records;
  for (data::CsvRecord record; reader.next(record);) records.push_back(record);
  return records;
}

}  // namespace

TEST_CASE("records of CSV files are taken apart", "[data][csv]") {
  const TemporaryFolder folder;
  const auto records = records_of(folder.write("a.csv", "a;\"b;\"\"c\"\"\nd\";\n;;\nlast;x;y\r"), ';');
  REQUIRE(records.size() == 3);
  CHECK(records[0].fields == std::vector<std::string>{"a", "b;\"c\"\nd", ""});
  CHECK(records[1].fields == std::vector<std::string>{"", "", ""});
  CHECK(records[1].line == 3);
  CHECK(records[2].fields == std::vector<std::string>{"last", "x", "y"});
  CHECK(records_of(folder.write("b.csv", "\"a\"b,c\n"), ',', false)[0].fields ==
        std::vector<std::string>{"\"a\"b", "c"});
  CHECK(records_of(folder.write("c.csv", "")).empty());
}

TEST_CASE("columns of a CSV file come by name, with types told from their values", "[data][csv]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("people.csv", kPeople);
  const auto batches = make_csv_dataset(file, 3, {.label_name = "label", .shuffle = false}).elements();
  REQUIRE(batches.size() == 2);
  const data::Element& first = batches[0];
  CHECK(first.x.names() == std::vector<std::string>{"name", "age", "height", "big"});
  CHECK(to_strings(first.x.at("name")) == std::vector<std::string>{"Ann, the first", "Bob \"B\"", "Cleo\xC3\xA9"});
  CHECK(first.x.at("age").dtype() == DType::Int32);
  CHECK(first.x.at("age").to_vector<int>() == std::vector<int>{31, 0, 7});
  CHECK(first.x.at("height").dtype() == DType::Float32);
  CHECK(first.x.at("height").to_vector<float>() == std::vector<float>{1.5f, 1.75f, 2});
  CHECK(first.x.at("big").to_vector<std::int64_t>() == std::vector<std::int64_t>{4000000000, 1, 2});
  CHECK(first.y[0].to_vector<int>() == std::vector<int>{1, 0, 1});
  CHECK(to_strings(batches[1].x.at("name")) == std::vector<std::string>{"two\nlines"});
  CHECK(batches[1].x.at("age").item<int>() == 12);
  CHECK(batches[1].x.at("height").item<float>() == -0.3f);
}

TEST_CASE("a CSV file is read at once, with types told from all of its rows", "[data][csv]") {
  const TemporaryFolder folder;
  const std::string file = folder.write("people.csv", kPeople);
  const Dict people = data::read_csv(file);
  const auto column = [](const Dict& table, const char* name) { return *table.find(name)->tensor(); };
  CHECK(people.size() == 5);
  CHECK(to_strings(column(people, "name")) ==
        std::vector<std::string>{"Ann, the first", "Bob \"B\"", "Cleo\xC3\xA9", "two\nlines"});
  CHECK(column(people, "age").dtype() == DType::Int32);
  CHECK(column(people, "age").to_vector<int>() == std::vector<int>{31, 0, 7, 12});
  CHECK(column(people, "big").dtype() == DType::Int64);

  std::string late = "a;b\n";
  for (int i = 0; i < 300; ++i) late += "1;7\n";
  const std::string second = folder.write("late.csv", late + "2.5;none\n");
  const Dict table = data::read_csv(second, {.sep = ';', .na_values = "none"});
  CHECK(column(table, "a").dtype() == DType::Float32);
  CHECK(column(table, "a").item<float>(300) == 2.5f);
  CHECK(column(table, "b").to_vector<int>().back() == 0);
  const Dict texts =
      data::read_csv(second, {.sep = ';', .names = {"x", "y"}, .usecols = {"y"}, .dtype = {{"y", "string"}}});
  CHECK(texts.size() == 1);
  CHECK(to_strings(column(texts, "y")).back() == "none");

  CHECK_THROWS_WITH(data::read_csv(file, {.usecols = {"weight"}}),
                    ContainsSubstring("[read_csv] there is no column \"weight\""));
  CHECK_THROWS_WITH(data::read_csv(file, {.dtype = {{"name", "int32"}}}), ContainsSubstring("line 2, column \"name\""));
  CHECK_THROWS_AS(data::read_csv(folder.file("none.csv")), IoError);
  CHECK_THROWS_WITH(data::read_csv(folder.write("short.csv", "a,b\n1\n")),
                    ContainsSubstring("expected 2 fields, received 1"));
}

TEST_CASE("columns are chosen, renamed and put side by side", "[data][csv]") {
  const TemporaryFolder folder;
  const std::string a = folder.write("a.csv", "1,2,NA\n3,4,5\n"), b = folder.write("b.csv", "6,7,8\n");
  const data::CsvOptions options{.column_names = {"p", "q", "r"},
                                 .column_types = {{"r", "float64"}},
                                 .label_name = "q",
                                 .select_columns = {"r", "p"},
                                 .na_value = "NA",
                                 .header = false,
                                 .shuffle = false};
  const auto named = make_csv_dataset({a, b}, 5, options).elements();
  REQUIRE(named.size() == 1);
  CHECK(named[0].x.names() == std::vector<std::string>{"r", "p"});
  CHECK(named[0].x.at("r").dtype() == DType::Float64);
  CHECK(named[0].x.at("r").to_vector<double>() == std::vector<double>{0, 5, 8});
  CHECK(named[0].y[0].to_vector<int>() == std::vector<int>{2, 4, 7});
  data::CsvOptions combined = options;
  combined.combine = true;
  const auto table = make_csv_dataset({a, b}, 2, combined).elements();
  REQUIRE(table.size() == 2);
  CHECK(identical(table[0].x[0], Tensor{{0.0f, 1.0f}, {5.0f, 3.0f}}));
  CHECK(identical(table[1].x[0], Tensor{{8.0f, 6.0f}}));
}

TEST_CASE("rows of CSV files are shuffled within their buffer, otherwise in each pass", "[data][csv]") {
  const TemporaryFolder folder;
  std::string text = "i\n";
  for (int i = 0; i < 500; ++i) text += std::to_string(i) + "\n";
  const data::Dataset dataset =
      make_csv_dataset(folder.write("n.csv", text), 7, {.shuffle_buffer_size = 40, .shuffle_seed = 3});
  const auto order = [&](std::int64_t pass) {
    std::vector<int> seen;
    for (const data::Element& batch : dataset.elements({.number = pass}))
      for (const int value : batch.x.at("i").to_vector<int>()) seen.push_back(value);
    return seen;
  };
  std::vector<int> first = order(0);
  CHECK(first == order(0));
  CHECK(first != order(1));
  for (std::size_t i = 0; i < first.size(); ++i) CHECK(first[i] < static_cast<int>(i) + 40);
  std::sort(first.begin(), first.end());
  for (int i = 0; i < 500; ++i) REQUIRE(first[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("a model learns from a CSV file", "[data][csv]") {
  const TemporaryFolder folder;
  std::string text = "a,b,sum\n";
  for (int i = 0; i < 200; ++i) {
    const double a = 0.01 * (i * 37 % 100), b = 0.01 * (i * 59 % 100);
    text += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(2 * a - b) + "\n";
  }
  const data::Dataset rows =
      make_csv_dataset(folder.write("sum.csv", text), 16, {.label_name = "sum", .shuffle_seed = 1, .combine = true});
  set_random_seed(2);
  Sequential model{layers::Input({2}), layers::Dense(1)};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.05}), .loss = "mse"});
  const History history = model.fit(rows, {}, {.epochs = 40, .verbose = 0});
  CHECK(history["loss"].back() < 1e-3);  // the mean alone leaves 0.42
  CHECK(model.layers().back().get_weights()[0].item<double>(0) == Approx(2).margin(0.05));
}

TEST_CASE("what is wrong with a CSV file is told with its place", "[data][csv]") {
  const TemporaryFolder folder;
  const auto failing = [&](const std::string& text, const data::CsvOptions& options = {}) {
    const std::string file = folder.write("bad.csv", text);
    return message_of<FormatError>([&] { static_cast<void>(make_csv_dataset(file, 2, options).elements()); });
  };
  std::string late = "a,b\n";
  for (int i = 0; i < 100; ++i) late += "1,2\n";
  CHECK_THAT(failing(late + "3,cat\n"),
             ContainsSubstring("bad.csv, line 102, column \"b\": expected int32, received \"cat\""));
  CHECK_THAT(failing("a,b\n1,2\n1\n"), ContainsSubstring("line 3: expected 2 fields, received 1"));
  CHECK_THAT(failing("a,b\n1,\"2\n"), ContainsSubstring("line 2: a quote is not closed"));
  CHECK_THAT(failing("a,b\n1,\"2\"3\n"), ContainsSubstring("behind a quote, received '3'"));
  CHECK_THAT(failing("a,b\n1,\"" + std::string(std::size_t{17} << 20U, 'x')),
             ContainsSubstring("a row of more than 16777216 bytes"));
  CHECK_THAT(failing(""), ContainsSubstring("is empty"));
  CHECK_THAT(failing(late + "3,5000000000\n"), ContainsSubstring("expected int32, received \"5000000000\""));
  const std::string good = folder.write("good.csv", "a,b\n1,x\n");
  CHECK_THAT(message_of<IoError>([&] { static_cast<void>(make_csv_dataset(folder.file("none.csv"), 2)); }),
             ContainsSubstring("none.csv"));
  CHECK_THAT(message_of<LookupError>([&] { static_cast<void>(make_csv_dataset(good, 2, {.label_name = "c"})); }),
             ContainsSubstring("no column \"c\"; there are \"a\", \"b\""));
  const auto value_error = [&](std::int64_t size, const data::CsvOptions& options) {
    return message_of<ValueError>([&] { static_cast<void>(make_csv_dataset(good, size, options)); });
  };
  CHECK_THAT(value_error(0, {}), ContainsSubstring("batch_size"));
  CHECK_THAT(value_error(2, {.shuffle_buffer_size = 0}), ContainsSubstring("shuffle_buffer_size"));
  CHECK_THAT(value_error(2, {.column_names = {"a"}}), ContainsSubstring("1 column names"));
  CHECK_THAT(value_error(2, {.column_types = {{"a", "float16"}}}), ContainsSubstring("float16"));
  CHECK_THAT(value_error(2, {.header = false}), ContainsSubstring("give names of columns"));
  CHECK_THAT(value_error(2, {.combine = true}), ContainsSubstring("column \"b\" holds texts"));
  CHECK_THAT(
      message_of<ValueError>([&] { static_cast<void>(make_csv_dataset(folder.write("d.csv", "a,a\n1,2\n"), 2)); }),
      ContainsSubstring("is there twice"));
}

}  // namespace kerascpp::test
