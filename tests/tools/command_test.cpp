// The kerascpp command, run as a program on files that Keras wrote.

#include <fstream>
#include <iterator>
#include <limits>

#include <kerascpp/core/npy.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/saving/yaml.hpp>

#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

#ifdef KERASCPP_COMMAND

namespace kerascpp::test {
namespace {

const std::string kModels = KERASCPP_TEST_DATA "/models/";
const std::string kTraining = KERASCPP_TEST_DATA "/training/";
const std::string kLegacy = KERASCPP_TEST_DATA "/legacy/";

struct Ran {
  int code = 0;
  std::string out, error;
};

Ran command(const TemporaryFolder& folder, const std::string& arguments, const std::string& environment = {}) {
  const auto [code, out] =
      run_command(environment + " COLUMNS=80 " KERASCPP_COMMAND " " + arguments + " 2>" + folder.file("stderr.txt"));
  return {code, out, bytes_of_file(folder.file("stderr.txt"))};
}

bool is_one_error_line(const std::string& text) {
  return text.rfind("kerascpp: error: ", 0) == 0 && text.find('\n') == text.size() - 1;
}

/// Inputs or targets of a fixture under the names of the model, as one .npz file.
std::string arrays_file(const TemporaryFolder& folder, const std::string& fixture, const std::string& prefix,
                        const std::vector<std::string>& names) {
  const std::vector<Tensor> arrays = numbered(load_npz(fixture), prefix);
  Dict named;
  for (std::size_t i = 0; i < arrays.size(); ++i) named.set(names[i], arrays[i]);
  const std::string path = folder.file(prefix + ".npz");
  save_npz(path, named);
  return path;
}

}  // namespace

TEST_CASE("the command says what it is and what it can do", "[tools]") {
  const TemporaryFolder folder;
  const Ran version = command(folder, "--version");
  CHECK(version.code == 0);
  CHECK(version.out.rfind("kerascpp ", 0) == 0);
  const Ran help = command(folder, "--help");
  CHECK(help.code == 0);
  for (const char* name : {"summary", "predict", "evaluate", "fit", "convert", "export", "verify", "plot", "bench",
                           "config", "backends", "completion"}) {
    CHECK_THAT(help.out, ContainsSubstring(name));
    const Ran own = command(folder, std::string(name) + " --help");
    CHECK(own.code == 0);
    CHECK(own.error.empty());
    // what it does, an example, and the exit codes
    CHECK_THAT(own.out, ContainsSubstring(std::string("kerascpp ") + name) && ContainsSubstring("Example") &&
                            ContainsSubstring("Exit status: 0 done, 1 a file or an input is bad, 2 wrong usage"));
  }
}

TEST_CASE("wrong usage of the command is told in one line, with exit code 2", "[tools]") {
  const TemporaryFolder folder;
  for (const std::string& arguments :
       std::vector<std::string>{"",
                                "train model.keras",
                                "summary",
                                "predict model.keras --input x.npy",
                                "summary a.keras --lines 3",
                                "fit m.keras --x x.npy --y y.npy --save o.keras --epochs few",
                                "fit m.keras --x x.npy --y y.npy",
                                "fit m.keras --x x.npy --y y.npy --save o.keras --verbose 3",
                                "predict m --input x --output y --batch-size 0",
                                "fit m --x x.npy --y y.npy --save o --validation-x v.npy",
                                "convert a.weights.h5 b.keras",
                                "convert a.keras",
                                "convert a.keras b.keras --model c.json",
                                "convert " + kModels + "nested.keras " + folder.file("b.onnx") + " --keras2",
                                "export a.keras",
                                "fit m.keras --x x.npy --y y.npy --save o.keras --validation-split 1",
                                "fit m.keras --x x.npy --y y.npy --save o.keras --seed -1",
                                "verify",
                                "verify a.keras b.keras",
                                "bench",
                                "bench a.keras --runs 0",
                                "bench a.keras --batch-size none",
                                "completion",
                                "completion fish",
                                "plot a.keras b.svg --rankdir up",
                                "summary a.keras --line-length -3",
                                "--unknown",
                                "config extra"}) {
    const Ran ran = command(folder, arguments);
    INFO("kerascpp " << arguments << "\n" << ran.error);
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(is_one_error_line(ran.error));
  }
}

TEST_CASE("bad files and inputs are told in one line, with exit code 1", "[tools]") {
  const TemporaryFolder folder;
  const std::string model = kModels + "two_inputs_two_outputs.keras";
  save_npy(folder.file("x.npy"), zeros({3, 7}));
  save_npz(folder.file("other.npz"), Dict{{"left", zeros({3, 7})}, {"middle", zeros({3, 7})}});
  save_npz(folder.file("short.npz"), Dict{{"left", zeros({3, 7})}, {"right", zeros({2, 7})}});
  save_npz(folder.file("wide.npz"), Dict{{"left", zeros({3, 8})}, {"right", zeros({3, 8})}});
  folder.write("half.keras", bytes_of_file(model).substr(0, 9000));
  folder.write("empty.h5", "");
  folder.write("bad.onnx", std::string("\x08\x08\x3a\x04\x0a\x7f\x01\x02", 8));
  const struct {
    std::string arguments, expected;
  } cases[] = {
      {"summary " + folder.file("missing.keras"), "missing.keras"},
      {"summary " + folder.file("half.keras"), "half.keras"},
      {"summary " + folder.file("empty.h5"), "empty.h5"},
      {"predict " + model + " --input " + folder.file("x.npy") + " --output " + folder.file("y.npz"), "2"},
      {"predict " + model + " --input " + folder.file("other.npz") + " --output " + folder.file("y.npz"), "middle"},
      {"predict " + model + " --input " + folder.file("short.npz") + " --output " + folder.file("y.npz"), "2"},
      {"predict " + model + " --input " + folder.file("wide.npz") + " --output " + folder.file("y.npz"), "(3, 8)"},
      {"predict " + model + " --input " + folder.file("nowhere.npz") + " --output " + folder.file("y.npz"),
       "nowhere.npz"},
      {"convert " + model + " " + folder.file("model.txt"), "model.txt"},
      {"convert " + folder.file("half.keras") + " " + folder.file("out.onnx"), "half.keras"},
      {"convert " + folder.file("bad.onnx") + " " + folder.file("out.keras"), "bad.onnx"},
      {"export " + folder.file("half.keras") + " --cpp " + folder.file("source"), "half.keras"},
      {"export " + model + " --cpp " + folder.file("no/such/source"), "no/such/source"},
      {"fit " + model + " --x x.npz --y y.npz --save " + folder.file("model.txt"), "model.txt"},
      {"fit " + model + " --x x.npz --y y.npz --save " + folder.file("no/such/model.keras"), "no/such/model.keras"},
      {"verify " + folder.file("half.keras"), "half.keras"},
      {"verify " + model + " --require-self-check", "keeps no sample"},
      {"bench " + folder.file("missing.keras"), "missing.keras"},
      {"bench " + model + " --input " + folder.file("x.npy"), "2"},
      {"convert " + model + " " + folder.file("no/such/folder.keras"), "folder.keras"},
      {"plot " + model + " " + folder.file("model.jpg"), ".svg"},
      {"plot " + model + " " + folder.file("no/such/model.svg"), "model.svg"},
      {"plot " + folder.file("half.keras") + " " + folder.file("model.svg"), "half.keras"},
  };
  for (const auto& test : cases) {
    const Ran ran = command(folder, test.arguments);
    INFO("kerascpp " << test.arguments << "\n" << ran.error);
    CHECK(ran.code == 1);
    CHECK(ran.out.empty());
    CHECK(is_one_error_line(ran.error));
    CHECK_THAT(ran.error, ContainsSubstring(test.expected));
  }
}

TEST_CASE("summary prints what Keras prints", "[tools][keras]") {
  const TemporaryFolder folder;
  const std::string model = kModels + "nested.keras";
  CHECK(command(folder, "summary " + model + " --line-length 80").out ==
        bytes_of_file(kModels + "nested.summary80.txt"));
  CHECK(command(folder, "summary " + model + " --expand-nested --show-trainable").out ==
        bytes_of_file(kModels + "nested.summary_nested.txt"));
  CHECK(command(folder, "summary " + kLegacy + "cnn.h5").code == 0);
}

TEST_CASE("predict computes what Keras computes, from every kind of array file", "[tools][keras]") {
  const TemporaryFolder folder;
  const std::string fixture = kModels + "two_inputs_two_outputs.npz";
  const std::string inputs = arrays_file(folder, fixture, "x", {"left", "right"});
  const Ran ran = command(folder, "predict " + kModels + "two_inputs_two_outputs.h5 --input " + inputs + " --output " +
                                      folder.file("y.npz") + " --batch-size 5");
  INFO(ran.error);
  REQUIRE(ran.code == 0);
  const Dict outputs = load_npz(folder.file("y.npz"));
  const std::vector<Tensor> expected = numbered(load_npz(fixture), "y");
  CHECK(allclose(*outputs.find("score")->tensor(), expected[0], 1e-4, 1e-5));
  CHECK(allclose(*outputs.find("kind")->tensor(), expected[1], 1e-4, 1e-5));

  // one input, one output: .npy, of any dtype
  const Dict arrays = load_npz(kModels + "cnn_sequential.npz");
  const Tensor x = *arrays.find("x0")->tensor(), y = *arrays.find("y0")->tensor();
  for (const DType dtype : {DType::Float32, DType::Float64}) {
    save_npy(folder.file("x.npy"), x.astype(dtype));
    REQUIRE(command(folder, "predict " + kModels + "cnn_sequential.keras --input " + folder.file("x.npy") +
                                " --output " + folder.file("y.npy"))
                .code == 0);
    CHECK(allclose(load_npy(folder.file("y.npy")), y, 1e-4, 1e-5));
  }
  save_npz(folder.file("any_name.npz"), Dict{{"digits", x}});
  REQUIRE(command(folder, "predict " + kModels + "cnn_sequential.keras --input " + folder.file("any_name.npz") +
                              " --output " + folder.file("named.npz"))
              .code == 0);
  CHECK(load_npz(folder.file("named.npz")).size() == 1);
}

TEST_CASE("evaluate prints loss and metrics as Keras computes them", "[tools][keras]") {
  const TemporaryFolder folder;
  const std::string name = "two_inputs_two_outputs", fixture = kModels + name + ".npz";
  const Ran ran = command(folder, "evaluate " + kModels + name + ".keras --x " +
                                      arrays_file(folder, fixture, "x", {"left", "right"}) + " --y " +
                                      arrays_file(folder, fixture, "t", {"score", "kind"}) + " --batch-size 5");
  INFO(ran.error);
  REQUIRE(ran.code == 0);
  const Config index = parse_json(bytes_of_file(kModels + "index.json"));
  for (const Config& row : index.at("cases").as_list()) {
    if (row.at("name").as_string() != name) continue;
    CHECK(ran.out.rfind("loss: ", 0) == 0);
    for (const auto& [metric, expected] : row.at("evaluate").as_map()) {
      const std::size_t at = ("\n" + ran.out).find("\n" + metric + ": ");
      INFO(metric << "\n" << ran.out);
      REQUIRE(at != std::string::npos);
      CHECK(std::stod(ran.out.substr(at + metric.size() + 2)) == Approx(expected.as_double()).epsilon(1e-4));
    }
  }
}

TEST_CASE("outputs of a dictionary are named by their layers, and targets by either name", "[tools]") {
  const TemporaryFolder folder;
  const Symbol x = layers::Input({3}, {.name = "x"});
  const Symbol price = layers::Dense(1, {.name = "price_layer"})(x), kind = layers::Dense(2, {.name = "kind_layer"})(x);
  const Model model(x, Dict{{"price", price}, {"kind", kind}});
  model.compile({.optimizer = "sgd", .loss = Dict{{"price", "mse"}, {"kind", "mae"}}});
  CHECK(model.output_names() == std::vector<std::string>{"kind_layer", "price_layer"});  // by key, as in Keras
  model.save(folder.file("m.keras"));
  const Tensor data = random_normal({5, 3});
  save_npy(folder.file("x.npy"), data);
  const std::string file = folder.file("m.keras"), inputs = " --x " + folder.file("x.npy");
  REQUIRE(command(folder, "predict " + file + " --input " + folder.file("x.npy") + " --output " + folder.file("y.npz"))
              .code == 0);
  const Dict outputs = load_npz(folder.file("y.npz"));
  const std::vector<Tensor> expected = model.predict(data, {.verbose = 0}).vector();
  REQUIRE(outputs.size() == 2);
  CHECK(allclose(*outputs.find("kind_layer")->tensor(), expected[0], 1e-6, 1e-6));
  CHECK(allclose(*outputs.find("price_layer")->tensor(), expected[1], 1e-6, 1e-6));

  save_npz(folder.file("keys.npz"), Dict{{"price", zeros({5, 1})}, {"kind", ones({5, 2})}});
  save_npz(folder.file("layers.npz"), Dict{{"price_layer", zeros({5, 1})}, {"kind_layer", ones({5, 2})}});
  save_npz(folder.file("both.npz"),
           Dict{{"price", zeros({5, 1})}, {"price_layer", zeros({5, 1})}, {"kind", ones({5, 2})}});
  const Ran by_key = command(folder, "evaluate " + file + inputs + " --y " + folder.file("keys.npz"));
  INFO(by_key.error);
  CHECK(by_key.code == 0);
  CHECK_THAT(by_key.out, ContainsSubstring("price_loss: ") && ContainsSubstring("kind_loss: "));
  CHECK(command(folder, "evaluate " + file + inputs + " --y " + folder.file("layers.npz")).out == by_key.out);
  const Ran both = command(folder, "evaluate " + file + inputs + " --y " + folder.file("both.npz"));
  CHECK(both.code == 1);
  CHECK_THAT(both.error, ContainsSubstring("has \"price\" twice"));
}

TEST_CASE("fit goes on as Keras does, and saves what it has learned", "[tools][keras]") {
  const TemporaryFolder folder;
  const Dict arrays = load_npz(kTraining + "sgd_momentum.npz");
  save_npy(folder.file("x.npy"), *arrays.find("x")->tensor());
  save_npy(folder.file("y.npy"), *arrays.find("y")->tensor());
  const std::string data = " --x " + folder.file("x.npy") + " --y " + folder.file("y.npy");
  const std::string fit = "fit " + kTraining + "sgd_momentum.keras" + data + " --batch-size 8 --no-shuffle --epochs 2 ";
  const Ran ran = command(folder, fit + "--save " + folder.file("a.keras") + " --history " + folder.file("h.json"));
  INFO(ran.error);
  REQUIRE(ran.code == 0);
  const Config history = parse_json(bytes_of_file(folder.file("h.json")));
  REQUIRE(history.at("loss").size() == 2);
  for (std::size_t epoch = 0; epoch < 2; ++epoch)
    CHECK(history.at("loss").as_list()[epoch].as_double() ==
          Approx(arrays.find("history_loss")->tensor()->item<double>(static_cast<std::int64_t>(epoch))).epsilon(1e-4));
  CHECK_THAT(ran.out, ContainsSubstring("loss: "));

  // one epoch and then another one are the same as two
  REQUIRE(command(folder, "fit " + kTraining + "sgd_momentum.keras" + data +
                              " --batch-size 8 --no-shuffle --verbose 0 --save " + folder.file("b.keras"))
              .out.empty());
  REQUIRE(command(folder, "fit " + folder.file("b.keras") + data + " --batch-size 8 --no-shuffle --verbose 0 --save " +
                              folder.file("b.keras"))
              .code == 0);
  const std::vector<Tensor> once = load_model(folder.file("a.keras")).get_weights();
  const std::vector<Tensor> twice = load_model(folder.file("b.keras")).get_weights();
  REQUIRE(once.size() == twice.size());
  for (std::size_t i = 0; i < once.size(); ++i) CHECK(identical(once[i], twice[i]));
}

TEST_CASE("fit takes its options from the command line", "[tools]") {
  const TemporaryFolder folder;
  const Sequential model{layers::Input({3}), layers::Dense(4, {.activation = "tanh"}),
                         layers::Dense(2, {.activation = "softmax"})};
  model.save(folder.file("plain.keras"));
  set_random_seed(3);
  save_npy(folder.file("x.npy"), random_normal({24, 3}));
  save_npy(folder.file("y.npy"),
           Tensor(std::vector<std::int64_t>{0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0}));
  save_npy(folder.file("w.npy"), ones({24}));
  folder.write("classes.json", "{\"0\": 1.0, \"1\": 2.5}");
  const std::string start = "fit " + folder.file("plain.keras") + " --x " + folder.file("x.npy") + " --y " +
                            folder.file("y.npy") + " --save " + folder.file("out.keras") + " --batch-size 5 ";
  const std::string compiled = start + "--loss sparse_categorical_crossentropy --optimizer adam --metrics accuracy ";
  CHECK_THAT(command(folder, start).error,
             ContainsSubstring("stores no loss and optimizer: give --loss and --optimizer"));

  const auto history = [&](const std::string& options) {
    const Ran ran = command(folder, compiled + options + " --verbose 0 --history " + folder.file("h.json"));
    INFO(options << "\n" << ran.error);
    REQUIRE(ran.code == 0);
    return parse_json(bytes_of_file(folder.file("h.json")));
  };
  CHECK(history("--epochs 3").at("accuracy").size() == 3);
  CHECK(history("--validation-split 0.25").contains("val_accuracy"));
  CHECK(history("--validation-x " + folder.file("x.npy") + " --validation-y " + folder.file("y.npy"))
            .contains("val_loss"));
  const Config seeded = history("--seed 4 --shuffle-seed 9 --epochs 2");
  CHECK(seeded == history("--seed 4 --shuffle-seed 9 --epochs 2"));
  CHECK_FALSE(seeded == history("--seed 4 --shuffle-seed 10 --epochs 2"));
  const Config plain = history("--no-shuffle");
  CHECK(plain == history("--no-shuffle --sample-weight " + folder.file("w.npy")));
  CHECK_FALSE(plain == history("--no-shuffle --class-weight " + folder.file("classes.json")));
  CHECK(history("--no-shuffle --class-weight '{\"0\": 1.0, \"1\": 2.5}'") ==
        history("--no-shuffle --class-weight " + folder.file("classes.json")));
  // the loss comes first, as evaluate prints it, and what is held out last
  const Ran told = command(folder, compiled + "--validation-split 0.25");
  std::string names;
  for (std::size_t at = 0; at < told.out.size(); at = told.out.find('\n', at) + 1)
    names += told.out.substr(at, told.out.find(':', at) - at) + " ";
  CHECK(names == "loss accuracy val_loss val_accuracy ");
  // what a training came to is kept even where it came to nothing
  save_npy(folder.file("infinite.npy"), full({24, 3}, std::numeric_limits<double>::infinity()));
  const Ran failed = command(folder, "fit " + folder.file("plain.keras") + " --x " + folder.file("infinite.npy") +
                                         " --y " + folder.file("y.npy") + " --loss sparse_categorical_crossentropy " +
                                         "--optimizer sgd --save " + folder.file("failed.keras") + " --history " +
                                         folder.file("nan.json"));
  CHECK(failed.code == 0);
  CHECK(failed.out == "loss: nan\n");
  CHECK(bytes_of_file(folder.file("nan.json")) == "{\"loss\": [NaN]}\n");
  CHECK(std::ifstream(folder.file("failed.keras")).good());
  const Ran epochs = command(folder, compiled + "--epochs 2");
  CHECK(epochs.out.find("accuracy: ") != epochs.out.rfind("accuracy: "));
}

TEST_CASE("convert writes every format, and the model stays the same", "[tools][keras]") {
  const TemporaryFolder folder;
  const Dict arrays = load_npz(kModels + "nested.npz");
  const auto check = [&](const std::string& path) {
    const Model model = load_model(path);
    CHECK(allclose(model.predict(numbered(arrays, "x"), {.verbose = 0}).single(), *arrays.find("y0")->tensor(), 1e-4,
                   1e-5));
  };
  const auto convert = [&](const std::string& arguments) {
    const Ran ran = command(folder, "convert " + arguments);
    INFO(arguments << "\n" << ran.error);
    REQUIRE(ran.code == 0);
    return ran;
  };
  const std::string keras = kModels + "nested.keras";
  convert(keras + " " + folder.file("a.h5"));
  check(folder.file("a.h5"));
  convert(folder.file("a.h5") + " " + folder.file("a.keras"));
  check(folder.file("a.keras"));
  convert(keras + " " + folder.file("old.h5") + " --keras2");
  check(folder.file("old.h5"));
  convert(keras + " " + folder.file("old.json") + " --keras2");
  CHECK_THAT(bytes_of_file(folder.file("old.json")), ContainsSubstring("batch_input_shape"));
  convert(keras + " " + folder.file("a.weights.h5"));
  for (const char* text : {"a.json", "a.yaml"}) {
    convert(keras + " " + folder.file(text));
    const Ran fresh = convert(folder.file(text) + " " + folder.file("fresh.keras"));
    CHECK_THAT(fresh.error, ContainsSubstring("freshly initialized"));
    CHECK_THAT(command(folder, "summary " + folder.file(text)).out, ContainsSubstring("Total params"));
    CHECK(convert(folder.file("a.weights.h5") + " " + folder.file("b.keras") + " --model " + folder.file(text))
              .error.empty());
    check(folder.file("b.keras"));
  }
  CHECK(parse_json(bytes_of_file(folder.file("a.json"))) == parse_yaml(bytes_of_file(folder.file("a.yaml"))));
}

TEST_CASE("convert writes ONNX files and reads them back", "[tools][onnx]") {
  const TemporaryFolder folder;
  const Dict arrays = load_npz(kModels + "two_inputs_two_outputs.npz");
  const std::vector<Tensor> x = numbered(arrays, "x"), y = numbered(arrays, "y");
  const auto run = [&](const std::string& arguments) {
    const Ran ran = command(folder, arguments);
    INFO(arguments << "\n" << ran.error);
    REQUIRE(ran.code == 0);
    return ran;
  };
  run("convert " + kModels + "two_inputs_two_outputs.keras " + folder.file("a.onnx"));
  run("convert " + folder.file("a.onnx") + " " + folder.file("b.keras"));
  run("convert " + folder.file("b.keras") + " " + folder.file("c.h5"));
  for (const char* file : {"a.onnx", "b.keras", "c.h5"}) {
    const Model model = load_model(folder.file(file));
    CHECK(model.input_names() == std::vector<std::string>{"left", "right"});
    CHECK(model.output_names() == std::vector<std::string>{"score", "kind"});
    const TensorList outputs = model.predict(x, {.verbose = 0});
    for (std::size_t i = 0; i < 2; ++i) CHECK(allclose(outputs[i], y[i], 1e-4, 1e-5));
  }
  CHECK_THAT(run("summary " + folder.file("a.onnx")).out, ContainsSubstring("onnx_graph"));
  CHECK_THAT(run("verify " + folder.file("a.onnx")).out, ContainsSubstring("structure: ONNX model"));
}

TEST_CASE("verify tells what holds, and what does not", "[tools]") {
  const TemporaryFolder folder;
  const Model model = load_model(kModels + "nested.keras");
  model.save(folder.file("checked.keras"), {.self_check = true});
  const Ran checked = command(folder, "verify " + folder.file("checked.keras") + " --require-self-check");
  CHECK(checked.code == 0);
  CHECK(checked.error.empty());
  CHECK_THAT(checked.out, ContainsSubstring("structure: .keras archive, ") && ContainsSubstring("shapes: ") &&
                              ContainsSubstring("hashes: ") &&
                              ContainsSubstring("self-check: the stored sample gives the stored outputs"));
  CHECK_THAT(command(folder, "verify " + kModels + "nested.keras").out,
             ContainsSubstring("self-check: the file keeps no sample"));
  // one bit of a weight
  std::string bytes = bytes_of_file(folder.file("checked.keras"));
  const std::size_t at = bytes.find("model.weights.h5") + 3000;
  bytes[at] = static_cast<char>(bytes[at] ^ 4);
  folder.write("flipped.keras", bytes);
  const Ran flipped = command(folder, "verify " + folder.file("flipped.keras"));
  CHECK(flipped.code == 1);
  CHECK(is_one_error_line(flipped.error));
  CHECK_THAT(flipped.error, ContainsSubstring("flipped.keras") && ContainsSubstring("model.weights.h5"));
}

TEST_CASE("bench tells the time and the rate of every step", "[tools]") {
  const TemporaryFolder folder;
  const Sequential model{layers::Input({12, 12, 8}), layers::Conv2D(16, 3, {.activation = "relu", .name = "conv"}),
                         layers::Flatten(), layers::Dense(10, {.name = "dense"})};
  model.save(folder.file("m.keras"));
  const Ran ran = command(folder, "bench " + folder.file("m.keras") + " --batch-size 4 --runs 5");
  INFO(ran.error);
  REQUIRE(ran.code == 0);
  CHECK_THAT(ran.out, ContainsSubstring("batch of 4, 5 runs") && ContainsSubstring("GFLOP/s") &&
                          ContainsSubstring("conv") && ContainsSubstring("matmul") && ContainsSubstring("total: ") &&
                          ContainsSubstring("best of this machine: matmul "));
  // shares of all steps make a whole
  double shares = 0;
  for (std::size_t at = ran.out.find("% "); at != std::string::npos; at = ran.out.find("% ", at + 1)) {
    const std::size_t line = ran.out.rfind('\n', at) + 1;
    const std::size_t share = ran.out.find("ms ", line) + 3;
    if (share < at && ran.out.find('%', share) == at) shares += std::stod(ran.out.substr(share, at - share));
  }
  CHECK(shares == Approx(100).margin(1));
}

TEST_CASE("export writes a model as C++ source", "[tools][cpp]") {
  const TemporaryFolder folder;
  const Ran ran =
      command(folder, "export " + kModels + "cnn_sequential.keras --cpp " + folder.file("source") + " --name digits");
  INFO(ran.error);
  REQUIRE(ran.code == 0);
  CHECK(ran.out.empty());
  for (const char* file : {"model.hpp", "model.cpp", "operators.hpp", "weights_0.cpp", "predict.cpp", "CMakeLists.txt"})
    CHECK_THAT(bytes_of_file(folder.file("source/") + file), ContainsSubstring("digits"));
}

TEST_CASE("completion completes commands, options and files", "[tools]") {
  const TemporaryFolder folder;
  const auto completed = [&](const std::string& words, int word) {
    const std::string script = "bash -c 'source <(" KERASCPP_COMMAND " completion bash); COMP_WORDS=(" + words +
                               "); COMP_CWORD=" + std::to_string(word) + "; _kerascpp; echo \"${COMPREPLY[*]}\"'";
    return run_command(script).second;
  };
  CHECK(completed("kerascpp su", 1) == "summary\n");
  CHECK(completed("kerascpp co", 1) == "convert config completion\n");
  CHECK(completed("kerascpp fit --shuffle", 2) == "--shuffle-seed\n");
  CHECK(completed("kerascpp predict model.keras --in", 3) == "--input\n");
  CHECK(completed("kerascpp completion ba", 2) == "bash\n");
  CHECK(completed("kerascpp summary mod", 2) == "\n");  // left to the shell: names of files
  const Ran zsh = command(folder, "completion zsh");
  CHECK(zsh.code == 0);
  CHECK(zsh.out.rfind("#compdef kerascpp\n", 0) == 0);
  for (const char* part : {"'summary:Print the layers of a model'", "--line-length[", "'*:shell:(bash zsh)'"})
    CHECK_THAT(zsh.out, ContainsSubstring(part));
  folder.write("completion.zsh", zsh.out);
  if (run_command("command -v zsh").first == 0)
    CHECK(run_command("zsh -n " + folder.file("completion.zsh")).first == 0);
}

TEST_CASE("text models take arrays of strings", "[tools]") {
  const TemporaryFolder folder;
  const Sequential model{layers::Input({1}, {.dtype = "string", .name = "word"}),
                         layers::StringLookup({.vocabulary = std::vector<std::string>{"good", "bad", "fair"}})};
  model.save(folder.file("words.keras"));
  const auto npy = [](const std::string& descr, const std::string& elements) {
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (2, 1), }";
    header.resize(117, ' ');
    header += '\n';
    return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(118) + '\0' + header + elements;
  };
  const Tensor expected = model.predict(strings({"bad", "new"}, {2, 1}), {.verbose = 0});
  std::string wide;
  for (const char c : std::string("badnew")) wide += std::string(1, c) + std::string(3, '\0');
  std::string big;
  for (const char c : std::string("badnew")) big += std::string(3, '\0') + c;
  folder.write("bytes.npy", npy("|S3", "badnew"));
  folder.write("unicode.npy", npy("<U3", wide));
  folder.write("big.npy", npy(">U3", big));
  // what NumPy 2 saves of numpy.array([["bad"], ["new"]], dtype=object)
  const std::string digits =
      "80049598000000000000008c166e756d70792e5f636f72652e6d756c74696172726179948c0c5f7265636f6e7374727563749493948c056e"
      "756d7079948c076e6461727261799493944b0085944301629487945294284b014b024b01869468038c0564747970659493948c024f389489"
      "8887945294284b038c017c944e4e4e4affffffff4affffffff4b3f749462895d94288c03626164948c036e657794657494622e";
  std::string pickle;
  for (std::size_t i = 0; i < digits.size(); i += 2)
    pickle += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
  folder.write("objects.npy", npy("|O", pickle));
  for (const char* file : {"bytes.npy", "unicode.npy", "big.npy", "objects.npy"}) {
    const Ran ran = command(folder, "predict " + folder.file("words.keras") + " --input " + folder.file(file) +
                                        " --output " + folder.file("y.npy"));
    INFO(file << "\n" << ran.error);
    REQUIRE(ran.code == 0);
    CHECK(identical(load_npy(folder.file("y.npy")), expected));
  }
}

TEST_CASE("plot draws a model into a picture or a file for Graphviz", "[tools]") {
  const TemporaryFolder folder;
  const std::string model = kModels + "two_inputs_two_outputs.keras";
  const Ran picture = command(folder, "plot " + model + " " + folder.file("model.svg") + " --show-layer-names");
  CHECK(picture.code == 0);
  CHECK(picture.error.empty());
  const std::string svg = bytes_of_file(folder.file("model.svg"));
  CHECK_THAT(svg, ContainsSubstring("<svg ") && ContainsSubstring("left") && ContainsSubstring(" (InputLayer)"));
  const Ran text = command(folder, "plot " + model + " " + folder.file("model.dot") + " --show-shapes --rankdir LR");
  CHECK(text.code == 0);
  CHECK_THAT(bytes_of_file(folder.file("model.dot")),
             ContainsSubstring("rankdir=LR") && ContainsSubstring("Input shape: <b>(None, 7)</b>"));
  CHECK(command(folder, "plot " + model + " " + folder.file("model.svg") + " --rankdir up").code == 2);
}

TEST_CASE("config and backends show what is in force", "[tools]") {
  const TemporaryFolder folder;
  CHECK_THAT(command(folder, "config").out, ContainsSubstring("floatx: float32"));
  CHECK_THAT(command(folder, "backends").out, ContainsSubstring("reference: "));
  CHECK_THAT(command(folder, "config", "KERASCPP_FLAGS=floatX=float64,openmp=false").out,
             ContainsSubstring("floatx: float64") && ContainsSubstring("openmp: false"));
  const Ran unknown = command(folder, "config", "KERASCPP_FLAGS=floaty=float64");
  CHECK(unknown.code == 1);
  CHECK_THAT(unknown.error, ContainsSubstring("no setting named \"floaty\"") && ContainsSubstring("KERASCPP_FLAGS"));
  CHECK_THAT(command(folder, "config", "KERAS_BACKEND=reference").out, ContainsSubstring("device: reference:0"));
  CHECK_THAT(command(folder, "config", "KERAS_BACKEND=jax").out, ContainsSubstring("device: cpu:0"));
  CHECK_THAT(command(folder, "config", "KERASCPP_FLAGS=epsilon=-1").error, ContainsSubstring("positive number"));
  std::ofstream(folder.file("kerascpp.json")) << R"({"image_data_format": "channels_first", "epsilon": 0.001})";
  const std::string home = "KERASCPP_HOME=" + folder.path();
  CHECK_THAT(command(folder, "config", home).out,
             ContainsSubstring("image_data_format: channels_first") && ContainsSubstring("epsilon: 0.001"));
  CHECK_THAT(command(folder, "config", home + " KERASCPP_FLAGS=epsilon=0.01").out,
             ContainsSubstring("epsilon: 0.01\n"));
  std::ofstream(folder.file("kerascpp.json")) << "{\"epsilon\": [";
  CHECK_THAT(command(folder, "config", home).error, ContainsSubstring("kerascpp.json is not a JSON object"));
  CHECK_THAT(command(folder, "backends --ops").out, ContainsSubstring("matmul float32: cpu:"));
}

}  // namespace kerascpp::test

#endif
