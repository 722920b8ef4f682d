#include <kerascpp/graph/immediate.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/ops/creation.hpp>

/// Creation of tensors, computed at once.
namespace kerascpp::ops {

Tensor zeros_like(const Tensor& x, std::optional<DType> dtype) {
  return kerascpp::zeros(x.shape(), dtype.value_or(x.dtype()));
}
Tensor ones_like(const Tensor& x, std::optional<DType> dtype) {
  return kerascpp::ones(x.shape(), dtype.value_or(x.dtype()));
}
Tensor empty_like(const Tensor& x, std::optional<DType> dtype) { return zeros_like(x, dtype); }
Tensor full_like(const Tensor& x, const Tensor& fill_value, std::optional<DType> dtype) {
  return compute_now(full_like(Operand(x), Operand(fill_value), dtype));
}
Tensor array(const Tensor& x, std::optional<DType> dtype) { return dtype ? x.astype(*dtype) : x; }
Tensor linspace(const Tensor& start, const Tensor& stop, const LinspaceOptions& options) {
  return compute_now(linspace(Operand(start), Operand(stop), options));
}
Tensor logspace(const Tensor& start, const Tensor& stop, const LogspaceOptions& options) {
  return compute_now(logspace(Operand(start), Operand(stop), options));
}
Tensor geomspace(const Tensor& start, const Tensor& stop, const LinspaceOptions& options) {
  return compute_now(geomspace(Operand(start), Operand(stop), options));
}
Tensor tril(const Tensor& x, std::int64_t k) { return compute_now(tril(Operand(x), k)); }
Tensor triu(const Tensor& x, std::int64_t k) { return compute_now(triu(Operand(x), k)); }
std::vector<Tensor> meshgrid(const TensorList& x, std::string_view indexing) {
  std::vector<Symbol> symbols;
  for (const Tensor& item : x) symbols.push_back(constant(item));
  return compute_now(meshgrid(SymbolList(symbols), indexing));
}

}  // namespace kerascpp::ops
