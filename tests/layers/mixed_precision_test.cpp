#include <fstream>
#include <iterator>

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/json.hpp>

#include "saving/legacy_h5.hpp"
#include "support/catch.hpp"
#include "support/layer_test.hpp"
#include "support/op_checks.hpp"
#include "support/op_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

/// Policies of 16 bits: which dtypes layers get from them, and training under
/// them against Keras.
namespace kerascpp::test {
namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/mixed_precision/";

/// The policy of layers, for the time of a test.
class GlobalPolicy {
 public:
  explicit GlobalPolicy(const std::string& name) { mixed_precision::set_dtype_policy(name); }
  ~GlobalPolicy() { mixed_precision::set_dtype_policy("float32"); }
  GlobalPolicy(const GlobalPolicy&) = delete;
  GlobalPolicy& operator=(const GlobalPolicy&) = delete;
};

Tensor floats(const Tensor& x) { return is_floating(x.dtype()) ? x.astype(DType::Float32) : x; }

void check_case(const Config& row) {
  const std::string name = row.at("name").as_string();
  const double tolerance = row.at("tolerance").as_double();
  const GlobalPolicy policy(row.at("policy").as_string());
  const Model model = load_model(kFolder + name + ".keras");
  CHECK(first_difference(model_config(model, false), config_of_file(kFolder + name + ".keras")) == "");
  const Dict arrays = load_npz(kFolder + name + ".npz");
  const Tensor x = *arrays.find("x")->tensor(), y = *arrays.find("y")->tensor();
  const Tensor predictions = model.predict(x, {.verbose = 0});
  CHECK(first_difference(floats(predictions), floats(*arrays.find("predictions")->tensor()), tolerance) == "");

  model.compile({.optimizer = optimizers::Adam({.learning_rate = 0.01}), .loss = "sparse_categorical_crossentropy"});
  CHECK(model.optimizer()->class_name() == row.at("optimizer").as_string());
  if (row.at("optimizer").as_string() == "LossScaleOptimizer")
    CHECK(model.optimizer()->arguments().name == row.at("optimizer_name").as_string());
  const std::vector<float> losses = arrays.find("losses")->tensor()->to_vector<float>();
  // gradients of Keras's softmax overflow in float16 where ours do not: it leaves those steps out until its scale fits
  std::size_t left_out = 0;
  while (left_out + 1 < losses.size() && losses[left_out + 1] == losses[0]) ++left_out;
  for (std::size_t step = left_out; step < losses.size(); ++step) {
    INFO("step " << step);
    model.reset_metrics();
    CHECK(model.train_on_batch(x, y).at("loss") == Approx(losses[step]).epsilon(tolerance));
  }
  for (const Tensor& weight : model.get_weights()) CHECK(weight.dtype() == DType::Float32);
}

}  // namespace

TEST_CASE("models under policies of 16 bits predict and train as in Keras", "[layers][mixed_precision][keras]") {
  std::ifstream file(kFolder + "index.json");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Config index = parse_json(text, "index.json");
  REQUIRE(index.at("cases").as_list().size() == 6);
  for (const Config& row : index.at("cases").as_list()) within(row.at("name").as_string(), [&] { check_case(row); });
}

TEST_CASE("the global policy is that of layers which are given none", "[layers][mixed_precision]") {
  CHECK(mixed_precision::dtype_policy().name() == "float32");
  {
    const GlobalPolicy policy("mixed_bfloat16");
    CHECK(config::dtype_policy() == mixed_precision::DTypePolicy("mixed_bfloat16"));
    CHECK(mixed_precision::global_policy().name() == "mixed_bfloat16");
    const Layer dense = layers::Dense(3), wide = layers::Dense(3, {.dtype = "float32"});
    CHECK(dense->compute_dtype() == DType::BFloat16);
    CHECK(dense->variable_dtype() == DType::Float32);
    CHECK(dense->get_config().at("dtype").at("config").at("name") == Config("mixed_bfloat16"));
    CHECK(wide->compute_dtype() == DType::Float32);
    const Symbol x = layers::Input({4});
    CHECK(x.dtype() == DType::Float32);
    CHECK(dense(x).single().dtype() == DType::BFloat16);
    CHECK(wide(dense(x)).single().dtype() == DType::Float32);
    CHECK(dense->weights()[0].variable.dtype() == DType::Float32);
  }
  CHECK(layers::Dense(3)->compute_dtype() == DType::Float32);
}

TEST_CASE("a policy follows floatx until one is set, and refuses what is none", "[layers][mixed_precision]") {
  using mixed_precision::DTypePolicy;
  CHECK(DTypePolicy("mixed_float16").compute_dtype() == DType::Float16);
  CHECK(DTypePolicy("mixed_float16").variable_dtype() == DType::Float32);
  CHECK(DTypePolicy("float64").variable_dtype() == DType::Float64);
  CHECK_THROWS_WITH(DTypePolicy("mixed_float8"), ContainsSubstring("unknown dtype \"mixed_float8\""));
  CHECK_THROWS_WITH(mixed_precision::set_dtype_policy("half"), ContainsSubstring("unknown dtype \"half\""));
}

TEST_CASE("compile scales the loss of a model in float16, unless it is told not to", "[layers][mixed_precision]") {
  const auto compiled = [](const char* policy, const CompileOptions& options) {
    const GlobalPolicy global(policy);
    const Sequential model{layers::Input({4}), layers::Dense(1)};
    model.compile(options);
    return model.optimizer()->class_name();
  };
  CHECK(compiled("mixed_float16", {.optimizer = "adam", .loss = "mse"}) == "LossScaleOptimizer");
  CHECK(compiled("mixed_float16", {.optimizer = "adam", .loss = "mse", .auto_scale_loss = false}) == "Adam");
  CHECK(compiled("mixed_bfloat16", {.optimizer = "adam", .loss = "mse"}) == "Adam");
  CHECK(compiled("float32", {.optimizer = "adam", .loss = "mse"}) == "Adam");
  CHECK(compiled("mixed_float16", {.optimizer = optimizers::LossScaleOptimizer("adam", {.name = "own"}),
                                   .loss = "mse"}) == "LossScaleOptimizer");
}

TEST_CASE("files of float16 hold the optimizer of compile and the state of the one around it",
          "[layers][keras][saving]") {
  const GlobalPolicy policy("mixed_float16");
  const std::string stored = kFolder + "classifier_float16.trained.keras";
  const Dict arrays = load_npz(kFolder + "classifier_float16.npz");
  const Tensor x = *arrays.find("x")->tensor(), y = *arrays.find("y")->tensor();
  const std::vector<float> losses = arrays.find("next_losses")->tensor()->to_vector<float>();
  const TemporaryFolder folder;
  Model model = load_model(stored);
  for (const char* ending : {"", ".keras", ".h5"}) {
    INFO("written as " << ending);
    if (*ending != '\0') {
      const std::string path = folder.file(std::string("model") + ending);
      model = load_model(stored);
      model.save(path);
      model = load_model(path);
    }
    CHECK(model.optimizer()->class_name() == "LossScaleOptimizer");
    if (std::string(ending) != ".h5") {
      CHECK(model.compile_options().optimizer->class_name() == "Adam");
      CHECK(first_difference(model.model_base()->serialize().at("compile_config"),
                             config_of_file(stored).at("compile_config")) == "");
    }
    for (const float loss : losses) {
      model.reset_metrics();
      CHECK(model.train_on_batch(x, y).at("loss") == Approx(loss).epsilon(1e-2));
    }
  }
}

}  // namespace kerascpp::test
