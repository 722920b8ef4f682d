#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/core/config.hpp>
#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/dict.hpp>
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

  /// An array, a number or a list of numbers.
  [[nodiscard]] Tensor tensor(std::size_t position, std::string_view name) const;
  /// Undefined when left out.
  [[nodiscard]] Tensor optional_tensor(std::size_t position, std::string_view name) const;
  [[nodiscard]] std::vector<Tensor> tensors(std::size_t position, std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::size_t position, std::string_view name, std::int64_t fallback) const;
  [[nodiscard]] double number(std::size_t position, std::string_view name, double fallback) const;
  [[nodiscard]] bool flag(std::size_t position, std::string_view name, bool fallback) const;
  [[nodiscard]] std::string text(std::size_t position, std::string_view name, std::string fallback) const;
  /// One integer or a list of them; empty when left out.
  [[nodiscard]] std::vector<std::int64_t> integers(std::size_t position, std::string_view name) const;
  [[nodiscard]] Axes axes(std::size_t position, std::string_view name, Axes fallback = {}) const;
  [[nodiscard]] Sizes sizes(std::size_t position, std::string_view name) const;
  [[nodiscard]] const Config& keywords() const { return keywords_; }

 private:
  [[nodiscard]] Tensor tensor_of(const Config& value) const;

  const Config& positional_;
  const Config& keywords_;
  const Dict& arrays_;
};

/// How operations, by their names without module ("concatenate"), are called with the arguments of a case.
using FixtureOps = std::map<std::string, Callable<std::vector<Tensor>(const FixtureArguments&)>>;

/// Computes every case of the operations in `ops` and compares it with the result of Keras within the case's tolerance
/// (relative to the largest magnitude of the result), by values; shapes must be equal, and dtypes of a kind.
/// An operation without a case fails.
void check_op_fixtures(const FixtureOps& ops);

}  // namespace kerascpp::test
