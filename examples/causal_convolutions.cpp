// Sound sample by sample: causal convolutions, dilated more and more, predict the next sample of a melody and go on
// with it. After WaveNet (van den Oord et al., arXiv 1609.03499), much smaller.
//
//   causal_convolutions          writes causal_convolutions.wav
//   causal_convolutions quick    a shorter melody
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include <kerascpp/kerascpp.hpp>

using namespace kerascpp;
using namespace kerascpp::layers;

constexpr std::int64_t kLevels = 64, kWindow = 512, kRate = 4000;

/// Notes of a scale with an overtone and a little noise, from -1 to 1.
static std::vector<double> melody(std::int64_t samples) {
  constexpr double kNotes[] = {262, 294, 330, 392, 440, 392, 330, 294};
  RandomStream random(5);
  const std::vector<double> noise = random.normal({samples}).to_vector<double>();
  std::vector<double> wave;
  double phase = 0;
  for (std::int64_t i = 0; i < samples; ++i) {
    phase += 2 * M_PI * kNotes[i / 500 % 8] / kRate;
    wave.push_back(0.6 * std::sin(phase) + 0.25 * std::sin(2 * phase) + 0.01 * noise[static_cast<std::size_t>(i)]);
  }
  return wave;
}

/// Loud samples in coarser steps than soft ones: the mu law.
static std::int64_t level_of(double sample) {
  const double curved = std::copysign(std::log1p(255 * std::abs(sample)) / std::log(256), sample);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>((curved + 1) / 2 * kLevels), 0, kLevels - 1);
}
static double sample_of(std::int64_t level) {
  const double curved = (static_cast<double>(level) + 0.5) / kLevels * 2 - 1;
  return std::copysign((std::pow(256, std::abs(curved)) - 1) / 255, curved);
}

int main(int argc, char** argv) {
  set_random_seed(1);
  const bool quick = argc > 1 && std::string(argv[1]) == "quick";
  const std::int64_t windows = quick ? 64 : 160;
  std::vector<std::int64_t> levels;
  for (const double sample : melody(windows * kWindow + 1)) levels.push_back(level_of(sample));
  const Tensor x = Tensor(levels).rows(0, windows * kWindow).reshape({windows, kWindow});
  const Tensor y = Tensor(levels).rows(1, windows * kWindow + 1).reshape({windows, kWindow});

  const auto input = Input({None}, {.dtype = "int64"});
  Symbol flow = Embedding(kLevels, 24)(input), skipped;
  for (const std::int64_t dilation : {1, 2, 4, 8, 16, 32}) {
    const auto convolution = [&](const char* activation) {
      return Conv1D(24, 2, {.padding = "causal", .dilation_rate = dilation, .activation = activation})(flow)[0];
    };
    const Symbol gated = convolution("tanh") * convolution("sigmoid");
    const Symbol skip = Conv1D(32, 1)(gated);
    skipped = skipped.defined() ? skipped + skip : skip;
    flow = flow + Conv1D(24, 1)(gated)[0];
  }
  const Symbol scores = Conv1D(kLevels, 1)(Conv1D(32, 1, {.activation = "relu"})(ops::relu(skipped)));
  const Model model(input, scores);
  model.compile({.optimizer = optimizers::Adam({.learning_rate = 3e-3}),
                 .loss = losses::SparseCategoricalCrossentropy({.from_logits = true}),
                 .metrics = {"accuracy"}});
  const History history =
      model.fit(x, y, {.batch_size = 8, .epochs = quick ? 15 : 25, .verbose = 2, .validation_split = 0.125});
  utils::plot_history(history, {.to_file = "causal_convolutions_history.svg"});

  // on from the end, each sample from the ones before
  std::vector<std::int64_t> heard(levels.end() - kWindow, levels.end());
  utils::Progbar bar(quick ? 400 : 2000, {.unit_name = "sample"});
  for (std::int64_t i = 0; i < bar.target(); ++i) {
    const Tensor recent =
        Tensor(heard).rows(static_cast<std::int64_t>(heard.size()) - 128, static_cast<std::int64_t>(heard.size()));
    heard.push_back(
        ops::argmax(model.predict_on_batch(recent.reshape({1, 128})).single()[0][-1], -1).item<std::int64_t>());
    bar.update(i + 1);
  }
  std::vector<float> wave;
  for (const std::int64_t level : heard) wave.push_back(static_cast<float>(sample_of(level)));
  utils::save_wav("causal_convolutions.wav", Tensor(wave).reshape({static_cast<std::int64_t>(wave.size()), 1}), kRate);

  std::int64_t same = 0;
  for (std::size_t i = 1; i < levels.size(); ++i) same += levels[i] == levels[i - 1] ? 1 : 0;
  std::printf("right levels %.3f, as the sample before %.3f\n", history["val_accuracy"].back(),
              static_cast<double>(same) / static_cast<double>(levels.size() - 1));
}
