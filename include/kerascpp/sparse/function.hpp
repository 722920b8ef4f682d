#pragma once

#include <initializer_list>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/function.hpp>
#include <kerascpp/sparse/symbol.hpp>
#include <kerascpp/sparse/tensor.hpp>

namespace kerascpp::sparse {

/// A dense or a sparse tensor.
class KCPP_API Value {
 public:
  Value(const SparseTensor& value) : value_(value) {}  // NOLINT: implicit by design
  template <class T>
  requires std::is_convertible_v<const T&, Tensor> Value(const T& value) : value_(Tensor(value)) {}  // NOLINT

  [[nodiscard]] bool is_sparse() const { return std::holds_alternative<SparseTensor>(value_); }
  /// Each throws ValueError when it is of the other kind.
  [[nodiscard]] const Tensor& dense() const;
  [[nodiscard]] const SparseTensor& sparse() const;
  operator const Tensor&() const { return dense(); }         // NOLINT: implicit by design
  operator const SparseTensor&() const { return sparse(); }  // NOLINT

 private:
  std::variant<Tensor, SparseTensor> value_;
};

/// What a SparseFunction returns. Converts to Tensor or SparseTensor when it holds one value.
class KCPP_API Values {
 public:
  explicit Values(std::vector<Value> items) : items_(std::move(items)) {}

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const Value& operator[](std::size_t i) const { return items_[item_position(i, items_.size())]; }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  /// The only item. Throws ValueError when there is not exactly one.
  [[nodiscard]] const Value& single() const;
  operator const Tensor&() const { return single().dense(); }         // NOLINT: implicit by design
  operator const SparseTensor&() const { return single().sparse(); }  // NOLINT

 private:
  std::vector<Value> items_;
};

/// An input or an output of a SparseFunction: a sparse or a dense symbol.
class KCPP_API Item {
 public:
  Item(const SparseSymbol& matrix) : item_(matrix) {}  // NOLINT: implicit by design
  template <class T>
  requires std::is_convertible_v<const T&, Operand> Item(const T& item) : item_(Operand(item).symbol()) {}  // NOLINT

  /// Each gives nullptr when it is of the other kind.
  [[nodiscard]] const SparseSymbol* sparse() const { return std::get_if<SparseSymbol>(&item_); }
  [[nodiscard]] const Symbol* dense() const { return std::get_if<Symbol>(&item_); }

 private:
  std::variant<SparseSymbol, Symbol> item_;
};

/// One item or a list of them.
class KCPP_API Items {
 public:
  Items() = default;
  Items(std::initializer_list<Item> items) : items_(items) {}
  Items(std::vector<Item> items) : items_(std::move(items)) {}  // NOLINT: implicit by design
  template <class T>
  requires std::is_convertible_v<const T&, Item> Items(const T& item) : items_{Item(item)} {}  // NOLINT

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }

 private:
  std::vector<Item> items_;
};

/// A compiled function with sparse matrices among its inputs or outputs, which travel as their parts.
class KCPP_API SparseFunction {
 public:
  /// Throws ValueError for a sparse input that is not made by csr_matrix or csc_matrix, and what Function throws.
  SparseFunction(const Items& inputs, const Items& outputs, FunctionOptions options = {});

  /// Throws ValueError for another number of inputs, and where a sparse matrix is expected and a dense one received or
  /// the other way round; ShapeError for another shape; DTypeError for indices that do not fit into int32.
  [[nodiscard]] Values operator()(const std::vector<Value>& inputs) const;
  template <class... Inputs>
  requires((std::is_convertible_v<const Inputs&, Value> && ...) && sizeof...(Inputs) > 0) Values operator()(
      const Inputs&... inputs) const {
    return (*this)(std::vector<Value>{Value(inputs)...});
  }

  /// The function of the parts: data, indices, indptr and, where it is not known, shape of each sparse input.
  [[nodiscard]] const Function& parts() const { return function_; }

 private:
  std::vector<Item> inputs_, outputs_;
  Function function_;
};

}  // namespace kerascpp::sparse

namespace kerascpp::backend {

/// Compiles, with sparse matrices among inputs or outputs. A template, so that it is taken for those alone.
template <int = 0>
[[nodiscard]] sparse::SparseFunction function(const sparse::Items& inputs, const sparse::Items& outputs,
                                              FunctionOptions options = {}) {
  return sparse::SparseFunction(inputs, outputs, std::move(options));
}

}  // namespace kerascpp::backend
