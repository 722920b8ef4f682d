// The files of TensorBoard: what TensorBoard reads from those of Keras, and whether it reads ours.

#include <bit>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/utils/image.hpp>

#include "callbacks/events/record_file.hpp"
#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// The fields of a message of Protocol Buffers: numbers as their bits, everything else as its bytes.
struct Message {
  std::vector<std::pair<int, std::uint64_t>> numbers;
  std::vector<std::pair<int, std::string>> texts;

  explicit Message(std::string_view bytes) {
    std::size_t at = 0;
    const auto varint = [&] {
      std::uint64_t value = 0;
      for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.at(at++));
        value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
        if (byte < 0x80) return value;
      }
    };
    while (at < bytes.size()) {
      const std::uint64_t key = varint();
      const int field = static_cast<int>(key >> 3U);
      if ((key & 7U) == 0) {
        numbers.emplace_back(field, varint());
      } else if ((key & 7U) == 1) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, bytes.substr(at, 8).data(), 8);
        numbers.emplace_back(field, bits);
        at += 8;
      } else {
        REQUIRE((key & 7U) == 2);
        const std::uint64_t length = varint();
        texts.emplace_back(field, bytes.substr(at, length));
        at += length;
      }
    }
    REQUIRE(at == bytes.size());
  }
  [[nodiscard]] std::int64_t number(int field) const {
    for (const auto& [key, value] : numbers)
      if (key == field) return static_cast<std::int64_t>(value);
    return 0;
  }
  [[nodiscard]] std::string text(int field) const {
    for (const auto& [key, value] : texts)
      if (key == field) return value;
    return {};
  }
  [[nodiscard]] std::vector<std::string> all(int field) const {
    std::vector<std::string> found;
    for (const auto& [key, value] : texts)
      if (key == field) found.push_back(value);
    return found;
  }
};

/// Records, their checksums compared.
std::vector<std::string> records_of(const fs::path& path) {
  const std::string bytes = bytes_of(path);
  const auto masked = [](std::string_view text) {
    const std::uint32_t checksum = callbacks::crc32c(text);
    return std::rotr(checksum, 15) + 0xa282ead8U;
  };
  const auto read = [&](std::size_t at, auto value) {
    std::memcpy(&value, bytes.substr(at, sizeof value).data(), sizeof value);
    return value;
  };
  std::vector<std::string> records;
  for (std::size_t at = 0; at < bytes.size();) {
    const auto length = read(at, std::uint64_t{});
    CHECK(read(at + 8, std::uint32_t{}) == masked(bytes.substr(at, 8)));
    records.push_back(bytes.substr(at + 12, length));
    CHECK(read(at + 12 + length, std::uint32_t{}) == masked(records.back()));
    at += 16 + length;
  }
  return records;
}

struct Event {
  std::string run, plugin, tag;
  std::int64_t step = 0;
  std::string dtype;
  std::vector<std::int64_t> shape;
  std::vector<double> values;
};

std::vector<double> numbers_of(const Tensor& tensor) { return tensor.to_vector<double>(); }

void read_tensor(const Message& tensor, Event& event) {
  for (const std::string& dim : Message(tensor.text(2)).all(2)) event.shape.push_back(Message(dim).number(1));
  const std::string bytes = tensor.text(4);
  if (event.plugin == "scalars") {
    float value = 0;
    REQUIRE(bytes.size() == sizeof value);
    std::memcpy(&value, bytes.data(), sizeof value);
    event.values = {value};
    event.dtype = tensor.number(1) == 1 ? "float32" : "";
  } else if (event.plugin == "histograms") {
    event.values.resize(bytes.size() / sizeof(double));
    std::memcpy(event.values.data(), bytes.data(), bytes.size());
    event.dtype = tensor.number(1) == 2 ? "float64" : "";
  } else if (event.plugin == "images") {
    const std::vector<std::string> texts = tensor.all(8);
    event.dtype = tensor.number(1) == 7 ? "uint8" : "";
    event.shape = {static_cast<std::int64_t>(texts.size()) - 2};
    for (std::size_t i = 2; i < texts.size(); ++i) {
      const Tensor image = utils::img_from_bytes(texts[i], {.color_mode = "grayscale"});
      CHECK(texts[0] == std::to_string(image.shape()[1]));
      CHECK(texts[1] == std::to_string(image.shape()[0]));
      if (i == 2)
        for (const std::int64_t dim : image.shape()) event.shape.push_back(dim);
      for (const double value : numbers_of(image)) event.values.push_back(value);
    }
  } else {
    CHECK_NOTHROW(parse_json(tensor.text(8), "event"));
    event.dtype = "float64";
    event.values = {0};
  }
}

std::vector<Event> events_of(const std::string& folder) {
  std::vector<Event> events;
  for (const char* run : {"train", "validation"}) {
    if (!fs::exists(fs::path(folder) / run)) continue;
    for (const auto& file : fs::directory_iterator(fs::path(folder) / run)) {
      if (file.path().filename().string().find("tfevents") == std::string::npos) continue;
      const std::vector<std::string> records = records_of(file.path());
      CHECK(Message(records.at(0)).text(3) == "brain.Event:2");
      for (const std::string& record : records) {
        const Message message(record);
        for (const std::string& text : Message(message.text(5)).all(1)) {
          const Message value(text);
          Event event{run, Message(Message(value.text(9)).text(1)).text(1), value.text(1), message.number(2), {}, {},
                      {}};
          read_tensor(Message(value.text(8)), event);
          events.push_back(std::move(event));
        }
      }
    }
  }
  return events;
}

std::vector<Event> expected_events(const Config& rows) {
  std::vector<Event> events;
  for (const Config& row : rows.as_list()) {
    const auto& items = row.as_list();
    Event event{items[0].as_string(),
                items[1].as_string(),
                items[2].as_string(),
                items[3].as_int(),
                items[4].as_string(),
                {},
                {}};
    for (const Config& dim : items[5].as_list()) event.shape.push_back(dim.as_int());
    for (const Config& value : items[6].as_list()) event.values.push_back(value.as_double());
    events.push_back(std::move(event));
  }
  return events;
}

void check_equal(const Event& given, const Event& expected) {
  INFO(expected.run << " " << expected.tag << " at " << expected.step);
  CHECK(given.run == expected.run);
  CHECK(given.plugin == expected.plugin);
  CHECK(given.tag == expected.tag);
  CHECK(given.step == expected.step);
  CHECK(given.dtype == expected.dtype);
  CHECK(given.shape == expected.shape);
  REQUIRE(given.values.size() == expected.values.size());
  double total = 0, expected_total = 0;
  for (std::size_t i = 0; i < given.values.size(); ++i) {
    const bool count = given.plugin == "histograms" && i % 3 == 2;  // one at an edge may fall to its other side
    if (count) {
      total += given.values[i];
      expected_total += expected.values[i];
    } else {
      CHECK(given.values[i] == Approx(expected.values[i]).epsilon(1e-3).margin(given.plugin == "images" ? 1 : 1e-4));
    }
  }
  CHECK(total == expected_total);
}

Sequential model_of(const std::string& name) {
  const auto last = layers::Dense(1, {.kernel_initializer = "ones", .name = "out"});
  const auto flat = layers::Flatten({.name = "flat"});
  const Sequential model =
      name == "embeddings"
          ? Sequential({layers::Input({3}, {.dtype = "int32"}),
                        layers::Embedding(4, 2, {.embeddings_initializer = "ones", .name = "words"}), flat, last},
                       {.name = "small"})
          : Sequential({layers::Input({4, 4, 1}), layers::Conv2D(2, 3, {.kernel_initializer = "ones", .name = "conv"}),
                        flat, last},
                       {.name = "small"});
  model.compile({.optimizer = optimizers::SGD({.learning_rate = 0.001}), .loss = "mse", .metrics = {"mae"}});
  return model;
}

void fit(const std::string& name, const Callback& callback) {
  const Tensor x = name == "embeddings" ? ops::mod(arange(36.0), Tensor(4.0F)).reshape({12, 3}).astype(DType::Int32)
                                        : (arange(192.0) / 192.0).reshape({12, 4, 4, 1});
  const Tensor y = arange(12.0).reshape({12, 1});
  model_of(name).fit(x, y,
                     {.batch_size = 4,
                      .epochs = 3,
                      .verbose = 0,
                      .callbacks = {callback},
                      .validation_data = {x, y},
                      .shuffle = false});
}

}  // namespace

TEST_CASE("the checksum of records is that of RFC 3720", "[callbacks]") {
  CHECK(callbacks::crc32c("123456789") == 0xe3069283U);
  CHECK(callbacks::crc32c(std::string(32, '\0')) == 0x8a9136aaU);
  CHECK(callbacks::crc32c(std::string(32, '\xff')) == 0x62a8ab43U);
}

TEST_CASE("events are those that Keras's callback writes", "[callbacks][keras]") {
  const Config root =
      parse_json(bytes_of(fs::path(KERASCPP_TEST_DATA) / "tensorboard" / "events.json"), "events.json").at("cases");
  for (const auto& [name, row] : root.as_map()) {
    INFO(name);
    const TemporaryFolder folder;
    Config arguments = row.at("arguments");
    arguments.set("log_dir", folder.path());
    if (const Config* every = arguments.find("update_freq"); every != nullptr && !every->is_string())
      arguments.set("update_freq", std::to_string(every->as_int()));
    fit(name, make_callback("TensorBoard", arguments));
    std::vector<Event> given = events_of(folder.path());
    const std::vector<Event> expected = expected_events(row.at("events"));
    // Keras leaves out the values of epochs whose last batch is not written; here every epoch is
    if (name == "batches")
      std::erase_if(given, [&](const Event& event) {
        return event.tag.rfind("batch_", 0) != 0 && std::none_of(expected.begin(), expected.end(), [&](const Event& e) {
                 return e.tag == event.tag && e.step == event.step && e.run == event.run;
               });
      });
    REQUIRE(given.size() == expected.size());
    for (std::size_t i = 0; i < given.size(); ++i) check_equal(given[i], expected[i]);
    for (const Config& file : row.at("files").as_list()) CHECK(fs::exists(folder.file(file.as_string())));
    for (const auto& [file, text] : row.at("texts").as_map()) CHECK(bytes_of(folder.file(file)) == text.as_string());
  }
}

TEST_CASE("TensorBoard reads the files", "[callbacks][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with Keras 3");
  const TemporaryFolder folder;
  fit("epochs", callbacks::TensorBoard(folder.path(), {.histogram_freq = 1, .write_images = true}));
  const std::string script = folder.write("read.py", R"(
import sys
from tensorboard.backend.event_processing import event_accumulator
events = event_accumulator.EventAccumulator(sys.argv[1] + "/train")
events.Reload()
for tag in sorted(events.Tags()["tensors"]):
    print(tag, len(events.Tensors(tag)))
)");
  const auto [status, output] = run_command(keras_python() + " " + script + " " + folder.path() + " 2>/dev/null");
  if (status != 0) return skip("the Python of KERASCPP_PYTHON has no tensorboard");
  for (const char* line : {"epoch_loss 3\n", "epoch_mae 3\n", "epoch_learning_rate 3\n", "keras 1\n",
                           "small/conv/kernel/histogram 3\n", "small/out/kernel/image 3\n"})
    CHECK_THAT(output, ContainsSubstring(line));
}

TEST_CASE("TensorBoard refuses what it cannot do", "[callbacks][errors]") {
  CHECK_THROWS_WITH(callbacks::TensorBoard("logs", {.profile_batch = 2}), ContainsSubstring("profile_batch"));
  CHECK_THROWS_WITH(callbacks::TensorBoard("logs", {.update_freq = "often"}),
                    ContainsSubstring("update_freq must be \"epoch\" or a number of batches, received \"often\""));
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(
      fit("embeddings",
          callbacks::TensorBoard(folder.path(), {.embeddings_freq = 1, .embeddings_metadata = {{"others", "a"}}})),
      ContainsSubstring("\"others\", which is no Embedding"));
  const std::string file = folder.write("file", "");
  CHECK_THROWS_AS(fit("epochs", callbacks::TensorBoard(file + "/logs")), IoError);
}

}  // namespace kerascpp::test
