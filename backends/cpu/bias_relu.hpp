#pragma once

#include <string>

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cpu {

/// An epilogue of a bias, which is input 2 then, of relu, or of both; or why it is another one.
struct BiasRelu {
  bool bias = false, relu = false;
  std::string refusal;
};
[[nodiscard]] inline BiasRelu read_bias_relu(const runtime::KernelQuery& query) {
  const std::string epilogue = query.attributes.get_or<std::string>("epilogue", {});
  if (epilogue.empty()) return {};
  if (epilogue == "relu") return {false, true, {}};
  if (epilogue == "bias") return {true, false, {}};
  if (epilogue == "bias,relu") return {true, true, {}};
  return {false, false, "no loop for the epilogue \"" + epilogue + "\""};
}

}  // namespace kerascpp::cpu
