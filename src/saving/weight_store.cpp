#include "saving/weight_store.hpp"

#include <algorithm>
#include <set>

#include <kerascpp/core/error.hpp>
#include <kerascpp/saving/json.hpp>

#include "core/byte_source.hpp"

namespace kerascpp {
namespace {

constexpr std::uint64_t kLargestMap = 64u << 20u;
constexpr int kDeepest = 64;
constexpr std::size_t kMostGroups = 200000;  // groups may hold one another, and so be found again and again

/// Finds groups of arrays below a group.
class GroupWalk {
 public:
  explicit GroupWalk(const Hdf5Reader& file) : file_(file) {}

  void visit(const std::string& at, int depth) {
    KCPP_CHECK(depth <= kDeepest && ++visited_ <= kMostGroups, FormatError, "[", file_.origin(),
               "] has too many groups in one another, or they hold themselves; the last was \"", at, "\"");
    for (const std::string& name : file_.children(at.empty() ? "/" : at)) {
      const std::string path = at + "/" + name;
      if (!file_.is_group(path)) continue;
      if (name == "vars" && !file_.children(path).empty())
        found.push_back(path);
      else
        visit(path, depth + 1);
    }
  }

  std::vector<std::string> found;

 private:
  const Hdf5Reader& file_;
  std::size_t visited_ = 0;
};

/// A name in the same folder.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

}  // namespace

std::vector<std::string> Hdf5Store::groups_of_arrays() const {
  GroupWalk walk(file_);
  walk.visit("", 0);
  return std::move(walk.found);
}

std::map<std::string, std::vector<std::string>> read_weight_map(const std::string& path) {
  FileSource source(path);
  KCPP_CHECK(source.remaining() <= kLargestMap, FormatError, "[", path, "] has ", source.remaining(),
             " bytes, at most ", kLargestMap, " are read");
  const Config map = parse_json(read_all(source), path);
  KCPP_CHECK(map.is_map() && map.contains("weight_map") && map.at("weight_map").is_map(), FormatError, "[", path,
             "] is no map of sharded weights: it has no \"weight_map\"");
  std::map<std::string, std::vector<std::string>> shards;
  for (const auto& [group, files] : map.at("weight_map").as_map()) {
    const Config::List list = files.is_list() ? files.as_list() : Config::List{files};
    for (const Config& file : list) {
      KCPP_CHECK(file.is_string() && is_plain_name(file.as_string()), FormatError, "[", path, "] the weights of \"",
                 group, "\" must be in files of the same folder, received ", file);
      shards[group].push_back(file.as_string());
    }
  }
  return shards;
}

ShardedStore::ShardedStore(const std::string& path)
    : path_(path), folder_(path.substr(0, path.rfind('/') + 1)), shards_(read_weight_map(path)) {
  std::set<std::string> names;
  for (const auto& [group, files] : shards_)
    for (const std::string& name : files)
      if (names.insert(name).second) size_ += FileSource(folder_ + name).remaining();
}

const Hdf5Reader& ShardedStore::open(const std::string& name) const {
  if (open_ == nullptr || open_name_ != name) {
    open_ = std::make_unique<Hdf5Reader>(folder_ + name);
    open_name_ = name;
  }
  return *open_;
}

const Hdf5Reader* ShardedStore::find(const std::string& path) const {
  const auto shards = shards_.find(path.substr(0, path.rfind('/')));
  if (shards == shards_.end()) return nullptr;
  for (const std::string& name : shards->second)
    if (const Hdf5Reader& file = open(name); file.is_dataset(path)) return &file;
  return nullptr;
}

std::vector<std::string> ShardedStore::children(const std::string& group) const {
  const auto shards = shards_.find(group);
  KCPP_CHECK(shards != shards_.end(), FormatError, "[", path_, "] has no group \"", group, "\"");
  std::vector<std::string> names;
  for (const std::string& name : shards->second) {
    const Hdf5Reader& file = open(name);
    KCPP_CHECK(file.is_group(group), FormatError, "[", path_, "] names \"", name, "\" for the weights of \"", group,
               "\", which that file has not");
    for (std::string& child : file.children(group)) names.push_back(std::move(child));
  }
  return names;
}

Tensor ShardedStore::read(const std::string& path) const {
  const Hdf5Reader* file = find(path);
  KCPP_CHECK(file != nullptr, FormatError, "[", path_, "] has no array \"", path, "\"");
  return file->read(path);
}

Shape ShardedStore::shape(const std::string& path) const {
  const Hdf5Reader* file = find(path);
  KCPP_CHECK(file != nullptr, FormatError, "[", path_, "] has no array \"", path, "\"");
  return file->shape(path);
}

std::vector<std::string> ShardedStore::groups_of_arrays() const {
  std::vector<std::string> groups;
  for (const auto& [group, files] : shards_) groups.push_back(group);
  return groups;
}

}  // namespace kerascpp
