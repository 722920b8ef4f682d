// Tells whether two pictures show the same digit: one network sees both, and distances are learned.
//
//   siamese          8,000 pairs
//   siamese quick    fewer
#include <algorithm>
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

struct Pairs {
  Tensor first, second, same;
};

/// Every second pair shows the same digit.
static Pairs pairs_of(const datasets::Split& split, std::int64_t count, std::uint64_t seed) {
  RandomStream random(seed);
  std::vector<std::vector<std::int64_t>> of_digit(10);
  for (std::int64_t i = 0; i < split.y.size(); ++i) of_digit[split.y.item<std::size_t>(i)].push_back(i);
  const Tensor draws = random.randint(0, 1 << 30, {count, 4});
  std::vector<std::int64_t> first, second;
  std::vector<float> same;
  for (std::int64_t i = 0; i < count; ++i) {
    const auto draw = [&](std::int64_t which) { return draws.item<std::size_t>(4 * i + which); };
    const std::size_t digit = draw(0) % 10, other = i % 2 == 0 ? digit : (digit + 1 + draw(1) % 9) % 10;
    first.push_back(of_digit[digit][draw(2) % of_digit[digit].size()]);
    second.push_back(of_digit[other][draw(3) % of_digit[other].size()]);
    same.push_back(i % 2 == 0 ? 1.0f : 0.0f);
  }
  return {utils::take_rows(split.x, first), utils::take_rows(split.x, second), Tensor(same).reshape({count, 1})};
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  auto [train, test] = datasets::digits({.train_samples = quick ? 2000 : 6000, .test_samples = 1000});
  const Pairs seen = pairs_of(train, quick ? 4000 : 8000, 1), held_out = pairs_of(test, 2000, 2);

  const Sequential tower({Input({28, 28, 1}), Conv2D(16, 3, {.strides = 2, .activation = "relu"}),
                          Conv2D(32, 3, {.strides = 2, .activation = "relu"}), Flatten(), Dense(32)},
                         {.name = "tower"});
  const auto a = Input({28, 28, 1}), b = Input({28, 28, 1});
  const Symbol apart = ops::sum(ops::square(tower(a)[0] - tower(b)[0]), -1, true);
  const Model model({a, b}, ops::sqrt(ops::maximum(apart, 1e-7f)));
  // contrastive loss: the same digit draws together, different ones push apart up to a distance of 1
  const auto contrastive = [](const Symbol& same, const Symbol& distance) {
    return ops::mean(same * ops::square(distance) + (1 - same) * ops::square(ops::maximum(1 - distance, 0.0f)), -1);
  };
  model.compile({.optimizer = "adam", .loss = Loss(contrastive)});
  model.fit({seen.first, seen.second}, seen.same,
            {.batch_size = 64,
             .epochs = quick ? 5 : 10,
             .verbose = 2,
             .validation_data = {{held_out.first, held_out.second}, held_out.same}});

  const auto accuracy = [&](const Tensor& distance, float limit) {
    const Tensor right = ops::equal(ops::cast(distance < limit, DType::Float32), held_out.same);
    return ops::mean(ops::cast(right, DType::Float32)).item<double>();
  };
  const Tensor pixels = ops::sqrt(ops::sum(ops::square(held_out.first - held_out.second), {1, 2})).reshape({2000, 1});
  double by_pixels = 0;  // the best limit on distances between pixels
  for (float limit = 1; limit < 20; limit += 0.25f) by_pixels = std::max(by_pixels, accuracy(pixels, limit));
  std::printf("accuracy %.3f, by pixels %.3f\n",
              accuracy(model.predict({held_out.first, held_out.second}, {.verbose = 0}), 0.5f), by_pixels);
}
