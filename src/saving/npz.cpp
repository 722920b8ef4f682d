#include <kerascpp/saving/npz.hpp>

#include <set>
#include <string_view>

#include "core/host.hpp"
#include "core/npy_format.hpp"
#include "saving/pickle/format.hpp"
#include "saving/zip_archive.hpp"

namespace kerascpp {
namespace {

constexpr std::string_view kExtension = ".npy";

}  // namespace

Dict load_npz(const std::string& path) {
  const ZipReader archive(path);
  Dict arrays;
  for (const ZipMember& member : archive.members()) {
    const std::string_view name = member.name;
    KCPP_CHECK(name.ends_with(kExtension), FormatError, path, ": the member ", name,
               " is no array; every member of a .npz file ends in .npy");
    ZipMemberSource source(archive, member);
    const NpyHeader header = read_npy_header(source);
    // an array of objects is a pickle of the whole array behind the header
    DictValue value = header.descr == "|O" ? read_pickle(source) : DictValue(read_npy_elements(header, source));
    source.finish();
    arrays.set(name.substr(0, name.size() - kExtension.size()), std::move(value));
  }
  return arrays;
}

void save_npz(const std::string& path, const Dict& arrays, const SaveNpzOptions& options) {
  KCPP_CHECK(!arrays.empty(), ValueError, "[save_npz] ", path, ": there are no arrays to save");
  ZipWriter archive(path, options.compressed);
  std::set<std::string_view> names;
  for (const auto& [name, value] : arrays) {
    KCPP_CHECK(!name.empty() && names.insert(name).second, ValueError, "[save_npz] ", path, ": the name \"", name,
               "\" is empty or used twice");
    const Tensor* const tensor = value.tensor();
    KCPP_CHECK(tensor != nullptr, DTypeError, "[save_npz] ", path, ": the value of \"", name, "\" is not a tensor");
    check_on_host(*tensor, "save_npz");
    archive.add(name + std::string(kExtension), npy_header_bytes(npy_descr(tensor->dtype()), tensor->shape()),
                {static_cast<const char*>(tensor->raw()), tensor->nbytes()});
  }
  archive.commit();
}

}  // namespace kerascpp
