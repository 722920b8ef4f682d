#include <kerascpp/graph/symbol.hpp>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/settings.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/graph/node.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

const TensorSpec& Symbol::spec() const {
  KCPP_CHECK(defined(), ValueError, "an undefined symbol has no dtype and no shape");
  return node_->outputs()[static_cast<std::size_t>(index_)];
}

std::string Symbol::name() const {
  if (!defined()) return "undefined";
  if (!node_->name().empty()) return node_->name();
  return text_of(node_->op().name, "_", node_->id());
}

std::shared_ptr<Node> Symbol::owner() const {
  if (!defined()) return nullptr;
  const std::string_view op = node_->op().name;
  return op == "placeholder" || op == "variable" || op == "constant" ? nullptr : node_;
}

std::string to_string(const Symbol& symbol) {
  return symbol.defined() ? text_of(symbol.name(), " ", symbol.spec()) : "undefined symbol";
}

Operand::Operand(const Symbol& symbol, const char* file, int line) : symbol_(symbol), site_{file, line} {}
Operand::Operand(const Variable& variable, const char* file, int line)
    : symbol_(variable.symbol()), site_{file, line} {}
Operand::Operand(const Tensor& tensor, const char* file, int line) : symbol_(constant(tensor)), site_{file, line} {}

Operand::Operand(const SymbolList& symbols, const char* file, int line) : Operand(symbols.single(), file, line) {}

DType Operand::dtype() const {
  switch (weak_) {
    case Weak::No:
      return symbol_.dtype();
    case Weak::Bool:
      return DType::Bool;
    case Weak::Integer:
      return DType::Int32;
    case Weak::Float:
      return floatx();
  }
  KCPP_UNREACHABLE();
}

DType Operand::result_type_with(DType other) const {
  switch (weak_) {
    case Weak::No:
      return result_type(symbol_.dtype(), other);
    case Weak::Bool:
      return other;
    case Weak::Integer:
      return is_bool(other) ? DType::Int32 : other;
    case Weak::Float:
      return is_differentiable(other) ? other : floatx();
  }
  KCPP_UNREACHABLE();
}

Symbol Operand::symbol() const { return symbol(dtype()); }

Symbol Operand::symbol(DType dtype) const {
  if (!is_number()) {
    if (symbol_.dtype() == dtype) return symbol_;
    return make_symbol("cast", {symbol_}, {{"dtype", dtype}}, site_);
  }
  // an integer travels as int64 so that large ones keep all their digits
  if (weak_ != Weak::Float && is_integer(dtype)) return constant(Tensor(integer_).astype(dtype));
  return constant(full({}, number_, dtype));
}

double Operand::number() const {
  KCPP_CHECK(is_number(), ValueError, "expected a number, received ", symbol_);
  return number_;
}

DType result_type(const std::vector<Operand>& operands) {
  // numbers are weak: the others decide first, in their own promotion
  bool found = false;
  DType type = DType::Bool;
  for (const Operand& operand : operands)
    if (!operand.is_number()) {
      type = found ? result_type(type, operand.dtype()) : operand.dtype();
      found = true;
    }
  for (const Operand& operand : operands)
    if (operand.is_number()) {
      type = found ? operand.result_type_with(type) : operand.dtype();
      found = true;
    }
  return type;
}

SymbolList::SymbolList(const Variable& variable) : items_{variable.symbol()} {}

SymbolList::SymbolList(std::initializer_list<Operand> items) : is_list_(true) {
  for (const Operand& item : items) items_.push_back(item.symbol());
  if (items.size() > 0) site_ = items.begin()->site();
}

SymbolList::SymbolList(const std::vector<Variable>& items) : is_list_(true) {
  for (const Variable& item : items) items_.push_back(item.symbol());
}

SymbolList::SymbolList(const Dict& by_key) : is_list_(true) {
  for (const auto& [key, value] : by_key) {
    KCPP_CHECK(value.symbol() != nullptr, ValueError, "the value under \"", key, "\" is no symbol");
    items_.push_back(*value.symbol());
    keys_.push_back(key);
  }
}

const Symbol& SymbolList::at(std::string_view key) const {
  std::string known;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (keys_[i] == key) return items_[i];
    known += (known.empty() ? "" : ", ") + keys_[i];
  }
  throw LookupError(text_of("there is no symbol \"", key, "\"; the keys are: ", known));
}

SymbolList SymbolList::with(std::vector<Symbol> items) const {
  if (!is_list_ && items.size() == 1) return items.front();
  SymbolList list(std::move(items));
  if (keys_.size() == list.size()) list.keys_ = keys_;
  return list;
}

const Symbol& SymbolList::single() const {
  KCPP_CHECK(items_.size() == 1, ValueError, "expected one symbol, received a list of ", items_.size());
  return items_.front();
}

}  // namespace kerascpp
