#include "layers/one_of.hpp"

#include <algorithm>

#include <kerascpp/core/error.hpp>

namespace kerascpp::layers {

void check_one_of(std::string_view class_name, std::string_view option, std::string_view value,
                  std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), value) != known.end()) return;
  std::string names;
  for (const std::string_view name : known) names += text_of(names.empty() ? "\"" : ", \"", name, "\"");
  throw ValueError(text_of("[", class_name, "] ", option, " must be one of ", names, ", received \"", value, "\""));
}

}  // namespace kerascpp::layers
