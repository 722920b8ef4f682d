// Row N1: sizes beside round ones. For each operation, the time of one sample more or fewer and of eight channels more
// or fewer over what it should be by the time of the round size: in proportion to the multiplications or to the bytes
// of operands and result, whichever are more. The largest of these is reported.
#include <functional>

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
using bench::Clock;

namespace {

/// An operation of `batch` samples with `channels` results each, and how many multiplications one result takes.
struct Operation {
  std::string name;
  std::int64_t channels;
  std::function<Shape(std::int64_t batch)> input;
  std::function<Shape(std::int64_t channels)> kernel;
  std::function<Symbol(const Symbol&, const Symbol&)> result;
};

Operation dense(std::int64_t in, std::int64_t out) {
  return {"dense " + std::to_string(in) + "x" + std::to_string(out), out,
          [=](std::int64_t n) {
            return Shape{n, in};
          },
          [=](std::int64_t c) {
            return Shape{in, c};
          },
          [](const Symbol& x, const Symbol& w) { return ops::matmul(x, w); }};
}

Operation convolution(std::int64_t size, std::int64_t in, std::int64_t out) {
  return {"conv3x3 " + std::to_string(size) + "x" + std::to_string(size) + "x" + std::to_string(in) + "->" +
              std::to_string(out),
          out,
          [=](std::int64_t n) {
            return Shape{n, size, size, in};
          },
          [=](std::int64_t c) {
            return Shape{3, 3, in, c};
          },
          [](const Symbol& x, const Symbol& w) { return ops::conv(x, w, {.padding = "same"}); }};
}

/// One size of one operation: its function on values of its own.
struct Contestant {
  Function function;
  std::vector<Tensor> values;
  double results, bytes;
  std::vector<double> ratios = {};  ///< its time over that of the round size, measured just before

  [[nodiscard]] double measure(double seconds) const {
    const Clock::time_point start = Clock::now();
    double elapsed = 0;
    int done = 0;
    for (; elapsed < seconds; ++done) {
      (void)function(values);
      elapsed = bench::seconds_since(start);
    }
    return elapsed / done;
  }
};

Contestant contestant(const Operation& operation, bool gradients, std::int64_t batch, std::int64_t channels) {
  const Shape input = operation.input(batch), kernel = operation.kernel(channels);
  const auto x = backend::placeholder(input), w = backend::placeholder(kernel);
  const Symbol y = operation.result(x, w);
  std::vector<Symbol> outputs{y};
  if (gradients) outputs = backend::gradients(ops::sum(ops::square(y)), {x, w});
  return {backend::function({x, w}, outputs),
          {random_normal(input), random_normal(kernel)},
          static_cast<double>(batch * channels),
          static_cast<double>(input.size() + kernel.size() + y.shape().size())};
}

void compare(const bench::Arguments& arguments, const Operation& operation, bool gradients) {
  const std::int64_t batch = 128, channels = operation.channels;
  std::vector<Contestant> sizes;
  for (const auto& [n, c] : {std::pair{batch, channels},
                             {batch - 1, channels},
                             {batch + 1, channels},
                             {batch, channels - 8},
                             {batch, channels + 8}})
    sizes.push_back(contestant(operation, gradients, n, c));
  for (const Contestant& size : sizes) (void)size.measure(arguments.seconds / 10);  // threads find their cores
  for (int i = 0; i < 3 * arguments.repeats; ++i)
    for (std::size_t other = 1; other < sizes.size(); ++other) {
      const double base = sizes[0].measure(arguments.seconds / 30);
      sizes[other].ratios.push_back(sizes[other].measure(arguments.seconds / 30) / base);
    }
  double worst = 0;
  std::string text;
  const char* const names[] = {"", "batch - 1", "batch + 1", "channels - 8", "channels + 8"};
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    const double more = std::max(sizes[i].results / sizes[0].results, sizes[i].bytes / sizes[0].bytes);
    const double ratio = bench::median(sizes[i].ratios) / more;
    worst = std::max(worst, ratio);
    text += (i > 1 ? ", " : "") + std::string(names[i]) + ": " + std::to_string(ratio).substr(0, 4);
  }
  bench::report(arguments, {worst}, "of the time", operation.name + (gradients ? " gradients" : ""), text);
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "N1");
  for (const Operation& operation : {dense(784, 512), dense(512, 512), convolution(28, 1, 32), convolution(28, 32, 64),
                                     convolution(32, 16, 16), convolution(16, 32, 32), convolution(8, 64, 64)})
    for (const bool gradients : {false, true}) compare(arguments, operation, gradients);
}
