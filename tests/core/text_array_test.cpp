#include <cmath>

#include <kerascpp/core/text_array.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace kerascpp;

namespace {

std::string saved(const Tensor& tensor, const SaveTextOptions& options = {}) {
  const TemporaryFolder folder;
  savetxt(folder.file("x.txt"), tensor, options);
  return bytes_of_file(folder.file("x.txt"));
}

Tensor loaded(const std::string& text, const LoadTextOptions& options = {}) {
  const TemporaryFolder folder;
  return loadtxt(folder.write("x.txt", text), options);
}

std::string load_error(const std::string& text, const LoadTextOptions& options = {}) {
  try {
    loaded(text, options);
  } catch (const FormatError& error) {
    const std::string message = error.what();
    return message.substr(message.find("x.txt") + 5);
  }
  return "no error";
}

}  // namespace

// Expected texts were written by numpy.savetxt.
TEST_CASE("savetxt writes what NumPy writes", "[core]") {
  const Tensor x = Tensor{{1.5, -2.0, 0.1}, {3e-20, 4e10, 1.0}}.astype(DType::Float32);
  CHECK(saved(x) ==
        "1.500000000000000000e+00 -2.000000000000000000e+00 1.000000014901161194e-01\n"
        "2.999999904796567617e-20 4.000000000000000000e+10 1.000000000000000000e+00\n");
  CHECK(saved(Tensor{{1, 2}, {30, -4}}, {.format = "%d", .delimiter = ","}) == "1,2\n30,-4\n");
  CHECK(saved(Tensor{1.25, 2.0}, {.format = "%8.3f|"}) == "   1.250|\n   2.000|\n");
  CHECK(saved(Tensor{1.0}, {.format = "%+g", .newline = ";", .header = "a\nb", .footer = "end"}) ==
        "# a\n# b;+1;# end;");
  CHECK(saved(Tensor{true, false}, {.format = "%05i"}) == "00001\n00000\n");
  CHECK(saved(zeros({0, 3})) == "");
}

TEST_CASE("savetxt refuses formats that are not one number", "[core]") {
  for (const char* format : {"", "abc", "%s", "%n", "%f %f", "%d%%", "%*d", "%.*f", "%9999d", "%.9999f", "%ld", "%"}) {
    INFO(format);
    CHECK_THROWS_WITH(saved(Tensor{1.0}, {.format = format}),
                      ContainsSubstring("is not one conversion of e, f, g or d"));
  }
  CHECK_THROWS_AS(saved(zeros({2, 3, 4})), ShapeError);
  CHECK_THROWS_AS(saved(Tensor(1)), ShapeError);
  CHECK_THROWS_AS(saved(zeros({2}, DType::Complex64)), DTypeError);
}

TEST_CASE("loadtxt reads back what savetxt wrote", "[core]") {
  const TemporaryFolder folder;
  const Tensor x = Tensor(std::vector<double>{1.0 / 3, -1e-300, 0, 5e300, std::sqrt(2.0), 7}).reshape({2, 3});
  savetxt(folder.file("x.csv"), x, {.delimiter = ",", .header = "a,b,c"});
  CHECK(identical(loadtxt(folder.file("x.csv"), {.dtype = DType::Float64, .delimiter = ","}), x));
}

TEST_CASE("loadtxt understands comments, blank lines and all line ends", "[core]") {
  CHECK(identical(loaded("# head\n1 2\t3\n\n  4  +5 6 # tail\r\n"), Tensor{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}));
  CHECK(identical(loaded("x;y\n1; 2\n3;4", {.dtype = DType::Int64, .delimiter = ";", .skiprows = 1}),
                  Tensor{{1L, 2L}, {3L, 4L}}));
  CHECK(loaded("1e400 -inf nan 1e-400").item<float>(0) == INFINITY);
  CHECK(std::isnan(loaded("1 -inf NaN").item<float>(2)));
  CHECK(identical(loaded("1 0 7", {.dtype = DType::Bool}), Tensor{true, false, true}));
}

TEST_CASE("loadtxt takes rows and columns as told", "[core]") {
  const std::string text = "1 2 3\n4 5 6\n7 8 9\n";
  CHECK(identical(loaded(text, {.usecols = {-1, 0}, .max_rows = 2}), Tensor{{3.0, 1.0}, {6.0, 4.0}}));
  CHECK(identical(loaded(text, {.usecols = {1}}), Tensor{2.0, 5.0, 8.0}));
  CHECK(loaded(text, {.usecols = {1}, .ndmin = 2}).shape() == Shape{3, 1});
  CHECK(loaded("1 2", {.ndmin = 2}).shape() == Shape{1, 2});
  CHECK(loaded("1 2").shape() == Shape{2});
  CHECK(loaded("5").shape() == Shape{});
  CHECK(loaded("5", {.ndmin = 1}).shape() == Shape{1});
  CHECK(loaded("# none\n").shape() == Shape{0});
  CHECK(loaded("", {.ndmin = 2}).shape() == Shape{0, 1});
  CHECK(loaded("1 2", {.max_rows = 0}).shape() == Shape{0});
}

TEST_CASE("loadtxt names line and column of what it cannot read", "[core]") {
  CHECK(load_error("1 2\n\n3 x") == ", line 3, column 2: cannot read \"x\" as float32");
  CHECK(load_error("1 2\n3") == ", line 2: expected 2 columns as in the first row, received 1");
  CHECK(load_error("1.5", {.dtype = DType::Int32}) == ", line 1, column 1: cannot read \"1.5\" as int32");
  CHECK(load_error("300", {.dtype = DType::UInt8}) == ", line 1, column 1: cannot read \"300\" as uint8");
  CHECK(load_error("1,,2", {.delimiter = ","}) == ", line 1, column 2: cannot read \"\" as float32");
  CHECK(load_error("+-1") == ", line 1, column 1: cannot read \"+-1\" as float32");
  CHECK(load_error("0x10") == ", line 1, column 1: cannot read \"0x10\" as float32");
  CHECK(load_error("1 2", {.usecols = {2}}) == ", line 1: there is no column 2 among 2");
  CHECK_THROWS_AS(loaded("1", {.dtype = DType::Complex64}), DTypeError);
  CHECK_THROWS_WITH(loaded("1", {.skiprows = -1}), "[loadtxt] skiprows must not be negative, received -1");
  CHECK_THROWS_WITH(loaded("1", {.ndmin = 3}), "[loadtxt] ndmin must be 0, 1 or 2, received 3");
  CHECK_THROWS_AS(loadtxt("/no/such/file.txt"), IoError);
}
