#include <cmath>
#include <limits>

#include <kerascpp/core/tensor.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

DType dtype_at(int i) { return static_cast<DType>(i); }

}  // namespace

TEST_CASE("small whole numbers survive a cast between any two dtypes", "[core]") {
  const std::vector<double> values{0, 1, 1, 0, 1};
  const std::vector<double> wide{0, 1, 3, 100, 127};
  for (int from = 0; from < kNumDTypes; ++from) {
    for (int to = 0; to < kNumDTypes; ++to) {
      INFO(name(dtype_at(from)) << " to " << name(dtype_at(to)));
      const bool only_bits = from == 0 || to == 0;
      const std::vector<double>& expected = only_bits ? values : wide;
      const Tensor cast = Tensor(expected).astype(dtype_at(from)).astype(dtype_at(to));
      CHECK(cast.dtype() == dtype_at(to));
      CHECK(cast.astype(DType::Float64).to_vector<double>() == expected);
    }
  }
}

TEST_CASE("a cast to the same dtype is the same tensor", "[core]") {
  const Tensor a = ones({2});
  CHECK(a.astype(DType::Float32).storage() == a.storage());
}

TEST_CASE("floats cast to integers are truncated, saturated and NaN is 0", "[core]") {
  const double inf = std::numeric_limits<double>::infinity();
  const Tensor a = std::vector<double>{-1.9, 1.9, 300, -300, inf, -inf, std::nan("")};
  CHECK(a.astype(DType::Int8).to_vector<int>() == std::vector<int>{-1, 1, 127, -128, 127, -128, 0});
  CHECK(a.astype(DType::UInt8).to_vector<int>() == std::vector<int>{0, 1, 255, 0, 255, 0, 0});
  const Tensor edge = std::vector<float>{2147483648.0F, 2147483520.0F, -2147483648.0F, -2147483904.0F};
  CHECK(edge.astype(DType::Int32).to_vector<int>() ==
        std::vector<int>{2147483647, 2147483520, -2147483647 - 1, -2147483647 - 1});
  const Tensor huge = std::vector<double>{0x1p63, 0x1p64, 0x1p63 - 1024};
  CHECK(huge.astype(DType::Int64).to_vector<long>() ==
        std::vector<long>{std::numeric_limits<long>::max(), std::numeric_limits<long>::max(), 9223372036854774784L});
  CHECK(huge.astype(DType::UInt64).item<unsigned long>(0) == 1UL << 63);
  CHECK(huge.astype(DType::UInt64).item<unsigned long>(1) == std::numeric_limits<unsigned long>::max());
}

TEST_CASE("integers wrap, and anything but zero is true", "[core]") {
  CHECK(Tensor{300, -1}.astype(DType::UInt8).to_vector<int>() == std::vector<int>{44, 255});
  CHECK(Tensor{256, 0, -1}.astype(DType::Bool).to_vector<int>() == std::vector<int>{1, 0, 1});
  CHECK(Tensor{0.5, 0.0, -0.0, std::nan("")}.astype(DType::Bool).to_vector<int>() == std::vector<int>{1, 0, 0, 1});
}

TEST_CASE("complex numbers lose their imaginary part in a cast to a real dtype", "[core]") {
  const complex128 z[] = {{1.5, -2}, {0, 3}};
  const Tensor a(z, {2}, DType::Complex128);
  CHECK(a.astype(DType::Float32).to_vector<float>() == std::vector<float>{1.5F, 0});
  CHECK(a.astype(DType::Bool).to_vector<int>() == std::vector<int>{1, 1});
  const Tensor narrow = a.astype(DType::Complex64);
  CHECK(narrow.data<complex64>()[0].imag == -2);
  CHECK(Tensor{2.5}.astype(DType::Complex64).data<complex64>()[0].imag == 0);
}

TEST_CASE("doubles round once on the way to a 16-bit float", "[core]") {
  // just above the midpoint of 1 and its upper neighbour: rounding to float first would land on the midpoint
  const double above_half = 1 + 0x1p-11 + 0x1p-40;
  const double above_brain = 1 + 0x1p-8 + 0x1p-40;
  const Tensor a = std::vector<double>{above_half, above_brain, 65519.999999, 1e300, -above_half};
  const Tensor half = a.astype(DType::Float16);
  CHECK(half.item<double>(0) == 1 + 0x1p-10);
  CHECK(half.item<double>(2) == 65504);
  CHECK(std::isinf(half.item<double>(3)));
  CHECK(half.item<double>(4) == -1 - 0x1p-10);
  CHECK(a.astype(DType::BFloat16).item<double>(1) == 1 + 0x1p-7);
  CHECK(std::isnan(Tensor(std::nan("")).astype(DType::Float64).astype(DType::Float16).item<double>()));
}
