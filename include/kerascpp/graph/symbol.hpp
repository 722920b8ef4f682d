#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <kerascpp/core/dtype.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/shape.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/attributes.hpp>
#include <kerascpp/graph/op.hpp>
#include <kerascpp/graph/tensor_type.hpp>

namespace kerascpp {

class Dict;
class Index;
class Node;
class SymbolList;
class Variable;
struct Feed;

/// A line of the user's program, captured by the default arguments of Operand.
struct Site {
  const char* file = nullptr;
  int line = 0;
};

/// One output of a node: a value that will be computed. Has a dtype and a shape and holds no data.
///
/// A Symbol is a handle: copying shares the node.
class KCPP_API Symbol {
 public:
  /// An undefined symbol.
  Symbol() = default;
  Symbol(std::shared_ptr<Node> node, int index) : node_(std::move(node)), index_(index) {}

  [[nodiscard]] bool defined() const { return node_ != nullptr; }
  [[nodiscard]] DType dtype() const { return spec().dtype; }
  /// Static shape; `None` where a dimension is not known before a value is given.
  [[nodiscard]] const Shape& shape() const { return spec().shape; }
  [[nodiscard]] int ndim() const { return shape().ndim(); }
  [[nodiscard]] std::int64_t dim(std::int64_t axis) const { return shape().dim(axis); }
  [[nodiscard]] const TensorSpec& spec() const;
  /// Its dtype and which axes are broadcast, to be printed and compared.
  [[nodiscard]] TensorType type() const { return tensor_type(spec()); }
  /// The name given by the user, or one made from the op.
  [[nodiscard]] std::string name() const;

  /// Elements as NumPy's x[key], see ops::get_item: x[0], x[Slice(1, 3)], x[x > 0], x[{i, Slice(), -1}].
  template <class Entry>
  requires std::is_convertible_v<const Entry&, Index>
  [[nodiscard]] Symbol operator[](const Entry& entry) const { return (*this)[{Index(entry)}]; }
  [[nodiscard]] Symbol operator[](std::initializer_list<Index> key) const;
  /// The value in `dtype`. Source: keras.ops.cast, theano's astype.
  [[nodiscard]] Symbol astype(DType dtype) const;
  /// Its value, see kerascpp::eval: z.eval({{x, 16.3}, {y, 12.1}}). Source: theano's Variable.eval.
  [[nodiscard]] Tensor eval(const std::vector<Feed>& inputs = {}) const;

  [[nodiscard]] const std::shared_ptr<Node>& node() const { return node_; }
  /// The node that computes it, none for a placeholder, a variable and a constant. Source: theano's Variable.owner.
  [[nodiscard]] std::shared_ptr<Node> owner() const;
  /// Which output of its node this is.
  [[nodiscard]] int index() const { return index_; }
  /// Whether both are the same output of the same node (`==` is the elementwise comparison).
  [[nodiscard]] bool is(const Symbol& other) const { return node_ == other.node_ && index_ == other.index_; }

 private:
  std::shared_ptr<Node> node_;
  int index_ = 0;
};

/// "multiply float32 (None, 10)"
[[nodiscard]] KCPP_API std::string to_string(const Symbol& symbol);

/// An argument of an operation: a Symbol, a Variable, a Tensor (becomes a constant) or a number.
///
/// A number is weakly typed: it takes the dtype of what it meets, as a Python number does in Keras.
/// Being made implicitly at the call, it also notes the user's line for error messages.
class KCPP_API Operand {
 public:
  Operand(const Symbol& symbol, const char* file = __builtin_FILE(), int line = __builtin_LINE());      // NOLINT
  Operand(const Variable& variable, const char* file = __builtin_FILE(), int line = __builtin_LINE());  // NOLINT
  Operand(const Tensor& tensor, const char* file = __builtin_FILE(), int line = __builtin_LINE());      // NOLINT
  /// A list of one symbol.
  Operand(const SymbolList& symbols, const char* file = __builtin_FILE(), int line = __builtin_LINE());  // NOLINT
  template <class T>
  requires std::is_arithmetic_v<T> Operand(T number, const char* file = __builtin_FILE(),
                                           int line = __builtin_LINE())  // NOLINT
      : weak_(std::is_same_v<T, bool> ? Weak::Bool
              : std::is_integral_v<T> ? Weak::Integer
                                      : Weak::Float),
        number_(static_cast<double>(number)),
        site_{file, line} {
    if constexpr (std::is_integral_v<T>) integer_ = static_cast<std::int64_t>(number);
  }

  [[nodiscard]] bool is_number() const { return weak_ != Weak::No; }
  /// The symbol; a number becomes a constant of its default dtype (bool, int32, floatx).
  [[nodiscard]] Symbol symbol() const;
  /// The symbol in `dtype`: a number becomes a constant of it, others are cast where they differ.
  [[nodiscard]] Symbol symbol(DType dtype) const;
  /// The dtype that this and a companion of dtype `other` are computed in.
  [[nodiscard]] DType result_type_with(DType other) const;
  /// dtype when it stands alone.
  [[nodiscard]] DType dtype() const;
  [[nodiscard]] Shape shape() const { return is_number() ? Shape{} : symbol_.shape(); }
  [[nodiscard]] const Site& site() const { return site_; }
  /// The value of a number; throws ValueError for others.
  [[nodiscard]] double number() const;

 private:
  enum class Weak : std::uint8_t { No, Bool, Integer, Float };
  Symbol symbol_;
  Weak weak_ = Weak::No;
  double number_ = 0;
  std::int64_t integer_ = 0;
  Site site_;
};

/// The dtype in which operands are computed together (weak numbers give way to the others).
[[nodiscard]] KCPP_API DType result_type(const std::vector<Operand>& operands);

/// Inputs or outputs: made from a Symbol, a brace list or a vector; remembers whether it was given as a list.
class KCPP_API SymbolList {
 public:
  SymbolList() = default;
  SymbolList(const Symbol& symbol) : items_{symbol} {}  // NOLINT: implicit by design
  SymbolList(const Variable& variable);                 // NOLINT: implicit by design
  SymbolList(std::initializer_list<Operand> items);
  SymbolList(std::vector<Symbol> items) : items_(std::move(items)), is_list_(true) {}  // NOLINT: implicit by design
  SymbolList(const std::vector<Variable>& items);                                      // NOLINT: implicit by design
  /// By key, as Keras takes dictionaries. Throws ValueError for a value that is no symbol.
  SymbolList(const Dict& by_key);  // NOLINT: implicit by design

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  /// Symbol `i` of the list; elements of its only symbol are read by get_item. Throws LookupError out of range.
  [[nodiscard]] const Symbol& operator[](std::size_t i) const { return items_[item_position(i, items_.size())]; }
  /// Elements of the only item, see Symbol.
  template <class Entry>
  requires(!std::is_integral_v<Entry> && std::is_convertible_v<const Entry&, Index>) [[nodiscard]] Symbol operator[](
      const Entry& entry) const {
    return single()[entry];
  }
  [[nodiscard]] Symbol operator[](std::initializer_list<Index> key) const { return single()[key]; }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  [[nodiscard]] const std::vector<Symbol>& vector() const { return items_; }
  void push_back(Symbol item) {
    items_.push_back(std::move(item));
    is_list_ = true;
  }
  /// Whether it was made from a list rather than from one symbol.
  [[nodiscard]] bool is_list() const { return is_list_; }
  /// The keys of a list that was made from a dictionary; else empty.
  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
  /// The symbol under a key. Throws LookupError naming the keys there are.
  [[nodiscard]] const Symbol& at(std::string_view key) const;
  /// Other symbols in the same form: one, a list, or a dictionary of the same keys.
  [[nodiscard]] SymbolList with(std::vector<Symbol> items) const;
  /// The only item. Throws ValueError when there is not exactly one.
  [[nodiscard]] const Symbol& single() const;
  operator Symbol() const { return single(); }  // NOLINT: implicit by design

  // What may be asked of the only item.
  [[nodiscard]] DType dtype() const { return single().dtype(); }
  [[nodiscard]] const Shape& shape() const { return single().shape(); }
  [[nodiscard]] int ndim() const { return single().ndim(); }
  [[nodiscard]] std::int64_t dim(std::int64_t axis) const { return single().dim(axis); }
  [[nodiscard]] const TensorSpec& spec() const { return single().spec(); }
  [[nodiscard]] std::string name() const { return single().name(); }
  [[nodiscard]] const std::shared_ptr<Node>& node() const { return single().node(); }
  [[nodiscard]] std::shared_ptr<Node> owner() const { return single().owner(); }
  [[nodiscard]] TensorType type() const { return single().type(); }
  [[nodiscard]] Symbol astype(DType dtype) const { return single().astype(dtype); }
  [[nodiscard]] Tensor eval(const std::vector<Feed>& inputs = {}) const { return single().eval(inputs); }
  /// The user's line, where it is known: a brace list notes it.
  [[nodiscard]] const Site& site() const { return site_; }
  void set_site(const Site& site) { site_ = site; }

 private:
  std::vector<Symbol> items_;
  std::vector<std::string> keys_;
  bool is_list_ = false;
  Site site_;
};

// Elementwise operators with NumPy's broadcasting; those on Tensors compute at once.
KCPP_API Symbol operator-(const Operand& x);
KCPP_API Symbol operator+(const Operand& a, const Operand& b);
KCPP_API Symbol operator-(const Operand& a, const Operand& b);
KCPP_API Symbol operator*(const Operand& a, const Operand& b);
KCPP_API Symbol operator/(const Operand& a, const Operand& b);
KCPP_API Symbol operator<(const Operand& a, const Operand& b);
KCPP_API Symbol operator<=(const Operand& a, const Operand& b);
KCPP_API Symbol operator>(const Operand& a, const Operand& b);
KCPP_API Symbol operator>=(const Operand& a, const Operand& b);
KCPP_API Symbol operator==(const Operand& a, const Operand& b);
KCPP_API Symbol operator!=(const Operand& a, const Operand& b);
KCPP_API Tensor operator-(const Tensor& x);
KCPP_API Tensor operator+(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator-(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator*(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator/(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator<(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator<=(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator>(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator>=(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator==(const Tensor& a, const Tensor& b);
KCPP_API Tensor operator!=(const Tensor& a, const Tensor& b);

}  // namespace kerascpp
