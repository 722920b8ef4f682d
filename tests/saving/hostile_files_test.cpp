// Files that mean harm (tests/data/hostile): each is refused by a message that names what is wrong, in bounded time.

#include <chrono>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/keras_file_editor.hpp>

#include "saving/zip_archive.hpp"
#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

const std::string kFolder = KERASCPP_TEST_DATA "/hostile/";

Config index_of() { return parse_json(bytes_of_file(kFolder + "index.json"), "index.json"); }

/// A `.keras` file made of these members.
std::string archive(const TemporaryFolder& folder, const std::vector<std::pair<std::string, std::string>>& members,
                    bool compressed = false) {
  const std::string path = folder.file("made.keras");
  ZipWriter writer(path, compressed);
  for (const auto& [name, bytes] : members) writer.add(name, bytes);
  writer.commit();
  return path;
}

std::string sequential(const std::string& layers) {
  return R"({"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [)" + layers + "]}}";
}

std::string input(const std::string& shape) {
  return R"({"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": )" + shape +
         R"(, "dtype": "float32", "name": "in"}})";
}

std::string dense(const std::string& units) {
  return R"({"module": "keras.layers", "class_name": "Dense", "config": {"name": "d", "units": )" + units + "}}";
}

}  // namespace

TEST_CASE("weights that lead elsewhere or claim what cannot be are refused", "[saving][hostile]") {
  const Sequential model{Input({3}), Dense(2)};
  const std::vector<Tensor> before = model.get_weights();
  const Config index = index_of();
  for (const Config& row : index.at("weights").as_list()) {
    const std::string path = kFolder + row.at("file").as_string();
    INFO(path);
    const auto begin = std::chrono::steady_clock::now();
    const std::string message = message_of<FormatError>([&] { model.load_weights(path); });
    CHECK_THAT(message, ContainsSubstring(row.at("error").as_string()));
    CHECK_THAT(message, ContainsSubstring(row.at("file").as_string()));
    // with a report, for which the whole file is looked through
    CHECK_NOTHROW([&] {
      try {
        load_weights(model, path, {.skip_mismatch = true});
        KerasFileEditor editor(path);
      } catch (const FormatError&) {
      }
    }());
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
    if (!message.empty()) {
      const std::vector<Tensor> after = model.get_weights();
      CHECK(allclose(after[0], before[0], 0, 0));
    }
  }
}

TEST_CASE("texts of models that mean harm are refused", "[saving][hostile]") {
  const Config index = index_of();
  for (const Config& row : index.at("texts").as_list()) {
    INFO(row.at("file").as_string());
    const std::string text = bytes_of_file(kFolder + row.at("file").as_string());
    CHECK_THAT(message_of<FormatError>([&] { (void)model_from_json(text); }),
               ContainsSubstring(row.at("error").as_string()));
  }
  CHECK_THAT(message_of<FormatError>([] { (void)model_from_yaml("config: .nan\n"); }),
             ContainsSubstring("stands for no number"));
  CHECK_THAT(message_of<FormatError>([] { (void)model_from_yaml("config: !!python/object:os.system {}\n"); }),
             ContainsSubstring("python/object:os.system\" is refused"));
  std::string bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char name = 'b'; name < 'k'; ++name) {
    const std::string before(1, static_cast<char>(name - 1)), now(1, name);
    bomb += now + ": &" + now + " [*" + before;
    for (int i = 0; i < 9; ++i) bomb += ", *" + before;
    bomb += "]\n";
  }
  CHECK_THAT(message_of<FormatError>([&] { (void)model_from_yaml(bomb); }), ContainsSubstring("aliases"));
}

TEST_CASE("a model may not be larger than its file can hold", "[saving][hostile]") {
  const TemporaryFolder folder;
  const std::string weights = bytes_of_file(kFolder + "soft_link.weights.h5");
  const auto message = [&](const std::string& layers) {
    const std::string path = archive(folder, {{"config.json", sequential(layers)}, {"model.weights.h5", weights}});
    return message_of<FormatError>([&] { (void)load_model(path); });
  };
  const std::string large = message(input("[null, 3]") + "," + dense("1000000000"));
  CHECK_THAT(large, ContainsSubstring("layer \"d\" has weight \"kernel\" of shape (3, 1000000000)"));
  CHECK_THAT(large, ContainsSubstring("made.keras"));
  CHECK_THAT(message(input("[null, 4611686018427387904]") + "," + dense("8")), ContainsSubstring("\"d\""));
}

TEST_CASE("archives of models that mean harm are refused, and the member is named", "[saving][hostile]") {
  const TemporaryFolder folder;
  const std::string config = sequential(input("[null, 3]") + "," + dense("2"));
  CHECK_THAT(message_of<FormatError>([&] {
               (void)load_model(archive(folder, {{"model.weights.h5", "x"}}));
             }),
             ContainsSubstring("no member config.json"));
  CHECK_THAT(message_of<FormatError>([&] {
               (void)load_model(archive(folder, {{"config.json", config}, {"model.weights.h5", "no file at all"}}));
             }),
             ContainsSubstring("model.weights.h5"));
  // a small file that becomes a large text
  const std::string bomb(65u << 20u, ' ');
  CHECK_THAT(message_of<FormatError>([&] {
               (void)load_model(archive(folder, {{"config.json", bomb}}, true));
             }),
             ContainsSubstring("member config.json has 68157440 bytes"));
  // a changed byte of stored weights is seen by their checksum
  const std::string weights = bytes_of_file(KERASCPP_TEST_DATA "/sharded/model_00002.weights.h5");
  const std::string path = archive(folder, {{"config.json", config}, {"model.weights.h5", weights}});
  std::string bytes = bytes_of_file(path);
  bytes[bytes.find("\x89HDF") + 3000] ^= 1;
  folder.write("made.keras", bytes);
  CHECK_THAT(message_of<FormatError>([&] { (void)load_model(path); }),
             ContainsSubstring("model.weights.h5") && ContainsSubstring("CRC"));
}

TEST_CASE("what a model was compiled with is read with null for nothing, and refused where it makes no sense",
          "[saving][hostile]") {
  const TemporaryFolder folder;
  const std::string config = sequential(input("[null, 3]") + "," + dense("2"));
  const auto load = [&](const std::string& compile) {
    return load_model(archive(
        folder, {{"config.json", config.substr(0, config.size() - 1) + R"(, "compile_config": )" + compile + "}"}}));
  };
  const Model model =
      load(R"({"optimizer": "sgd", "loss": "mse", "metrics": [null, "mae"], "weighted_metrics": [null]})");
  const Logs logs = model.evaluate(zeros({4, 3}), ones({4, 2}), {.verbose = 0});
  CHECK(logs.size() == 2);
  CHECK(logs.at("mae") == Approx(1.0));  // of zeros, by any weights
  CHECK_THAT(message_of<FormatError>([&] { (void)load("[1]"); }),
             ContainsSubstring("expected a map as compile_config"));
  CHECK_THAT(
      message_of<ValueError>([&] {
        (void)load(R"({"optimizer": "sgd", "loss": "mse", "metrics": [{"class_name": "AUC", "module": "keras.metrics",
                              "config": {"num_thresholds": 2147483648}}]})");
      }),
      ContainsSubstring("num_thresholds must be at least 1 and at most 10000000"));
  CHECK_THAT(message_of<ValueError>([&] {
               (void)load(R"({"optimizer": {"class_name": "Muon", "module": "keras.optimizers",
                              "config": {"ns_steps": 2147483648}}, "loss": "mse"})");
             }),
             ContainsSubstring("ns_steps"));
}

TEST_CASE("models that call one another in circles are refused", "[saving][hostile]") {
  const std::string call = R"([{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["b", 0, 0]}}],
                               "kwargs": {}}])";
  const std::string text =
      R"({"module": "keras", "class_name": "Functional", "config": {"name": "f", "trainable": true, "layers": [)" +
      input("[null, 3]") +
      R"(, {"module": "keras.layers", "class_name": "Identity", "name": "a", "config": {"name": "a"}, "inbound_nodes": )" +
      call +
      R"(}, {"module": "keras.layers", "class_name": "Identity", "name": "b", "config": {"name": "b"}, "inbound_nodes": )"
      R"([{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}}], "kwargs": {}}]}],)"
      R"("input_layers": [["in", 0, 0]], "output_layers": [["b", 0, 0]]}})";
  CHECK_THAT(message_of<FormatError>([&] { (void)model_from_json(text); }), ContainsSubstring("part of a cycle"));
}

}  // namespace kerascpp::test
