#include <limits>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/activations.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/numeric.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/reductions.hpp>

#include "support/catch.hpp"
#include "support/op_test.hpp"

// Expected values are NumPy's, but where another source is named.
namespace kerascpp::test {
namespace {

constexpr double kUnits = 8;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string difference(const Tensor& actual, const Tensor& expected) {
  return first_difference(actual, expected, kUnits * epsilon_of(expected.dtype()));
}

}  // namespace

TEST_CASE("round takes decimals before and behind the point", "[ops]") {
  CHECK(difference(ops::round(Tensor(std::vector<double>{1.25, 2.35, -1.125, 15.0, 1234.5}), 1),
                   Tensor(std::vector<double>{1.2, 2.4, -1.1, 15.0, 1234.5})) == "");
  CHECK(difference(ops::round(Tensor{14.0, 15.0, 25.0, 1234.0}, -1), Tensor{10.0, 20.0, 20.0, 1230.0}) == "");
  CHECK(difference(ops::round(Tensor{14, 15, 25, -1234}, -2), Tensor{0, 0, 0, -1200}) == "");
  CHECK(difference(ops::round(Tensor{14, 15}, 3), Tensor{14, 15}) == "");
  CHECK(difference(ops::round(Tensor{0.5, 1.5, -0.5}), Tensor{0.0, 2.0, 0.0}) == "");
}

TEST_CASE("functions made from others have the values of NumPy", "[ops]") {
  CHECK(difference(ops::sinc(Tensor{-1.5, 0.0, 0.25, 2.0}),
                   Tensor{-0.2122065907891938, 1.0, 0.9003163161571061, 0.0}) == "");
  CHECK(difference(ops::deg2rad(Tensor{-90.0, 30.0}), Tensor{-1.5707963267948966, 0.5235987755982988}) == "");
  CHECK(difference(ops::rad2deg(Tensor{-1.0, 2.0}), Tensor{-57.29577951308232, 114.59155902616465}) == "");
  CHECK(difference(ops::logaddexp2(Tensor{1000.0, -1000.0, 0.0}, Tensor{1000.0, -1001.0, 0.0}),
                   Tensor{1001.0, -999.4150374992788, 1.0}) == "");
  CHECK(difference(ops::fabs(Tensor{-3, 4}), Tensor{3.0, 4.0}) == "");
  // tf.math.divide_no_nan
  CHECK(difference(ops::divide_no_nan(Tensor{1.0, kInfinity, 6.0}, Tensor{0.0, 0.0, 4.0}), Tensor{0.0, 0.0, 1.5}) ==
        "");
  const double largest = std::numeric_limits<float>::max();
  CHECK(difference(ops::nan_to_num(Tensor{kNaN, kInfinity, -kInfinity, 1.0}), Tensor{0.0, largest, -largest, 1.0}) ==
        "");
  CHECK(difference(ops::nan_to_num(Tensor{kNaN, kInfinity, -kInfinity}, 1, 2, 3), Tensor{1.0, 2.0, 3.0}) == "");
  CHECK(difference(ops::polar(Tensor{2.0}, Tensor{0.5}),
                   ops::complex(Tensor{1.7551651237807455}, Tensor{0.958851077208406})) == "");
}

TEST_CASE("predicates on special values hold", "[ops]") {
  const Tensor x{kInfinity, -kInfinity, kNaN, 1.0};
  CHECK(difference(ops::isposinf(x), Tensor{true, false, false, false}) == "");
  CHECK(difference(ops::isneginf(x), Tensor{false, true, false, false}) == "");
  CHECK(difference(ops::isreal(x), Tensor{true, true, true, true}) == "");
  CHECK(difference(ops::isreal(ops::complex(Tensor{1.0, 1.0}, Tensor{0.0, 2.0})), Tensor{true, false}) == "");
  const Tensor a{1.0, 1.0, kInfinity, kInfinity, kNaN, 1.0}, b{1.000001, 1.1, kInfinity, -kInfinity, kNaN, kInfinity};
  CHECK(difference(ops::isclose(a, b), Tensor{true, false, true, false, false, false}) == "");
  CHECK(difference(ops::isclose(a, b, 0.2, 0, true), Tensor{true, true, true, false, true, false}) == "");
  CHECK(ops::allclose(Tensor{1.0, 2.0}, Tensor{1.0, 2.00001}).item<bool>());
  CHECK_FALSE(ops::allclose(Tensor{1.0, 2.0}, Tensor{1.0, 2.1}).item<bool>());
}

TEST_CASE("a saturating cast keeps to the range of the dtype", "[ops]") {
  CHECK(difference(ops::saturate_cast(Tensor{-300, 5, 300}, DType::Int8), Tensor{-128, 5, 127}.astype(DType::Int8)) ==
        "");
  CHECK(difference(ops::saturate_cast(Tensor{-3, 300}, DType::UInt8), Tensor{0, 255}.astype(DType::UInt8)) == "");
  CHECK(ops::saturate_cast(Tensor{1e20, -1e20}, DType::Int64).item<std::int64_t>(0) ==
        std::int64_t{0x7fffff8000000000});  // the largest float32 below 2^63
  CHECK(ops::saturate_cast(Tensor{1e20}, DType::Int32).item<std::int64_t>(0) == 2147483520);
  CHECK(ops::saturate_cast(Tensor{1e6, -1e6}, DType::Float16).item<double>(1) == -65504);
  CHECK(ops::saturate_cast(Tensor(std::vector<std::uint64_t>{~0ull}), DType::Int64).item<std::int64_t>(0) ==
        std::numeric_limits<std::int64_t>::max());
}

TEST_CASE("select takes the first condition that holds", "[ops]") {
  const Tensor x{0, 1, 2, 3};
  const Tensor chosen = ops::select(std::vector<Tensor>{x < 1, x < 3}, std::vector<Tensor>{x - 10, x + 10}, 42);
  CHECK(difference(chosen, Tensor{-10, 11, 12, 42}) == "");
  CHECK_THROWS_WITH(ops::select(std::vector<Tensor>{x < 1}, std::vector<Tensor>{}),
                    ContainsSubstring("1 conditions and 0 choices"));
}

TEST_CASE("operators of tensors and numbers keep the tensor's dtype", "[ops]") {
  const Tensor half = Tensor{1.0, 4.0}.astype(DType::Float16);
  CHECK(difference(half * 2.5 + 1, Tensor{3.5, 11.0}.astype(DType::Float16)) == "");
  CHECK(difference(1 - half / 2, Tensor{0.5, -1.0}.astype(DType::Float16)) == "");
  CHECK(difference(2 * -half, Tensor{-2.0, -8.0}.astype(DType::Float16)) == "");
  CHECK(difference(8 / half, Tensor{8.0, 2.0}.astype(DType::Float16)) == "");
  CHECK(difference(half - 1, Tensor{0.0, 3.0}.astype(DType::Float16)) == "");
  CHECK(difference(half == 4, Tensor{false, true}) == "");
  CHECK(difference(4 != half, Tensor{true, false}) == "");
  CHECK(difference(half < 2, Tensor{true, false}) == "");
  CHECK(difference(4 <= half, Tensor{false, true}) == "");
}

TEST_CASE("complex numbers are pairs of real ones", "[ops]") {
  const Tensor pairs{{1.0, 2.0}, {3.0, -4.0}};
  const Tensor z = ops::view_as_complex(pairs);
  CHECK(difference(ops::abs(z), Tensor{2.23606797749979, 5.0}) == "");
  CHECK(difference(ops::view_as_real(ops::conj(z)), Tensor{{1.0, -2.0}, {3.0, 4.0}}) == "");
  CHECK_THROWS_WITH(ops::view_as_complex(Tensor{1.0}), ContainsSubstring("a last axis of length 2"));
}

TEST_CASE("numbers beside tensors and symbols take their dtype", "[ops]") {
  CHECK(ops::add(Tensor{1.0}.astype(DType::Float16), 1.5).dtype() == DType::Float16);
  CHECK(ops::multiply(2, Tensor{1}.astype(DType::UInt8)).dtype() == DType::UInt8);
  CHECK(ops::add(Tensor{1}, 1.5).dtype() == DType::Float32);
  CHECK(ops::add(Tensor{true}, 1).dtype() == DType::Int32);
  CHECK(ops::divide(Tensor{1}.astype(DType::Int64), 2).dtype() == DType::Float32);
  CHECK(ops::exp(Tensor{true}).dtype() == DType::Float32);
  CHECK(ops::floor(Tensor{3}).dtype() == DType::Float32);
  CHECK(ops::clip(Tensor{1.0, 5.0}, 2, 3).dtype() == DType::Float32);
  CHECK((placeholder({2}, DType::BFloat16) * 2.5).dtype() == DType::BFloat16);
  CHECK((1 - placeholder({2}, DType::Int8)).dtype() == DType::Int8);
}

TEST_CASE("glu gates the first half with the second", "[ops]") {
  // keras.ops.glu
  CHECK(difference(ops::glu(Tensor{{1.0, 2.0, 0.0, -1.0}}), Tensor{{0.5, 0.5378828427399902}}) == "");
  CHECK_THROWS_WITH(ops::glu(placeholder({2, 3})),
                    ContainsSubstring("[glu] axis -1 of float32 (2, 3) has an odd length"));
  CHECK_THROWS_WITH(ops::celu(placeholder({2}), 0), ContainsSubstring("[celu] expects an alpha other than 0"));
  CHECK_THROWS_WITH(ops::squareplus(placeholder({2}), -1), ContainsSubstring("[squareplus] expects b >= 0"));
}

TEST_CASE("reductions have the values of NumPy and SciPy", "[ops]") {
  const Tensor y{{1.0, 5.0, 2.0}, {7.0, -3.0, 4.0}};
  CHECK(difference(ops::var(y), Tensor(10.222222222222223)) == "");
  CHECK(difference(ops::var(y, 0), Tensor{9.0, 16.0, 1.0}) == "");
  CHECK(difference(ops::std(y, 1), Tensor{1.699673171197595, 4.189935029992178}) == "");
  CHECK(difference(ops::ptp(y, 0), Tensor{6.0, 8.0, 2.0}) == "");
  CHECK(difference(ops::average(y, 1, Tensor{1.0, 2.0, 3.0}), Tensor{2.8333333333333335, 2.1666666666666665}) == "");
  CHECK(difference(ops::average(y, {}, Tensor{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}), Tensor(2.5714285714285716)) == "");
  CHECK(difference(ops::average(y, 0), Tensor{4.0, 1.0, 3.0}) == "");
  CHECK_THROWS_WITH(ops::average(y, {}, Tensor{1.0}), ContainsSubstring("[average] expects weights of shape (2, 3)"));
  CHECK(difference(ops::logsumexp(y, 1), Tensor{5.065883903757429, 7.048630597437078}) == "");
  CHECK(difference(ops::logsumexp(Tensor{1000.0, 1000.0}), Tensor(1000.6931471805599)) == "");
  CHECK(difference(ops::logsumexp(Tensor{-kInfinity, -kInfinity}), Tensor(-kInfinity)) == "");
  CHECK(difference(ops::logsumexp(Tensor{kInfinity, 1.0}), Tensor(kInfinity)) == "");
  CHECK(difference(ops::count_nonzero(Tensor{{1, 0, 2}, {0, 0, 3}}, 1), Tensor{2, 1}) == "");
  CHECK(difference(ops::max(y, 1, false, 6.0), Tensor{6.0, 7.0}) == "");
  CHECK(difference(ops::min(y, 1, true, 0.0), Tensor{{0.0}, {-3.0}}) == "");
  const Tensor z = ops::complex(Tensor{1.0, 3.0, -2.0}, Tensor{2.0, -1.0, 0.5});
  CHECK(difference(ops::var(z), Tensor(5.722222222222222)) == "");
  CHECK(difference(ops::std(z), Tensor(2.3921166824012206)) == "");
  CHECK(difference(ops::sum(Tensor{100, 100, 100}.astype(DType::Int8)), Tensor(300)) == "");
  CHECK(ops::sum(Tensor{1}.astype(DType::UInt8)).dtype() == DType::UInt32);
  CHECK(ops::argmax(Tensor{{1, 9, 2}, {9, 0, 1}}).item<int>() == 1);
}

TEST_CASE("reductions without NaN have the values of NumPy", "[ops]") {
  const Tensor x{{1.0, kNaN, 3.0}, {kNaN, kNaN, kNaN}, {4.0, -2.0, kNaN}};
  CHECK(difference(ops::nansum(x, 1), Tensor{4.0, 0.0, 2.0}) == "");
  CHECK(difference(ops::nanprod(x, 1), Tensor{3.0, 1.0, -8.0}) == "");
  CHECK(difference(ops::nanmax(x, 1), Tensor{3.0, kNaN, 4.0}) == "");
  CHECK(difference(ops::nanmin(x, 1), Tensor{1.0, kNaN, -2.0}) == "");
  CHECK(difference(ops::nanmean(x, 1), Tensor{2.0, kNaN, 1.0}) == "");
  CHECK(difference(ops::nanvar(x, 1), Tensor{1.0, kNaN, 9.0}) == "");
  CHECK(difference(ops::nanstd(x), Tensor(2.29128784747792)) == "");
  CHECK(difference(ops::nanargmax(x, 1), Tensor{2, -1, 0}) == "");
  CHECK(difference(ops::nanargmin(x, 1), Tensor{0, -1, 1}) == "");
  CHECK(difference(ops::nanmax(Tensor{1, 5}), Tensor(5)) == "");
}

}  // namespace kerascpp::test
