#include <kerascpp/utils/get_file.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/archive.hpp>
#include <kerascpp/utils/progbar.hpp>

#include "utils/digest.hpp"
#include "utils/download.hpp"

namespace kerascpp::utils {
namespace {

bool is_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

/// Where files are looked for, the place of downloads first.
std::vector<std::string> cache_folders(const GetFileOptions& options) {
  if (!options.cache_dir.empty()) return {options.cache_dir + "/" + options.cache_subdir};
  std::vector<std::string> folders;
  const auto add = [&](const char* variable, const char* below) {
    const char* const value = std::getenv(variable);
    if (value != nullptr && *value != '\0') folders.push_back(text_of(value, below, "/", options.cache_subdir));
  };
  add("KERASCPP_HOME", "");
  add("KERAS_HOME", "");
  add("HOME", "/.keras");
  KCPP_CHECK(!folders.empty(), IoError,
             "[get_file] there is no place for downloads: none of KERASCPP_HOME, KERAS_HOME and HOME is set");
  return folders;
}

std::string algorithm_of(const GetFileOptions& options) {
  const std::string& given = options.hash_algorithm;
  KCPP_CHECK(given == "auto" || given == "md5" || given == "sha256", ValueError,
             "[get_file] hash_algorithm must be \"auto\", \"md5\" or \"sha256\", received \"", given, "\"");
  if (given != "auto") return given;
  return options.file_hash.size() == 64 ? "sha256" : "md5";
}

/// What is there of a download. Its lock keeps other processes from writing to it.
class PartialFile {
 public:
  explicit PartialFile(const std::string& target) : target_(target), path_(target + ".part") {
    std::error_code ignored;
    std::filesystem::create_directories(std::filesystem::path(target).parent_path(), ignored);
    for (;;) {
      descriptor_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
      if (descriptor_ < 0) fail("create");
      while (flock(descriptor_, LOCK_EX) != 0)
        if (errno != EINTR) fail("lock");
      struct stat ours {
      }, theirs{};  // who had the lock may have given the file its name in the meantime
      if (fstat(descriptor_, &ours) == 0 && stat(path_.c_str(), &theirs) == 0 && ours.st_ino == theirs.st_ino) return;
      close(descriptor_);
    }
  }
  ~PartialFile() { close(descriptor_); }
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::int64_t size() const { return lseek(descriptor_, 0, SEEK_END); }
  void clear() const {
    if (ftruncate(descriptor_, 0) != 0) fail("empty");
  }
  void append(std::string_view bytes) const {
    lseek(descriptor_, 0, SEEK_END);
    while (!bytes.empty()) {
      const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("write");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  /// Gives it the name of the target.
  void commit() const {
    if (fsync(descriptor_) != 0) fail("sync");
    if (rename(path_.c_str(), target_.c_str()) != 0) fail("rename");
  }
  void remove() const { unlink(path_.c_str()); }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw IoError(text_of("[get_file] cannot ", what, " \"", path_, "\": ", std::strerror(errno)));
  }

  std::string target_, path_;
  int descriptor_ = -1;
};

/// Calls `download` and shows how far it is.
DownloadResult download_rest(const std::string& origin, const PartialFile& part, int verbose) {
  std::optional<Progbar> bar;
  std::int64_t shown = 0;
  const auto progress = [&](std::int64_t done, std::int64_t total) {
    if (verbose == 0 || total == 0 || done == shown) return;
    if (!bar) bar.emplace(total);
    if (shown < total && (done == total || bar->is_due())) bar->update(shown = done);
  };
  return download(
      origin, part.size(), [&](std::string_view bytes) { part.append(bytes); }, progress);
}

void download_to(const std::string& target, const PartialFile& part, const std::string& origin,
                 const GetFileOptions& options) {
  if (options.verbose != 0) std::printf("Downloading data from %s\n", origin.c_str());
  // without a hash nothing would tell whether the rest belongs to what is there
  if (options.file_hash.empty()) part.clear();
  const bool resumed = part.size() > 0;
  DownloadResult result = download_rest(origin, part, options.verbose);
  const auto is_right = [&] {
    return options.file_hash.empty() || hash_file(part.path(), algorithm_of(options)) == options.file_hash;
  };
  if (resumed && (result.cannot_resume || (result.done && !is_right()))) {
    part.clear();
    result = download_rest(origin, part, options.verbose);
  }
  if (!result.done) {
    if (part.size() == 0) part.remove();
    throw IoError(
        text_of("[get_file] cannot download ", origin, " to \"", target, "\": ", result.problem,
                ". Without a network, put the file there by hand",
                options.file_hash.empty() ? "" : text_of(" (", algorithm_of(options), " ", options.file_hash, ")")));
  }
  if (!is_right()) {
    const std::string algorithm = algorithm_of(options), received = hash_file(part.path(), algorithm);
    part.remove();
    throw FormatError(text_of("[get_file] what came from ", origin, " has the ", algorithm, " hash ", received,
                              ", expected ", options.file_hash, ": it is damaged or another file"));
  }
  part.commit();
}

}  // namespace

std::string hash_file(const std::string& path, std::string_view algorithm) {
  KCPP_CHECK(algorithm == "md5" || algorithm == "sha256", ValueError,
             "[hash_file] algorithm must be \"md5\" or \"sha256\", received \"", algorithm, "\"");
  std::ifstream file(path, std::ios::binary);
  KCPP_CHECK(file.good(), IoError, "[hash_file] cannot read \"", path, "\"");
  const std::unique_ptr<Digest> digest =
      algorithm == "md5" ? std::unique_ptr<Digest>(std::make_unique<Md5>()) : std::make_unique<Sha256>();
  std::string piece(1U << 20U, '\0');
  while (file.good()) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    digest->update(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
  }
  KCPP_CHECK(file.eof(), IoError, "[hash_file] cannot read \"", path, "\" to its end");
  return digest->finish();
}

namespace {

/// Names in the cache of what is downloaded and, if it is an archive, of the folder it becomes.
struct Names {
  std::string file, folder;

  Names(const std::string& fname, const std::string& origin, bool extract) {
    const std::string path = origin.substr(0, origin.find_first_of("?#"));
    file = fname.empty() ? path.substr(path.rfind('/') + 1) : fname;
    KCPP_CHECK(!file.empty(), ValueError, "[get_file] expected a file name or an origin that ends in one, received \"",
               origin, "\"");
    if (!extract) return;
    const std::size_t name = file.rfind('/') + 1, dot = file.find('.', name);
    folder = file;
    if (!fname.empty() && dot != std::string::npos)
      folder = file.substr(0, dot) + "_extracted";
    else
      file += "_archive";
  }
};

std::vector<std::string> places_of(const std::string& name, const GetFileOptions& options) {
  if (name.front() == '/') return {name};
  std::vector<std::string> places;
  for (const std::string& folder : cache_folders(options)) places.push_back(folder + "/" + name);
  return places;
}

/// The path of the file `name` in the cache, downloaded unless it is there.
std::string cached_file(const std::string& name, const std::string& origin, const GetFileOptions& options) {
  const std::string algorithm = algorithm_of(options);
  const std::vector<std::string> places = places_of(name, options);
  const auto is_there = [&](const std::string& path) {
    if (options.force_download || !is_file(path)) return false;
    if (options.file_hash.empty() || hash_file(path, algorithm) == options.file_hash) return true;
    std::fprintf(stderr, "kerascpp: warning: [get_file] \"%s\" has another %s hash than %s: it is downloaded again\n",
                 path.c_str(), algorithm.c_str(), options.file_hash.c_str());
    return false;
  };
  for (const std::string& path : places)
    if (is_there(path)) return path;

  const std::string& target = places.front();
  const PartialFile part(target);
  // another process may have downloaded it while this one waited
  if (!options.force_download && !options.file_hash.empty() && is_file(target) &&
      hash_file(target, algorithm) == options.file_hash) {
    part.remove();
    return target;
  }
  download_to(target, part, origin, options);
  return target;
}

}  // namespace

std::string get_file(const std::string& fname, const std::string& origin, const GetFileOptions& options) {
  const Names names(fname, origin, options.extract);
  if (!options.extract) return cached_file(names.file, origin, options);
  const std::vector<std::string> folders = places_of(names.folder, options);
  for (const std::string& folder : folders)
    if (!options.force_download && std::filesystem::is_directory(folder)) return folder;
  KCPP_CHECK(!is_file(folders.front()), IoError, "[get_file] cannot unpack into \"", folders.front(),
             "\": there is a file of that name");
  const std::string archive = cached_file(names.file, origin, options);
  extract_archive(archive, folders.front(), options.archive_format);
  return folders.front();
}

}  // namespace kerascpp::utils
