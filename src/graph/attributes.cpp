#include <kerascpp/graph/attributes.hpp>

#include <algorithm>
#include <cstring>
#include <functional>
#include <unordered_map>

#include <kerascpp/core/error.hpp>
#include <kerascpp/graph/graph.hpp>

namespace kerascpp {
namespace {

// of what they compute, whatever their nodes are called
bool same_graph(const Graph& a, const Graph& b) {
  const auto nodes = a.nodes(), others = b.nodes();
  if (nodes.size() != others.size() || a.updates.size() != b.updates.size()) return false;
  std::unordered_map<const Node*, const Node*> partner;
  const auto same = [&partner](const Symbol& x, const Symbol& y) {
    const auto found = partner.find(x.node().get());
    return found != partner.end() && found->second == y.node().get() && x.index() == y.index();
  };
  const auto all_same = [&same](const std::vector<Symbol>& x, const std::vector<Symbol>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), same);
  };
  // inputs that nothing uses are no nodes of the graph
  if (a.inputs.size() != b.inputs.size()) return false;
  for (std::size_t i = 0; i < a.inputs.size(); ++i) {
    if (!(a.inputs[i].spec() == b.inputs[i].spec())) return false;
    partner.emplace(a.inputs[i].node().get(), b.inputs[i].node().get());
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const Node &x = *nodes[i], &y = *others[i];
    const auto found = partner.find(&x);
    if (found != partner.end()
            ? found->second != &y
            : &x.op() != &y.op() || !all_same(x.inputs(), y.inputs()) || x.outputs() != y.outputs() ||
                  !(x.attributes() == y.attributes()) || (variable_of(x.output()).defined() && &x != &y))
      return false;
    partner.emplace(&x, &y);
  }
  for (std::size_t i = 0; i < a.updates.size(); ++i)
    if (!a.updates[i].first.is(b.updates[i].first) || !same(a.updates[i].second, b.updates[i].second)) return false;
  return all_same(a.outputs, b.outputs);
}

bool equal(const AttributeValue& a, const AttributeValue& b) {
  if (a.index() != b.index()) return false;
  if (const auto* x = std::get_if<std::shared_ptr<const Graph>>(&a)) {
    const auto& y = std::get<std::shared_ptr<const Graph>>(b);
    return *x == y || (*x != nullptr && y != nullptr && same_graph(**x, *y));
  }
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

// of what it computes: a body made again by the same code has the same hash
std::size_t hash_of_graph(const Graph& graph) {
  std::size_t seed = graph.inputs.size();
  for (const auto& node : graph.nodes()) {
    combine(seed, std::hash<std::string>{}(node->op().name));
    combine(seed, hash_of(node->attributes()));
    if (variable_of(node->output()).defined()) combine(seed, static_cast<std::size_t>(node->id()));
  }
  return seed;
}

std::size_t hash_value(const AttributeValue& attribute) {
  std::size_t seed = attribute.index();
  std::visit(
      [&seed]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, std::vector<std::int64_t>> || std::is_same_v<T, Shape>) {
          for (std::int64_t item : value) combine(seed, std::hash<std::int64_t>{}(item));
        } else if constexpr (std::is_same_v<T, std::vector<double>>) {
          for (double item : value) combine(seed, std::hash<double>{}(item));
        } else if constexpr (std::is_same_v<T, DType>) {
          combine(seed, std::hash<int>{}(static_cast<int>(value)));
        } else if constexpr (std::is_same_v<T, Tensor>) {
          if (value.defined())
            combine(seed, std::hash<std::string_view>{}({static_cast<const char*>(value.raw()), value.nbytes()}));
        } else if constexpr (std::is_same_v<T, std::shared_ptr<const Graph>>) {
          if (value != nullptr) combine(seed, hash_of_graph(*value));
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

Attributes::Attributes() = default;
Attributes::Attributes(std::initializer_list<Item> items) : items_(items) {}
Attributes::Attributes(const Attributes& other) = default;
Attributes::Attributes(Attributes&& other) noexcept = default;
Attributes& Attributes::operator=(const Attributes& other) = default;
Attributes& Attributes::operator=(Attributes&& other) noexcept = default;
Attributes::~Attributes() = default;

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
