#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/config.hpp>
#include <kerascpp/core/dtype.hpp>
#include <kerascpp/graph/symbol.hpp>
#include <kerascpp/ops/axes.hpp>
#include <kerascpp/ops/indexing.hpp>
#include <kerascpp/ops/sizes.hpp>

namespace kerascpp {

/// How a tensor stands in the stored arguments of an operation: by its place among the tensors of the call.
[[nodiscard]] Config tensor_reference(std::size_t place);
/// The place that a reference names; nothing for any other value.
[[nodiscard]] std::optional<std::size_t> referenced_tensor(const Config& value);

/// What an operation of keras.ops was made with and called on, found by the names that Keras gives its arguments.
class OperationArguments {
 public:
  /// `parameters`: the names of the arguments by position. All three must outlive this.
  /// Throws FormatError when there are more arguments than names.
  OperationArguments(std::string_view class_name, const Config& config, const Config& call,
                     const std::vector<std::string_view>& parameters, const std::vector<Symbol>& tensors);

  /// The value, or nullptr when it is missing or null. Counts as read.
  [[nodiscard]] const Config* find(std::string_view name);
  [[nodiscard]] const Config& required(std::string_view name);

  /// A tensor, a number (weakly typed as in Keras), an array or a nested list of numbers.
  [[nodiscard]] Operand operand(std::string_view name);
  [[nodiscard]] std::optional<Operand> optional_operand(std::string_view name);
  [[nodiscard]] Symbol tensor(std::string_view name) { return operand(name).symbol(); }
  [[nodiscard]] std::vector<Operand> operands(std::string_view name);
  [[nodiscard]] std::vector<Symbol> tensors(std::string_view name);
  /// Every argument that was given by position.
  [[nodiscard]] std::vector<Symbol> positional_tensors();
  [[nodiscard]] Axes axes(std::string_view name, const Axes& fallback = {});
  [[nodiscard]] Sizes sizes(std::string_view name, const Sizes& fallback = {});
  [[nodiscard]] Shape shape(std::string_view name);
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view name);
  [[nodiscard]] std::int64_t integer(std::string_view name, std::int64_t fallback);
  [[nodiscard]] std::int64_t integer(std::string_view name) { return required(name).as_int(); }
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name);
  [[nodiscard]] double number(std::string_view name, double fallback);
  [[nodiscard]] std::optional<double> optional_number(std::string_view name);
  /// The integers that were given by names that are no parameters.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> further_integers();
  [[nodiscard]] bool flag(std::string_view name, bool fallback = false);
  [[nodiscard]] std::string text(std::string_view name, std::string fallback = {});
  [[nodiscard]] std::optional<DType> dtype(std::string_view name = "dtype");
  /// A key of NumPy's indexing: integers, slices, new axes, ellipses, tensors.
  [[nodiscard]] std::vector<Index> index(std::string_view name);

  /// Throws FormatError naming an argument that nobody read and that is not null.
  void finish() const;

 private:
  [[nodiscard]] Operand operand_of(const Config& value) const;
  [[nodiscard]] Index index_of(const Config& value) const;

  std::string_view class_name_;
  const Config& config_;
  const Config& call_;
  const std::vector<std::string_view>& parameters_;
  const std::vector<Symbol>& tensors_;
  std::vector<std::string_view> used_;
};

}  // namespace kerascpp
