#include <kerascpp/utils/archive.hpp>

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <kerascpp/core/error.hpp>

#include "saving/zip_archive.hpp"
#include "utils/tar_reader.hpp"

namespace kerascpp::utils {
namespace {

namespace fs = std::filesystem;

/// A folder beside the target that gets its name when everything is in it.
class UnpackedFolder {
 public:
  explicit UnpackedFolder(const std::string& target) : target_(target) {
    std::error_code ignored;
    fs::create_directories(fs::absolute(target_).parent_path(), ignored);
    std::string name = (fs::absolute(target_).parent_path() / ".unpack-XXXXXX").string();
    KCPP_CHECK(mkdtemp(name.data()) != nullptr, IoError, "[extract_archive] cannot make a folder beside \"", target,
               "\"");
    temporary_ = name;
    fs::permissions(temporary_, fs::perms(0755), ignored);
  }
  ~UnpackedFolder() {
    std::error_code ignored;
    fs::remove_all(temporary_, ignored);
  }
  UnpackedFolder(const UnpackedFolder&) = delete;
  UnpackedFolder& operator=(const UnpackedFolder&) = delete;

  [[nodiscard]] fs::path make_folder(const std::string& name) const {
    std::error_code error;
    fs::create_directories(temporary_ / name, error);
    KCPP_CHECK(!error, IoError, "[extract_archive] cannot make the folder \"", name, "\": ", error.message());
    return temporary_ / name;
  }
  /// Writes the pieces that `next` gives, the last of them empty.
  template <class Next>
  void write(const std::string& name, const Next& next) const {
    static_cast<void>(make_folder(fs::path(name).parent_path().string()));
    std::ofstream file(temporary_ / name, std::ios::binary);
    for (std::string_view piece = next(); !piece.empty(); piece = next())
      file.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    file.close();
    KCPP_CHECK(!file.fail(), IoError, "[extract_archive] cannot write \"", name, "\"");
  }
  /// What was there before is replaced.
  void commit() const {
    std::error_code error;
    const fs::path old = temporary_.string() + ".old";
    if (fs::exists(target_)) fs::rename(target_, old, error);
    if (!error) fs::rename(temporary_, target_, error);
    KCPP_CHECK(!error, IoError, "[extract_archive] cannot make \"", target_.string(), "\": ", error.message());
    fs::remove_all(old, error);
  }

 private:
  fs::path target_, temporary_;
};

constexpr std::uint64_t kPiece = 1U << 20U;

void unpack_tar(const std::string& path, const UnpackedFolder& folder) {
  TarReader archive(path);
  std::string buffer;
  for (TarMember member; archive.next(member);) {
    if (member.is_folder) {
      static_cast<void>(folder.make_folder(member.name));
      continue;
    }
    std::uint64_t left = member.size;
    folder.write(member.name, [&]() -> std::string_view {
      buffer.resize(static_cast<std::size_t>(std::min(left, kPiece)));
      archive.read(buffer.data(), buffer.size());
      left -= buffer.size();
      return buffer;
    });
  }
}

void unpack_zip(const std::string& path, const UnpackedFolder& folder) {
  const ZipReader archive(path);
  std::string buffer;
  for (const ZipMember& member : archive.members()) {
    ZipMemberSource source(archive, member);
    folder.write(member.name, [&]() -> std::string_view {
      buffer.resize(static_cast<std::size_t>(std::min(source.remaining(), kPiece)));
      if (!buffer.empty()) source.read(buffer.data(), buffer.size());
      return buffer;
    });
    source.finish();
  }
}

bool is_zip(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::array<char, 4> magic{};
  file.read(magic.data(), magic.size());
  const std::string_view start(magic.data(), magic.size());
  return start == std::string_view("PK\x03\x04") || start == std::string_view("PK\x05\x06");
}

}  // namespace

void extract_archive(const std::string& path, const std::string& folder, std::string_view archive_format) {
  KCPP_CHECK(archive_format == "auto" || archive_format == "tar" || archive_format == "zip", ValueError,
             "[extract_archive] archive_format must be \"auto\", \"tar\" or \"zip\", received \"", archive_format,
             "\"");
  KCPP_CHECK(access(path.c_str(), R_OK) == 0, IoError, "[extract_archive] cannot read \"", path, "\"");
  const UnpackedFolder unpacked(folder);
  if (archive_format == "zip" || (archive_format == "auto" && is_zip(path)))
    unpack_zip(path, unpacked);
  else
    unpack_tar(path, unpacked);
  unpacked.commit();
}

}  // namespace kerascpp::utils
