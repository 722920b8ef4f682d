#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/symbol.hpp>

namespace kerascpp {

[[noreturn]] KCPP_API void throw_wrong_symbol_count(std::size_t received);

/// Any callable that takes symbols one by one (up to 16) or as one SymbolList, and gives what a Result is made from.
/// Throws ValueError when it is called with a number of symbols that it does not take.
template <class Result>
class SymbolFunction {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, SymbolFunction>)
      SymbolFunction(F function)  // NOLINT: implicit by design
      : call_([function](const std::vector<Symbol>& arguments) mutable { return call(function, arguments); }) {}

  [[nodiscard]] Result operator()(const std::vector<Symbol>& arguments) const { return call_(arguments); }

 private:
  static constexpr std::size_t kMostArguments = 16;

  template <std::size_t>
  using Each = Symbol;
  template <class F, std::size_t... i>
  static constexpr bool takes(std::index_sequence<i...>) {
    return std::is_invocable_v<F&, Each<i>...>;
  }
  template <class F, std::size_t... i>
  static Result spread(F& function, const std::vector<Symbol>& arguments, std::index_sequence<i...>) {
    return Result(function(arguments[i]...));
  }
  template <class F, std::size_t n = 0>
  static Result call(F& function, const std::vector<Symbol>& arguments) {
    if constexpr (n == 0 && std::is_invocable_v<F&, const SymbolList&> && !std::is_invocable_v<F&, Symbol, Symbol> &&
                  std::is_invocable_v<F&, const std::vector<Symbol>&>) {
      return Result(function(SymbolList(arguments)));
    } else if constexpr (n > kMostArguments) {
      throw_wrong_symbol_count(arguments.size());
    } else {
      if constexpr (takes<F>(std::make_index_sequence<n>()))
        if (arguments.size() == n) return spread(function, arguments, std::make_index_sequence<n>());
      return call<F, n + 1>(function, arguments);
    }
  }

  Callable<Result(const std::vector<Symbol>&)> call_;
};

}  // namespace kerascpp
