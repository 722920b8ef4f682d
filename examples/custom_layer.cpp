// A layer of your own: x * sigmoid(beta x) with a beta per feature that is learned, saved and loaded with the model.
#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

class LearnedSwish : public LayerBase {
 public:
  explicit LearnedSwish(double start = 1, std::string name = {}) : LayerBase(std::move(name)), start_(start) {}

  std::string class_name() const override { return "LearnedSwish"; }

  void build(const Shape& input_shape) override {
    beta_ = add_weight("beta", {input_shape.back()}, {.initializer = initializers::Constant(start_)});
  }

  SymbolList call(const SymbolList& inputs, const CallContext&) override {
    const Symbol x = inputs[0];
    return x * ops::sigmoid(autocast(beta_) * x);
  }

  Config get_config() const override {
    Config config = LayerBase::get_config();
    config.set("start", start_);
    return config;
  }

  static std::shared_ptr<LearnedSwish> from_config(const Config& config) {
    return std::make_shared<LearnedSwish>(config.at("start").as_double(), config.at("name").as_string());
  }

 private:
  double start_;
  Variable beta_;
};

int main() {
  set_random_seed(1);
  register_layer<LearnedSwish>("LearnedSwish");

  // two rings, one inside the other
  const Tensor x = random_normal({2000, 2});
  const Tensor y = ops::cast(ops::sum(ops::square(x), {1}) > 1.4f, DType::Float32);

  Sequential model{Input({2}), Dense(16), make_layer<LearnedSwish>(), Dense(1, {.activation = "sigmoid"})};
  model.summary();
  model.compile(
      {.optimizer = optimizers::Adam({.learning_rate = 0.01}), .loss = "binary_crossentropy", .metrics = {"accuracy"}});
  const History history = model.fit(x, y, {.epochs = 30, .verbose = 2, .validation_split = 0.2});
  std::printf("accuracy on held-out points: %.3f\n", history["val_accuracy"].back());

  model.save("custom_layer.keras");
  const Model loaded = load_model("custom_layer.keras");
  const Tensor difference = ops::max(ops::abs(Tensor(model.predict(x)) - Tensor(loaded.predict(x))));
  std::printf("largest difference after loading: %g\n", static_cast<double>(difference.item<float>()));
}
