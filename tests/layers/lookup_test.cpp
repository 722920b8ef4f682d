// Layers with vocabularies: what they learn, what files keep of it, and models that take strings.

#include <fstream>
#include <iterator>

#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/lookup.hpp>
#include <kerascpp/layers/pooling.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>

#include "saving/legacy_h5.hpp"
#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;
using Words = std::vector<std::string>;

const std::string kLearned = KERASCPP_TEST_DATA "/lookup/";

std::vector<std::pair<std::string, std::string>> learned_cases() {
  std::ifstream file(kLearned + "index.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Config index = parse_json(text, "index.json");
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Config& row : index.at("cases").as_list())
    rows.emplace_back(row.at("name").as_string(), row.at("class").as_string());
  return rows;
}

Tensor first_array(const std::string& path) { return numbered(load_npz(path), "x")[0]; }

}  // namespace

TEST_CASE("vocabularies that Keras learned are read, written and learned again", "[layers][lookup][keras]") {
  const TemporaryFolder folder;
  for (const auto& [name, class_name] : learned_cases()) {
    INFO(name << " (" << class_name << ")");
    const Model model = load_model(kLearned + name + ".keras");
    const Dict arrays = load_npz(kLearned + name + ".npz");
    const std::vector<Tensor> x = numbered(arrays, "x");
    const Tensor y = numbered(arrays, "y")[0];
    CHECK(first_difference(model_config(model, false), config_of_file(kLearned + name + ".keras")) == "");
    CHECK(allclose(model.predict(x, {.verbose = 0})[0], y, 1e-6, 1e-6));

    model.save(folder.file("again.keras"));
    CHECK(allclose(load_model(folder.file("again.keras")).predict(x, {.verbose = 0})[0], y, 1e-6, 1e-6));
    CHECK_THROWS_WITH(model.save(folder.file("again.h5")), ContainsSubstring("has learned a vocabulary"));

    const Tensor learned = first_array(kLearned + name + "_learned.npz");
    const AdaptableLayer layer(model.layers().back().base());
    layer.adapt(learned);
    CHECK(allclose(model.predict(x, {.verbose = 0})[0], y, 1e-6, 1e-6));
  }
}

TEST_CASE("frequent tokens come first, of equal ones the larger", "[layers][lookup]") {
  const auto words = StringLookup();
  words.adapt(strings({"b", "a", "b", "c", "a", "b", "d"}));
  CHECK(words.get_vocabulary() == Words{"[UNK]", "b", "a", "d", "c"});
  CHECK(words.get_vocabulary(false) == Words{"b", "a", "d", "c"});
  CHECK(words(strings({"c", "x", "b"})).to_vector<std::int64_t>() == std::vector<std::int64_t>{4, 0, 1});

  const auto numbers = IntegerLookup({.max_tokens = 3, .mask_token = 0});
  numbers.adapt(Tensor(std::vector<std::int64_t>{5, 5, 7, 7, 7, 0, 9}));
  CHECK(numbers.get_vocabulary() == std::vector<std::int64_t>{0, -1, 7});
  CHECK(numbers.vocabulary_size() == 3);
}

TEST_CASE("numbers become strings again", "[layers][lookup]") {
  const auto back = StringLookup({.mask_token = "", .vocabulary = {"a", "bc"}, .invert = true});
  CHECK(to_strings(back(Tensor(std::vector<std::int64_t>{2, 0, 3, 1, 9}))) == Words{"a", "", "bc", "[UNK]", "[UNK]"});
}

TEST_CASE("a model that starts with text takes strings in fit, evaluate and predict", "[layers][lookup][training]") {
  const auto text = TextVectorization({.output_sequence_length = 3});
  text.adapt(strings({"good film", "bad film", "a very good one", "very bad"}));
  const Sequential model{text, Embedding(text.vocabulary_size(), 4), GlobalAveragePooling1D(),
                         Dense(1, {.activation = "sigmoid"})};
  const Tensor x = strings({"good", "bad", "very good", "bad one"}), y = Tensor{1, 0, 1, 0};
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.1}), .loss = "binary_crossentropy"});
  const auto before = model.evaluate(x, y, {.verbose = 0});
  model.fit(x, y, {.batch_size = 2, .epochs = 20, .verbose = 0});
  const auto after = model.evaluate(x, y, {.verbose = 0});
  CHECK(after.at("loss") < 0.5 * before.at("loss"));
  const Tensor p = model.predict(strings({"good", "bad"}), {.verbose = 0});
  CHECK(p.shape() == Shape{2, 1});
  CHECK(p.to_vector<float>()[0] > p.to_vector<float>()[1]);
  CHECK(allclose(model.predict_on_batch(x)[0], model.predict(x, {.verbose = 0})[0]));

  const TemporaryFolder folder;
  model.save(folder.file("model.keras"));
  CHECK(allclose(load_model(folder.file("model.keras")).predict(x, {.verbose = 0})[0],
                 model.predict(x, {.verbose = 0})[0]));
}

TEST_CASE("a lookup may stand behind other layers and other lookups", "[layers][lookup]") {
  const Symbol words = Input({1}, {.dtype = "string", .name = "words"}), number = Input({1}, {.name = "number"});
  const Symbol bins = Discretization({.bin_boundaries = {0.0, 1.0}})(number);
  const Symbol crossed = HashedCrossing(50)({words, bins});
  const Model model({words, number}, {CategoryEncoding(50, {.output_mode = "one_hot"})(crossed)});
  const Tensor texts = strings({"a", "b", "a"}, {3, 1}), x = Tensor{{-1.0}, {0.5}, {-3.0}};
  const Tensor y = model.predict({texts, x}, {.verbose = 0});
  CHECK(y.shape() == Shape{3, 50});
  CHECK(allclose(y[2], y[0]));  // the same word, and -1 and -3 fall into one bin
  CHECK(!allclose(y[1], y[0]));
  CHECK_THROWS_WITH(model.predict({x, x}, {.verbose = 0}), ContainsSubstring("expected strings for input \"words\""));
}

// Keras: "Table not initialized"
TEST_CASE("a lookup that has no vocabulary computes nothing", "[layers][lookup][errors]") {
  CHECK_THROWS_WITH(StringLookup()(strings({"a"})), ContainsSubstring("has no vocabulary"));
  CHECK_THROWS_WITH(IntegerLookup()(Tensor{1, 2}), ContainsSubstring("has no vocabulary"));
  CHECK_THROWS_WITH(StringLookup({.invert = true})(Tensor{1, 2}), ContainsSubstring("has no vocabulary"));
  CHECK_THROWS_WITH(TextVectorization()(strings({"a b"})), ContainsSubstring("has no vocabulary"));
  // as in configs and HDF5 files, which hold none that was learned
  auto words = StringLookup({.name = "words"});
  words.adapt(strings({"a", "b"}));
  const Symbol x = Input({1}, {.dtype = "string"});
  const Model learned(x, words(x)), copy = model_from_json(learned.to_json());
  const Tensor texts = strings({"a", "z"}, {2, 1});
  CHECK(learned.predict(texts, {.verbose = 0}).single().shape() == Shape{2, 1});
  CHECK_THROWS_WITH(copy.predict(texts, {.verbose = 0}), ContainsSubstring("\"words\" has no vocabulary"));
}

TEST_CASE("lookups say what is wrong", "[layers][lookup][errors]") {
  CHECK_THROWS_WITH(StringLookup({.max_tokens = 1}), ContainsSubstring("max_tokens must be above 1"));
  CHECK_THROWS_WITH(StringLookup({.pad_to_max_tokens = true}), ContainsSubstring("needs max_tokens"));
  CHECK_THROWS_WITH(StringLookup({.num_oov_indices = -1}), ContainsSubstring("num_oov_indices must be at least 0"));
  CHECK_THROWS_WITH(StringLookup({.output_mode = "sparse"}), ContainsSubstring("output_mode must be one of"));
  CHECK_THROWS_WITH(StringLookup({.sparse = true}), ContainsSubstring("no sparse tensors"));
  CHECK_THROWS_WITH(StringLookup({.invert = true, .output_mode = "count"}), ContainsSubstring("invert goes with"));
  CHECK_THROWS_WITH(StringLookup({.vocabulary = {"a", "b", "a"}}), ContainsSubstring("\"a\" more than once"));
  CHECK_THROWS_WITH(StringLookup({.max_tokens = 2, .vocabulary = {"a", "b"}}), ContainsSubstring("makes 3 tokens"));
  CHECK_THROWS_WITH(StringLookup({.mask_token = "m", .vocabulary = {"a", "m"}}), ContainsSubstring("its mask_token"));
  CHECK_THROWS_WITH(StringLookup({.vocabulary = {"a"}, .output_mode = "tf_idf"}),
                    ContainsSubstring("one of idf_weights for each token"));
  CHECK_THROWS_WITH(StringLookup({.vocabulary = {"a"}}).adapt(strings({"b"})), ContainsSubstring("nothing to adapt"));
  CHECK_THROWS_WITH(StringLookup({.num_oov_indices = 0, .vocabulary = {"a"}})(strings({"b"})),
                    ContainsSubstring("\"b\", which is not in its vocabulary"));
  CHECK_THROWS_WITH(StringLookup({.output_mode = "count"})(Input({2}, {.dtype = "string"})),
                    ContainsSubstring("needs its vocabulary before it is called"));
  CHECK_THROWS_WITH(IntegerLookup({.salt = 3}), ContainsSubstring("salt goes with oov_method \"farmhash\""));
  CHECK_THROWS_WITH(Hashing(0), ContainsSubstring("num_bins must be a positive integer"));
  CHECK_THROWS_WITH(HashedCrossing(5)(Input({1})), ContainsSubstring("two inputs or more"));
  CHECK_THROWS_WITH(TextVectorization({.standardize = "upper"}), ContainsSubstring("standardize must be one of"));
  CHECK_THROWS_WITH(TextVectorization({.ragged = true}), ContainsSubstring("ragged must be false"));
  CHECK_THROWS_WITH(TextVectorization({.output_mode = "count", .output_sequence_length = 3}),
                    ContainsSubstring("output_sequence_length goes with"));
  CHECK_THROWS_WITH(TextVectorization()(Input({2}, {.dtype = "string"})),
                    ContainsSubstring("expected strings of shape"));
  CHECK_THROWS_WITH(Discretization({}), ContainsSubstring("either bin_boundaries or num_bins"));
  CHECK_THROWS_WITH(Discretization({.num_bins = 3})(Input({2})), ContainsSubstring("does not know its bins yet"));
  CHECK_THROWS_WITH(CategoryEncoding(0), ContainsSubstring("num_tokens must be a positive integer"));
}

}  // namespace kerascpp::test
