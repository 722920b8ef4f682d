#include <zip.h>

#include <kerascpp/core/error.hpp>

#include "saving/zip_archive.hpp"

namespace kerascpp {

ZipWriter::ZipWriter(const std::string& path, bool compressed) : path_(path), file_(path), compressed_(compressed) {
  int code = 0;
  archive_ = zip_open(file_.temporary_path().c_str(), ZIP_CREATE | ZIP_EXCL, &code);
  if (archive_ == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw IoError(text_of(path, ": cannot create the file: ", reason));
  }
}

ZipWriter::~ZipWriter() {
  if (archive_ != nullptr) zip_discard(archive_);
}

void ZipWriter::fail() { throw IoError(text_of(path_, ": cannot write the archive: ", zip_strerror(archive_))); }

void ZipWriter::add(const std::string& name, std::string bytes, std::string_view tail,
                    std::shared_ptr<const void> owner) {
  if (owner != nullptr) owners_.push_back(std::move(owner));
  contents_.push_back(std::make_unique<std::string>(std::move(bytes)));
  std::string& kept = *contents_.back();
  zip_buffer_fragment_t fragments[2] = {};
  fragments[0].data = reinterpret_cast<zip_uint8_t*>(kept.data());
  fragments[0].length = kept.size();
  // libzip's fragments are not const, but it only reads them
  fragments[1].data = reinterpret_cast<zip_uint8_t*>(const_cast<char*>(tail.data()));
  fragments[1].length = tail.size();
  zip_buffer_fragment_t* const first = kept.empty() && !tail.empty() ? fragments + 1 : fragments;
  const zip_uint64_t count = kept.empty() || tail.empty() ? 1 : 2;
  zip_source_t* source = zip_source_buffer_fragment(archive_, first, count, 0);
  if (source == nullptr) fail();
  const zip_int64_t index = zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    fail();
  }
  constexpr zip_uint16_t kDate = (0 << 9) | (1 << 5) | 1;  // 1 January 1980, where the format's time begins
  const auto place = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(archive_, place, compressed_ ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0) != 0) fail();
  if (zip_file_set_dostime(archive_, place, 0, kDate, 0) != 0) fail();
}

void ZipWriter::commit() {
  KCPP_CHECK(!contents_.empty(), ValueError, path_, ": an archive needs at least one member");
  if (zip_close(archive_) != 0) fail();
  archive_ = nullptr;
  file_.commit();
}

}  // namespace kerascpp
