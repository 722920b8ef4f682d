#include "sparse/matrices.hpp"
#include "support/catch.hpp"

namespace kerascpp::test {

TEST_CASE("a function takes and returns sparse matrices beside dense tensors", "[sparse][function]") {
  const sp::SparseSymbol x = sp::csr_matrix("x");
  const Symbol w = K::matrix("w");
  const auto f = K::function({x, w}, {sp::dot(x, w), x * 2, sp::transpose(x)});
  const sp::SparseTensor a = fixture_matrix("a", DType::Float32);
  const sp::Values results = f(a, grid({5, 2}, DType::Float32));
  CHECK(results.size() == 3);
  CHECK(results[0].dense().shape() == Shape{7, 2});
  CHECK(allclose(plain(results[1].sparse()), plain(a) * 2.0));
  CHECK(results[2].sparse().format() == sp::Format::CSC);
  CHECK(results[2].sparse().shape() == Shape{5, 7});
}

TEST_CASE("dense functions are still made by the same name", "[sparse][function]") {
  const auto [x, y] = K::matrices("x", "y");
  const Function one = K::function(x, x + 1), two = K::function({x, y}, {x, y}), none = K::function({}, K::ones({2}));
  CHECK(one(ones({2, 2}))[0].shape() == Shape{2, 2});
  CHECK(two(ones({2, 2}), ones({1, 1})).size() == 2);
  CHECK(none().single().size() == 2);
}

TEST_CASE("one function serves any number of stored elements and any shape", "[sparse][function]") {
  const sp::SparseSymbol x = sp::csc_matrix("x");
  const auto f = K::function({x}, {sp::remove0(x), sp::true_dot(x, sp::transpose(x))});
  for (const char* name : {"a", "b", "c", "square", "empty", "a"}) {
    INFO(name);
    const sp::SparseTensor matrix = by_columns(fixture_matrix(name, DType::Float32));
    const sp::Values results = f(matrix);
    const Tensor dense = plain(matrix);
    CHECK(allclose(plain(results[0]), dense));
    CHECK(allclose(plain(results[1]), ops::matmul(dense, ops::transpose(dense)), 1e-6, 1e-6));
  }
}

TEST_CASE("updates and variables work in functions of sparse matrices", "[sparse][function]") {
  const Variable total = K::variable(zeros({5}));
  const sp::SparseSymbol x = sp::csr_matrix("x", DType::Float32, {None, 5});
  const auto f = K::function({x}, sp::sp_sum(x), {.updates = {{total, total + sp::sp_sum(x, 0)}}});
  const sp::SparseTensor a = fixture_matrix("a", DType::Float32);
  const Tensor sum = f(a);
  f(a);
  CHECK(sum.item<float>() == 5.75f);
  CHECK(allclose(total.get_value(), Tensor{2.5, 6.0, 2.0, -5.0, 6.0}));
}

TEST_CASE("parts of a matrix make a matrix of the other format", "[sparse][function]") {
  const sp::SparseSymbol x = sp::csc_matrix("x", DType::Int64);
  const auto [data, indices, indptr, shape] = sp::csm_properties(x);
  CHECK(indices.is(sp::csm_indices(x)));
  CHECK(indptr.is(sp::csm_indptr(x)));
  CHECK(data.is(sp::csm_data(x)));
  CHECK(shape.is(sp::csm_shape(x)));
  const auto f = K::function({x}, sp::CSR(data, indices, indptr, shape));
  const Tensor a = Tensor{{0, 1, 1}, {0, 0, 0}, {1, 0, 0}}.astype(DType::Int64);
  const sp::SparseTensor turned = f(sp::csc_from_dense(a));
  CHECK(allclose(plain(turned), Tensor{{0.0, 0.0, 1.0}, {1.0, 0.0, 0.0}, {1.0, 0.0, 0.0}}.astype(DType::Float64)));
}

TEST_CASE("what does not fit a sparse function is refused by name", "[sparse][function][errors]") {
  const sp::SparseSymbol x = sp::csr_matrix("x", DType::Float32, {None, 5});
  const Symbol w = K::vector("w");
  const auto f = K::function({x, w}, sp::dot(x, w));
  const sp::SparseTensor a = fixture_matrix("a", DType::Float32), c = fixture_matrix("c", DType::Float32);
  CHECK_THROWS_WITH(f(a), ContainsSubstring("[function] takes 2 inputs, received 1"));
  CHECK_THROWS_WITH(f(ones({5}), ones({5})),
                    ContainsSubstring("input 0 (\"x\") expected a sparse matrix, received a dense tensor"));
  CHECK_THROWS_WITH(f(a, a), ContainsSubstring("input 1 (\"w\") expected a dense tensor, received a sparse matrix"));
  CHECK_THROWS_WITH(f(c, ones({5})),
                    ContainsSubstring("expected a matrix csr float32 (None, 5), received csr float32 (5, 6)"));
  CHECK_THROWS_WITH(f(by_columns(a), ones({5})), ContainsSubstring("received csc float32 (7, 5)"));
  CHECK_THROWS_WITH(K::function({x + x, w}, w),
                    ContainsSubstring("expected matrices made by csr_matrix or csc_matrix"));
  CHECK_THROWS_WITH(f(a, ones({5}))[0].sparse(),
                    ContainsSubstring("expected a sparse matrix, received a dense tensor"));
  CHECK_THROWS_WITH(sp::Value(a).dense(), ContainsSubstring("expected a dense tensor"));
  CHECK_THROWS_WITH(K::function({x, w}, {w, w * 2}, {.on_unused_input = "raise"}), ContainsSubstring("is not used"));
}

}  // namespace kerascpp::test
