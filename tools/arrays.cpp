#include "arrays.hpp"

#include <kerascpp/core/npy.hpp>
#include <kerascpp/core/strings.hpp>
#include <kerascpp/saving/npz.hpp>

#include "text_files.hpp"

namespace kerascpp::tool {
namespace {

/// Arrays of Python objects that are texts, as tensors of strings.
Dict with_tensors(const std::string& path, Dict arrays) {
  for (const auto& [name, value] : Dict(arrays)) {
    if (value.tensor() != nullptr) continue;
    std::vector<std::string> texts;
    const std::vector<DictValue> items = value.list() == nullptr ? std::vector<DictValue>{} : *value.list();
    for (const DictValue& item : items) {
      KCPP_CHECK(item.text() != nullptr, FormatError, "[", path, "] array \"", name,
                 "\" holds Python objects that are no texts");
      texts.push_back(*item.text());
    }
    arrays.set(name, DictValue(strings(texts)));
  }
  return arrays;
}

}  // namespace

DataArgument read_arrays(const std::string& path, const std::vector<std::string>& names) {
  if (ends_with(path, ".npy")) return load_npy(path);
  KCPP_CHECK(ends_with(path, ".npz"), ValueError, "\"", path, "\" must be a .npy or .npz file");
  const Dict arrays = with_tensors(path, load_npz(path));
  if (names.size() == 1 && arrays.size() == 1) return *arrays.begin()->second.tensor();
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
  KCPP_CHECK(ends_with(path, ".npy"), ValueError, "\"", path, "\" must be a .npy or .npz file");
  KCPP_CHECK(arrays.size() == 1, ValueError, "the model has ", arrays.size(), " outputs; \"", path,
             "\" must be a .npz file to hold them");
  save_npy(path, arrays.single());
}

}  // namespace kerascpp::tool
