#include "sparse/matrices.hpp"
#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

const Tensor kData{1.0, 2.0, 3.0}, kIndices{0, 2, 1}, kIndptr{0, 2, 3};

template <class ErrorKind, class Use>
void check_error(const std::string& text, Use use) {
  INFO("expected an error that says \"" << text << "\"");
  CHECK_THROWS_AS(use(), ErrorKind);
  CHECK_THROWS_WITH(use(), ContainsSubstring(text));
}

}  // namespace

TEST_CASE("parts that are no matrix are refused when a sparse tensor is made", "[sparse][errors]") {
  const auto make = [](const Tensor& data, const Tensor& indices, const Tensor& indptr, const Shape& shape) {
    return [=] { return sp::SparseTensor::csr(data, indices, indptr, shape); };
  };
  CHECK(sp::SparseTensor::csr(kData, kIndices, kIndptr, {2, 3}).nnz() == 3);
  check_error<ValueError>("indptr decreases from 2 to 1 at place 2", make(kData, kIndices, Tensor{0, 2, 1, 3}, {3, 3}));
  check_error<ValueError>("from 0 to the number of stored elements, 3, received 1 to 3",
                          make(kData, kIndices, Tensor{1, 2, 3}, {2, 3}));
  check_error<ValueError>("received 0 to 4", make(kData, kIndices, Tensor{0, 2, 4}, {2, 3}));
  check_error<ValueError>("index 2 is out of range for 2 columns", make(kData, kIndices, kIndptr, {2, 2}));
  check_error<ValueError>("index -1 is out of range for 3 columns", make(kData, Tensor{0, -1, 1}, kIndptr, {2, 3}));
  check_error<ShapeError>("a csr matrix (3, 3) has an indptr of shape (4,), received (3,)",
                          make(kData, kIndices, kIndptr, {3, 3}));
  check_error<ShapeError>("data and indices of one length, received (3,) and (2,)",
                          make(kData, Tensor{0, 1}, kIndptr, {2, 3}));
  check_error<ShapeError>("expected the shape of a matrix, received (3,)", make(kData, kIndices, kIndptr, {3}));
  check_error<DTypeError>("expected indices and indptr of an integer dtype", make(kData, kData, kIndptr, {2, 3}));
  check_error<ValueError>("index 3 is out of range for 2 rows", [] {
    return sp::SparseTensor::csc(kData, Tensor{0, 3, 1}, Tensor{0, 2, 2, 3}, {2, 3});
  });
}

TEST_CASE("parts that cannot fit are refused when a sparse symbol is made", "[sparse][errors]") {
  const Symbol data = K::vector(), indices = K::ivector(), shape = K::lvector();
  check_error<ShapeError>("[CSR] expected vectors of data",
                          [&] { return sp::CSR(K::matrix(), indices, indices, shape); });
  check_error<DTypeError>("[CSC] expected indices and indptr of an integer dtype",
                          [&] { return sp::CSC(data, data, indices, shape); });
  check_error<DTypeError>("[CSR] expected a shape of an integer dtype",
                          [&] { return sp::CSR(data, indices, indices, data); });
  check_error<ShapeError>("[CSR] expected a shape of two lengths",
                          [&] { return sp::CSR(data, indices, indices, K::placeholder({3}, DType::Int64)); });
  check_error<ShapeError>("[CSC] expected a known shape", [&] {
    return sp::CSC(data, indices, indices, Shape{None, 3});
  });
  check_error<ShapeError>("expected as many indices as data", [&] {
    return sp::CSR(K::placeholder({3}), Tensor{0, 1}, indices, {2, 2});
  });
  check_error<ShapeError>("has an indptr of shape (3,), received (4,)", [&] {
    return sp::CSR(data, indices, Tensor{0, 1, 2, 3}, {2, 2});
  });
  check_error<ShapeError>("[csr_matrix] expected the shape of a matrix",
                          [] { return sp::csr_matrix("x", DType::Float32, {3}); });
}

TEST_CASE("contents of parts are checked when a function runs", "[sparse][errors]") {
  const Symbol data = K::vector(), indices = K::ivector(), indptr = K::ivector(), shape = K::lvector();
  const sp::SparseSymbol x = sp::CSR(data, indices, indptr, shape);
  const Tensor three = Tensor{2, 3}.astype(DType::Int64);
  for (const Symbol& result : {sp::dense_from_sparse(x), sp::dot(x, K::ones({3, 2})), sp::dot(K::ones({2, 2}), x)}) {
    const Function f = K::function({data, indices, indptr, shape}, result);
    CHECK(f(kData, kIndices, kIndptr, three)[0].ndim() == 2);
    check_error<ValueError>("offsets decrease from 4 to 3", [&] { return f(kData, kIndices, Tensor{0, 4, 3}, three); });
    check_error<ValueError>("received 0 to 4", [&] { return f(kData, kIndices, Tensor{0, 2, 4}, three); });
    check_error<ValueError>("index 3 is out of range for 3 columns", [&] {
      return f(kData, Tensor{0, 3, 1}, kIndptr, three);
    });
    check_error<ShapeError>("expected", [&] { return f(kData, Tensor{0, 1}, kIndptr, three); });
  }
  const Function transposed = K::function({data, indices, indptr, shape}, sp::csm_data(sp::to_csc(x)));
  check_error<ValueError>("key -1 is out of range", [&] {
    return transposed(kData, Tensor{0, -1, 1}, kIndptr, three);
  });
}

TEST_CASE("matrices that do not fit together are refused", "[sparse][errors]") {
  const sp::SparseSymbol x = sp::csr_matrix("x", DType::Float32, {4, 5}),
                         y = sp::csr_matrix("y", DType::Float32, {5, 4});
  const Symbol dense = K::placeholder({4, 3}), vector = K::placeholder({4});
  check_error<ShapeError>("[dot] the shapes (4, 5) and (4, 3) do not fit", [&] { return sp::dot(x, dense); });
  check_error<ShapeError>("[dot] the shapes (1, 4) and (5, 4) do not fit", [&] { return sp::dot(vector, y); });
  check_error<ShapeError>("[true_dot] the shapes (4, 5) and (4, 5) do not fit", [&] { return sp::true_dot(x, x); });
  check_error<ShapeError>("[dot] expected a vector or a matrix", [&] { return sp::dot(x, K::placeholder({5, 2, 2})); });
  check_error<ShapeError>("[add_s_s] expected matrices of one shape, received (4, 5) and (5, 4)",
                          [&] { return x + y; });
  check_error<ShapeError>("[mul_s_s] expected matrices of one shape", [&] { return x * y; });
  check_error<ShapeError>("[subtract] expected matrices of one shape", [&] { return x - y; });
  check_error<ShapeError>("[mul_s_d] expected matrices of one shape", [&] { return x * dense; });
  check_error<ShapeError>("[mul_s_d] expected a vector of length 5, received 4", [&] { return x * vector; });
  check_error<ShapeError>("[row_scale] expected a vector of length 4, received 3",
                          [&] { return sp::row_scale(x, K::placeholder({3})); });
  check_error<ShapeError>("[col_scale] expected a vector, received (4, 3)", [&] { return sp::col_scale(x, dense); });
  check_error<ShapeError>("[structured] expected a scalar", [&] { return sp::structured_pow(x, vector); });
  check_error<ShapeError>("[diag] expected a square matrix", [&] { return sp::diag(x); });
  check_error<ShapeError>("[square_diagonal] expected a vector", [&] { return sp::square_diagonal(dense); });
  check_error<ShapeError>("[csr_from_dense] expected a matrix", [&] { return sp::csr_from_dense(vector); });
  check_error<ShapeError>("[csc_from_dense] expected a matrix", [&] { return sp::csc_from_dense(vector); });
  check_error<ShapeError>("[sampling_dot] expected matrices (M, K), (N, K) and (M, N)",
                          [&] { return sp::sampling_dot(dense, dense, x); });
  check_error<ValueError>("index 4 is out of range for an axis of length 4", [&] { return sp::get_item_2d(x, 4); });
  check_error<ValueError>("a slice has step 0", [&] { return sp::get_item_2d(x, Slice(0, 2, 0)); });
  check_error<ValueError>("expected slices and integers", [&] { return sp::get_item_2d(x, NewAxis()); });
  check_error<ShapeError>("a negative step needs an axis of known length",
                          [&] { return sp::get_item_2d(sp::csr_matrix(), Slice::every(-1)); });
  check_error<DTypeError>("[get_item_list] expected integers", [&] { return sp::get_item_list(x, vector); });
  check_error<ShapeError>("[get_item_2lists] expected as many rows as columns, received 2 and 3", [&] {
    return sp::get_item_2lists(x, Tensor{0, 1}, Tensor{0, 1, 2});
  });
}

TEST_CASE("matrices of unknown shape are compared when a function runs", "[sparse][errors]") {
  const sp::SparseSymbol x = sp::csr_matrix("x"), y = sp::csr_matrix("y");
  const Symbol dense = K::matrix(), vector = K::vector();
  const auto matrix = [](const Shape& shape) { return sp::csr_from_dense(ones(shape)); };
  CHECK_THROWS_AS(K::function({x, y}, x + y)(matrix({2, 3}), matrix({2, 4})), ShapeError);
  CHECK_THROWS_AS(K::function({x, y}, x + y)(matrix({2, 3}), matrix({3, 3})), ShapeError);
  CHECK_THROWS_AS(K::function({x, y}, x * y)(matrix({2, 4}), matrix({2, 3})), ShapeError);
  CHECK_THROWS_AS(K::function({x, y}, sp::true_dot(x, y))(matrix({2, 3}), matrix({4, 2})), ShapeError);
  CHECK_THROWS_AS(K::function({x, dense}, sp::dot(x, dense))(matrix({2, 3}), ones({4, 2})), ShapeError);
  CHECK_THROWS_AS(K::function({x, dense}, sp::dot(dense, x))(matrix({2, 3}), ones({4, 3})), ShapeError);
  CHECK_THROWS_AS(K::function({x, dense}, x * dense)(matrix({2, 3}), ones({2, 4})), ShapeError);
  CHECK_THROWS_AS(K::function({x, vector}, sp::row_scale(x, vector))(matrix({2, 3}), ones({3})), ShapeError);
  CHECK_THROWS_AS(K::function({x}, sp::diag(x))(matrix({2, 3})), ShapeError);
  const auto element = K::function({x}, sp::get_item_scalar(x, 1, 3));
  CHECK(element(matrix({2, 4}))[0].dense().item<float>() == 1);
  CHECK_THROWS_AS(element(matrix({2, 3})), ValueError);
}

TEST_CASE("matrices that do not fit are not joined", "[sparse][errors]") {
  const sp::SparseSymbol a = sp::SparseTensor::csr(zeros({2, 3})), b = sp::SparseTensor::csr(zeros({3, 4}));
  check_error<ShapeError>("[vstack] matrices of shapes (2, 3) and (3, 4) do not fit", [&] {
    return sp::vstack({a, b});
  });
  check_error<ShapeError>("[hstack] matrices of shapes (2, 3) and (3, 4) do not fit", [&] {
    return sp::hstack({a, b});
  });
  check_error<ValueError>("[hstack] expected at least one matrix", [&] { return sp::hstack({}); });
}

}  // namespace kerascpp::test
