#include <kerascpp/ops/creation.hpp>
#include <kerascpp/ops/elementwise.hpp>

#include "support/op_fixtures.hpp"

/// Making arrays, called as in keras.ops.numpy. Most of these take no tensors: in `ops` they are symbolic.
namespace kerascpp::test {
namespace {

std::optional<DType> dtype_of_case(const FixtureArguments& a, std::size_t position) {
  return a.has(position, "dtype") ? std::optional(dtype_from_name(a.text(position, "dtype", ""))) : std::nullopt;
}

// a number of the case as an operand: integers stay integers
Operand number_of(const FixtureArguments& a, std::size_t position, std::string_view name) {
  const Config& value = *a.find(position, name);
  return value.is_int() ? Operand(value.as_int()) : Operand(value.as_double());
}

std::optional<std::int64_t> columns_of(const FixtureArguments& a) {
  return a.has(1, "M") ? std::optional(a.integer(1, "M", 0)) : std::nullopt;
}

Symbol arange(const FixtureArguments& a) {
  if (!a.has(1, "stop")) return ops::arange(number_of(a, 0, "start"));
  return ops::arange(number_of(a, 0, "start"), number_of(a, 1, "stop"),
                     a.has(2, "step") ? number_of(a, 2, "step") : Operand(1), dtype_of_case(a, 3));
}

ops::LinspaceOptions linspace_options(const FixtureArguments& a) {
  return {.num = a.integer(2, "num", 50), .endpoint = a.flag(3, "endpoint", true)};
}

ops::LogspaceOptions logspace_options(const FixtureArguments& a) {
  return {.num = a.integer(2, "num", 50), .endpoint = a.flag(3, "endpoint", true), .base = a.number(4, "base", 10)};
}

template <class T>
FixtureOps<T> from_tensors() {
  using Results = std::vector<T>;
  using Arguments = ArgumentsOf<T>;
  using List = std::conditional_t<std::is_same_v<T, Tensor>, TensorList, SymbolList>;
  const auto x_of = [](const Arguments& a) { return a.tensor(0, "x"); };
  return {
      {"full_like", [=](const Arguments& a) { return Results{ops::full_like(x_of(a), a.value(1, "fill_value"))}; }},
      {"ones_like", [=](const Arguments& a) { return Results{ops::ones_like(x_of(a), dtype_of_case(a, 1))}; }},
      {"zeros_like", [=](const Arguments& a) { return Results{ops::zeros_like(x_of(a), dtype_of_case(a, 1))}; }},
      {"tril", [=](const Arguments& a) { return Results{ops::tril(x_of(a), a.integer(1, "k", 0))}; }},
      {"triu", [=](const Arguments& a) { return Results{ops::triu(x_of(a), a.integer(1, "k", 0))}; }},
      {"meshgrid",
       [](const Arguments& a) {
         std::vector<T> axes;
         for (std::size_t i = 0; a.has(i, "x"); ++i) axes.push_back(a.tensor(i, "x"));
         return ops::meshgrid(List(axes), a.text(99, "indexing", "xy"));
       }},
      {"select",
       [](const Arguments& a) {
         using Items = std::conditional_t<std::is_same_v<T, Tensor>, std::vector<Tensor>, std::vector<Operand>>;
         const std::vector<T> conditions = a.tensors(0, "condlist"), choices = a.tensors(1, "choicelist");
         return Results{ops::select(Items(conditions.begin(), conditions.end()), Items(choices.begin(), choices.end()),
                                    a.value(2, "default"))};
       }},
  };
}

FixtureOps<Symbol> from_numbers() {
  using Results = std::vector<Symbol>;
  using Arguments = ArgumentsOf<Symbol>;
  return {
      {"arange", [](const Arguments& a) { return Results{arange(a)}; }},
      {"linspace",
       [](const Arguments& a) {
         return Results{ops::linspace(number_of(a, 0, "start"), number_of(a, 1, "stop"), linspace_options(a))};
       }},
      {"logspace",
       [](const Arguments& a) {
         return Results{ops::logspace(number_of(a, 0, "start"), number_of(a, 1, "stop"), logspace_options(a))};
       }},
      {"geomspace",
       [](const Arguments& a) {
         return Results{ops::geomspace(number_of(a, 0, "start"), number_of(a, 1, "stop"), linspace_options(a))};
       }},
      {"eye",
       [](const Arguments& a) {
         return Results{ops::eye(a.integer(0, "N", 0), columns_of(a), a.integer(2, "k", 0), dtype_of_case(a, 3))};
       }},
      {"identity",
       [](const Arguments& a) { return Results{ops::identity(a.integer(0, "n", 0), dtype_of_case(a, 1))}; }},
      {"tri",
       [](const Arguments& a) {
         return Results{ops::tri(a.integer(0, "N", 0), columns_of(a), a.integer(2, "k", 0), dtype_of_case(a, 3))};
       }},
      {"full",
       [](const Arguments& a) {
         return Results{ops::full(Shape(a.integers(0, "shape")), number_of(a, 1, "fill_value"), dtype_of_case(a, 2))};
       }},
      {"ones",
       [](const Arguments& a) { return Results{ops::ones(Shape(a.integers(0, "shape")), dtype_of_case(a, 1))}; }},
      {"zeros",
       [](const Arguments& a) { return Results{ops::zeros(Shape(a.integers(0, "shape")), dtype_of_case(a, 1))}; }},
      {"bartlett", [](const Arguments& a) { return Results{ops::bartlett(a.integer(0, "x", 0))}; }},
      {"blackman", [](const Arguments& a) { return Results{ops::blackman(a.integer(0, "x", 0))}; }},
      {"hamming", [](const Arguments& a) { return Results{ops::hamming(a.integer(0, "x", 0))}; }},
      {"hanning", [](const Arguments& a) { return Results{ops::hanning(a.integer(0, "x", 0))}; }},
      {"kaiser", [](const Arguments& a) { return Results{ops::kaiser(a.integer(0, "x", 0), a.number(1, "beta", 0))}; }},
  };
}

}  // namespace

FixtureTable creation_table() {
  FixtureTable table{from_tensors<Tensor>(), from_tensors<Symbol>()};
  table.symbolic.merge(from_numbers());
  return table;
}

}  // namespace kerascpp::test
