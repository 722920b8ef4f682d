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
