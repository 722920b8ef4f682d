#include "arrays.hpp"

#include <kerascpp/core/npy.hpp>
#include <kerascpp/saving/npz.hpp>

namespace kerascpp::tool {
namespace {

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

DataArgument read_arrays(const std::string& path) {
  if (ends_with(path, ".npz")) return load_npz(path);
  if (ends_with(path, ".npy")) return load_npy(path);
  throw ValueError(text_of("\"", path, "\" must be a .npy or .npz file"));
}

void write_arrays(const std::string& path, const TensorList& arrays, const std::vector<std::string>& names) {
  if (ends_with(path, ".npz")) {
    Dict named;
    for (std::size_t i = 0; i < arrays.size(); ++i) named.set(names[i], DictValue(arrays[i]));
    return save_npz(path, named);
  }
  KCPP_CHECK(ends_with(path, ".npy"), ValueError, "\"", path, "\" must be a .npy or .npz file");
  KCPP_CHECK(arrays.size() == 1, ValueError, "the model has ", arrays.size(), " outputs; \"", path,
             "\" must be a .npz file to hold them");
  save_npy(path, arrays.single());
}

}  // namespace kerascpp::tool
