// Files of weights: shards, loading by name and in part with a report, the editor.

#include <fstream>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/keras_file_editor.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/weights.hpp>

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/layer_test.hpp"
#include "support/message_of.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;
using Names = std::vector<std::string>;

const std::string kModels = KERASCPP_TEST_DATA "/models/";
const std::string kShards = KERASCPP_TEST_DATA "/sharded/";

Sequential three_layers(const char* last = "last", std::int64_t units = 2) {
  return Sequential{Input({4}), Dense(3, {.name = "first"}), Dense(5, {.use_bias = false, .name = "second"}),
                    Dense(units, {.name = last})};
}

void expect_equal(const std::vector<Tensor>& received, const std::vector<Tensor>& expected) {
  REQUIRE(received.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(allclose(received[i], expected[i], 0, 0));
}

}  // namespace

TEST_CASE("sharded weights of Keras are read", "[saving][weights]") {
  const Dict arrays = load_npz(kShards + "model.npz");
  const Model model = load_model(kShards + "model.keras");
  std::vector<Tensor> zeros_like;
  for (const Tensor& weight : model.get_weights()) zeros_like.push_back(zeros(weight.shape(), weight.dtype()));
  model.set_weights(zeros_like);
  const LoadReport report = load_weights(model, kShards + "model.weights.json");
  CHECK(report.mismatched.empty());
  CHECK(report.unused.empty());
  CHECK(allclose(model.predict(numbered(arrays, "x"), {.verbose = 0})[0], numbered(arrays, "y")[0], 1e-5, 1e-6));
}

TEST_CASE("weights are written in shards of a largest size, and read again", "[saving][weights]") {
  const TemporaryFolder folder;
  const Sequential model{Input({40}), Dense(50), Dense(60), Dense(2)};
  const std::string path = folder.file("big.weights.json");
  save_weights(model, path, {.max_shard_size = 13000.0 / (1 << 30)});
  CHECK(folder.count() == 3);  // 8200 bytes, 12240 and 488: each shard takes one kernel
  const Config map = parse_json(bytes_of_file(path));
  CHECK(map.at("metadata").at("total_size").as_int() == 4 * model.count_params());
  CHECK(map.at("weight_map").at("/layers/dense/vars").as_string() == "big_00000.weights.h5");
  const Sequential again{Input({40}), Dense(50), Dense(60), Dense(2)};
  load_weights(again, path);
  expect_equal(again.get_weights(), model.get_weights());

  CHECK_THAT(message_of<ValueError>([&] { save_weights(model, path, {.max_shard_size = 1e-6}); }),
             ContainsSubstring("more than the largest shard"));
  CHECK_THAT(message_of<ValueError>([&] { save_weights(model, folder.file("a.weights.h5"), {.max_shard_size = 1}); }),
             ContainsSubstring("must end in .weights.json"));
  CHECK_THAT(message_of<IoError>([&] { save_weights(model, path, {.overwrite = false, .max_shard_size = 1}); }),
             ContainsSubstring("exists already"));
}

TEST_CASE("maps of shards that lead elsewhere or nowhere are refused", "[saving][weights][hostile]") {
  const TemporaryFolder folder;
  const Model model = three_layers();
  const auto message = [&](const std::string& text) {
    const std::string path = folder.write("m.weights.json", text);
    return message_of<FormatError>([&] { load_weights(model, path); });
  };
  CHECK_THAT(message(R"({"weight_map": {"/layers/dense/vars": "../secret.weights.h5"}})"),
             ContainsSubstring("in files of the same folder") && ContainsSubstring("../secret"));
  CHECK_THAT(message(R"({"weight_map": {"/layers/dense/vars": 7}})"), ContainsSubstring("received 7"));
  CHECK_THAT(message(R"({"metadata": {}})"), ContainsSubstring("no \"weight_map\""));
  CHECK_THAT(message(R"([1)"), ContainsSubstring("is no JSON"));
  const std::string gone =
      folder.write("n.weights.json", R"({"weight_map": {"/layers/dense/vars": "gone.weights.h5"}})");
  CHECK_THAT(message_of<IoError>([&] { load_weights(model, gone); }), ContainsSubstring("gone.weights.h5"));
}

TEST_CASE("weights load by name, and the report tells what was left", "[saving][weights]") {
  const TemporaryFolder folder;
  const Model stored = three_layers("other");
  stored.save_weights(folder.file("stored.h5"));
  const Model model = three_layers();
  const Tensor last = model.get_layer("last").get_weights()[0];
  const LoadReport report = load_weights(model, folder.file("stored.h5"), {.by_name = true});
  CHECK(report.matched == Names{"first", "second"});
  CHECK(report.skipped == Names{"last"});
  CHECK(report.unused == Names{"other"});
  CHECK(report.mismatched.empty());
  CHECK(report.text() == "matched: first, second\nnot in the file: last\nnot in the model: other\n");
  expect_equal(model.get_layer("second").get_weights(), stored.get_layer("second").get_weights());
  expect_equal({model.get_layer("last").get_weights()[0]}, {last});

  stored.save_weights(folder.file("stored.weights.h5"));
  CHECK_THAT(message_of<ValueError>([&] { load_weights(model, folder.file("stored.weights.h5"), {.by_name = true}); }),
             ContainsSubstring("has no names"));
}

TEST_CASE("layers whose arrays do not fit may keep their weights", "[saving][weights]") {
  const TemporaryFolder folder;
  const Model stored = three_layers("last", 7);
  for (const char* name : {"stored.h5", "stored.weights.h5"}) {
    DYNAMIC_SECTION(name) {
      const std::string path = folder.file(name);
      stored.save_weights(path);
      const Model model = three_layers();
      const std::vector<Tensor> before = model.get_weights();
      const std::string message = message_of<FormatError>([&] { load_weights(model, path); });
      CHECK_THAT(message, ContainsSubstring("of layer \"last\" has shape (5, 2), the file has (5, 7)"));
      expect_equal(model.get_weights(), before);  // all or nothing
      const LoadReport report = load_weights(model, path, {.skip_mismatch = true});
      CHECK(report.matched == Names{"first", "second"});
      REQUIRE(report.mismatched.size() == 1);
      CHECK(report.mismatched[0].layer == "last");
      CHECK_THAT(report.mismatched[0].reason, ContainsSubstring("(5, 7)"));
      CHECK_THAT(report.text(), ContainsSubstring("does not fit: last: "));
      expect_equal(model.get_layer("first").get_weights(), stored.get_layer("first").get_weights());
      expect_equal(model.get_layer("last").get_weights(), {before[3], before[4]});
    }
  }
}

TEST_CASE("the editor renames, adds and deletes what is in a file of weights", "[saving][weights]") {
  const TemporaryFolder folder;
  const Model stored = three_layers();
  stored.save(folder.file("model.keras"));
  KerasFileEditor editor(folder.file("model.keras"));
  CHECK(editor.config().at("class_name").as_string() == "Sequential");
  CHECK(editor.metadata().contains("keras_version"));
  CHECK(editor.compare(stored).success());
  CHECK(editor.compare(stored).match_count == 5);
  CHECK_THAT(editor.summary_text(), ContainsSubstring("layers/dense_1") && ContainsSubstring("0: (4, 3) float32"));

  const Tensor kernel = editor.weights().at("layers/dense_1").at("0");
  editor.rename_object("dense_1", "dense_9");
  CHECK(editor.weights().contains("layers/dense_9"));
  const saving::FileComparison other = editor.compare(stored);
  CHECK(other.errors.size() == 2);  // missing here, too much there
  editor.delete_object("layers/dense_9");
  editor.add_object("layers/dense_1", {{"0", kernel}});
  CHECK(editor.compare(stored).success());
  editor.add_weights("dense_2", {{"2", zeros({2})}});
  CHECK_FALSE(editor.compare(stored).success());
  editor.delete_weight("dense_2", "2");
  editor.save(folder.file("edited.weights.h5"));
  const Model model = three_layers();
  model.load_weights(folder.file("edited.weights.h5"));
  expect_equal(model.get_weights(), stored.get_weights());

  CHECK_THAT(message_of<ValueError>([&] { editor.delete_object("nobody"); }), ContainsSubstring("\"nobody\""));
  CHECK_THAT(message_of<ValueError>([&] { editor.rename_object("dense", "a/b"); }), ContainsSubstring("no slashes"));
  CHECK_THAT(message_of<ValueError>([&] { editor.rename_object("dense", "dense_1"); }), ContainsSubstring("already"));
  CHECK_THAT(message_of<ValueError>([&] { editor.delete_weight("dense", "7"); }), ContainsSubstring("it has 0, 1"));
  CHECK_THAT(message_of<ValueError>([&] { editor.save(folder.file("a.h5")); }), ContainsSubstring(".weights.h5"));
  CHECK_THAT(message_of<ValueError>([&] { KerasFileEditor(folder.file("a.h5")); }), ContainsSubstring(".keras"));
}

TEST_CASE("large files of weights are read layer by layer into a model that is there", "[saving][weights][memory]") {
  const TemporaryFolder folder;
  Sequential model{Input({1500})};
  for (int i = 0; i < 12; ++i) model.add(Dense(1500, {.kernel_initializer = "ones"}));  // 9 MB each
  for (const char* ending : {".weights.h5", ".h5"}) {
    const std::string path = folder.file(std::string("large") + ending);
    model.save_weights(path);
    model.load_weights(path);  // what stays from the first time is no matter of files
    std::ofstream clear("/proc/self/clear_refs");
    clear << "5" << std::flush;  // the peak starts anew from what is in use
    if (!clear.good()) return skip("the memory of loading: its peak cannot be measured on this system");
    const std::size_t before = peak_memory();
    model.load_weights(path);
    const std::size_t after = peak_memory();
    INFO(ending << ": " << before << " bytes before, " << after << " at the peak");
    CHECK(after - before < std::size_t{40} << 20U);  // of 108 MB: a layer or two, and what a file needs besides
  }
}

}  // namespace kerascpp::test
