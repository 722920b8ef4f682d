#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/layers/reshaping.hpp>

namespace kerascpp::layers {

Margins::Margins(const Config& config) {
  if (config.is_int()) {
    values_ = {config.as_int()};
    return;
  }
  for (const Config& item : config.as_list()) {
    if (!item.is_list()) {
      values_.push_back(item.as_int());
      continue;
    }
    KCPP_CHECK(item.size() == 2, FormatError, "expected pairs of integers, received ", config);
    pairs_.emplace_back(item.as_list()[0].as_int(), item.as_list()[1].as_int());
  }
  KCPP_CHECK(values_.empty() || pairs_.empty(), FormatError, "expected integers or pairs of them, received ", config);
}

std::vector<Margins::Pair> Margins::expand(int rank, std::string_view owner, std::string_view field) const {
  std::vector<Pair> pairs = pairs_;
  if (rank == 1 && values_.size() == 2)
    pairs = {{values_[0], values_[1]}};
  else if (values_.size() == 1)
    pairs.assign(static_cast<std::size_t>(rank), {values_[0], values_[0]});
  else
    for (const std::int64_t value : values_) pairs.emplace_back(value, value);

  KCPP_CHECK(static_cast<int>(pairs.size()) == rank, ValueError, "[", owner, "] ", field,
             rank == 1 ? " must be an integer or a pair of integers, received "
                       : text_of(" must be an integer, ", rank, " integers or ", rank, " pairs of them, received "),
             values_.empty() ? pairs.size() : values_.size(), values_.empty() ? " pairs" : " integers");
  for (const auto& [before, after] : pairs)
    KCPP_CHECK(before >= 0 && after >= 0, ValueError, "[", owner, "] ", field, " must not be negative, received (",
               before, ", ", after, ")");
  return pairs;
}

}  // namespace kerascpp::layers
