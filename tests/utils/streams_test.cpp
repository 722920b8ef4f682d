#include <fstream>
#include <sstream>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

template <class T>
std::string printed(const T& value) {
  std::ostringstream stream;
  stream << value << "|";
  return stream.str();
}

}  // namespace

TEST_CASE("symbols, shapes, tensors and the like are printed on streams", "[utils]") {
  const Symbol x = K::dscalar("x");
  CHECK(printed(x.type()) == "TensorType(float64, scalar)|");
  CHECK(printed(Shape{None, 28, 28, 1}) == "(None, 28, 28, 1)|");
  CHECK(printed(DType::BFloat16) == "bfloat16|");
  CHECK(printed(Variable(zeros({784}), "w")) == "Variable \"w\" float32 (784,)|");
  CHECK(printed(Variable()) == "undefined variable|");
  CHECK(printed(x) == to_string(x) + "|");
  CHECK(printed(Tensor{1.0, 2.0}) == to_string(Tensor{1.0, 2.0}) + "|");
  CHECK(printed(Config::map({{"units", 3}})) == to_string(Config::map({{"units", 3}})) + "|");
  const sparse::SparseTensor matrix = sparse::csr_from_dense(Tensor{{0.0, 1.0}});
  CHECK(printed(matrix) == to_string(matrix) + "|");
  CHECK(printed(TensorList{Tensor{1, 2}}) == to_string(Tensor{1, 2}) + "|");
  CHECK(printed(TensorList{1, 2.5}) == "[" + to_string(Tensor(1)) + ",\n " + to_string(Tensor(2.5)) + "]|");
  const Symbol doubled = x * 2;
  CHECK(printed(SymbolList{x, doubled}) == "[" + to_string(x) + ",\n " + to_string(doubled) + "]|");
  const Function f = K::function({x, K::dvector("y")}, {x * 2}, {.name = "twice", .profile = true});
  CHECK(printed(f) == "Function \"twice\" (x float64 (), y float64 (None,)) -> float64 ()|");
  CHECK(printed(f(3.0, Tensor{1.0})) == to_string(Tensor(6.0).astype(DType::Float64)) + "|");
  CHECK(printed(f.profile()) == f.profile().summary() + "|");
  const sparse::SparseSymbol s = sparse::csr_matrix("s");
  CHECK(printed(K::function({s}, s)(matrix)) == to_string(matrix) + "|");
  const TemporaryFolder folder;
  {
    std::ofstream file(folder.file("shape.txt"));
    file << Shape{2, 3} << '\n';
  }
  std::ifstream file(folder.file("shape.txt"));
  std::string line;
  std::getline(file, line);
  CHECK(line == "(2, 3)");
}

}  // namespace kerascpp::test
