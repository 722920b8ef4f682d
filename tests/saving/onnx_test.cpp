// ONNX: every layer written, read and computed again; what ONNX Runtime makes of it; what cannot be written.

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/onnx.hpp>

#include "applications/application_support.hpp"
#include "saving/onnx/exporter.hpp"
#include "saving/onnx/importer.hpp"
#include "saving/onnx/proto.hpp"
#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/op_checks.hpp"
#include "support/op_families.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"
#include "utils/protobuf_message.hpp"

namespace kerascpp::test {
namespace {

using onnx::ModelProto;

// Classes of layers that ONNX has nothing for: they look values up or hash them, outside of the graph.
const std::set<std::string> kNotWritten = {"IntegerLookup", "StringLookup", "TextVectorization", "Hashing",
                                           "HashedCrossing"};

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ModelProto read_file(const std::string& path) { return onnx::decode(bytes_of(path), path); }

std::multiset<std::string> operators(const ModelProto& model) {
  std::multiset<std::string> found;
  for (const onnx::NodeProto& node : model.graph.nodes) found.insert(node.op_type);
  return found;
}

/// Written and read again.
Model round_trip(const Model& model, const TemporaryFolder& folder) {
  const std::string path = folder.file("model.onnx");
  model.export_(path);
  return saving::load_onnx(path);
}

void check_same(const Model& model, const Model& again, const std::vector<Tensor>& x, double tolerance = 1e-5) {
  const std::vector<Tensor> expected = model.predict(x, {.verbose = 0}).vector();
  const std::vector<Tensor> received = again.predict(x, {.verbose = 0}).vector();
  REQUIRE(received.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(first_difference(received[i], expected[i], tolerance) == "");
}

}  // namespace

TEST_CASE("every operation is written as ONNX, or says why not", "[saving][onnx]") {
  for (const OpDef* op : OpRegistry::global().all()) {
    if (op->name.find("test") != std::string::npos) continue;  // operations of other tests
    INFO(op->name);
    const bool has_row = onnx::find_row(op->name) != nullptr,
               has_reason = onnx::reason_without_row(op->name) != nullptr;
    CHECK(has_row != has_reason);
  }
}

TEST_CASE("every layer is written as ONNX, read again, and computes the same", "[saving][onnx][layers]") {
  const TemporaryFolder folder;
  for (const LayerCase& row : layer_cases()) {
    DYNAMIC_SECTION(row.name) {
      within(row.name + " (" + row.class_name + ")", [&] {
        const Model model = load_model(row.file);
        if (kNotWritten.contains(row.class_name)) {
          CHECK_THROWS_WITH(
              model.export_(folder.file("model.onnx")),
              ContainsSubstring("looks values up outside of the graph") || ContainsSubstring("takes strings"));
          return;
        }
        const Model again = round_trip(model, folder);
        check_same(model, again, numbered(load_npz(row.arrays), "x"), std::max(1e-5, row.tolerance));
      });
    }
  }
}

namespace {

/// An expression as a file, and the same read from its bytes.
struct WrittenExpression {
  std::string bytes;
  std::vector<Symbol> outputs;  // of the same inputs
};

WrittenExpression through_onnx(const Built& built) {
  onnx::Exporter exporter({});
  for (std::size_t i = 0; i < built.inputs.size(); ++i) exporter.add_input(built.inputs[i], text_of("x", i));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < built.outputs.size(); ++i) names.push_back(text_of("y", i));
  exporter.add_outputs(built.outputs, names);
  ModelProto model;
  model.opsets = {{"", onnx::kOpset}};
  model.graph = exporter.take();
  model.graph.name = "expression";
  WrittenExpression written;
  written.bytes = onnx::encode(model);
  const std::string origin = "expression";
  const ModelProto again = onnx::decode(written.bytes, origin);
  onnx::Importer importer(again, origin);
  for (std::size_t i = 0; i < built.inputs.size(); ++i) importer.set(text_of("x", i), built.inputs[i]);
  written.outputs = importer.run();
  return written;
}

/// The dtype in which a row goes through ONNX: float32, or the first one that it has.
DType onnx_dtype(const OpCase& row) {
  for (const DType dtype : row.dtypes)
    if (dtype == DType::Float32) return dtype;
  return row.dtypes.front();
}

bool has_no_row(const OpCase& row) { return onnx::find_row(row.op) == nullptr; }

std::vector<Tensor> values_of(const OpCase& row, DType dtype) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < row.inputs.size(); ++i)
    values.push_back(make_values(row.inputs[i], dtype_of_input(row.inputs[i], dtype), 7 + i));
  return values;
}

std::string expression_name(const OpCase& row) {
  std::string name = row.op + (row.label.empty() ? "" : "_" + row.label);
  for (char& c : name)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return name;
}

}  // namespace

TEST_CASE("every operation is written as ONNX, read again, and computes the same", "[saving][onnx][ops]") {
  std::size_t compared = 0, refused = 0;
  for (const OpFamily& family : op_families())
    for (const OpCase& row : family.cases()) {
      const DType dtype = onnx_dtype(row);
      for (const bool known : {true, false}) {
        if (!known && !row.unknown_dimensions) continue;
        INFO(family.name << ": " << expression_name(row) << (known ? "" : ", unknown dimensions"));
        const Built built = build(row, dtype, known);
        WrittenExpression written;
        try {
          written = through_onnx(built);
        } catch (const Error& error) {
          // what has no mapping says why; some mappings need to know shapes
          const std::string text = error.what();
          const bool says_why = text.find("cannot be written as ONNX: ") != std::string::npos ||
                                text.find("complex numbers") != std::string::npos;
          CHECK((says_why || (!known && text.find("while exporting operation") != std::string::npos)));
          if (!says_why && known) FAIL_CHECK(text);
          ++refused;
          continue;
        }
        const std::vector<Tensor> values = values_of(row, dtype);
        const std::vector<Tensor> expected = run(built.inputs, built.outputs, values, "FAST_RUN");
        const std::vector<Tensor> received = run(built.inputs, written.outputs, values, "FAST_RUN");
        for (std::size_t i = 0; i < expected.size(); ++i) {
          INFO("output " << i);
          CHECK(first_difference(received[i], expected[i], 1e-5) == "");
          CHECK(received[i].dtype() == expected[i].dtype());
        }
        ++compared;
      }
    }
  CHECK(compared > 2 * refused);
}

namespace {

void save_arrays(const std::string& path, const std::vector<Tensor>& x, const std::vector<Tensor>& y) {
  Dict arrays;
  for (std::size_t i = 0; i < x.size(); ++i) arrays.set(text_of("x", i), x[i]);
  bool plain = true;
  for (const Tensor& value : y) plain = plain && value.dtype() != DType::BFloat16;
  for (std::size_t i = 0; plain && i < y.size(); ++i) arrays.set(text_of("y", i), y[i]);
  save_npz(path, arrays);
}

/// What Python says of the files in a folder.
void check_by_onnx_runtime(const TemporaryFolder& folder) {
  const auto [status, output] =
      run_command(keras_python() + " " KERASCPP_SOURCE_DIR "/scripts/fixtures/run_onnx.py " + folder.path());
  INFO(output);
  CHECK(status == 0);
  std::printf("%s", output.c_str());
}

}  // namespace

TEST_CASE("ONNX Runtime computes the same for every layer", "[saving][onnx][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with onnx and onnxruntime");
  const TemporaryFolder folder;
  for (const LayerCase& row : layer_cases()) {
    if (kNotWritten.contains(row.class_name)) continue;
    within(row.name, [&] {
      const Model model = load_model(row.file);
      std::vector<Tensor> x = numbered(load_npz(row.arrays), "x");
      for (std::size_t i = 0; i < x.size(); ++i) x[i] = x[i].astype(model.inputs()[i].dtype());
      for (const Tensor& value : x)
        if (value.dtype() == DType::BFloat16) return;  // NumPy has no such arrays
      model.export_(folder.file(row.name + ".onnx"));
      save_arrays(folder.file(row.name + ".npz"), x, model.predict(x, {.verbose = 0}).vector());
    });
  }
  check_by_onnx_runtime(folder);
}

TEST_CASE("ONNX Runtime computes the same for every operation", "[saving][onnx][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with onnx and onnxruntime");
  const TemporaryFolder folder;
  for (const OpFamily& family : op_families())
    for (const OpCase& row : family.cases()) {
      if (has_no_row(row)) continue;
      const DType dtype = onnx_dtype(row);
      if (dtype == DType::BFloat16) continue;
      const Built built = build(row, dtype, true);
      WrittenExpression written;
      try {
        written = through_onnx(built);
      } catch (const Error&) {
        continue;  // told by the test above
      }
      const std::vector<Tensor> values = values_of(row, dtype);
      const std::string name = expression_name(row);
      folder.write(name + ".onnx", written.bytes);
      save_arrays(folder.file(name + ".npz"), values, run(built.inputs, built.outputs, values, "FAST_RUN"));
    }
  check_by_onnx_runtime(folder);
}

TEST_CASE("every application is written as ONNX", "[saving][onnx][python]") {
  // minutes of work: see scripts/check_onnx.sh
  if (keras_python().empty() || std::getenv("KERASCPP_ONNX_APPLICATIONS") == nullptr)
    return skip("scripts/check_onnx.sh writes the applications");
  std::set<std::string> written;
  for (const ApplicationCase& row : application_cases(KERASCPP_TEST_DATA "/applications/outputs.json")) {
    if (!written.insert(row.application).second) continue;
    const TemporaryFolder folder;  // one after the other: they are large
    within(title(row), [&] {
      const Model model = build_application(row.application, row.options);
      fill_weights(model, row.expected.at("gain").as_double());
      const Tensor x = formula_input(model);
      model.export_(folder.file("model.onnx"));
      const std::vector<Tensor> y = model.predict(x, {.verbose = 0}).vector();
      save_arrays(folder.file("model.npz"), {x}, y);
      const Tensor again = saving::load_onnx(folder.file("model.onnx")).predict(x, {.verbose = 0});
      CHECK(first_difference(again, y[0], 1e-5) == "");
      std::printf("%s: ", row.application.c_str());
      check_by_onnx_runtime(folder);
    });
  }
}

TEST_CASE("recurrent layers become the operators of ONNX, and loops where those do not fit", "[saving][onnx]") {
  using namespace layers;
  const TemporaryFolder folder;
  const auto count = [&](const Layer& layer, const char* op, bool masked = false) {
    const Symbol x = Input({None, 4});
    const Symbol given = masked ? Symbol(Masking(0.0)(x)) : x;
    const Model model(x, layer(given));
    model.export_(folder.file("m.onnx"));
    const Tensor values = random_normal({3, 5, 4});
    check_same(model, saving::load_onnx(folder.file("m.onnx")), {values});
    return operators(read_file(folder.file("m.onnx"))).count(op);
  };
  CHECK(count(LSTM(3), "LSTM") == 1);
  CHECK(count(GRU(3), "GRU") == 1);
  CHECK(count(GRU(3, {.return_sequences = true, .go_backwards = true, .reset_after = false}), "GRU") == 1);
  CHECK(count(SimpleRNN(3, {.activation = "relu"}), "RNN") == 1);
  CHECK(count(Bidirectional(LSTM(3, {.return_sequences = true})), "LSTM") == 2);
  CHECK(count(RNN(LSTMCell(3)), "LSTM") == 1);
  CHECK(count(LSTM(3, {.recurrent_activation = "hard_sigmoid"}), "LSTM") == 1);
  CHECK(count(LSTM(3, {.return_sequences = true}), "Scan", true) == 1);
  CHECK(count(GRU(3, {.activation = "gelu"}), "Scan") == 1);
  CHECK(count(RNN(StackedRNNCells({LSTMCell(3), GRUCell(2)})), "Scan") == 1);
}

TEST_CASE("ONNX files have Keras's names and symbolic lengths", "[saving][onnx]") {
  using namespace layers;
  const TemporaryFolder folder;
  const Symbol image = Input({None, None, 3}, {.name = "image"});
  const Symbol features = GlobalAveragePooling2D()(Conv2D(4, 3, {.padding = "same", .name = "conv"})(image));
  const Model model(image, {Dense(2, {.name = "left"})(features), Dense(3, {.name = "right"})(features)});
  model.export_(folder.file("m.onnx"));
  const ModelProto file = read_file(folder.file("m.onnx"));
  CHECK(file.producer_name == "kerascpp");
  CHECK(file.opsets == std::vector<std::pair<std::string, std::int64_t>>{{"", 18}});
  REQUIRE(file.graph.inputs.size() == 1);
  CHECK(file.graph.inputs[0].name == "image");
  CHECK(file.graph.inputs[0].shape[0].parameter == "batch");
  CHECK(file.graph.inputs[0].shape[1].parameter == "image_axis_1");
  CHECK(file.graph.inputs[0].shape[3].value == 3);
  REQUIRE(file.graph.outputs.size() == 2);
  CHECK(file.graph.outputs[0].name == "left");
  CHECK(file.graph.outputs[1].name == "right");
  std::set<std::string> names;
  for (const onnx::Initializer& item : file.graph.initializers) names.insert(item.name);
  for (const char* name : {"conv/kernel", "conv/bias", "left/kernel", "left/bias", "right/kernel", "right/bias"})
    CHECK(names.contains(name));
  const Model again = saving::load_onnx(folder.file("m.onnx"));
  CHECK(again.input_names() == model.input_names());
  CHECK(again.output_names() == model.output_names());
  for (const Shape& shape : {Shape{1, 7, 9, 3}, Shape{2, 12, 5, 3}}) check_same(model, again, {random_normal(shape)});
}

TEST_CASE("what is bfloat16 is computed in float32 and rounded, in operators that every runtime has",
          "[saving][onnx]") {
  using namespace layers;
  const TemporaryFolder folder;
  const Sequential model{Input({6, 6, 2}), Conv2D(3, 2, {.activation = "relu", .dtype = "mixed_bfloat16"}), Flatten(),
                         Dense(4, {.activation = "tanh", .dtype = "mixed_bfloat16"}), Dense(2, {.dtype = "float32"})};
  model.export_(folder.file("m.onnx"));
  const ModelProto file = read_file(folder.file("m.onnx"));
  constexpr std::int64_t kFloat = 1;  // of TensorProto
  std::map<std::string, std::int64_t> dtypes;
  int computing = 0;
  for (const onnx::NodeProto& node : file.graph.nodes) {
    if (node.op_type == "Cast") {
      dtypes[node.outputs[0]] = std::get<std::int64_t>(node.attributes.at(0).second);  // "to" is all that it has
      continue;
    }
    const bool computes = node.op_type == "Conv" || node.op_type == "Gemm" || node.op_type == "MatMul" ||
                          node.op_type == "Add" || node.op_type == "Relu" || node.op_type == "Tanh";
    computing += computes ? 1 : 0;
    for (const std::string& input : node.inputs) {
      INFO(node.op_type << " takes " << input);
      if (const auto found = dtypes.find(input); computes && found != dtypes.end()) CHECK(found->second == kFloat);
    }
  }
  CHECK(computing >= 5);
  check_same(model, saving::load_onnx(folder.file("m.onnx")), {random_normal({3, 6, 6, 2})}, 1e-2);
}

TEST_CASE("what is read from ONNX trains, and is saved as any model", "[saving][onnx]") {
  using namespace layers;
  const TemporaryFolder folder;
  set_random_seed(3);
  const Sequential model{Input({6}), Dense(5, {.activation = "relu"}), BatchNormalization(), Dense(2)};
  const Tensor x = random_normal({8, 6}), y = random_normal({8, 2});
  const Model again = round_trip(model, folder);
  CHECK(again.count_params() == model.count_params());
  CHECK(again.trainable_variables().size() == model.trainable_variables().size());
  again.compile({.optimizer = optimizers::SGD({.learning_rate = 0.1}), .loss = "mse"});
  const double before = again.evaluate(x, y, {.verbose = 0}).at("loss");
  again.fit(x, y, {.epochs = 5, .verbose = 0});
  CHECK(again.evaluate(x, y, {.verbose = 0}).at("loss") < before);
  for (const char* name : {"m.keras", "m.h5"}) {
    again.save(folder.file(name));
    check_same(again, load_model(folder.file(name)), {x}, 0);
  }
  again.export_(folder.file("again.onnx"));
  check_same(again, load_model(folder.file("again.onnx")), {x});
}

TEST_CASE("what ONNX has nothing for is told with layer and operation", "[saving][onnx]") {
  using namespace layers;
  const TemporaryFolder folder;
  const auto message = [&](const Layer& layer, const Shape& shape) {
    const Symbol x = Input(shape, {.name = "x"});
    try {
      Model(x, layer(x)).export_(folder.file("m.onnx"));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  const auto lambda = [](auto function) { return Lambda(function, {.name = "mine"}); };
  CHECK_THAT(message(lambda([](const Symbol& x) { return ops::inv(x); }), {3, 3}),
             ContainsSubstring("cannot be written as ONNX: ONNX has no decompositions of matrices") &&
                 ContainsSubstring("while exporting operation \"inv\" of layer \"mine\"") &&
                 ContainsSubstring("while exporting model"));
  CHECK_THAT(message(lambda([](const Symbol& x) { return ops::real(ops::complex(x, x)); }), {3}),
             ContainsSubstring("ONNX has no operators on complex numbers"));
  const Sequential words{Input({1}, {.dtype = "string", .name = "word"}),
                         StringLookup({.vocabulary = std::vector<std::string>{"a", "b"}})};
  CHECK_THROWS_WITH(words.export_(folder.file("m.onnx")), ContainsSubstring("input \"word\" takes strings"));
  const Sequential plain{Input({2}), Dense(1)};
  CHECK_THROWS_WITH(plain.export_(folder.file("m.onnx"), {.format = "tf_saved_model"}),
                    ContainsSubstring("format must be \"onnx\", received \"tf_saved_model\""));
  CHECK_THROWS_AS(plain.export_(folder.file("no/such/folder.onnx")), IoError);
  plain.export_(folder.file("m.onnx"));
  CHECK_THROWS_WITH(saving::export_onnx(plain, folder.file("m.onnx"), {.overwrite = false}),
                    ContainsSubstring("exists already"));
}

namespace {

/// A file of one node.
std::string one_node(onnx::NodeProto node, std::vector<onnx::Initializer> constants = {}, std::int64_t opset = 18) {
  ModelProto model;
  model.opsets = {{"", opset}};
  model.graph.name = "one";
  onnx::ValueInfo x{.name = "x", .shape = {{-1, "batch"}, {3, ""}}}, y{.name = "y", .has_shape = false};
  model.graph.inputs = {x};
  model.graph.outputs = {y};
  model.graph.initializers = std::move(constants);
  model.graph.nodes = {std::move(node)};
  return onnx::encode(model);
}

std::string load_error(const TemporaryFolder& folder, const std::string& bytes) {
  try {
    static_cast<void>(saving::load_onnx(folder.write("m.onnx", bytes)));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("errors of ONNX files name the file, the node and what is wrong", "[saving][onnx]") {
  const TemporaryFolder folder;
  const auto error = [&](onnx::NodeProto node, std::vector<onnx::Initializer> constants = {}, std::int64_t opset = 18) {
    return load_error(folder, one_node(std::move(node), std::move(constants), opset));
  };
  CHECK(error({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}}).empty());
  CHECK_THAT(error({.op_type = "Einsum", .name = "mix", .inputs = {"x"}, .outputs = {"y"}}),
             ContainsSubstring("m.onnx") && ContainsSubstring("at node 0 (Einsum \"mix\")") &&
                 ContainsSubstring("is an operator that is not read"));
  CHECK_THAT(error({.op_type = "Relu", .domain = "com.example", .inputs = {"x"}, .outputs = {"y"}}),
             ContainsSubstring("is of the domain \"com.example\""));
  CHECK_THAT(error({.op_type = "Relu", .inputs = {"z"}, .outputs = {"y"}}),
             ContainsSubstring("uses \"z\", which no node before it gives"));
  CHECK_THAT(error({.op_type = "Relu", .outputs = {"y"}}), ContainsSubstring("lacks input 0"));
  CHECK_THAT(error({.op_type = "Relu", .inputs = {"x"}, .outputs = {"x"}}),
             ContainsSubstring("which is there already"));
  CHECK_THAT(error({.op_type = "Add", .inputs = {"x", "w"}, .outputs = {"y"}}, {{"w", zeros({4})}}),
             ContainsSubstring("(None, 3)") && ContainsSubstring("(4,)"));
  CHECK_THAT(error({.op_type = "Softmax", .inputs = {"x"}, .outputs = {"y"}, .attributes = {{"axis", 1.5F}}}),
             ContainsSubstring("its attribute \"axis\" is of another type"));
  CHECK_THAT(error({.op_type = "Scan", .inputs = {"x"}, .outputs = {"y"}}),
             ContainsSubstring("lacks the graph \"body\""));
  CHECK_THAT(error({.op_type = "Reshape", .inputs = {"x", "x"}, .outputs = {"y"}}),
             ContainsSubstring("depends on what is fed"));
  CHECK_THAT(error({.op_type = "Relu", .inputs = {"x"}, .outputs = {"y"}}, {}, 9),
             ContainsSubstring("operators of opset 9; those of 17 to 21 are read"));
  CHECK_THAT(load_error(folder, ""), ContainsSubstring("is no ONNX model: it has no graph"));
  CHECK_THAT(load_error(folder, "nothing of the kind"), ContainsSubstring("damaged: what ends at byte"));
  CHECK_THROWS_AS(saving::load_onnx(folder.file("none.onnx")), IoError);
}

TEST_CASE("every cut and every flipped byte of an ONNX file is survived", "[saving][onnx]") {
  using namespace layers;
  const TemporaryFolder folder;
  const Symbol x = Input({None, 4});
  const Model model(x, Dense(2)(LSTM(3)(Conv1D(4, 2)(Masking()(x) * 2.0F))));
  model.export_(folder.file("good.onnx"));
  const std::string good = bytes_of(folder.file("good.onnx"));
  std::size_t refused = 0, tried = 0;
  const auto survives = [&](const std::string& bytes) {
    ++tried;
    try {
      static_cast<void>(saving::load_onnx(folder.write("m.onnx", bytes)));
    } catch (const Error&) {
      ++refused;
    }
  };
  for (std::size_t at = 0; at < good.size(); at += 1 + good.size() / 300) {
    survives(good.substr(0, at));
    for (const int bit : {0, 3, 7}) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
      survives(bytes);
    }
    std::string huge = good;
    for (std::size_t i = at; i < std::min(at + 9, huge.size()); ++i) huge[i] = '\xff';
    survives(huge);
  }
  CHECK(tried > 1000);
  CHECK(refused > tried / 3);
}

TEST_CASE("tensors of ONNX files are read in every way they may be written", "[saving][onnx]") {
  // name "t", dims, data_type, and values packed or one by one
  const std::string origin = "bytes";
  const auto read = [&](const std::string& tensor) {
    utils::ProtobufMessage graph, model;
    graph.text(5, tensor);
    model.number(1, 8).message(7, graph);
    return onnx::decode(model.bytes(), origin).graph.initializers.at(0).value;
  };
  utils::ProtobufMessage floats;
  floats.number(1, 2).number(2, 1).single(4, 1.5F).single(4, -2.0F).text(8, "t");
  CHECK(read(floats.bytes()).to_vector<float>() == std::vector<float>{1.5F, -2});
  utils::ProtobufMessage integers;
  integers.text(1, std::string("\2\1", 2)).number(2, 7).text(7, std::string("\5\x7f", 2)).text(8, "t");
  CHECK(read(integers.bytes()).shape() == Shape{2, 1});
  CHECK(read(integers.bytes()).to_vector<std::int64_t>() == std::vector<std::int64_t>{5, 127});
  utils::ProtobufMessage halves;
  halves.number(1, 1).number(2, 10).number(5, 0x3C00).text(8, "t");
  CHECK(read(halves.bytes()).astype(DType::Float32).item<float>(0) == 1);
  utils::ProtobufMessage cut;
  cut.number(1, 3).number(2, 1).text(8, "t").text(9, "12345678");
  CHECK_THROWS_WITH(read(cut.bytes()), ContainsSubstring("tensor \"t\" of shape (3,) and dtype float32 needs 3 values, "
                                                         "the file has 8 bytes"));
  utils::ProtobufMessage bomb;
  for (int i = 0; i < 6; ++i) bomb.number(1, std::int64_t{1} << 40);
  bomb.number(2, 1).text(8, "t");
  CHECK_THROWS_AS(read(bomb.bytes()), FormatError);
  utils::ProtobufMessage outside;
  outside.number(1, 1).number(2, 1).text(8, "t").number(14, 1);
  CHECK_THROWS_WITH(read(outside.bytes()), ContainsSubstring("keeps its values in another file"));
}

}  // namespace kerascpp::test
