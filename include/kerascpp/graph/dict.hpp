#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <variant>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

/// A value of a Dict: a number, a text, a Tensor, a Symbol, a function of (y_true, y_pred), a list of such, or any
/// other object (a Loss, a Metric, ...), which the receiver asks for by type.
class KCPP_API DictValue {
 public:
  using TwoArgumentFunction = Callable<Symbol(Symbol, Symbol)>;

  DictValue();
  template <class T>
  requires std::is_arithmetic_v<T> DictValue(T number) : DictValue(Tensor(number)) {}  // NOLINT: implicit by design
  DictValue(Tensor tensor);                                                            // NOLINT
  DictValue(const char* text);                                                         // NOLINT
  DictValue(std::string text);                                                         // NOLINT
  DictValue(std::initializer_list<DictValue> items);
  explicit DictValue(std::vector<DictValue> items);
  DictValue(const DictValue& other);
  DictValue(DictValue&& other) noexcept;
  DictValue& operator=(const DictValue& other);
  DictValue& operator=(DictValue&& other) noexcept;
  ~DictValue();
  template <class T>
  requires(!std::is_arithmetic_v<std::remove_cvref_t<T>> && !std::is_convertible_v<T, std::string> &&
           !std::is_same_v<std::remove_cvref_t<T>, DictValue> &&
           !std::is_same_v<std::remove_cvref_t<T>, std::vector<DictValue>> &&
           !std::is_same_v<std::remove_cvref_t<T>, std::nullptr_t>)
      DictValue(T&& object) {  // NOLINT: implicit by design
    using Type = std::remove_cvref_t<T>;
    if constexpr (std::is_convertible_v<T, Symbol>)
      value_ = Symbol(object);
    else if constexpr (std::is_invocable_r_v<Symbol, Type&, Symbol, Symbol> && !requires { object.object(); })
      value_ = TwoArgumentFunction(std::forward<T>(object));
    else
      value_ = Object{std::make_shared<Type>(std::forward<T>(object)), &typeid(Type)};
  }

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  // Each gives nullptr when the value is of another kind.
  [[nodiscard]] const Tensor* tensor() const { return std::get_if<Tensor>(&value_); }
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Symbol* symbol() const { return std::get_if<Symbol>(&value_); }
  [[nodiscard]] const std::vector<DictValue>* list() const { return std::get_if<std::vector<DictValue>>(&value_); }
  [[nodiscard]] const TwoArgumentFunction* function() const { return std::get_if<TwoArgumentFunction>(&value_); }
  template <class T>
  [[nodiscard]] const T* object() const {
    const Object* object = std::get_if<Object>(&value_);
    return object != nullptr && *object->type == typeid(T) ? static_cast<const T*>(object->target.get()) : nullptr;
  }

 private:
  struct Object {
    std::shared_ptr<void> target;
    const std::type_info* type;
  };
  std::variant<std::monostate, Tensor, std::string, Symbol, std::vector<DictValue>, TwoArgumentFunction, Object> value_;
};

/// A value under a name, or under a number: that of a class.
struct DictItem {
  std::string first;
  DictValue second;

  DictItem(std::string key, DictValue value) : first(std::move(key)), second(std::move(value)) {}
  template <std::integral Number>
  DictItem(Number key, DictValue value) : DictItem(std::to_string(key), std::move(value)) {}
};

/// An ordered dictionary, always spelled out: `Dict{{"a", "mse"}, {"b", "mae"}}`.
class KCPP_API Dict {
 public:
  using Item = DictItem;

  Dict();
  Dict(std::initializer_list<Item> items);
  Dict(const Dict& other);
  Dict(Dict&& other) noexcept;
  Dict& operator=(const Dict& other);
  Dict& operator=(Dict&& other) noexcept;
  ~Dict();

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  /// The value under `key`, or nullptr.
  [[nodiscard]] const DictValue* find(std::string_view key) const;
  /// Adds or replaces.
  void set(std::string_view key, DictValue value);

 private:
  std::vector<Item> items_;
};

}  // namespace kerascpp
