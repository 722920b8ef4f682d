#include "models/operations/operations.hpp"

#include <map>

namespace kerascpp {
namespace {

const std::map<std::string_view, const KerasOperation*>& operations() {
  static const std::map<std::string_view, const KerasOperation*> table = [] {
    std::map<std::string_view, const KerasOperation*> all;
    for (const auto* family :
         {&elementwise_operations(), &reduction_operations(), &shape_operations(), &indexing_operations(),
          &linear_algebra_operations(), &neural_operations(), &image_operations(), &signal_operations()})
      for (const KerasOperation& operation : *family) all.emplace(operation.class_name, &operation);
    return all;
  }();
  return table;
}

}  // namespace

const KerasOperation* find_operation(std::string_view class_name) {
  const auto found = operations().find(class_name);
  return found == operations().end() ? nullptr : found->second;
}

std::vector<const KerasOperation*> all_operations() {
  std::vector<const KerasOperation*> all;
  for (const auto& [name, operation] : operations()) all.push_back(operation);
  return all;
}

}  // namespace kerascpp
