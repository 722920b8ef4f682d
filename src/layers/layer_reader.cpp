#include "layers/options_layer.hpp"

namespace kerascpp::layers {

void LayerReader::read_dtype(std::string& dtype) {
  const Config* value = use("dtype");
  if (value == nullptr || value->is_null()) return;
  if (value->is_string()) {
    dtype = value->as_string();
    return;
  }
  const std::string& kind = value->at("class_name").as_string();
  KCPP_CHECK(kind == "DTypePolicy" || kind == "Policy" || kind == "FloatDTypePolicy", FormatError, "[", class_name(),
             "] its config has a dtype of class \"", kind, "\", which is not known");
  dtype = value->at("config").at("name").as_string();
}

}  // namespace kerascpp::layers
