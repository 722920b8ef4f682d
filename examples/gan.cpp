// Two networks against each other: one draws digits, the other tells drawn ones from real ones. The steps of training
// are written by hand, as functions with updates.
//
//   gan          40 passes
//   gan quick    fewer pictures and passes
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;
namespace K = kerascpp::backend;

constexpr std::int64_t kNoise = 32, kBatch = 64;

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  auto [train, test] = datasets::digits({.train_samples = quick ? 3200 : 9600, .test_samples = 1000});

  const Sequential generator{Input({kNoise}),
                             Dense(7 * 7 * 32),
                             BatchNormalization(),
                             LeakyReLU(0.2),
                             Reshape({7, 7, 32}),
                             Conv2DTranspose(32, 4, {.strides = 2, .padding = "same"}),
                             BatchNormalization(),
                             LeakyReLU(0.2),
                             Conv2DTranspose(1, 4, {.strides = 2, .padding = "same", .activation = "sigmoid"})};
  const Sequential critic{Input({28, 28, 1}),
                          Conv2D(24, 4, {.strides = 2, .padding = "same"}),
                          LeakyReLU(0.2),
                          Dropout(0.3),
                          Conv2D(48, 4, {.strides = 2, .padding = "same"}),
                          LeakyReLU(0.2),
                          Dropout(0.3),
                          Flatten(),
                          Dense(1)};

  // both networks in one graph; each step changes the weights of one of them
  const Symbol real = K::placeholder({K::None, 28, 28, 1}), noise = K::placeholder({K::None, kNoise});
  const Symbol drawn = generator(noise, {.training = 1})[0];
  const Symbol of_real = critic(real, {.training = 1})[0], of_drawn = critic(drawn, {.training = 1})[0];
  const Symbol critic_loss =
      K::mean(K::softplus(-of_real) * 0.9f + K::softplus(of_real) * 0.1f) + K::mean(K::softplus(of_drawn));
  const Symbol generator_loss = K::mean(K::softplus(-of_drawn));
  auto critic_optimizer = optimizers::Adam({.learning_rate = 3e-4, .beta_1 = 0.5});
  auto generator_optimizer = optimizers::Adam({.learning_rate = 1e-3, .beta_1 = 0.5});
  const Function critic_step =
      K::function({real, noise}, critic_loss,
                  {.updates = critic_optimizer->get_updates(critic_loss, critic.trainable_variables())});
  const Function generator_step =
      K::function(noise, generator_loss,
                  {.updates = generator_optimizer->get_updates(generator_loss, generator.trainable_variables())});

  const Tensor fixed = random_normal({500, kNoise});
  const auto draw = [&] { return generator(fixed, {.training = 1}); };
  const Tensor real_mean = ops::mean(test.x, {0}), real_deviation = ops::std(test.x, {0});
  const auto apart = [&](const Tensor& pictures) {  // how unlike real ones they are on the whole
    return ops::mean(ops::abs(ops::mean(pictures, {0}) - real_mean)).item<double>() +
           ops::mean(ops::abs(ops::std(pictures, {0}) - real_deviation)).item<double>();
  };
  const double before = apart(draw());
  const std::int64_t passes = quick ? 20 : 40, steps = train.x.dim(0) / kBatch;
  RandomStream random(2);
  for (std::int64_t pass = 0; pass < passes; ++pass) {
    std::printf("Epoch %lld/%lld\n", static_cast<long long>(pass + 1), static_cast<long long>(passes));
    const std::vector<std::int64_t> order = random.permutation(train.x.dim(0)).to_vector<std::int64_t>();
    const Tensor shuffled = utils::take_rows(train.x, order);
    utils::Progbar bar(steps);
    for (std::int64_t step = 0; step < steps; ++step) {
      const float critic_value =
          critic_step({shuffled.rows(step * kBatch, (step + 1) * kBatch), random.normal({kBatch, kNoise})})
              .item<float>();
      const float generator_value = generator_step(random.normal({kBatch, kNoise})).item<float>();
      bar.update(step + 1,
                 {{"critic", static_cast<double>(critic_value)}, {"generator", static_cast<double>(generator_value)}});
    }
    utils::plot_images(draw().rows(0, 64), {.to_file = "gan.png", .columns = 8, .value_range = std::pair{0.0, 1.0}});
  }

  // a judge that has seen real digits only
  Sequential judge{Input({28, 28, 1}), Flatten(), Dense(128, {.activation = "relu"}),
                   Dense(10, {.activation = "softmax"})};
  judge.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
  judge.fit(train.x, train.y, {.batch_size = 64, .epochs = 5, .verbose = 0});
  const Tensor chances = judge.predict(draw(), {.verbose = 0});
  const Tensor share = ops::mean(ops::one_hot(ops::argmax(chances, -1), 10), {0});
  std::int64_t digits = 0;  // that make up a fiftieth of the drawn pictures or more
  for (std::int64_t digit = 0; digit < 10; ++digit) digits += share.item<double>(digit) >= 0.02 ? 1 : 0;
  std::printf("difference to real pictures %.4f, before training %.4f, %lld different digits\n", apart(draw()), before,
              static_cast<long long>(digits));
}
