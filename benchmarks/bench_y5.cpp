// Y5: the first call of the training function of T1's network in a new process: building, compiling, first step. This
// program starts itself for each measurement.
#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

double first_step() {
  const Tensor x = random_uniform({128, 784}), y = randint(0, 10, {128});
  const bench::Clock::time_point start = bench::Clock::now();
  Sequential model{Input({784}), Dense(512, {.activation = "relu"}),  Dropout(0.2), Dense(512, {.activation = "relu"}),
                   Dropout(0.2), Dense(10, {.activation = "softmax"})};
  model.compile(
      {.optimizer = optimizers::RMSprop(), .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  (void)model.train_on_batch(x, y);
  return bench::seconds_since(start);
}

double in_new_process() {
  FILE* const child = popen("\"/proc/$PPID/exe\" --once", "r");
  double seconds = 0;
  if (child == nullptr || std::fscanf(child, "%lf", &seconds) != 1 || pclose(child) != 0)
    throw std::runtime_error("the started process failed");
  return seconds;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--once") {
    std::printf("%.9g\n", first_step());
    return 0;
  }
  const bench::Arguments arguments = bench::parse(argc, argv, "Y5");
  (void)in_new_process();  // the files' pages are in memory from here on
  std::vector<double> seconds;
  for (int i = 0; i < std::max(3, arguments.repeats); ++i) seconds.push_back(in_new_process());
  bench::report(arguments, seconds, "s");
}
