// Two networks against each other: one makes points, the other tells made ones from real ones, which lie on a ring. The
// steps of training are written by hand, as functions with updates.
//
//   gan          6,000 steps
//   gan quick    fewer steps
#include <cmath>
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;
namespace K = kerascpp::backend;

constexpr std::int64_t kNoise = 4, kBatch = 128, kSectors = 16;

/// Points near a circle of radius 1.
static Tensor ring(std::int64_t count, RandomStream& random) {
  const Tensor angle = random.uniform({count, 1}, 0, 2 * M_PI), radius = random.normal({count, 1}, 1, 0.05);
  return ops::concatenate({ops::cos(angle) * radius, ops::sin(angle) * radius}, 1);
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  const Sequential generator{Input({kNoise}), Dense(64), LeakyReLU(0.2), Dense(64), LeakyReLU(0.2), Dense(2)};
  const Sequential critic{Input({2}), Dense(64), LeakyReLU(0.2), Dense(64), LeakyReLU(0.2), Dense(1)};

  // both networks in one graph; each step changes the weights of one of them
  const Symbol real = K::placeholder({K::None, 2}), noise = K::placeholder({K::None, kNoise});
  const Symbol made = generator(noise);
  const Symbol of_real = critic(real), of_made = critic(made);
  const Symbol critic_loss = K::mean(K::softplus(-of_real)) + K::mean(K::softplus(of_made));
  const Symbol generator_loss = K::mean(K::softplus(-of_made));
  auto critic_optimizer = optimizers::Adam({.learning_rate = 1e-3, .beta_1 = 0.5});
  auto generator_optimizer = optimizers::Adam({.learning_rate = 1e-3, .beta_1 = 0.5});
  const Function critic_step =
      K::function({real, noise}, critic_loss,
                  {.updates = critic_optimizer->get_updates(critic_loss, critic.trainable_variables())});
  const Function generator_step =
      K::function(noise, generator_loss,
                  {.updates = generator_optimizer->get_updates(generator_loss, generator.trainable_variables())});

  RandomStream random(2);
  const Tensor fixed = random.normal({1000, kNoise});
  const auto radius_error = [&] {
    const Tensor points = generator(fixed);
    return ops::mean(ops::abs(ops::sqrt(ops::sum(ops::square(points), -1)) - 1.0f)).item<double>();
  };
  const double before = radius_error();
  utils::Progbar bar(quick ? 3000 : 6000);
  for (std::int64_t step = 0; step < bar.target(); ++step) {
    const float critic_value = critic_step({ring(kBatch, random), random.normal({kBatch, kNoise})}).item<float>();
    const float generator_value = generator_step(random.normal({kBatch, kNoise})).item<float>();
    bar.update(step + 1,
               {{"critic", static_cast<double>(critic_value)}, {"generator", static_cast<double>(generator_value)}});
  }

  const Tensor points = generator(fixed);
  std::vector<int> in_sector(kSectors, 0);
  for (std::int64_t i = 0; i < points.dim(0); ++i) {
    const double turn = std::atan2(points.item<double>(2 * i + 1), points.item<double>(2 * i)) / (2 * M_PI) + 0.5;
    ++in_sector[static_cast<std::size_t>(turn * kSectors) % kSectors];
  }
  int sectors = 0;  // that hold at least a hundredth of the points
  for (const int count : in_sector) sectors += count >= 10 ? 1 : 0;
  const Tensor both = ops::concatenate({ring(1000, random), points}, 0);
  const Tensor kinds = ops::concatenate({zeros({1000}, DType::Int32), ones({1000}, DType::Int32)}, 0);
  utils::plot_scatter(both, kinds,
                      {.to_file = "gan.svg", .class_names = {"real", "made"}, .title = "points on a ring"});
  std::printf("error of the radius %.3f, before training %.3f, sectors %d of %lld\n", radius_error(), before, sectors,
              static_cast<long long>(kSectors));
}
