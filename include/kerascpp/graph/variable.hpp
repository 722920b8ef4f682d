#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

class VariableNode;

struct VariableOptions {
  std::string name = {};
  /// Shares the memory of the value: no copy, and a change of it shows in the variable until a function writes it.
  bool borrow = false;
  /// The device where it lies and where what depends on it is computed: "cpu", "cuda:1" or a name of `set_contexts`;
  /// empty: it is brought to wherever it is used.
  std::string target = {};
};

struct GetValueOptions {
  /// Shares the memory of the variable where it lies there in plain layout: no copy, and a change shows in the variable
  /// until a function writes it.
  bool borrow = false;
  /// Has no meaning here: values on every device are Tensors.
  bool return_internal_type = false;
};
struct SetValueOptions {
  /// Takes the memory of the value over: no copy, and the caller must not change it any more.
  bool borrow = false;
};

/// A value that outlives a call: a weight, an optimizer slot, the key of a random stream.
///
/// A Variable is a handle: copying shares the value. Functions read it, and change it through their updates.
class KCPP_API Variable {
 public:
  Variable() = default;
  explicit Variable(const Tensor& value, std::string name = {});
  /// Throws ValueError or BackendError for a target that cannot be used.
  Variable(const Tensor& value, const VariableOptions& options);
  explicit Variable(std::shared_ptr<VariableNode> node) : node_(std::move(node)) {}

  [[nodiscard]] bool defined() const { return node_ != nullptr; }
  [[nodiscard]] const Shape& shape() const;
  [[nodiscard]] DType dtype() const;
  [[nodiscard]] int ndim() const { return shape().ndim(); }
  [[nodiscard]] TensorType type() const { return symbol().type(); }
  [[nodiscard]] std::string name() const;
  void set_name(std::string name);
  /// Its target, or the device on which functions run by default.
  [[nodiscard]] Device device() const;

  /// The value in plain row-major layout, a copy unless it is borrowed.
  [[nodiscard]] Tensor get_value(const GetValueOptions& options = {}) const;
  /// Replaces the value. Throws ShapeError when shapes differ; other dtypes are converted.
  void set_value(const Tensor& value, const SetValueOptions& options = {});

  /// The variable as a leaf of expressions; always the same symbol.
  [[nodiscard]] Symbol symbol() const;
  operator Symbol() const { return symbol(); }  // NOLINT: implicit by design
  /// Elements of the symbol, see Symbol.
  template <class Entry>
  requires std::is_convertible_v<const Entry&, Index>
  [[nodiscard]] Symbol operator[](const Entry& entry) const { return symbol()[entry]; }
  [[nodiscard]] Symbol operator[](std::initializer_list<Index> key) const;
  [[nodiscard]] bool is(const Variable& other) const { return node_ == other.node_; }
  [[nodiscard]] const std::shared_ptr<VariableNode>& node() const { return node_; }

 private:
  std::shared_ptr<VariableNode> node_;
};

/// The variable behind a symbol, or an undefined one.
[[nodiscard]] KCPP_API Variable variable_of(const Symbol& symbol);

}  // namespace kerascpp
