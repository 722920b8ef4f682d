// Logistic regression at the symbolic level: the model, its gradient and its updates are expressions, compiled into one
// function that is called in a loop.
#include <cstdio>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;

int main() {
  namespace K = kerascpp::backend;
  set_random_seed(1);
  const std::int64_t samples = 400, features = 784;
  const Tensor points = randn({samples, features}), labels = randint(0, 2, {samples}).astype(DType::Float32);

  auto x = K::placeholder({K::None, features}, DType::Float32, "x"), y = K::placeholder({K::None}, DType::Float32, "y");
  auto w = K::variable(randn({features}), "w"), b = K::variable(zeros({}), "b");
  auto probability = K::sigmoid(K::dot(x, w) + b);
  auto crossentropy = -y * K::log(probability) - (1 - y) * K::log(1 - probability);
  auto cost = K::mean(crossentropy) + 0.01 * K::sum(K::square(w));
  auto g = K::gradients(cost, {w, b});
  auto train = K::function({x, y}, {cost}, {.updates = {{w, w - 0.1 * g[0]}, {b, b - 0.1 * g[1]}}});
  auto predict = K::function({x}, {probability > 0.5});

  for (int step = 0; step <= 10000; ++step) {
    const float value = train({points, labels})[0].item<float>();
    if (step % 2000 == 0) std::printf("step %5d  cost %.6f\n", step, static_cast<double>(value));
  }
  const Tensor correct = predict({points})[0].astype(DType::Float32) == labels;
  std::int64_t right = 0;
  for (std::int64_t i = 0; i < samples; ++i) right += correct.item<bool>(i) ? 1 : 0;
  std::printf("%lld of %lld points on the right side\n", static_cast<long long>(right),
              static_cast<long long>(samples));
}
