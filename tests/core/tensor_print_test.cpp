#include <limits>

#include <kerascpp/core/tensor.hpp>

#include "support/catch.hpp"

using namespace kerascpp;

namespace {

// The text without the dtype and shape that follow it.
std::string values_of(const Tensor& tensor) {
  const std::string text = to_string(tensor);
  return text.substr(0, text.rfind(" dtype="));
}

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

}  // namespace

// Expected texts were printed by NumPy 2.4.

TEST_CASE("floats print with as many digits as they need", "[core]") {
  CHECK(values_of(Tensor{1.0, 2.5, -3.0}) == "[ 1.   2.5 -3. ]");
  CHECK(values_of(Tensor{{0.1, 10.0}, {100.0, -0.25}}) ==
        "[[  0.1   10.  ]\n"
        " [100.    -0.25]]");
  CHECK(values_of(Tensor{0.1, 0.2, 0.3}) == "[0.1 0.2 0.3]");
  CHECK(values_of(Tensor(std::vector<double>{1.0 / 3, 2.0 / 3})) == "[0.33333333 0.66666667]");
  CHECK(values_of(Tensor(std::vector<double>{0.123456789012, 100})) == "[  0.12345679 100.        ]");
  CHECK(values_of(Tensor{0.5, -0.0}) == "[ 0.5 -0. ]");
  CHECK(values_of(Tensor(std::vector<double>{99999999, 100000})) == "[99999999.   100000.]");
}

TEST_CASE("floats of very different size print with exponents", "[core]") {
  CHECK(values_of(Tensor{1e9, 0.1, 1.2345678e-7}) == "[1.0000000e+09 1.0000000e-01 1.2345679e-07]");
  CHECK(values_of(Tensor{1e6, 1e5}) == "[1.e+06 1.e+05]");
  CHECK(values_of(Tensor(std::vector<double>{1e-200, 1, -2.5e100})) == "[ 1.0e-200  1.0e+000 -2.5e+100]");
  CHECK(values_of(Tensor(std::vector<double>{1.0 / 3, 1e-5})) == "[3.33333333e-01 1.00000000e-05]");
  CHECK(values_of(Tensor{1000.0, 1.0}.astype(DType::Float16)) == "[1.e+03 1.e+00]");
  CHECK(values_of(Tensor{0.1, 0.3333}.astype(DType::Float16)) == "[0.1    0.3333]");
}

TEST_CASE("infinities and NaN align with numbers", "[core]") {
  CHECK(values_of(Tensor{1.5, kNan, -kInf}) == "[ 1.5  nan -inf]");
  CHECK(values_of(Tensor{kNan, -kInf, kInf}) == "[ nan -inf  inf]");
  CHECK(values_of(Tensor{kNan, kInf}) == "[nan inf]");
  CHECK(values_of(Tensor{1e-9, kInf}) == "[1.e-09    inf]");
}

TEST_CASE("integers and booleans align to the right", "[core]") {
  CHECK(values_of(Tensor{{1, -20}, {300, 4}}) ==
        "[[  1 -20]\n"
        " [300   4]]");
  CHECK(values_of(Tensor{std::uint64_t{18446744073709551615U}, std::uint64_t{1}}) ==
        "[18446744073709551615                    1]");
  CHECK(values_of(Tensor{true, false}) == "[ True False]");
}

TEST_CASE("scalars print without brackets", "[core]") {
  CHECK(values_of(Tensor(7)) == "7");
  CHECK(values_of(Tensor(true)) == "True");
  CHECK(values_of(Tensor(0.1)) == "0.1");
  CHECK(values_of(Tensor(2.0)) == "2.0");
  CHECK(values_of(Tensor(123456789.0)) == "1.2345679e+08");
  CHECK(values_of(Tensor(1e-5)) == "1e-05");
  CHECK(values_of(Tensor(-kInf)) == "-inf");
  CHECK(values_of(Tensor(0.0)) == "0.0");
  CHECK(values_of(full({}, 1.0 / 3, DType::Float64)) == "0.3333333333333333");
  CHECK(values_of(full({}, 1e16, DType::Float64)) == "1e+16");
  CHECK(values_of(full({}, 123456789012345, DType::Float64)) == "123456789012345.0");
}

TEST_CASE("empty tensors print as an empty list", "[core]") {
  CHECK(values_of(zeros({0})) == "[]");
  CHECK(values_of(zeros({2, 0, 3})) == "[]");
}

TEST_CASE("long rows wrap and deep tensors are set apart by empty lines", "[core]") {
  CHECK(values_of(arange(30)) ==
        "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n"
        " 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29.]");
  CHECK(values_of(arange(0, 60, 1, DType::Int32).reshape({2, 30})) ==
        "[[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n"
        "  24 25 26 27 28 29]\n"
        " [30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53\n"
        "  54 55 56 57 58 59]]");
  CHECK(values_of(arange(0, 12, 1, DType::Int32).reshape({2, 2, 1, 3})) ==
        "[[[[ 0  1  2]]\n"
        "\n"
        "  [[ 3  4  5]]]\n"
        "\n"
        "\n"
        " [[[ 6  7  8]]\n"
        "\n"
        "  [[ 9 10 11]]]]");
}

TEST_CASE("more than a thousand elements are shortened", "[core]") {
  CHECK(values_of(arange(1001)) == "[   0.    1.    2. ...  998.  999. 1000.]");
  CHECK(values_of(arange(0, 2000, 1, DType::Int32).reshape({2, 1000})) ==
        "[[   0    1    2 ...  997  998  999]\n"
        " [1000 1001 1002 ... 1997 1998 1999]]");
  CHECK(values_of(arange(0, 1200, 1, DType::Int32).reshape({10, 4, 30})) ==
        "[[[   0    1    2 ...   27   28   29]\n"
        "  [  30   31   32 ...   57   58   59]\n"
        "  [  60   61   62 ...   87   88   89]\n"
        "  [  90   91   92 ...  117  118  119]]\n"
        "\n"
        " [[ 120  121  122 ...  147  148  149]\n"
        "  [ 150  151  152 ...  177  178  179]\n"
        "  [ 180  181  182 ...  207  208  209]\n"
        "  [ 210  211  212 ...  237  238  239]]\n"
        "\n"
        " [[ 240  241  242 ...  267  268  269]\n"
        "  [ 270  271  272 ...  297  298  299]\n"
        "  [ 300  301  302 ...  327  328  329]\n"
        "  [ 330  331  332 ...  357  358  359]]\n"
        "\n"
        " ...\n"
        "\n"
        " [[ 840  841  842 ...  867  868  869]\n"
        "  [ 870  871  872 ...  897  898  899]\n"
        "  [ 900  901  902 ...  927  928  929]\n"
        "  [ 930  931  932 ...  957  958  959]]\n"
        "\n"
        " [[ 960  961  962 ...  987  988  989]\n"
        "  [ 990  991  992 ... 1017 1018 1019]\n"
        "  [1020 1021 1022 ... 1047 1048 1049]\n"
        "  [1050 1051 1052 ... 1077 1078 1079]]\n"
        "\n"
        " [[1080 1081 1082 ... 1107 1108 1109]\n"
        "  [1110 1111 1112 ... 1137 1138 1139]\n"
        "  [1140 1141 1142 ... 1167 1168 1169]\n"
        "  [1170 1171 1172 ... 1197 1198 1199]]]");
  CHECK(values_of(arange(0, 1000, 1, DType::Int32).reshape({100, 10}).rows(0, 8)) ==
        "[[ 0  1  2  3  4  5  6  7  8  9]\n"
        " [10 11 12 13 14 15 16 17 18 19]\n"
        " [20 21 22 23 24 25 26 27 28 29]\n"
        " [30 31 32 33 34 35 36 37 38 39]\n"
        " [40 41 42 43 44 45 46 47 48 49]\n"
        " [50 51 52 53 54 55 56 57 58 59]\n"
        " [60 61 62 63 64 65 66 67 68 69]\n"
        " [70 71 72 73 74 75 76 77 78 79]]");
}

TEST_CASE("complex numbers print both parts", "[core]") {
  const complex128 z[] = {{1, 2}, {-0.5, -3.25}};
  CHECK(values_of(Tensor(z, {2}, DType::Complex128)) == "[ 1. +2.j   -0.5-3.25j]");
}

TEST_CASE("dtype and shape follow the values", "[core]") {
  CHECK(to_string(Tensor{{1, 2}, {3, 4}}) == "[[1 2]\n [3 4]] dtype=int32 shape=(2, 2)");
  CHECK(to_string(Tensor{0.1, 1.5}.astype(DType::BFloat16)) == "[0.1 1.5] dtype=bfloat16 shape=(2,)");
}
