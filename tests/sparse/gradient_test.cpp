#include <cmath>

#include "sparse/matrices.hpp"
#include "support/catch.hpp"

// Structured gradients against central differences in float64, one stored element or dense element at a time.

namespace kerascpp::test {
namespace {

constexpr double kStep = 1e-3;

using Build = Callable<Symbol(const sp::SparseSymbol& x, const Symbol& y)>;

// Weights that no symmetry of the result hides behind.
Symbol weighed(const Symbol& x) {
  Symbol number = Operand(0.3).symbol(x.dtype());
  for (int axis = 0; axis < x.ndim(); ++axis)
    number = number + K::cast(ops::iota_like(x, axis), x.dtype()) * (1 + 0.7 * axis);
  return K::sum(x * K::sin(number));
}

void check_gradients(const char* name, sp::Format format, const Shape& dense_shape, const Build& build) {
  INFO(name << " " << sp::to_string(format));
  sp::SparseTensor matrix = fixture_matrix("b");
  if (format == sp::Format::CSC) matrix = by_columns(matrix);
  const Tensor dense = grid(dense_shape);
  const sp::SparseSymbol x = sp::placeholder(format, "x", DType::Float64);
  const Symbol y = K::placeholder(dense_shape, DType::Float64);
  const Symbol loss = build(x, y);
  const sp::SparseSymbol of_x = sp::grad(loss, x);
  const Symbol of_y = K::gradients(loss, {y}, {.disconnected_inputs = "ignore"})[0];
  const auto f = K::function({x, y}, {loss, of_x, of_y});
  const sp::Values results = f(matrix, dense);
  const sp::SparseTensor& gradient = results[1].sparse();
  CHECK(gradient.indices().to_vector<int>() == matrix.indices().to_vector<int>());
  CHECK(gradient.indptr().to_vector<int>() == matrix.indptr().to_vector<int>());
  const auto difference = [&](const Tensor& values, std::int64_t i, const auto& loss_at) {
    const auto moved = [&](double step) {
      const Tensor other = values.copy();
      Tensor(other).data<double>()[i] += step;
      return loss_at(other);
    };
    return (8 * (moved(kStep) - moved(-kStep)) - (moved(2 * kStep) - moved(-2 * kStep))) / (12 * kStep);
  };
  const auto check = [](const Tensor& received, std::int64_t i, double expected) {
    INFO("element " << i << ": expected " << expected << ", received " << received.item<double>(i));
    CHECK(std::abs(received.item<double>(i) - expected) < 1e-8 * std::max(1.0, std::abs(expected)));
  };
  for (std::int64_t i = 0; i < matrix.nnz(); ++i)
    check(gradient.data(), i, difference(matrix.data(), i, [&](const Tensor& data) {
            const sp::SparseTensor moved(format, data, matrix.indices(), matrix.indptr(), matrix.shape());
            return f(moved, dense)[0].dense().item<double>();
          }));
  for (std::int64_t i = 0; i < dense.size(); ++i)
    check(results[2].dense(), i,
          difference(dense, i, [&](const Tensor& moved) { return f(matrix, moved)[0].dense().item<double>(); }));
}

}  // namespace

TEST_CASE("gradients of sparse functions equal central differences", "[sparse][gradient]") {
  const auto on_sparse = [](const sp::SparseSymbol& z) { return weighed(sp::dense_from_sparse(z)); };
  for (const sp::Format format : {sp::Format::CSR, sp::Format::CSC}) {
    const auto check = [&](const char* name, const Shape& dense_shape, const Build& build) {
      check_gradients(name, format, dense_shape, build);
    };
    check("dot", {5, 3}, [](const auto& x, const Symbol& y) { return weighed(sp::dot(x, y)); });
    check("dot with a vector", {5}, [](const auto& x, const Symbol& y) { return weighed(sp::dot(x, K::sin(y))); });
    check("dot from the left", {2, 7}, [](const auto& x, const Symbol& y) { return weighed(sp::dot(y, x)); });
    check("true_dot", {5}, [&](const auto& x, const Symbol& y) {
      return on_sparse(sp::true_dot(sp::col_scale(x, y), sp::transpose(x)));
    });
    check("sampling_dot", {7, 2}, [&](const auto& x, const Symbol& y) {
      return on_sparse(sp::sampling_dot(y, K::slice(y, {0, 0}, {5, 2}), x));
    });
    check("add", {7, 5}, [&](const auto& x, const Symbol& y) { return weighed(sp::add(x + sp::sin(x), K::tanh(y))); });
    check("multiply", {7, 5}, [&](const auto& x, const Symbol& y) {
      return on_sparse(sp::mul_s_s(sp::mul_s_d(x, y), sp::get_item_2d(x, Slice()) + sp::csr_from_dense(y)));
    });
    check("subtract", {7, 5}, [&](const auto& x, const Symbol& y) { return weighed(K::square(y - x)); });
    check("scales", {5}, [&](const auto& x, const Symbol& y) {
      return on_sparse(sp::col_scale(sp::row_scale(x, sp::sp_sum(sp::sqr(x), 1)), y));
    });
    check("sums", {5}, [](const auto& x, const Symbol& y) {
      return weighed(sp::sp_sum(x, 0) * y) + K::square(sp::sp_sum(x)) + weighed(sp::sp_sum(x, 1));
    });
    check("slices", {3}, [&](const auto& x, const Symbol& y) {
      const auto part = sp::get_item_2d(x, Slice(1, 7, 2), Slice(0, 3));
      return on_sparse(sp::mul_s_v(part, y)) + sp::get_item_scalar(x, 3, 2) +
             on_sparse(sp::get_item_list(x, Tensor{2, 2, 6}));
    });
    check("formats", {1}, [&](const auto& x, const Symbol&) {
      return on_sparse(sp::sqr(sp::ensure_sorted_indices(sp::to_csr(x)))) + on_sparse(sp::sqr(sp::to_csc(x)));
    });
    check("structured", {1}, [&](const auto& x, const Symbol&) {
      return on_sparse(sp::structured_sigmoid(x)) + on_sparse(sp::structured_exp(sp::sin(x))) +
             on_sparse(sp::structured_pow(x, 3)) + on_sparse(sp::structured_maximum(sp::tanh(x), 0.1));
    });
    check("diagonals", {7}, [&](const auto& x, const Symbol& y) {
      const sp::SparseSymbol squares = sp::true_dot(x, sp::transpose(x));
      return weighed(K::square(sp::diag(sp::true_dot(sp::square_diagonal(y), squares))));
    });
  }
}

TEST_CASE("a structured gradient leaves alone what is not stored", "[sparse][gradient]") {
  const sp::SparseSymbol x = sp::csc_matrix("x", DType::Float32);
  const auto f = K::function({x}, sp::grad(K::sum(K::square(sp::dense_from_sparse(x) + 1)), x));
  const sp::SparseTensor a = sp::csc_from_dense(Tensor{{0.0, 0.0, -1.0}, {0.0, -2.0, 1.0}, {3.0, 0.0, 0.0}});
  const sp::SparseTensor gradient = f(a);
  CHECK(allclose(plain(gradient), Tensor{{0.0, 0.0, 0.0}, {0.0, -2.0, 4.0}, {8.0, 0.0, 0.0}}.astype(DType::Float64)));
}

TEST_CASE("sparse weights are trained through a variable of their elements", "[sparse][gradient]") {
  const sp::SparseTensor b = fixture_matrix("b", DType::Float32);
  const Variable data = K::variable(b.data());
  const sp::SparseSymbol w = sp::CSR(data, b.indices(), b.indptr(), b.shape());
  const Symbol x = K::placeholder({None, 7}), t = K::placeholder({None, 5});
  const Symbol loss = K::mean(K::square(sp::dot(x, w) - t));
  const Function step = K::function({x, t}, {loss}, {.updates = {{data, data - 0.2f * K::gradients(loss, {data})[0]}}});
  const Tensor inputs = grid({9, 7}, DType::Float32) * 0.2f, targets = sp::dot(inputs, b) * 0.5f;
  const float first = step(inputs, targets).item<float>();
  for (int i = 0; i < 300; ++i) step(inputs, targets);
  CHECK(step(inputs, targets).item<float>() < 0.01f * first);
  CHECK(allclose(data.get_value(), b.data() * 0.5f, 0.05, 0.05));
}

}  // namespace kerascpp::test
