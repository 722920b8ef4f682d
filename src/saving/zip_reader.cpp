#include <zip.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <set>

#include <kerascpp/core/error.hpp>

#include "saving/zip_archive.hpp"

namespace kerascpp {
namespace {

// deflate spends at least one bit on 129 bytes; the rest is the header and end of a stream
constexpr std::uint64_t kLargestRatio = 1032;
constexpr std::uint64_t kRatioSlack = 1024;

// The parts of a name between slashes must lead downwards.
bool is_safe_name(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find_first_of("\\:") != std::string_view::npos) return false;
  for (;;) {
    const std::size_t end = name.find('/');
    const std::string_view part = name.substr(0, end);
    if (part == ".." || part == ".") return false;
    if (end == std::string_view::npos) return true;
    name.remove_prefix(end + 1);
  }
}

bool is_link(zip* archive, std::uint64_t index) {
  constexpr std::uint32_t kTypeMask = 0170000U;
  constexpr std::uint32_t kRegular = 0100000U;
  constexpr std::uint32_t kFolder = 0040000U;
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return true;
  const std::uint32_t type = (attributes >> 16) & kTypeMask;
  return system == ZIP_OPSYS_UNIX && type != 0 && type != kRegular && type != kFolder;
}

}  // namespace

ZipReader::ZipReader(const std::string& path) : path_(path) {
  const std::uint64_t archive_size = FileSource(path).remaining();  // says clearly why a file cannot be opened
  int code = 0;
  archive_ = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive_ == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw FormatError(text_of(path, ": not a readable zip archive: ", reason));
  }
  try {
    const zip_int64_t count = zip_get_num_entries(archive_, 0);
    std::uint64_t compressed_total = 0;
    for (zip_int64_t i = 0; i < count; ++i) add_member(static_cast<std::uint64_t>(i), compressed_total, archive_size);
    std::set<std::string_view> names;
    for (const ZipMember& member : members_)
      KCPP_CHECK(names.insert(member.name).second, FormatError, path, ": the member ", member.name, " occurs twice");
  } catch (...) {
    zip_discard(archive_);
    throw;
  }
}

ZipReader::~ZipReader() { zip_discard(archive_); }

void ZipReader::add_member(std::uint64_t index, std::uint64_t& compressed_total, std::uint64_t archive_size) {
  zip_stat_t status;
  KCPP_CHECK(zip_stat_index(archive_, index, 0, &status) == 0 && (status.valid & ZIP_STAT_NAME) != 0, FormatError,
             path_, ": damaged entry ", index);
  const std::string name = status.name;
  const auto check = [&](bool holds, std::string_view what) {
    KCPP_CHECK(holds, FormatError, path_, ": the member ", name, " ", what);
  };
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  check((status.valid & kNeeded) == kNeeded, "has an incomplete entry");
  check(is_safe_name(name), "has a name that leads out of the archive");
  check(!is_link(archive_, index), "is a link or device");
  check(status.encryption_method == ZIP_EM_NONE, "is encrypted");
  const bool deflated = status.comp_method == ZIP_CM_DEFLATE;
  check(deflated || status.comp_method == ZIP_CM_STORE, "is compressed by a method other than deflate");

  // members that share bytes and sizes beyond what deflate can give are how small archives become huge
  check(status.comp_size <= archive_size - compressed_total,
        "overlaps others or reaches behind the end of the archive");
  compressed_total += status.comp_size;
  const bool honest =
      deflated ? status.size <= status.comp_size * kLargestRatio + kRatioSlack : status.size == status.comp_size;
  check(honest, "claims a size that its compressed bytes cannot give");
  if (name.back() != '/') members_.push_back({name, status.size, status.comp_size, index, !deflated});
}

const ZipMember* ZipReader::find(std::string_view name) const {
  const auto at = std::find_if(members_.begin(), members_.end(), [name](const auto& m) { return m.name == name; });
  return at == members_.end() ? nullptr : &*at;
}

const ZipMember& ZipReader::get(std::string_view name) const {
  const ZipMember* member = find(name);
  if (member != nullptr) return *member;
  std::string present;
  for (const ZipMember& other : members_) present += text_of(present.empty() ? "" : ", ", other.name);
  throw FormatError(text_of(path_, ": there is no member ", name, "; the archive has ", present));
}

std::string ZipReader::read(std::string_view name) const {
  ZipMemberSource source(*this, get(name));
  std::string bytes = read_all(source);
  source.finish();
  return bytes;
}

struct ZipMemberSource::Handle {
  explicit Handle(zip_file_t* file) : file(file) {}
  ~Handle() {
    if (file != nullptr) zip_fclose(file);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  zip_file_t* file;
};

ZipMemberSource::ZipMemberSource(const ZipReader& reader, const ZipMember& member)
    : name_(reader.path() + ": " + member.name),
      handle_(std::make_unique<Handle>(zip_fopen_index(reader.archive_, member.index, 0))),
      remaining_(member.size) {
  KCPP_CHECK(handle_->file != nullptr, FormatError, name_, ": ", zip_strerror(reader.archive_));
}

ZipMemberSource::~ZipMemberSource() = default;

void ZipMemberSource::fail() const { throw FormatError(text_of(name_, ": ", zip_file_strerror(handle_->file))); }

void ZipMemberSource::read(void* out, std::size_t count) {
  KCPP_CHECK(count <= remaining_, FormatError, name_, ": the member is truncated: ", count, " more bytes are needed, ",
             remaining_, " are left");
  char* next = static_cast<char*>(out);
  while (count > 0) {
    const zip_int64_t got = zip_fread(handle_->file, next, count);
    if (got < 0) fail();
    KCPP_CHECK(got > 0, FormatError, name_, ": the member ends ", remaining_, " bytes before its claimed size");
    next += got;
    count -= static_cast<std::size_t>(got);
    remaining_ -= static_cast<std::uint64_t>(got);
  }
}

void ZipMemberSource::finish() {
  std::array<char, 4096> rest{};
  while (remaining_ > 0) read(rest.data(), static_cast<std::size_t>(std::min<std::uint64_t>(rest.size(), remaining_)));
  // libzip compares the checksum when it meets the end
  const zip_int64_t got = zip_fread(handle_->file, rest.data(), 1);
  if (got < 0) fail();
  KCPP_CHECK(got == 0, FormatError, name_, ": the member is longer than its claimed size");
}

struct ZipMemberBytes::Handles {
  zip_file_t* member = nullptr;
  std::FILE* unpacked = nullptr;

  Handles() = default;
  ~Handles() {
    if (member != nullptr) zip_fclose(member);
    if (unpacked != nullptr) std::fclose(unpacked);
  }
  Handles(const Handles&) = delete;
  Handles& operator=(const Handles&) = delete;
};

ZipMemberBytes::ZipMemberBytes(const ZipReader& reader, std::string_view name)
    : name_(reader.path() + ": " + std::string(name)), handles_(std::make_unique<Handles>()) {
  const ZipMember& member = reader.get(name);
  size_ = member.size;
  const bool stored = member.is_stored;
  ZipMemberSource source(reader, member);
  if (!stored) {
    handles_->unpacked = std::tmpfile();
    KCPP_CHECK(handles_->unpacked != nullptr, IoError, name_, ": there is no place to unpack it");
  }
  std::vector<char> piece(1u << 20u);
  while (source.remaining() > 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), source.remaining()));
    source.read(piece.data(), count);
    const bool written = stored || std::fwrite(piece.data(), 1, count, handles_->unpacked) == count;
    KCPP_CHECK(written, IoError, name_, ": there is no room to unpack it");
  }
  source.finish();
  if (!stored) return;
  handles_->member = zip_fopen_index(reader.archive_, member.index, 0);
  KCPP_CHECK(handles_->member != nullptr, FormatError, name_, ": ", zip_strerror(reader.archive_));
}

ZipMemberBytes::~ZipMemberBytes() = default;

void ZipMemberBytes::read(std::uint64_t offset, void* out, std::uint64_t count) const {
  if (handles_->unpacked != nullptr) {
    const bool done = std::fseek(handles_->unpacked, static_cast<long>(offset), SEEK_SET) == 0 &&
                      std::fread(out, 1, count, handles_->unpacked) == count;
    KCPP_CHECK(done, IoError, name_, ": cannot be read");
    return;
  }
  KCPP_CHECK(zip_fseek(handles_->member, static_cast<zip_int64_t>(offset), SEEK_SET) == 0, IoError, name_, ": ",
             zip_file_strerror(handles_->member));
  for (char* next = static_cast<char*>(out); count > 0;) {
    const zip_int64_t got = zip_fread(handles_->member, next, count);
    KCPP_CHECK(got > 0, IoError, name_, ": cannot be read");
    next += got;
    count -= static_cast<std::uint64_t>(got);
  }
}

}  // namespace kerascpp
