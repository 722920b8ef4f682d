// FeatureSpaces against Keras's: what they learn, compute, and keep in files (tests/data/feature_spaces).

#include <fstream>
#include <iterator>

#include <kerascpp/core/strings.hpp>
#include <kerascpp/data/dataset.hpp>
#include <kerascpp/layers/core.hpp>
#include <kerascpp/layers/lookup.hpp>
#include <kerascpp/layers/preprocessing.hpp>
#include <kerascpp/models/model.hpp>
#include <kerascpp/saving/json.hpp>
#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/saving.hpp>
#include <kerascpp/utils/feature_space.hpp>

#include "saving/legacy_h5.hpp"
#include "support/catch.hpp"
#include "support/keras_python.hpp"
#include "support/layer_test.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;
using utils::FeatureSpace;

const std::string kFolder = KERASCPP_TEST_DATA "/feature_spaces/";

struct SpaceCase {
  std::string name;
  std::vector<std::string> features;
  Config config;
  Dict arrays;

  /// The arrays prefix_<feature>.
  [[nodiscard]] Dict data(const std::string& prefix) const {
    Dict found;
    for (const std::string& feature : features) found.set(feature, *arrays.find(prefix + "_" + feature)->tensor());
    return found;
  }
};

std::vector<SpaceCase> space_cases() {
  std::ifstream file(kFolder + "index.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::vector<SpaceCase> cases;
  const Config index = parse_json(text, "index.json");
  for (const Config& row : index.at("cases").as_list()) {
    SpaceCase next{row.at("name").as_string(), {}, row.at("config"), {}};
    for (const Config& feature : row.at("features").as_list()) next.features.push_back(feature.as_string());
    next.arrays = load_npz(kFolder + next.name + ".npz");
    cases.push_back(std::move(next));
  }
  return cases;
}

void check_outputs(const SpaceCase& row, const std::string& prefix, const TensorList& received) {
  REQUIRE(received.names().size() == received.size());
  std::size_t expected = 0;
  for (const auto& [key, value] : row.arrays) expected += key.rfind(prefix + "_", 0) == 0 ? 1 : 0;
  CHECK(received.size() == expected);
  for (const std::string& name : received.names()) {
    INFO(prefix << "_" << name);
    const DictValue* array = row.arrays.find(prefix + "_" + name);
    REQUIRE(array != nullptr);
    const Tensor& y = received.at(name);
    CHECK(y.shape() == array->tensor()->shape());
    CHECK(allclose(y.astype(DType::Float64), array->tensor()->astype(DType::Float64), 1e-5, 1e-6));
  }
}

/// The rows of named arrays as elements of a dataset.
data::Dataset rows_of(const Dict& data) {
  std::vector<Tensor> columns;
  std::vector<std::string> names;
  for (const auto& [name, value] : data) {
    columns.push_back(*value.tensor());
    names.push_back(name);
  }
  TensorList x(std::move(columns));
  x.set_names(std::move(names));
  return data::Dataset::from_tensor_slices(x);
}

/// A few values of each kind.
Dict some_data() {
  return Dict{{"age", Tensor{20.0F, 30.0F, 40.0F, 30.0F}},
              {"job", strings({"cook", "smith", "cook", "baker"})},
              {"rooms", Tensor(std::vector<std::int32_t>{1, 2, 2, 5})}};
}

}  // namespace

TEST_CASE("feature spaces learn and encode as in Keras", "[models][feature_space][keras]") {
  for (const SpaceCase& row : space_cases()) {
    INFO(row.name);
    const FeatureSpace space = FeatureSpace::from_config(row.config);
    CHECK(first_difference(space.get_config(), row.config) == "");
    if (row.name != "nothing_to_learn")
      CHECK_THROWS_WITH(space(row.data("x")), ContainsSubstring("call adapt(data) first"));
    space.adapt(row.data("learn"));
    check_outputs(row, "y", space(row.data("x")));
    check_outputs(row, "s", space(row.data("sample")));

    const FeatureSpace again = FeatureSpace::from_config(row.config);
    again.adapt(rows_of(row.data("learn")));
    check_outputs(row, "y", again(row.data("x")));
  }
}

TEST_CASE("feature spaces that Keras wrote are read and written", "[models][feature_space][keras]") {
  const TemporaryFolder folder;
  for (const SpaceCase& row : space_cases()) {
    INFO(row.name);
    const std::string path = kFolder + row.name + ".keras";
    const FeatureSpace space = FeatureSpace::load(path);
    check_outputs(row, "y", space(row.data("x")));
    check_outputs(row, "s", space(row.data("sample")));
    CHECK(first_difference(space->serialize(), config_of_file(path)) == "");

    space.save(folder.file("again.keras"));
    const FeatureSpace again = FeatureSpace::load(folder.file("again.keras"));
    check_outputs(row, "y", again(row.data("x")));
    CHECK(first_difference(again->serialize(), space->serialize()) == "");
  }
}

TEST_CASE("models of feature spaces that Keras wrote are read and written", "[models][feature_space][keras]") {
  const TemporaryFolder folder;
  for (const SpaceCase& row : space_cases()) {
    INFO(row.name);
    const std::string path = kFolder + row.name + "_model.keras";
    const Model model = load_model(path);
    std::vector<Tensor> x;
    for (const std::string& name : model.input_names()) {
      const Tensor values = *row.arrays.find("x_" + name)->tensor();
      Shape shape = values.shape();
      shape.insert(1, 1);
      x.push_back(values.reshape(shape));
    }
    const auto check = [&](const Model& received) {
      const TensorList y = received.predict(x, {.verbose = 0});
      const std::vector<std::string> keys = received.outputs().keys();
      for (std::size_t i = 0; i < y.size(); ++i) {
        const DictValue* expected = row.arrays.find("m_" + (keys.empty() ? "concat" : keys[i]));
        REQUIRE(expected != nullptr);
        CHECK(allclose(y[i].astype(DType::Float64), expected->tensor()->astype(DType::Float64), 1e-5, 1e-6));
      }
    };
    check(model);
    model.save(folder.file("model.keras"));
    check(load_model(folder.file("model.keras")));
  }
}

TEST_CASE("Keras reads feature spaces that were written here", "[models][feature_space][keras][python]") {
  if (keras_python().empty()) return skip("set KERASCPP_PYTHON to a Python with Keras 3");
  const TemporaryFolder folder;
  for (const SpaceCase& row : space_cases()) {
    const FeatureSpace space = FeatureSpace::from_config(row.config);
    space.adapt(row.data("learn"));
    space.save(folder.file(row.name + ".keras"));
    const Dict x = row.data("x");
    const TensorList y = space(x);
    Dict arrays;
    for (const auto& [name, value] : x) arrays.set("x_" + name, value);
    for (const std::string& name : y.names()) arrays.set("y_" + name, y.at(name));
    save_npz(folder.file(row.name + ".npz"), arrays);
  }
  const auto [status, output] =
      run_command(keras_python() + " " KERASCPP_SOURCE_DIR "/scripts/fixtures/read_back.py " + folder.path());
  INFO(output);
  CHECK(status == 0);
}

TEST_CASE("a model is trained on a feature space", "[models][feature_space][training]") {
  const FeatureSpace space(Dict{{"age", "float_normalized"},
                                {"job", FeatureSpace::string_categorical({.max_tokens = 10})},
                                {"rooms", FeatureSpace::integer_hashed(4)}},
                           {.crosses = {{"job", "rooms"}}, .crossing_dim = 8});
  const Dict x = some_data();
  space.adapt(x);
  const Model model(space.get_inputs(), Dense(1)(space.get_encoded_features()));
  CHECK(model.input_names() == std::vector<std::string>{"age", "job", "rooms"});
  CHECK(space.get_encoded_features().shape() == Shape{None, 1 + 4 + 4 + 8});
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.1}), .loss = "mse"});
  Dict columns;
  for (const auto& [name, value] : x) {
    Shape shape = value.tensor()->shape();
    shape.insert(1, 1);
    columns.set(name, value.tensor()->reshape(shape));
  }
  const Tensor y = Tensor{{1.0F}, {2.0F}, {3.0F}, {0.0F}};
  const History history = model.fit(columns, y, {.epochs = 30, .verbose = 0});
  CHECK(history["loss"].back() < 0.1 * history["loss"].front());
}

TEST_CASE("datasets are encoded element by element", "[models][feature_space]") {
  const FeatureSpace space(Dict{{"age", "float"}, {"job", FeatureSpace::string_categorical({.output_mode = "int"})}},
                           {.output_mode = "dict"});
  const data::Dataset dataset = rows_of(Dict{{"age", Tensor{1.0F, 2.0F, 3.0F}}, {"job", strings({"b", "a", "b"})}});
  space.adapt(dataset);
  const auto encode = [&](const data::Element& element) { return data::Element{.x = space(element.x)}; };
  std::vector<std::int64_t> jobs;
  for (const data::Element& element : dataset.map(encode)) {
    CHECK(element.x.at("age").shape() == Shape{1});
    jobs.push_back(element.x.at("job").to_vector<std::int64_t>().front());
  }
  CHECK(jobs == std::vector<std::int64_t>{1, 2, 1});
  for (const data::Element& element : dataset.batch(2).map(encode)) CHECK(element.x.at("age").ndim() == 2);
}

TEST_CASE("several tokens of a feature are encoded together", "[models][feature_space]") {
  // keras: space({"tags": [["a", "b"], ["b", "b"]]}) with the vocabulary [UNK], b, a
  const FeatureSpace space(Dict{{"tags", "string_categorical"}});
  space.adapt(Dict{{"tags", strings({"b", "a", "b"})}});
  const Tensor y = space(Dict{{"tags", strings({"a", "b", "b", "b"}, {2, 2})}});
  CHECK(allclose(y, Tensor{{0.0F, 1.0F, 1.0F}, {0.0F, 1.0F, 0.0F}}));
}

TEST_CASE("boundaries that are given need no learning", "[models][feature_space]") {
  const FeatureSpace space(Dict{{"x", FeatureSpace::float_discretized({}, {.bin_boundaries = {0, 1}})}});
  CHECK(allclose(space(Dict{{"x", Tensor{-1.0F, 0.5F, 2.0F}}}),
                 Tensor{{1.0F, 0.0F, 0.0F}, {0.0F, 1.0F, 0.0F}, {0.0F, 0.0F, 1.0F}}));
}

TEST_CASE("feature spaces say what is wrong", "[models][feature_space][errors]") {
  CHECK_THROWS_WITH(FeatureSpace(Dict{}), ContainsSubstring("needs at least one feature"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "number"}}), ContainsSubstring("is of the kind \"number\"; there are"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", 3}}), ContainsSubstring("must be a Feature or the name of a kind"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "float"}}, {.output_mode = "list"}),
                    ContainsSubstring("[FeatureSpace] output_mode must be one of \"concat\", \"dict\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", FeatureSpace::integer_hashed(3, {.output_mode = "count"})}}),
                    ContainsSubstring("[Feature] output_mode must be one of"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "integer_hashed"}}, {.crosses = {{"a", "b"}}}),
                    ContainsSubstring("cross \"a_X_b\" names the feature \"b\"; there are \"a\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "integer_hashed"}}).crosser("a_X_b"), ContainsSubstring("there are none"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "float"}}).preprocessor("b"), ContainsSubstring("there are \"a\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "float"}})(Dict{{"b", 1.0}}), ContainsSubstring("has no feature \"a\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "float"}})(Dict{{"a", 1.0}, {"b", 1.0}}),
                    ContainsSubstring("unknown feature \"b\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "string_hashed"}})(Dict{{"a", 1.0}}),
                    ContainsSubstring("feature \"a\" expected strings, received float32"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "integer_hashed"}})(Dict{{"a", 1.5}}),
                    ContainsSubstring("feature \"a\" expected int32, received float32"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "float_normalized"}}).get_inputs(),
                    ContainsSubstring("these features have something to learn: \"a\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", "float_normalized"}}).adapt(Dict{{"b", Tensor{1.0F}}}),
                    ContainsSubstring("has no feature \"a\""));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", FeatureSpace::integer_hashed(3, {.output_mode = "int"})}}).get_inputs(),
                    ContainsSubstring("feature \"a\" is not encoded, it has dtype int64"));
  CHECK_THROWS_WITH(FeatureSpace(Dict{{"a", FeatureSpace::feature("float32", Rescaling(2), "one_hot")}}).get_inputs(),
                    ContainsSubstring("its preprocessor must give integers; it gives float32"));
  const FeatureSpace learned(Dict{{"a", "integer_categorical"}});
  learned.adapt(Dict{{"a", Tensor(std::vector<std::int32_t>{1, 2})}});
  CHECK(learned.get_encoded_features().shape() == Shape{None, 3});
  CHECK_THROWS_WITH(learned.adapt(Dict{{"a", Tensor(std::vector<std::int32_t>{1, 2, 3})}}),
                    ContainsSubstring("is in use with 3 categories, but the data has 4"));

  const TemporaryFolder folder;
  CHECK_THROWS_WITH(learned.save(folder.file("space.h5")), ContainsSubstring("must end in .keras"));
  learned.save(folder.file("space.keras"));
  CHECK_THROWS_WITH(learned.save(folder.file("space.keras"), false), ContainsSubstring("exists already"));
  CHECK_THROWS_WITH(load_model(folder.file("space.keras")), ContainsSubstring("read it by utils::FeatureSpace::load"));
  const Sequential model{Input({2}), Dense(1)};
  model.save(folder.file("model.keras"));
  CHECK_THROWS_WITH(FeatureSpace::load(folder.file("model.keras")),
                    ContainsSubstring("expected a FeatureSpace, the file holds a Sequential"));
}

}  // namespace kerascpp::test
