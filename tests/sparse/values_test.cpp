#include <map>

#include "sparse/matrices.hpp"
#include "support/catch.hpp"
#include "support/op_test.hpp"

// Every function of kerascpp::sparse against what SciPy computes: both formats, both floating dtypes, shapes that are
// known when the graph is built and shapes that are not.

namespace kerascpp::test {
namespace {

struct Operands {
  sp::SparseSymbol a, b, c, square, empty;
};

// `known`: whether the shapes of the operands are; a negative step needs it.
std::map<std::string, sp::Item> expressions(const Operands& o, DType dtype, bool known) {
  const auto dense = [dtype](const Shape& shape) { return constant(grid(shape, dtype)); };
  const sp::SparseSymbol &a = o.a, &b = o.b;
  const sp::SparseSymbol positive = sp::abs(b), small = b * 0.125;
  std::map<std::string, sp::Item> all = {
      {"dense_from_sparse", sp::dense_from_sparse(a)},
      {"transpose", sp::transpose(a)},
      {"add_s_s", a + b},
      {"add_empty", sp::add(a, o.empty)},
      {"subtract_s_s", sp::sub(a, b)},
      {"mul_s_s", a * b},
      {"mul_empty", sp::mul(a, o.empty)},
      {"add_s_d", a + dense({7, 5})},
      {"subtract_d_s", dense({7, 5}) - a},
      {"mul_s_d", a * dense({7, 5})},
      {"mul_row", sp::multiply(dense({5}), a)},
      {"mul_column", a * dense({7, 1})},
      {"mul_scalar", a * -1.5},
      {"dot_matrix", sp::structured_dot(a, dense({5, 3}))},
      {"dot_vector", sp::dot(a, dense({5}))},
      {"dot_from_left", sp::dot(dense({3, 7}), a)},
      {"dot_vector_from_left", sp::dot(dense({7}), a)},
      {"dot_empty", sp::dot(o.empty, dense({5, 3}))},
      {"true_dot", sp::true_dot(a, o.c)},
      {"true_dot_empty", sp::dot(o.empty, o.c)},
      {"sampling_dot", sp::sampling_dot(dense({7, 3}), dense({5, 3}), b)},
      {"sp_sum", sp::sp_sum(a)},
      {"sp_sum_0", sp::sp_sum(a, 0)},
      {"sp_sum_1", sp::sp_sum(a, -1)},
      {"diag", sp::diag(o.square)},
      {"square_diagonal", sp::square_diagonal(dense({4}))},
      {"row_scale", sp::row_scale(a, dense({7}))},
      {"col_scale", sp::mul_s_v(a, dense({5}))},
      {"rows_1_5", sp::get_item_2d(a, Slice(1, 5))},
      {"rows_every_2", sp::get_item_2d(a, Slice::every(2))},
      {"columns_1_4", sp::get_item_2d(a, Slice(), Slice(1, 4))},
      {"columns_every_2", sp::get_item_2d(a, Slice(), Slice::every(2))},
      {"block", sp::get_item_2d(a, Slice(2, -1), Slice(-4, 4))},
      {"row_4", sp::get_item_2d(a, 4)},
      {"column_last", sp::get_item_2d(a, Slice(), -1)},
      {"no_rows", sp::get_item_2d(a, Slice(3, 3))},
      {"element", sp::get_item_scalar(a, 4, -2)},
      {"element_missing", sp::get_item_scalar(a, 1, 1)},
      {"rows_by_number", sp::get_item_list(a, Tensor{5, 0, -7, 6, 2})},
      {"elements_by_number", sp::get_item_2lists(a, Tensor{4, 0, 1, 2, 2}, Tensor{3, -2, 0, 1, 2})},
      {"vstack", sp::vstack({a, o.empty, b, sp::get_item_2d(a, 2)})},
      {"hstack", sp::hstack({a, b, sp::get_item_2d(o.empty, Slice(), Slice(0, 2))}, {.format = sp::Format::CSR})},
      {"sp_ones_like", sp::sp_ones_like(b)},
      {"structured_log", sp::structured_log(positive)},
      {"structured_exp", sp::structured_exp(b)},
      {"structured_sigmoid", sp::structured_sigmoid(b)},
      {"structured_pow", sp::structured_pow(b, 2)},
      {"structured_minimum", sp::structured_minimum(b, 1)},
      {"structured_maximum", sp::structured_maximum(b, 1)},
      {"structured_add", sp::structured_add(b, 2)},
      {"structured_add_s_v", sp::structured_add_s_v(b, dense({5}))},
      {"sin", sp::sin(b)},
      {"tan", sp::tan(b)},
      {"arctan", sp::arctan(b)},
      {"sinh", sp::sinh(b)},
      {"arcsinh", sp::arcsinh(b)},
      {"tanh", sp::tanh(b)},
      {"ceil", sp::ceil(b)},
      {"floor", sp::floor(b)},
      {"trunc", sp::trunc(b)},
      {"rint", sp::rint(b)},
      {"expm1", sp::expm1(b)},
      {"deg2rad", sp::deg2rad(b)},
      {"rad2deg", sp::rad2deg(b)},
      {"sgn", sp::sgn(b)},
      {"abs", sp::abs(b)},
      {"sqr", sp::sqr(b)},
      {"sqrt", sp::sqrt(positive)},
      {"log1p", sp::log1p(positive)},
      {"arcsin", sp::arcsin(small)},
      {"arctanh", sp::arctanh(small)},
  };
  if (!known) return all;
  all.emplace("rows_reversed", sp::get_item_2d(a, Slice::every(-1)));
  all.emplace("columns_reversed", sp::get_item_2d(a, Slice(), Slice::every(-2)));
  return all;
}

void check_against_scipy(sp::Format format, DType dtype, bool known) {
  const auto value = [&](const char* name) {
    const sp::SparseTensor rows = fixture_matrix(name, dtype);
    return format == sp::Format::CSR ? rows : by_columns(rows);
  };
  const auto symbol = [&](const sp::SparseTensor& matrix, const char* name) {
    return sp::placeholder(format, name, dtype, known ? matrix.shape() : Shape{None, None});
  };
  std::vector<sp::Value> values;
  std::vector<sp::Item> inputs, outputs;
  const auto operand = [&](const char* name) {
    const sp::SparseTensor matrix = value(name);
    const sp::SparseSymbol made = symbol(matrix, name);
    values.emplace_back(matrix);
    inputs.emplace_back(made);
    return made;
  };
  const Operands operands{operand("a"), operand("b"), operand("c"), operand("square"), operand("empty")};
  std::vector<std::string> names;
  for (const auto& [name, item] : expressions(operands, dtype, known)) {
    names.push_back(name);
    outputs.push_back(item);
  }
  const sp::Values results = K::function(inputs, outputs)(values);
  const Config& expected = fixtures("sparse/scipy").at("results");
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    const Tensor wanted = fixture_tensor(expected.at(names[i]));
    CHECK(results[i].is_sparse() == (outputs[i].sparse() != nullptr));
    const DType received = results[i].is_sparse() ? results[i].sparse().dtype() : results[i].dense().dtype();
    CHECK(received == dtype);
    if (const sp::SparseSymbol* inferred = outputs[i].sparse(); inferred != nullptr)
      CHECK(inferred->shape().accepts(results[i].sparse().shape()));
    // sums of at most 8 products; tan and sinh magnify what is rounded before them
    check_close(plain(results[i]), wanted, 8 * 8 * epsilon_of(dtype));
  }
  CHECK(names.size() == expected.size() - (known ? 0 : 2));
}

}  // namespace

TEST_CASE("sparse functions give what SciPy gives, by rows, float64, shapes known", "[sparse][scipy]") {
  check_against_scipy(sp::Format::CSR, DType::Float64, true);
}
TEST_CASE("sparse functions give what SciPy gives, by columns, float64, shapes unknown", "[sparse][scipy]") {
  check_against_scipy(sp::Format::CSC, DType::Float64, false);
}
TEST_CASE("sparse functions give what SciPy gives, by rows, float32, shapes unknown", "[sparse][scipy]") {
  check_against_scipy(sp::Format::CSR, DType::Float32, false);
}
TEST_CASE("sparse functions give what SciPy gives, by columns, float32, shapes known", "[sparse][scipy]") {
  check_against_scipy(sp::Format::CSC, DType::Float32, true);
}

TEST_CASE("sparse results are laid out as SciPy lays them out", "[sparse][scipy]") {
  const sp::SparseSymbol a = fixture_matrix("a"), b = fixture_matrix("b");
  const Tensor dense = plain(fixture_matrix("a"));
  const std::map<std::string, sp::SparseTensor> made = {
      {"csr_from_dense", sp::csr_from_dense(dense)},
      {"csc_from_dense", sp::csc_from_dense(dense)},
      {"to_csc", sp::eval(sp::to_csc(a))},
      {"sum_duplicates", sp::eval(sp::sum_duplicates(a))},
      {"ensure_sorted_indices", sp::eval(sp::ensure_sorted_indices(b))},
      {"clean", sp::eval(sp::clean(sp::sum_duplicates(a)))},
      {"slice", sp::eval(sp::get_item_2d(sp::sum_duplicates(a), Slice(1, 6, 2), Slice(1)))},
  };
  const Config& layouts = fixtures("sparse/scipy").at("layouts");
  CHECK(made.size() == layouts.size());
  for (const auto& [name, matrix] : made) {
    INFO(name);
    const Config& expected = layouts.at(name);
    const auto check_part = [&](const char* part, const Tensor& received) {
      std::vector<double> values;
      for (const Config& value : expected.at(part).as_list()) values.push_back(value.as_double());
      INFO(part);
      CHECK(received.to_vector<double>() == values);
    };
    check_part("shape", Tensor(matrix.shape().vector()));
    check_part("data", matrix.data());
    check_part("indices", matrix.indices());
    check_part("indptr", matrix.indptr());
  }
}

TEST_CASE("sparse tensors are computed with at once", "[sparse]") {
  const sp::SparseTensor a = fixture_matrix("a"), c = fixture_matrix("c");
  const Config& expected = fixtures("sparse/scipy").at("results");
  check_close(a.to_dense(), fixture_tensor(expected.at("dense_from_sparse")), 1e-15);
  check_close(sp::dot(a, grid({5, 3})), fixture_tensor(expected.at("dot_matrix")), 1e-14);
  check_close(sp::dot(grid({3, 7}), a), fixture_tensor(expected.at("dot_from_left")), 1e-14);
  check_close(plain(sp::true_dot(a, c)), fixture_tensor(expected.at("true_dot")), 1e-14);
  check_close(plain(sp::transpose(a)), fixture_tensor(expected.at("transpose")), 1e-15);
  CHECK(sp::eval(sp::sp_zeros_like(a)).nnz() == 0);
  CHECK(sp::eval(sp::sp_zeros_like(a)).shape() == a.shape());
  CHECK(sp::SparseTensor::csc(a.to_dense()).nnz() == 8);
  CHECK(to_string(a) == "csr float64 (7, 5), 10 stored");
}

TEST_CASE("matrices without rows, columns or elements go through every kind of function", "[sparse]") {
  for (const Shape& shape : {Shape{0, 3}, Shape{3, 0}, Shape{0, 0}, Shape{2, 3}})
    for (const sp::Format format : {sp::Format::CSR, sp::Format::CSC}) {
      INFO(to_string(shape) << " " << sp::to_string(format));
      const std::int64_t major = format == sp::Format::CSR ? shape[0] : shape[1];
      const sp::SparseTensor matrix(format, empty({0}), empty({0}, DType::Int32), zeros({major + 1}, DType::Int32),
                                    shape);
      const sp::SparseSymbol x = sp::placeholder(format, "x");
      const auto f = K::function({x}, {sp::dense_from_sparse(x), sp::dot(x, K::ones_like(sp::sp_sum(x, 0))),
                                       sp::true_dot(x, sp::transpose(x)), x + x, x * x, sp::to_csr(x), sp::to_csc(x),
                                       sp::clean(x), sp::get_item_2d(x, Slice(0, 1)), sp::sp_sum(x)});
      const sp::Values results = f(matrix);
      CHECK(results[0].dense().shape() == shape);
      CHECK(results[1].dense().shape() == Shape{shape[0]});
      CHECK(results[2].sparse().shape() == Shape{shape[0], shape[0]});
      for (const std::size_t i : {3, 4, 5, 6, 7}) CHECK(results[i].sparse().shape() == shape);
      CHECK(results[8].sparse().shape() == Shape{std::min<std::int64_t>(shape[0], 1), shape[1]});
      for (const std::size_t i : {2, 3, 4, 5, 6, 7, 8}) CHECK(results[i].sparse().nnz() == 0);
      CHECK(results[9].dense().item<float>() == 0);
    }
}

TEST_CASE("integers and complex numbers are stored as well", "[sparse]") {
  const sp::SparseTensor a = fixture_matrix("a");
  const sp::SparseTensor integers(a.format(), (a.data() * 8).astype(DType::Int32), a.indices(), a.indptr(), a.shape());
  const Tensor x = (grid({5, 2}) * 8).astype(DType::Int32);
  const Tensor expected = ops::matmul(plain(integers), x.astype(DType::Float64));
  const Tensor product = sp::dot(integers, x);
  CHECK(product.dtype() == DType::Int32);
  CHECK(allclose(product.astype(DType::Float64), expected, 0, 0));
  const sp::SparseTensor complex(a.format(), a.data().astype(DType::Complex64), a.indices(), a.indptr(), a.shape());
  CHECK(sp::dot(complex, x.astype(DType::Complex64)).dtype() == DType::Complex64);
  CHECK(sp::dot(integers, grid({5, 2}, DType::Float32)).dtype() == DType::Float32);
}

}  // namespace kerascpp::test
