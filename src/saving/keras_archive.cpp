#include "saving/keras_archive.hpp"

#include <ctime>
#include <fstream>

#include <kerascpp/saving/json.hpp>

#include "saving/weights_file.hpp"

namespace kerascpp {
namespace {

// the version whose format is written; files say which Keras made them
constexpr const char* kKerasVersion = "3.15.1";
constexpr std::uint64_t kLargestAsset = 1u << 30u;
constexpr std::uint64_t kLargestText = 64u << 20u;

std::string now_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d@%H:%M:%S", &parts);
  return text;
}

/// Where a file of a layer stands in the archive.
std::string asset_path(const StateEntry& entry, const std::string& name) {
  return "assets/" + (entry.path.empty() ? "" : entry.path + "/") + name;
}

}  // namespace

Config read_json_member(const ZipReader& archive, const char* name) {
  const ZipMember* member = archive.find(name);
  KCPP_CHECK(member == nullptr || member->size <= kLargestText, FormatError, "[", archive.path(), "] member ", name,
             " has ", member->size, " bytes, at most ", kLargestText, " are read");
  return parse_json(archive.read(name), archive.path() + ": " + name);
}

Config read_archive_config(const ZipReader& archive) {
  KCPP_CHECK(archive.find("config.json") != nullptr, FormatError, "[", archive.path(),
             "] is no model: the archive has no member config.json");
  return read_json_member(archive, "config.json");
}

void read_assets(const ZipReader& archive, const std::vector<StateEntry>& entries) {
  for (const StateEntry& entry : entries) {
    if (entry.owner == nullptr) continue;
    for (const std::string& name : entry.owner->asset_names()) {
      const std::string path = asset_path(entry, name);
      const ZipMember* member = archive.find(path);
      if (member == nullptr) continue;
      KCPP_CHECK(member->size <= kLargestAsset, FormatError, "[", archive.path(), "] member ", path, " has ",
                 member->size, " bytes, at most ", kLargestAsset, " are read");
      try {
        entry.owner->load_asset(name, archive.read(path));
      } catch (Error& error) {
        error.add_context(text_of("in file \"", archive.path(), "\", member ", path));
        throw;
      }
    }
  }
}

void write_archive(ZipWriter& archive, const Config& config, const std::vector<StateEntry>& entries) {
  archive.add("metadata.json", to_json(Config::map({{"keras_version", kKerasVersion}, {"date_saved", now_text()}})));
  archive.add("config.json", to_json(config));
  archive.add("model.weights.h5", weights_file(entries).bytes());
  for (const StateEntry& entry : entries)
    if (entry.owner != nullptr)
      for (auto& [name, contents] : entry.owner->assets()) archive.add(asset_path(entry, name), contents);
}

void check_overwrite(const std::string& path, bool overwrite) {
  if (overwrite) return;
  KCPP_CHECK(!std::ifstream(path).good(), IoError, "[save] \"", path,
             "\" exists already; choose another name, or set overwrite");
}

}  // namespace kerascpp
