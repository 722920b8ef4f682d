#include "arrays.hpp"

#include <algorithm>

#include <kerascpp/core/npy.hpp>
#include <kerascpp/saving/npy_value.hpp>
#include <kerascpp/saving/npz.hpp>

#include "text_files.hpp"

namespace kerascpp::tool {
namespace {

/// The tensor that an array is. Throws FormatError for other objects than texts, and complex numbers.
Tensor numbers_or_texts(const std::string& path, const std::string& name, const DictValue& value) {
  KCPP_CHECK(value.tensor() != nullptr, FormatError, "[", path, "]", name, " holds Python objects that are no texts");
  KCPP_CHECK(!is_complex(value.tensor()->dtype()), DTypeError, "[", path, "]", name,
             " holds complex numbers, which no input takes");
  return *value.tensor();
}

}  // namespace

ArrayNames input_arrays(const Model& model) {
  ArrayNames of{model.input_names(), {}};
  for (const Symbol& input : model.inputs()) of.others.push_back(input.name());
  return of;
}

ArrayNames target_arrays(const Model& model) {
  const std::vector<std::string> keys = model.outputs().keys();
  return {keys.empty() ? model.output_names() : keys, model.output_names()};
}

DataArgument read_arrays(const std::string& path, const ArrayNames& of) {
  if (ends_with(path, ".npy")) return numbers_or_texts(path, "", load_npy_value(path));
  KCPP_CHECK(ends_with(path, ".npz"), ValueError, "\"", path, "\" must be a .npy or .npz file");
  const auto is_in = [](const std::string& name, const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), name) != list.end();
  };
  Dict arrays;
  for (const auto& [given, value] : load_npz(path)) {
    std::string name = given;
    for (std::size_t i = 0; i < of.names.size() && i < of.others.size(); ++i)
      if (!is_in(given, of.names) && given == of.others[i]) name = of.names[i];
    KCPP_CHECK(arrays.find(name) == nullptr, ValueError, "[", path, "] has \"", name, "\" twice: as \"", given,
               "\" as well");
    arrays.set(name, DictValue(numbers_or_texts(path, " array \"" + given + "\"", value)));
  }
  if (of.names.size() == 1 && arrays.size() == 1) return *arrays.begin()->second.tensor();
  return arrays;
}

void write_arrays(const std::string& path, const TensorList& arrays, const std::vector<std::string>& names) {
  if (ends_with(path, ".npz")) {
    Dict named;
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      // outputs of one layer share its name
      std::string name = names[i];
      for (int copy = 1; named.find(name) != nullptr; ++copy) name = names[i] + "_" + std::to_string(copy);
      named.set(name, DictValue(arrays[i]));
    }
    return save_npz(path, named);
  }
  check_arrays_path(path, arrays.size());
  save_npy(path, arrays.single());
}

void check_arrays_path(const std::string& path, std::size_t count) {
  if (ends_with(path, ".npz")) return;
  KCPP_CHECK(ends_with(path, ".npy"), ValueError, "\"", path, "\" must be a .npy or .npz file");
  KCPP_CHECK(count == 1, ValueError, "the model has ", count, " outputs; \"", path,
             "\" must be a .npz file to hold them");
}

}  // namespace kerascpp::tool
