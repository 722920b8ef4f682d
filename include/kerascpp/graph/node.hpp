#pragma once

#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// What a level above the graph keeps on a symbol (a layer call and its mask, for instance).
class KCPP_API Annotation {
 public:
  virtual ~Annotation();
};

/// One use of an operation: its inputs, its attributes, and what is known of its outputs. Immutable once made, but for
/// the name and the annotations.
class KCPP_API Node : public std::enable_shared_from_this<Node> {
 public:
  Node(const OpDef& op, std::vector<Symbol> inputs, Attributes attributes, std::vector<TensorSpec> outputs);
  virtual ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  [[nodiscard]] const OpDef& op() const { return *op_; }
  [[nodiscard]] const std::vector<Symbol>& inputs() const { return inputs_; }
  [[nodiscard]] const Symbol& input(std::size_t i) const { return inputs_[i]; }
  [[nodiscard]] const Attributes& attributes() const { return attributes_; }
  [[nodiscard]] const std::vector<TensorSpec>& outputs() const { return outputs_; }
  [[nodiscard]] Symbol output(int i = 0) const { return {std::const_pointer_cast<Node>(shared_from_this()), i}; }

  /// Larger for nodes made later: inputs have smaller numbers than their users.
  [[nodiscard]] std::uint64_t id() const { return id_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  /// The layer in whose call the node was made ("model/dense_1"), or empty.
  [[nodiscard]] const std::string& scope() const { return scope_; }
  void set_scope(std::string scope) { scope_ = std::move(scope); }
  [[nodiscard]] const Site& site() const { return site_; }
  void set_site(const Site& site) { site_ = site; }

  [[nodiscard]] std::shared_ptr<const Annotation> annotation(int output) const;
  void annotate(int output, std::shared_ptr<const Annotation> annotation);

  /// What was computed or given while the graph was built, else undefined; see graph/test_values.hpp.
  [[nodiscard]] Tensor test_value(int output) const;
  void set_test_value(int output, const Tensor& value);

 private:
  const OpDef* op_;
  std::vector<Symbol> inputs_;
  Attributes attributes_;
  std::vector<TensorSpec> outputs_;
  std::uint64_t id_;
  std::string name_;
  std::string scope_;
  Site site_;
  std::vector<std::shared_ptr<const Annotation>> annotations_;
  std::vector<Tensor> test_values_;
};

/// Makes a node of `op` after inferring its outputs; returns its outputs.
/// Throws what inference throws, with the user's line and the layer added.
KCPP_API std::vector<Symbol> make_node(const OpDef& op, std::vector<Symbol> inputs, Attributes attributes = {},
                                       const Site& site = {});
/// The same by registered name, for operations with one output.
KCPP_API Symbol make_symbol(std::string_view op, std::vector<Symbol> inputs, Attributes attributes = {},
                            const Site& site = {});

/// While it lives, nodes made on this thread carry `name` in their scope (nested scopes join with '/').
class KCPP_API ScopeGuard {
 public:
  explicit ScopeGuard(std::string_view name);
  ~ScopeGuard();
  ScopeGuard(const ScopeGuard&) = delete;
  ScopeGuard& operator=(const ScopeGuard&) = delete;

 private:
  std::size_t previous_length_;
};

/// While it lives, nodes made on this thread carry `site`, the user's line that called a composed operation, instead of
/// the lines inside the library. The outermost guard counts.
class KCPP_API SiteGuard {
 public:
  explicit SiteGuard(const Site& site);
  ~SiteGuard();
  SiteGuard(const SiteGuard&) = delete;
  SiteGuard& operator=(const SiteGuard&) = delete;

 private:
  bool outermost_;
};

/// A symbol to be fed. Throws ValueError when `shape` has a negative dimension other than None.
[[nodiscard]] KCPP_API Symbol placeholder(const Shape& shape, DType dtype = DType::Float32, std::string name = {});
/// A symbol with a fixed value.
[[nodiscard]] KCPP_API Symbol constant(const Tensor& value, std::string name = {});
/// The value of a constant symbol, else an undefined tensor.
[[nodiscard]] KCPP_API Tensor constant_value(const Symbol& symbol);

}  // namespace kerascpp
