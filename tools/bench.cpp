// bench: where the time of a prediction goes, and how near it comes to what this machine can do.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include <kerascpp/kerascpp.hpp>

#include "arrays.hpp"
#include "commands.hpp"

namespace kerascpp::tool {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The shortest of several times, after one that is not counted.
double best_time(const std::function<void()>& work, int rounds) {
  work();
  double best = seconds_of(work);
  for (int i = 1; i < rounds; ++i) best = std::min(best, seconds_of(work));
  return best;
}

/// Floating operations per second of a product of square matrices.
double matmul_rate() {
  constexpr std::int64_t n = 1024;
  const Symbol a = backend::placeholder({n, n}), b = backend::placeholder({n, n});
  const Function product({a, b}, ops::matmul(a, b));
  const Tensor x = ones({n, n}), y = ones({n, n});
  return 2.0 * n * n * n / best_time([&] { product(x, y); }, 5);
}

/// Bytes read and written per second by copying, with all threads.
double copy_rate() {
  constexpr std::size_t bytes = std::size_t{64} << 20U;
  const std::size_t threads = std::max(1U, std::thread::hardware_concurrency()), part = bytes / threads;
  std::vector<char> from(bytes, 1), to(bytes, 2);
  const double time = best_time(
      [&] {
        std::vector<std::thread> workers;
        for (std::size_t i = 0; i < threads; ++i)
          workers.emplace_back([&, i] { std::memcpy(to.data() + i * part, from.data() + i * part, part); });
        for (std::thread& worker : workers) worker.join();
      },
      5);
  return 2.0 * static_cast<double>(part * threads) / time;
}

/// The shapes in "float32 (32, 10), float32 (10, 4) -> float32 (32, 4)", those of outputs last.
struct StepShapes {
  std::vector<std::vector<double>> inputs, outputs;

  explicit StepShapes(const std::string& text) {
    std::vector<std::vector<double>>* list = &inputs;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text.compare(at, 2, "->") == 0) list = &outputs;
      if (text[at] != '(') continue;
      std::vector<double> shape;
      const char* next = text.c_str() + at + 1;
      while (*next != ')' && *next != '\0') {
        char* end = nullptr;
        const double length = std::strtod(next, &end);
        if (end == next) {
          ++next;
          continue;
        }
        shape.push_back(length);
        next = end;
      }
      list->push_back(std::move(shape));
    }
  }
};

double product(const std::vector<double>& lengths, std::size_t count) {
  double size = 1;
  for (std::size_t i = 0; i < count; ++i) size *= lengths[i];
  return size;
}
double size_of(const std::vector<double>& shape) { return product(shape, shape.size()); }

/// Multiplications and additions of one call of products and convolutions; 0 for all others.
double operations_of(const ProfileRow& row) {
  const StepShapes shapes(row.shapes);
  if (shapes.inputs.size() < 2 || shapes.outputs.empty()) return 0;
  const std::vector<double>&x = shapes.inputs[0], &w = shapes.inputs[1], &y = shapes.outputs[0];
  if (row.op == "matmul" && y.size() >= 2) {
    // (B, N, K) (B, K, M) (B, N, M): the product of the sizes is B^3 (N K M)^2, without B where w is one matrix
    const double batch = w.size() > 2 ? product(y, y.size() - 2) : 1;
    return 2 * batch * std::sqrt(size_of(x) / batch * size_of(w) / batch * size_of(y) / batch);
  }
  if (w.empty()) return 0;
  if (row.op == "conv") return 2 * size_of(y) * size_of(w) / w.back();
  if (row.op == "conv_transpose") return 2 * size_of(x) * size_of(w) / w.back();
  return 0;
}

/// Numbers for an input whose values do not matter: 0 and 1 where they may be indices.
Tensor made_up(const Symbol& input, std::int64_t batch, std::int64_t unknown) {
  Shape shape = input.shape();
  for (int axis = 0; axis < shape.ndim(); ++axis)
    if (shape[axis] == None) shape[axis] = axis == 0 ? batch : unknown;
  if (is_floating(input.dtype())) return random_normal(shape).astype(input.dtype());
  return randint(0, 2, shape).astype(input.dtype());
}

struct BenchArguments {
  std::string file, input;
  std::int64_t batch_size = 32, length = 64;
  int runs = 0;

  [[nodiscard]] std::vector<Tensor> inputs(const Model& model) const {
    if (!input.empty()) return read_arrays(input, input_arrays(model)).ordered(model.input_names(), "--input");
    std::vector<Tensor> arrays;
    for (const Symbol& symbol : model.inputs()) arrays.push_back(made_up(symbol, batch_size, length));
    return arrays;
  }

  void run() const {
    const Model model = load_model(file, {.compile = false});
    set_profile(true);
    const std::vector<Tensor> x = inputs(model);
    KCPP_CHECK(!x.empty() && x[0].ndim() > 0, ValueError, "\"", file, "\" has no input with a batch axis");
    const auto predict = [&] { static_cast<void>(model.predict_on_batch(x)); };
    predict();  // plans
    const double first = seconds_of(predict);
    const int count = runs > 0 ? runs : std::clamp(static_cast<int>(1.0 / std::max(first, 1e-6)), 3, 1000);
    double best = first;
    for (int i = 0; i < count; ++i) best = std::min(best, seconds_of(predict));
    print(model.predict_function().profile(), best, x[0].shape()[0], count);
  }

  void print(const Profile& profile, double best, std::int64_t samples, int count) const {
    const double matmul = matmul_rate(), copy = copy_rate();
    std::printf("%s: batch of %lld, %d runs\n", file.c_str(), static_cast<long long>(samples), count);
    std::printf("%10s %6s %16s %8s  %-24s %-24s %s\n", "time", "share", "rate", "of best", "operation", "kernel",
                "layer");
    std::vector<const ProfileRow*> rows;
    for (const ProfileRow& row : profile.rows)
      if (row.calls > 0) rows.push_back(&row);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const ProfileRow* a, const ProfileRow* b) { return a->seconds > b->seconds; });
    for (const ProfileRow* row : rows) {
      const double time = row->seconds / static_cast<double>(row->calls), work = operations_of(*row);
      const double rate = (work > 0 ? work : static_cast<double>(row->bytes)) / std::max(time, 1e-9);
      std::printf("%7.3f ms %5.1f%% %9.2f %-6s %7.1f%%  %-24s %-24s %s\n", 1e3 * time,
                  100 * row->seconds / profile.seconds, 1e-9 * rate, work > 0 ? "GFLOP/s" : "GB/s",
                  100 * rate / (work > 0 ? matmul : copy), row->op.c_str(), row->kernel.c_str(), row->layer.c_str());
    }
    std::printf("total: %.3f ms per batch, %.2f us per sample\n", 1e3 * best,
                1e6 * best / static_cast<double>(std::max<std::int64_t>(samples, 1)));
    std::printf("best of this machine: matmul %.1f GFLOP/s, copy %.1f GB/s\n", 1e-9 * matmul, 1e-9 * copy);
  }
};

}  // namespace

Action add_bench(CLI::App& app) {
  auto a = std::make_shared<BenchArguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5 or .onnx")->required();
  app.add_option("--input", a->input, "One batch of inputs instead of numbers made up: .npy or .npz");
  app.add_option("--batch-size", a->batch_size, "Samples in the batch made up")->check(at_least(1));
  app.add_option("--length", a->length, "What unknown lengths of inputs are made up as")->check(at_least(1));
  app.add_option("--runs", a->runs, "Batches to time; as many as take a second unless given")->check(at_least(1));
  return [a] { a->run(); };
}

}  // namespace kerascpp::tool
