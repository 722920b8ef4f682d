#include <kerascpp/saving/npz.hpp>

#include <set>
#include <string_view>

#include <kerascpp/core/strings.hpp>
#include <kerascpp/saving/npy_value.hpp>

#include "core/byte_source.hpp"
#include "core/host.hpp"
#include "core/npy_format.hpp"
#include "saving/pickle/format.hpp"
#include "saving/zip_archive.hpp"

namespace kerascpp {
namespace {

constexpr std::string_view kExtension = ".npy";

/// An array of objects that are texts becomes a tensor of strings.
DictValue texts_or(DictValue value, const NpyHeader& header) {
  if (value.list() == nullptr || value.list()->empty() || (header.fortran_order && header.shape.ndim() > 1))
    return value;
  std::vector<std::string> texts;
  for (const DictValue& item : *value.list()) {
    if (item.text() == nullptr) return value;
    texts.push_back(*item.text());
  }
  if (static_cast<std::int64_t>(texts.size()) != header.shape.size()) return value;
  return DictValue(strings(texts, header.shape));
}

/// An array behind its header; of objects, a pickle of the whole array.
DictValue read_value(const NpyHeader& header, ByteSource& source) {
  if (header.descr == "|O") return texts_or(read_pickle(source), header);
  return DictValue(read_npy_elements(header, source));
}

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
    DictValue value = read_value(header, source);
    source.finish();
    arrays.set(name.substr(0, name.size() - kExtension.size()), std::move(value));
  }
  return arrays;
}

DictValue load_npy_value(const std::string& path) {
  FileSource source(path);
  const NpyHeader header = read_npy_header(source);
  return read_value(header, source);
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
