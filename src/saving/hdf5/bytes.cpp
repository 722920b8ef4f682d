#include "saving/hdf5/bytes.hpp"

#include <cstdio>
#include <cstring>

#include <kerascpp/core/error.hpp>

namespace kerascpp::hdf5 {
namespace {

class FileBytes final : public RandomBytes {
 public:
  explicit FileBytes(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "rb"), std::fclose) {
    KCPP_CHECK(file_ != nullptr, IoError, "[", path, "] cannot be opened");
    KCPP_CHECK(std::fseek(file_.get(), 0, SEEK_END) == 0 && std::ftell(file_.get()) >= 0, IoError, "[", path,
               "] cannot be read");
    size_ = static_cast<std::uint64_t>(std::ftell(file_.get()));
  }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  void read(std::uint64_t offset, void* out, std::uint64_t count) const override {
    const bool done = std::fseek(file_.get(), static_cast<long>(offset), SEEK_SET) == 0 &&
                      std::fread(out, 1, count, file_.get()) == count;
    KCPP_CHECK(done, IoError, "[", path_, "] cannot be read");
  }

 private:
  std::string path_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::uint64_t size_ = 0;
};

}  // namespace

Bytes::Bytes(std::string_view bytes, std::string origin)
    : origin_(std::move(origin)), memory_(bytes), size_(bytes.size()) {}

Bytes::Bytes(const std::string& path) : Bytes(std::make_shared<FileBytes>(path), path) {}

Bytes::Bytes(std::shared_ptr<const RandomBytes> bytes, std::string origin)
    : origin_(std::move(origin)), file_(std::move(bytes)), size_(file_->size()) {}

void Bytes::fail(const std::string& what) const { throw FormatError(text_of("[", origin_, "] ", what)); }

void Bytes::read(std::uint64_t offset, void* out, std::uint64_t count) const {
  if (offset > size_ || count > size_ - offset)
    fail(text_of("is damaged or truncated: it refers to ", count, " bytes at ", offset, ", the file has ", size_));
  if (count == 0) return;
  if (file_ == nullptr) {
    std::memcpy(out, memory_.data() + offset, count);
    return;
  }
  file_->read(offset, out, count);
}

std::string Bytes::read(std::uint64_t offset, std::uint64_t count) const {
  if (offset > size_ || count > size_ - offset)
    fail(text_of("is damaged or truncated: it refers to ", count, " bytes at ", offset, ", the file has ", size_));
  std::string piece(count, '\0');
  read(offset, piece.data(), count);
  return piece;
}

std::uint64_t Cursor::number(std::size_t bytes) {
  if (bytes > left()) file_->fail("is damaged: a structure ends too early");
  std::uint64_t value = 0;
  for (std::size_t i = bytes; i-- > 0;) {
    const auto part = static_cast<unsigned char>(piece_[at_ + i]);
    if (i >= 8 && part != 0) file_->fail("is damaged: a number is too large");
    if (i < 8) value |= static_cast<std::uint64_t>(part) << (8 * i);
  }
  at_ += bytes;
  return value;
}

std::string Cursor::text(std::size_t bytes) {
  if (bytes > left()) file_->fail("is damaged: a structure ends too early");
  at_ += bytes;
  return piece_.substr(at_ - bytes, bytes);
}

void Cursor::skip(std::size_t bytes) {
  if (bytes > left()) file_->fail("is damaged: a structure ends too early");
  at_ += bytes;
}

}  // namespace kerascpp::hdf5
