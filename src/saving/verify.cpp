#include <kerascpp/saving/verify.hpp>

#include <algorithm>
#include <fstream>
#include <optional>

#include <kerascpp/core/error.hpp>
#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/saving.hpp>

#include "saving/hdf5_file.hpp"
#include "saving/self_check.hpp"
#include "saving/zip_archive.hpp"

namespace kerascpp::saving {
namespace {

/// Reads every member, which verifies its checksum.
std::size_t read_all(const ZipReader& archive) {
  std::vector<char> buffer(1U << 16U);
  for (const ZipMember& member : archive.members()) {
    ZipMemberSource source(archive, member);
    while (source.remaining() > 0)
      source.read(buffer.data(), static_cast<std::size_t>(std::min<std::uint64_t>(source.remaining(), buffer.size())));
    source.finish();
  }
  return archive.members().size();
}

}  // namespace

Verification verify_model(const std::string& path) {
  Verification result;
  const Model model = load_model(path);
  std::optional<StoredCheck> check;
  std::ifstream file(path, std::ios::binary);
  const int first = file.get();
  if (first == 'P') {
    const ZipReader archive(path);
    result.format = ".keras archive";
    result.hashes = text_of(read_all(archive), " members, all CRC-32 sums right");
    check = read_self_check(archive);
  } else if (first == 0x89) {
    const Hdf5Reader hdf5(path);
    result.format = "HDF5 model";
    result.hashes = "the format keeps none";
    check = read_self_check(hdf5);
  } else {
    result.format = "ONNX model";
    result.hashes = "the format keeps none";
  }
  result.layers = static_cast<std::int64_t>(model.layers().size());
  for (const Tensor& weight : model.get_weights()) {
    ++result.weights;
    result.parameters += weight.size();
  }
  if (check) {
    verify_self_check(model, path, check);
    result.has_self_check = true;
    result.hashes = (first == 'P' ? result.hashes + ", " : std::string()) + "SHA-256 of the weights right";
  }
  return result;
}

}  // namespace kerascpp::saving
