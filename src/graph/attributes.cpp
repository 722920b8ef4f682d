#include <kerascpp/graph/attributes.hpp>

#include <cstring>
#include <functional>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

bool equal(const AttributeValue& a, const AttributeValue& b) {
  if (a.index() != b.index()) return false;
  if (const Tensor* x = std::get_if<Tensor>(&a)) {
    const Tensor& y = std::get<Tensor>(b);
    return x->defined() && y.defined() ? identical(*x, y) : x->defined() == y.defined();
  }
  if (const double* x = std::get_if<double>(&a)) return std::memcmp(x, &std::get<double>(b), sizeof(double)) == 0;
  return std::visit(
      [&b]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, Tensor>)
          return false;  // handled above
        else
          return value == std::get<T>(b);
      },
      a);
}

void combine(std::size_t& seed, std::size_t value) { seed ^= value + 0x9e3779b97f4a7c15u + (seed << 6) + (seed >> 2); }

std::size_t hash_value(const AttributeValue& attribute) {
  std::size_t seed = attribute.index();
  std::visit(
      [&seed]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, std::vector<std::int64_t>> || std::is_same_v<T, Shape>) {
          for (std::int64_t item : value) combine(seed, std::hash<std::int64_t>{}(item));
        } else if constexpr (std::is_same_v<T, std::vector<double>>) {
          for (double item : value) combine(seed, std::hash<double>{}(item));
        } else if constexpr (std::is_same_v<T, DType>) {
          combine(seed, static_cast<std::size_t>(value));
        } else if constexpr (std::is_same_v<T, Tensor>) {
          if (value.defined())
            combine(seed, std::hash<std::string_view>{}({static_cast<const char*>(value.raw()), value.nbytes()}));
        } else if constexpr (std::is_same_v<T, std::shared_ptr<const Graph>>) {
          combine(seed, std::hash<const void*>{}(value.get()));
        } else {
          combine(seed, std::hash<T>{}(value));
        }
      },
      attribute);
  return seed;
}

// with a point, an exponent or a name, so that it reads as no integer
std::string number_text(double value) {
  std::string text = text_of(value);
  if (text.find_first_of(".eni") == std::string::npos) text += ".0";
  return text;
}
std::string number_text(std::int64_t value) { return text_of(value); }

template <class T>
std::string list_text(const std::vector<T>& items) {
  std::string text = "[";
  for (std::size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "" : ", ") + number_text(items[i]);
  return text + "]";
}

// of small tensors all elements
std::string tensor_text(const Tensor& tensor) {
  constexpr std::int64_t kMostElements = 16;
  if (!tensor.defined()) return "undefined";
  std::string text = text_of("tensor ", tensor.dtype(), " ", tensor.shape());
  if (tensor.size() > kMostElements || is_complex(tensor.dtype())) return text;
  std::string items;
  for (std::int64_t i = 0; i < tensor.size(); ++i) {
    items += i == 0 ? "" : ", ";
    items += is_floating(tensor.dtype()) ? text_of(tensor.item<double>(i)) : text_of(tensor.item<std::int64_t>(i));
  }
  return text + " [" + items + "]";
}

std::string value_text(const AttributeValue& attribute) {
  return std::visit(
      []<class T>(const T& value) -> std::string {
        if constexpr (std::is_same_v<T, std::string>)
          return "\"" + value + "\"";
        else if constexpr (std::is_same_v<T, std::vector<std::int64_t>> || std::is_same_v<T, std::vector<double>>)
          return list_text(value);
        else if constexpr (std::is_same_v<T, Tensor>)
          return tensor_text(value);
        else if constexpr (std::is_same_v<T, double>)
          return number_text(value);
        else if constexpr (std::is_same_v<T, std::shared_ptr<const Graph>>)
          return "graph";
        else
          return text_of(value);
      },
      attribute);
}

}  // namespace

bool Attributes::contains(std::string_view key) const {
  for (const Item& item : items_)
    if (item.first == key) return true;
  return false;
}

void Attributes::set(std::string_view key, AttributeValue value) {
  for (Item& item : items_)
    if (item.first == key) {
      item.second = std::move(value);
      return;
    }
  items_.emplace_back(std::string(key), std::move(value));
}

const AttributeValue& Attributes::at(std::string_view key) const {
  for (const Item& item : items_)
    if (item.first == key) return item.second;
  throw LookupError(text_of("no attribute \"", key, "\" among ", to_string(*this)));
}

void Attributes::throw_wrong_type(std::string_view key) {
  throw LookupError(text_of("attribute \"", key, "\" is not of the type asked for"));
}

bool operator==(const Attributes& a, const Attributes& b) {
  if (a.items_.size() != b.items_.size()) return false;
  for (const Attributes::Item& item : a.items_)
    if (!b.contains(item.first) || !equal(item.second, b.at(item.first))) return false;
  return true;
}

std::string to_string(const Attributes& attributes) {
  std::string text;
  for (const Attributes::Item& item : attributes.items())
    text += (text.empty() ? "" : ", ") + item.first + "=" + value_text(item.second);
  return text;
}

std::size_t hash_of(const Attributes& attributes) {
  std::size_t sum = attributes.items().size();
  for (const Attributes::Item& item : attributes.items()) {
    std::size_t seed = std::hash<std::string>{}(item.first);
    combine(seed, hash_value(item.second));
    sum += seed;  // a sum, so that the order of keys does not matter, as in operator==
  }
  return sum;
}

}  // namespace kerascpp
