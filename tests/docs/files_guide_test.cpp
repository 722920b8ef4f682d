// docs/files.md: its blocks stand here, where they are compiled and run.

#include <kerascpp/kerascpp.hpp>
#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/guide.hpp"
#include "support/layer_test.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::test {
namespace {

using namespace kerascpp::layers;

const std::string kModels = KERASCPP_TEST_DATA "/models/";

/// The working folder of a block.
class InFolder {
 public:
  InFolder() : before_(std::filesystem::current_path()) { std::filesystem::current_path(folder_.path()); }
  ~InFolder() { std::filesystem::current_path(before_); }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;

 private:
  TemporaryFolder folder_;
  std::filesystem::path before_;
};

}  // namespace

// --- custom layer
class Scale : public LayerBase {
 public:
  explicit Scale(double factor) : factor_(factor) {}
  std::string class_name() const override { return "Scale"; }
  Config get_config() const override {
    Config config = LayerBase::get_config();
    config.set("factor", factor_);
    return config;
  }
  static std::shared_ptr<Scale> from_config(const Config& config) {
    return std::make_shared<Scale>(config.at("factor").as_double());
  }
  SymbolList call(const SymbolList& inputs, const CallContext&) override { return inputs[0] * factor_; }

 private:
  double factor_;
};
// ---

TEST_CASE("guide: saving and loading", "[docs][files]") {
  const InFolder folder;
  // --- saving
  Sequential model{Input({4}), Dense(8, {.activation = "relu"}), Dense(3, {.activation = "softmax"})};
  model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  model.save("model.keras");  // config, weights, optimizer, loss and metrics
  model.save("model.h5");     // the same in one HDF5 file, as Keras 2 wrote them
  Model again = load_model("model.keras");
  again.fit(random_normal({6, 4}), Tensor{0, 1, 2, 0, 1, 2}, {.verbose = 0});  // goes on where training stopped
  Model for_inference = load_model("model.h5", {.compile = false});
  // ---
  CHECK(again.compiled());
  CHECK_FALSE(for_inference.compiled());
  {
    // --- weights
    model.save_weights("model.weights.h5");
    Sequential same{Input({4}), Dense(8, {.activation = "relu"}), Dense(3, {.activation = "softmax"})};
    same.load_weights("model.weights.h5");
    // ---
    const Tensor x = random_normal({2, 4});
    CHECK(identical(Tensor(same.predict(x, {.verbose = 0})), Tensor(model.predict(x, {.verbose = 0}))));
  }
  {
    // --- configs
    Model fresh = model_from_json(model.to_json());
    Model from_yaml = model_from_yaml(model.to_yaml());
    // ---
    CHECK(fresh.count_params() == model.count_params());
    CHECK(from_yaml.count_params() == model.count_params());
  }
}

TEST_CASE("guide: classes of one's own", "[docs][files]") {
  const InFolder folder;
  // --- custom objects
  saving::CustomObjectScope scope({saving::custom_object<Scale>("Scale")});
  Sequential model{Input({2}), make_layer<Scale>(3.0)};
  model.save("scaled.keras");
  Model again = load_model("scaled.keras");
  // ---
  const Tensor y = again.predict(Tensor{{1.0, 2.0}}.astype(DType::Float32), {.verbose = 0});
  CHECK(y.to_vector<float>() == std::vector<float>{3, 6});
}

TEST_CASE("guide: ONNX", "[docs][files][onnx]") {
  const InFolder folder;
  // --- onnx
  Symbol words = Input({None}, {.dtype = "int32", .name = "words"});
  Symbol states = LSTM(16)(Embedding(100, 8)(words));
  Model model(words, Dense(2, {.name = "score"})(states));
  model.export_("model.onnx");  // inputs, outputs and weights keep their names
  Model read = models::load_onnx("model.onnx");
  Tensor x = randint(0, 100, {3, 7});
  Tensor ours = model.predict(x, {.verbose = 0}), theirs = read.predict(x, {.verbose = 0});
  // ---
  CHECK(allclose(ours, theirs, 1e-5, 1e-6));
}

TEST_CASE("guide: verified loading", "[docs][files][self_check]") {
  const InFolder folder;
  const Sequential model{Input({4}), Dense(3)};
  const Tensor x = random_normal({8, 4});
  // --- verified
  model.save("drawn.keras", {.self_check = true});         // a sample that is drawn, and its outputs
  model.save("own.keras", {.self_check = x.rows(0, 4)});   // a sample of one's own
  Model safe = load_model("own.keras", {.verify = true});  // throws where it computes something else
  saving::Verification report = saving::verify_model("drawn.keras");
  // ---
  CHECK(safe.defined());
  CHECK(report.has_self_check);
}

TEST_CASE("every block of the guide to files is one of those above", "[docs][files]") {
  check_guides({"docs/files.md"}, {"tests/docs/files_guide_test.cpp"});
}

}  // namespace kerascpp::test
