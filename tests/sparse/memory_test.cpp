#include <cmath>
#include <fstream>

#include "sparse/matrices.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define KERASCPP_TEST_SANITIZED
#endif

namespace kerascpp::test {
namespace {

constexpr std::int64_t kSize = 1'000'000;

/// A line of /proc/self/status in KiB; -1 where there is none.
std::int64_t status_of(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(key + ":")) return std::stoll(line.substr(key.size() + 1));
  return -1;
}

/// Makes the peak of memory start anew from what is in use.
bool reset_peak() {
  std::ofstream file("/proc/self/clear_refs");
  file << "5" << std::flush;
  return file.good();
}

/// One element in each row, scattered over all columns.
sp::SparseTensor scattered() {
  std::vector<float> data(kSize);
  std::vector<std::int32_t> indices(kSize), indptr(kSize + 1);
  for (std::int64_t i = 0; i < kSize; ++i) {
    const auto place = static_cast<std::size_t>(i);
    data[place] = static_cast<float>(i % 7) - 3;
    indices[place] = static_cast<std::int32_t>(i * 7919 % kSize);
    indptr[place + 1] = static_cast<std::int32_t>(i + 1);
  }
  return sp::SparseTensor::csr(data, indices, indptr, {kSize, kSize});
}

}  // namespace

TEST_CASE("a matrix of a million rows and columns is multiplied in little memory", "[sparse][memory]") {
  const sp::SparseSymbol x = sp::csr_matrix("x");
  const Symbol w = K::placeholder({None, 2});
  const Symbol product = sp::dot(x, w);
  const sp::SparseSymbol gradient = sp::grad(K::sum(K::square(product)), x);
  const auto f = K::function({x, w}, {product, gradient, sp::to_csc(x)});
  const std::int64_t before = status_of("VmRSS");
  const bool measured = reset_peak();
  const sp::SparseTensor matrix = scattered();
  const Tensor dense = ops::reshape(arange(0, 2 * kSize), {kSize, 2}) / static_cast<float>(kSize);
  const sp::Values results = f(matrix, dense);
  const std::int64_t peak = status_of("VmHWM");
  const float* y = results[0].dense().data<float>();
  const float* g = results[1].sparse().data().data<float>();
  const sp::SparseTensor& columns = results[2].sparse();
  std::int64_t wrong = 0;
  for (std::int64_t i = 0; i < kSize; ++i) {
    const std::int64_t column = i * 7919 % kSize;
    const double value = static_cast<double>(i % 7) - 3;
    double slope = 0;
    for (int k = 0; k < 2; ++k) {
      const double factor = dense.data<float>()[2 * column + k], expected = value * factor;
      wrong += std::abs(y[2 * i + k] - expected) > 1e-6 * std::abs(expected) ? 1 : 0;
      slope += 2 * expected * factor;
    }
    wrong += std::abs(g[i] - slope) > 1e-5 * std::abs(slope) ? 1 : 0;
    wrong += columns.indices().data<std::int32_t>()[column] == i ? 0 : 1;
  }
  CHECK(wrong == 0);
#ifndef KERASCPP_TEST_SANITIZED
  if (!measured || before < 0 || peak < 0) {
    skip("the peak of memory cannot be read on this system");
    return;
  }
  INFO("KiB before: " << before << ", at the peak: " << peak);
  CHECK(peak - before < 200 * 1024);
#endif
}

}  // namespace kerascpp::test
