#include <kerascpp/ops/creation.hpp>

#include <algorithm>
#include <cmath>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/elementwise.hpp>
#include <kerascpp/ops/like.hpp>
#include <kerascpp/ops/operators.hpp>
#include <kerascpp/ops/shape.hpp>

#include "ops/elementwise.hpp"
#include "ops/iota.hpp"

namespace kerascpp::ops {
namespace {

// A scalar that is broadcast takes no memory in the graph.
Symbol filled(const Shape& shape, double value, std::optional<DType> dtype) {
  return broadcast_to(Operand(value).symbol(dtype.value_or(floatx())), shape);
}

Symbol filled_like(const Operand& operand, double value, std::optional<DType> dtype) {
  const Symbol x = operand.symbol();
  return broadcast_like(Operand(value).symbol(dtype.value_or(x.dtype())), x);
}

// The value of an operand that must be known while the graph is built.
double known_number(const Operand& operand, const char* op) {
  if (operand.is_number()) return operand.number();
  const Tensor value = constant_value(operand.symbol());
  KCPP_CHECK(value.defined() && value.size() == 1, ValueError, "[", op, "] expects a number or a constant, received ",
             operand.symbol(), ": the length of the result must be known");
  return value.item<double>(0);
}

// Ones where `column - row <= k`.
Tensor lower_ones(std::int64_t rows, std::int64_t columns, std::int64_t k, bool only_diagonal, const char* op) {
  KCPP_CHECK(rows >= 0 && columns >= 0, ValueError, "[", op, "] expects N >= 0 and M >= 0, received ", rows, " and ",
             columns);
  Tensor result = kerascpp::zeros(Shape{rows, columns}, DType::UInt8);
  for (std::int64_t i = 0; i < rows; ++i)
    for (std::int64_t j = 0; j < columns; ++j)
      result.data<std::uint8_t>()[i * columns + j] = only_diagonal ? j - i == k : j - i <= k;
  return result;
}

// The number of elements is computed when the function runs.
Symbol arange_of_symbols(const Operand& start, const Operand& stop, const Operand& step, std::optional<DType> dtype) {
  const DType common = result_type({start, stop, step});
  const bool integers = is_integer(common);
  KCPP_CHECK(integers || is_floating(common), DTypeError, "[arange] expected real numbers, received ", common);
  const DType exact = integers ? DType::Int64 : DType::Float64;
  const Symbol first = start.symbol(exact), last = stop.symbol(exact), by = step.symbol(exact);
  for (const Symbol& bound : {first, last, by})
    KCPP_CHECK(bound.ndim() == 0, ShapeError, "[arange] expected scalars, received ", bound);
  // (last - first) / by rounded up
  const Symbol count = integers ? floor_divide(last - first + by - sign(by), by) : ceil((last - first) / by);
  const Symbol numbers = cast(iota(maximum(cast(count, DType::Int64), constant(Tensor(std::int64_t{0})))), exact);
  return cast(first + numbers * by, dtype.value_or(common));
}

}  // namespace

Symbol zeros(const Shape& shape, std::optional<DType> dtype) { return filled(shape, 0, dtype); }
Symbol ones(const Shape& shape, std::optional<DType> dtype) { return filled(shape, 1, dtype); }
Symbol empty(const Shape& shape, std::optional<DType> dtype) { return filled(shape, 0, dtype); }
Symbol full(const Shape& shape, const Operand& fill_value, std::optional<DType> dtype) {
  const SiteGuard guard(fill_value.site());
  return broadcast_to(fill_value.symbol(dtype.value_or(floatx())), shape);
}

Symbol zeros_like(const Operand& x, std::optional<DType> dtype) { return filled_like(x, 0, dtype); }
Symbol ones_like(const Operand& x, std::optional<DType> dtype) { return filled_like(x, 1, dtype); }
Symbol empty_like(const Operand& x, std::optional<DType> dtype) { return filled_like(x, 0, dtype); }
Symbol full_like(const Operand& x, const Operand& fill_value, std::optional<DType> dtype) {
  const SiteGuard guard(x.site());
  return broadcast_like(fill_value.symbol(dtype.value_or(x.dtype())), x);
}

Symbol array(const Operand& x, std::optional<DType> dtype) { return dtype ? x.symbol(*dtype) : x.symbol(); }

Symbol arange(const Operand& start, const Operand& stop, const Operand& step, std::optional<DType> dtype) {
  const SiteGuard guard(start.site());
  for (const Operand* bound : {&start, &stop, &step})
    if (!bound->is_number() && !constant_value(bound->symbol()).defined())
      return arange_of_symbols(start, stop, step, dtype);
  const double first = known_number(start, "arange"), last = known_number(stop, "arange");
  const double by = known_number(step, "arange");
  KCPP_CHECK(by != 0 && std::isfinite(first) && std::isfinite(last), ValueError,
             "[arange] expects finite bounds and a step other than 0, received ", first, ", ", last, " and ", by);
  const auto count = static_cast<std::int64_t>(std::max(0.0, std::ceil((last - first) / by)));
  Tensor values = Tensor::empty(Shape{count}, DType::Float64);
  for (std::int64_t i = 0; i < count; ++i) values.data<double>()[i] = first + static_cast<double>(i) * by;
  return constant(values.astype(dtype.value_or(result_type({start, stop, step}))));
}

Symbol arange(const Operand& stop) {
  const SiteGuard guard(stop.site());
  if (is_integer(stop.dtype())) return arange(0, stop, 1);
  return arange(0.0, stop, 1.0);
}

Symbol eye(std::int64_t N, std::optional<std::int64_t> M, std::int64_t k, std::optional<DType> dtype) {
  return constant(lower_ones(N, M.value_or(N), k, true, "eye").astype(dtype.value_or(floatx())));
}

Symbol identity(std::int64_t n, std::optional<DType> dtype) { return eye(n, n, 0, dtype); }

Symbol tri(std::int64_t N, std::optional<std::int64_t> M, std::int64_t k, std::optional<DType> dtype) {
  return constant(lower_ones(N, M.value_or(N), k, false, "tri").astype(dtype.value_or(floatx())));
}

Symbol tril(const Operand& operand, std::int64_t k) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  KCPP_CHECK(x.ndim() >= 2, ShapeError, "[tril] expects matrices (..., N, M), received ", x.spec());
  return where(iota_like(x, -1) - iota_like(x, -2) <= k, x, 0);
}

Symbol triu(const Operand& operand, std::int64_t k) {
  const SiteGuard guard(operand.site());
  const Symbol x = operand.symbol();
  KCPP_CHECK(x.ndim() >= 2, ShapeError, "[triu] expects matrices (..., N, M), received ", x.spec());
  return where(iota_like(x, -1) - iota_like(x, -2) >= k, x, 0);
}

std::vector<Symbol> meshgrid(const SymbolList& x, std::string_view indexing) {
  const SiteGuard guard(x.site());
  KCPP_CHECK(indexing == "xy" || indexing == "ij", ValueError,
             "[meshgrid] expects indexing \"xy\" or \"ij\", received \"", indexing, "\"");
  const auto count = static_cast<int>(x.size());
  std::vector<Symbol> grids;
  Symbol grid;  // only its shape is used
  for (int i = 0; i < count; ++i) {
    const Symbol& item = x[static_cast<std::size_t>(i)];
    KCPP_CHECK(item.ndim() <= 1, ShapeError, "[meshgrid] expects vectors, received ", item.spec());
    const int place = indexing == "xy" && count > 1 && i < 2 ? 1 - i : i;
    std::vector<std::int64_t> others;
    for (std::int64_t axis = 0; axis < count; ++axis)
      if (axis != place) others.push_back(axis);
    const Symbol vector = item.ndim() == 0 ? expand_dims(item, 0) : item;
    grids.push_back(others.empty() ? vector : expand_dims(vector, others));
    grid = grid.defined() ? logical_or(grid, grids.back()) : grids.back();
  }
  for (Symbol& item : grids) item = broadcast_like(item, grid);
  return grids;
}

}  // namespace kerascpp::ops
