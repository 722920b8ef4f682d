#include <algorithm>
#include <regex>

#include <kerascpp/layers/layer.hpp>

namespace kerascpp {

bool LayerFilter::takes(const Layer& layer) const {
  if (function_) return function_(layer);
  const auto matches = [&layer](const std::string& pattern) {
    try {
      return std::regex_search(layer.name(), std::regex(pattern));
    } catch (const std::regex_error& error) {
      throw ValueError(text_of("[quantize] filter \"", pattern, "\" is no regular expression: ", error.what()));
    }
  };
  return patterns_.empty() || std::any_of(patterns_.begin(), patterns_.end(), matches);
}

}  // namespace kerascpp
