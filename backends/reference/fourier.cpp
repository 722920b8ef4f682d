#include <cmath>
#include <numbers>

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

/// Fourier transforms as they are defined: one sum of N terms for each element.
namespace kerascpp::reference {
namespace {

using Query = runtime::KernelQuery;
using Arguments = runtime::KernelArguments;

// exp(2 pi i n / N) for n = 0 .. N - 1
std::vector<Complex> roots_of_one(std::int64_t N) {
  std::vector<Complex> roots(static_cast<std::size_t>(N));
  for (std::int64_t n = 0; n < N; ++n)
    roots[static_cast<std::size_t>(n)] =
        std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(n) / static_cast<double>(N));
  return roots;
}

std::size_t place(std::int64_t k, std::int64_t n, std::int64_t N) { return static_cast<std::size_t>(k * n % N); }

void run_fft(const Query& query, const Arguments& arguments) {
  const TensorSpec& spec = query.inputs[0];
  const int axis = normalize_axis(query.attributes.integer("axis"), spec.shape.ndim());
  const std::int64_t N = spec.shape[axis], stride = spec.shape.slice(axis + 1, spec.shape.ndim()).size();
  const std::int64_t outer = spec.shape.slice(0, axis).size();
  const bool inverse = query.attributes.flag("inverse");
  const double scale = query.attributes.flag("scaled") ? 1 / static_cast<double>(N) : 1;
  const auto real = load<double>(arguments.inputs[0], spec), imag = load<double>(arguments.inputs[1], spec);
  xt::xarray<double> to_real = xt::zeros_like(real), to_imag = xt::zeros_like(imag);
  const std::vector<Complex> roots = roots_of_one(N);
  for (std::int64_t o = 0; o < outer; ++o)
    for (std::int64_t s = 0; s < stride; ++s)
      for (std::int64_t k = 0; k < N; ++k) {
        Complex sum = 0;
        for (std::int64_t n = 0; n < N; ++n) {
          const std::int64_t from = (o * N + n) * stride + s;
          const Complex root = roots[place(k, n, N)];
          sum += Complex(real.data()[from], imag.data()[from]) * (inverse ? root : std::conj(root));
        }
        to_real.data()[(o * N + k) * stride + s] = scale * sum.real();
        to_imag.data()[(o * N + k) * stride + s] = scale * sum.imag();
      }
  store<double>(to_real, arguments.outputs[0], query.outputs[0]);
  store<double>(to_imag, arguments.outputs[1], query.outputs[1]);
}

// Whether frequency k stands for its conjugate as well.
bool has_conjugate(std::int64_t k, std::int64_t N) { return k != 0 && 2 * k != N; }

void run_rfft(const Query& query, const Arguments& arguments) {
  const std::int64_t N = query.inputs[0].shape.back(), K = N / 2 + 1, rows = query.inputs[0].shape.size() / N;
  const bool doubled = query.attributes.flag("doubled");
  const double scale = query.attributes.flag("scaled") ? 1 / static_cast<double>(N) : 1;
  const auto x = load<double>(arguments.inputs[0], query.inputs[0]);
  const Shape& shape = query.outputs[0].shape;
  xt::xarray<double> real = xt::zeros<double>(std::vector<std::size_t>(shape.begin(), shape.end())), imag = real;
  const std::vector<Complex> roots = roots_of_one(N);
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t k = 0; k < K; ++k) {
      Complex sum = 0;
      for (std::int64_t n = 0; n < N; ++n) sum += x.data()[row * N + n] * std::conj(roots[place(k, n, N)]);
      sum *= doubled && has_conjugate(k, N) ? 2 * scale : scale;
      real.data()[row * K + k] = sum.real();
      imag.data()[row * K + k] = sum.imag();
    }
  store<double>(real, arguments.outputs[0], query.outputs[0]);
  store<double>(imag, arguments.outputs[1], query.outputs[1]);
}

void run_irfft(const Query& query, const Arguments& arguments) {
  const std::int64_t N = query.outputs[0].shape.back(), K = N / 2 + 1, rows = query.outputs[0].shape.size() / N;
  const bool halved = query.attributes.flag("halved");
  const double scale = query.attributes.flag("scaled") ? 1 / static_cast<double>(N) : 1;
  const auto real = load<double>(arguments.inputs[0], query.inputs[0]);
  const auto imag = load<double>(arguments.inputs[1], query.inputs[1]);
  const Shape& shape = query.outputs[0].shape;
  xt::xarray<double> x = xt::zeros<double>(std::vector<std::size_t>(shape.begin(), shape.end()));
  const std::vector<Complex> roots = roots_of_one(N);
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t n = 0; n < N; ++n) {
      double sum = 0;
      for (std::int64_t k = 0; k < K; ++k) {
        const double weight = !halved && has_conjugate(k, N) ? 2 * scale : scale;
        sum += weight * (Complex(real.data()[row * K + k], imag.data()[row * K + k]) * roots[place(k, n, N)]).real();
      }
      x.data()[row * N + n] = sum;
    }
  store<double>(x, arguments.outputs[0], query.outputs[0]);
}

}  // namespace

void register_fourier_kernels(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "fft", run_fft);
  add_reference_kernel(registry, "rfft", run_rfft);
  add_reference_kernel(registry, "irfft", run_irfft);
  add_reference_kernel(registry, "irfft_like", run_irfft);
}

}  // namespace kerascpp::reference
