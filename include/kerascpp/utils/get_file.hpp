#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>

namespace kerascpp::utils {

struct GetFileOptions {
  std::string file_hash = {};             ///< hexadecimal; empty: not checked
  std::string cache_subdir = "datasets";  ///< folder below the cache
  std::string hash_algorithm = "auto";    ///< "md5", "sha256", or "auto": by the length of the hash
  bool extract = false;                   ///< unpack the archive that comes
  std::string archive_format = "auto";    ///< "tar", "zip", or "auto": by its first bytes
  std::string cache_dir = {};             ///< empty: see below
  bool force_download = false;            ///< also when the file is there
  int verbose = 1;                        ///< 0: no progress bar
};

/// The path of the file `fname`, downloaded from `origin` unless it is in the cache.
///
/// fname   name in the cache, or an absolute path; empty: the last part of the path in `origin`
/// origin  an http, https or file URL
///
/// The cache is cache_dir, else the first of $KERASCPP_HOME, $KERAS_HOME and ~/.keras; a file that another of these has
/// is taken from there. A file whose hash is wrong is downloaded again. A download goes to a file beside the target,
/// which gets its name when it is whole and its hash is right; one that broke off continues where it stopped if there
/// is a hash to check it by. Two processes may ask for one file at the same time.
///
/// With extract it is the path of a folder, named as in Keras: an `fname` with a dot is the archive's, and the folder
/// has its name up to the dot and "_extracted"; else `fname`, or the last part of `origin`, is the folder's, and the
/// archive has that name and "_archive". A folder that is there is taken as it is.
///
/// Throws IoError naming origin and target when the download fails (without a network, or a library built without
/// libcurl), FormatError when what comes has another hash, ValueError for an unknown algorithm;
/// when unpacking as `extract_archive`. Source: keras.utils.get_file.
KCPP_API std::string get_file(const std::string& fname, const std::string& origin, const GetFileOptions& options = {});

/// The hash of a file's content in lower-case hexadecimal digits. algorithm: "md5" or "sha256".
///
/// Throws IoError when the file cannot be read, ValueError for another algorithm.
[[nodiscard]] KCPP_API std::string hash_file(const std::string& path, std::string_view algorithm = "sha256");

}  // namespace kerascpp::utils
