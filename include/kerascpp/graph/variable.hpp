#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

class VariableNode;

struct VariableOptions {
  std::string name = {};
  /// The device where it lies and where what depends on it is computed: "cpu", "cuda:1" or a name of `set_contexts`;
  /// empty: it is brought to wherever it is used.
  std::string target = {};
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
  [[nodiscard]] std::string name() const;
  void set_name(std::string name);
  /// Its target, or the device on which functions run by default.
  [[nodiscard]] Device device() const;

  /// The value in plain row-major layout, a copy.
  [[nodiscard]] Tensor get_value() const;
  /// Replaces the value. Throws ShapeError when shapes differ; other dtypes are converted.
  void set_value(const Tensor& value);

  /// The variable as a leaf of expressions; always the same symbol.
  [[nodiscard]] Symbol symbol() const;
  operator Symbol() const { return symbol(); }  // NOLINT: implicit by design
  [[nodiscard]] bool is(const Variable& other) const { return node_ == other.node_; }
  [[nodiscard]] const std::shared_ptr<VariableNode>& node() const { return node_; }

 private:
  std::shared_ptr<VariableNode> node_;
};

/// The variable behind a symbol, or an undefined one.
[[nodiscard]] KCPP_API Variable variable_of(const Symbol& symbol);

}  // namespace kerascpp
