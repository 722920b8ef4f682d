#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/dict.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/sizes.hpp>

/// The operations of `tests/data/ops`, whose results were computed by Keras.
namespace kerascpp::test {

/// The arguments of one case: each is read by its position or, given by keyword, by its name.
class FixtureArguments {
 public:
  FixtureArguments(const Config& positional, const Config& keywords, const Dict& arrays)
      : positional_(positional), keywords_(keywords), arrays_(arrays) {}

  /// nullptr when the case leaves the argument out, or has None for it.
  [[nodiscard]] const Config* find(std::size_t position, std::string_view name) const;
  [[nodiscard]] bool has(std::size_t position, std::string_view name) const { return find(position, name) != nullptr; }

  /// The numbers of an array, a number or a list of numbers.
  [[nodiscard]] Tensor value(std::size_t position, std::string_view name) const;
  [[nodiscard]] std::vector<Tensor> values(std::size_t position, std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::size_t position, std::string_view name, std::int64_t fallback) const;
  [[nodiscard]] double number(std::size_t position, std::string_view name, double fallback) const;
  [[nodiscard]] bool flag(std::size_t position, std::string_view name, bool fallback) const;
  [[nodiscard]] std::string text(std::size_t position, std::string_view name, std::string fallback) const;
  /// One integer or a list of them; empty when left out.
  [[nodiscard]] std::vector<std::int64_t> integers(std::size_t position, std::string_view name) const;
  [[nodiscard]] Axes axes(std::size_t position, std::string_view name, Axes fallback = {}) const;
  [[nodiscard]] Sizes sizes(std::size_t position, std::string_view name, Sizes fallback = {}) const;
  [[nodiscard]] const Config& keywords() const { return keywords_; }

 private:
  [[nodiscard]] Tensor value_of(const Config& value) const;

  const Config& positional_;
  const Config& keywords_;
  const Dict& arrays_;
};

/// The same with arrays as T: a Tensor, or a Symbol that stands for one and is fed with it later.
template <class T>
class ArgumentsOf : public FixtureArguments {
 public:
  using FixtureArguments::FixtureArguments;

  [[nodiscard]] T tensor(std::size_t position, std::string_view name) const {
    return as_argument(value(position, name));
  }
  [[nodiscard]] std::vector<T> tensors(std::size_t position, std::string_view name) const {
    std::vector<T> result;
    for (const Tensor& item : values(position, name)) result.push_back(as_argument(item));
    return result;
  }
  /// Undefined when left out.
  [[nodiscard]] T optional_tensor(std::size_t position, std::string_view name) const {
    return has(position, name) ? tensor(position, name) : T();
  }

  [[nodiscard]] const std::vector<std::pair<Symbol, Tensor>>& feeds() const { return feeds_; }

 private:
  [[nodiscard]] T as_argument(const Tensor& value) const {
    if constexpr (std::is_same_v<T, Tensor>)
      return value;
    else
      return fed(value);
  }
  [[nodiscard]] Symbol fed(const Tensor& value) const;

  mutable std::vector<std::pair<Symbol, Tensor>> feeds_;
};

/// How operations, by their names without module ("concatenate"), are called with the arguments of a case.
template <class T>
using FixtureOps = std::map<std::string, Callable<std::vector<T>(const ArgumentsOf<T>&)>>;

/// The operations of a family, called on tensors and on symbols.
struct FixtureTable {
  FixtureOps<Tensor> immediate;
  FixtureOps<Symbol> symbolic;
  /// Cases that throw, by name, and a part of the message: those that need a decomposition of matrices.
  std::map<std::string, std::string> refused = {};
  /// Those that symbols refuse and tensors do not: shapes that depend on values.
  std::map<std::string, std::string> refused_symbols = {};
};

/// Computes every case of the operations in `table` on tensors and through compiled functions, and compares with the
/// result of Keras within the case's tolerance (relative to the largest magnitude of the result); shapes and dtypes
/// must be equal, and those inferred must accept those computed. Where the signs of vectors are free ("compare":
/// "signs"), magnitudes are compared. An operation without a case fails.
void check_op_fixtures(const FixtureTable& table);

/// One function per file of tests/ops/conformance.
FixtureTable elementwise_table();
FixtureTable activation_table();
FixtureTable reduction_table();
FixtureTable arrangement_table();
FixtureTable creation_table();
FixtureTable indexing_table();
FixtureTable order_table();
FixtureTable product_table();
FixtureTable decomposition_table();
FixtureTable transform_table();
FixtureTable image_table();
FixtureTable network_table();

struct FixtureFamily {
  std::string name;
  FixtureTable (*table)();
};
[[nodiscard]] const std::vector<FixtureFamily>& fixture_families();

/// A table of names and objects that are called alike, as `{{"add", ops::add}, …}`.
template <class T, class Op, class Call>
void add_alike(FixtureOps<T>& table, const std::vector<std::pair<const char*, Op>>& alike, Call call) {
  for (const auto& [name, op] : alike) table[name] = [op = op, call](const ArgumentsOf<T>& a) { return call(op, a); };
}

}  // namespace kerascpp::test
