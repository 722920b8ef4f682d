#include <cmath>
#include <thread>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/fft.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/reductions.hpp>
#include <kerascpp/ops/shape.hpp>

#include "support/catch.hpp"
#include "support/kernel_runner.hpp"
#include "support/op_test.hpp"

namespace kerascpp::test {
namespace {

Tensor random_values(const Shape& shape, DType dtype = DType::Float64) {
  return make_values({.shape = shape, .low = -1, .high = 1}, dtype, 11);
}

// cos(0.3 n)
Tensor wave(std::int64_t length) {
  Tensor x = Tensor::empty({length}, DType::Float64);
  for (std::int64_t n = 0; n < length; ++n) x.data<double>()[n] = std::cos(0.3 * static_cast<double>(n));
  return x;
}

double largest_difference(const Tensor& a, const Tensor& b) { return ops::max(ops::abs(a - b)).item<double>(); }

}  // namespace

TEST_CASE("transforms of every length agree with their definition", "[ops]") {
  // by kissfft and by Bluestein's convolution, against the sums of the reference kernels
  for (std::int64_t length = 1; length <= 40; ++length) {
    INFO("length " << length);
    const Tensor real = random_values({3, length}), imag = ops::cos(3 * real);
    const testing::KernelCall fft{
        "fft", {{"axis", std::int64_t{1}}, {"inverse", false}, {"scaled", false}}, {real, imag}};
    const testing::KernelCall rfft{"rfft", {{"doubled", true}, {"scaled", true}}, {real}};
    for (const testing::KernelCall& call : {fft, rfft}) {
      const auto expected = testing::run_kernel(call, "reference"), actual = testing::run_kernel(call, "cpu");
      for (std::size_t i = 0; i < expected.size(); ++i)
        CHECK(first_difference(actual[i], expected[i], 64 * epsilon_of(DType::Float64)) == "");
    }
  }
}

TEST_CASE("rfft of a large prime length has the values of NumPy", "[ops]") {
  constexpr std::int64_t kPrime = 1000003;
  const ops::ComplexPairTensors y = ops::rfft(wave(kPrime));
  struct Frequency {
    std::int64_t k;
    double real, imag;
  };
  const Frequency expected[] = {{1, -1.5054571255372429, 0.00011971002554680842},
                                {47746, -90520.34422517082, 216288.41923696315},
                                {47747, 151621.53125895013, -362284.91362775216},
                                {500001, 0.904776189255069, -1.3672003074671757e-06}};
  for (const Frequency& f : expected) {
    INFO("frequency " << f.k);
    CHECK(std::abs(y.real[f.k].item<double>() - f.real) <= 1e-7);
    CHECK(std::abs(y.imag[f.k].item<double>() - f.imag) <= 1e-7);
  }
}

TEST_CASE("inverse transforms give back what was transformed", "[ops]") {
  for (const DType dtype : {DType::Float32, DType::Float64})
    for (const std::int64_t length : {8, 9, 14, 101}) {
      INFO("length " << length);
      const double tolerance = 64 * epsilon_of(dtype);
      const Tensor x = random_values({2, length}, dtype), y = ops::sin(3 * x);
      CHECK(largest_difference(ops::irfft(ops::rfft(x), length), x) <= tolerance);
      const ops::ComplexPairTensors back = ops::ifft2(ops::fft2({x, y}));
      CHECK(largest_difference(back.real, x) <= tolerance);
      CHECK(largest_difference(back.imag, y) <= tolerance);
    }
}

TEST_CASE("istft gives back the whole signal, up to its ends", "[ops]") {
  const Tensor x = random_values({2, 64});
  for (const ops::SequenceWindow& window : {ops::SequenceWindow("hann"), ops::SequenceWindow("hamming"),
                                            ops::SequenceWindow(random_values({12}) + Tensor(2.0))}) {
    const ops::ComplexPairTensors y = ops::stft(x, 12, 4, 16, {.window = window});
    CHECK(y.real.shape() == Shape{2, 17, 9});
    CHECK(largest_difference(ops::istft(y, 12, 4, 16, {.length = 64, .window = window}), x) <= 1e-13);
  }
}

TEST_CASE("windows are periodic, for odd lengths too", "[ops]") {
  // scipy.signal.get_window
  const auto values = [](const char* name, std::int64_t length) {
    return compute_now(ops::SequenceWindow(name).values(length, DType::Float32, "test"));
  };
  CHECK(first_difference(values("hann", 3), Tensor{0.0, 0.75, 0.75}, epsilon_of(DType::Float32)) == "");
  CHECK(first_difference(values("hamming", 5),
                         Tensor{0.08, 0.3978521825875243, 0.9121478174124759, 0.9121478174124759, 0.3978521825875243},
                         epsilon_of(DType::Float32)) == "");
  CHECK(first_difference(values("hann", 1), Tensor{1.0}, 0) == "");
}

TEST_CASE("one prepared transform serves several threads", "[ops]") {
  const testing::PreparedCall prepared =
      testing::prepare_kernel({"rfft", {{"doubled", false}, {"scaled", false}}, {random_values({3, 77})}}, "cpu");
  const std::vector<Tensor> expected = prepared.run();
  std::vector<std::vector<Tensor>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results) threads.emplace_back([&] { result = prepared.run(); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) CHECK(identical(result[0], expected[0]));
}

}  // namespace kerascpp::test
