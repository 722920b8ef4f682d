#include "saving/weights_file.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <kerascpp/backend/values.hpp>
#include <kerascpp/core/error.hpp>
#include <kerascpp/core/fields_config.hpp>
#include <kerascpp/saving/json.hpp>

#include "core/atomic_file.hpp"
#include "core/byte_source.hpp"

namespace kerascpp {
namespace {

constexpr const char* kNote = "/kerascpp/note";

std::string vars_path(const StateEntry& entry) { return "/" + (entry.path.empty() ? "" : entry.path + "/") + "vars"; }

/// Where the arrays of an entry stand: Keras 2 called the layers inside of some others "_query_dense" and the like.
std::string located(const WeightStore& file, const std::string& path) {
  if (file.is_group("/" + path + "/vars")) return path;
  std::string found;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at), above = found.empty() ? "" : found + "/";
    const bool is_private = !file.is_group("/" + above + part) && file.is_group("/" + above + "_" + part);
    found = above + (is_private ? "_" : "") + part;
    at = end + 1;
  }
  return found;
}

std::string name_of(const StateEntry& entry) {
  return entry.path == "optimizer" ? "the optimizer" : "layer \"" + entry.name + "\"";
}

/// Whether the arrays of an entry fit its variables; the reason why not.
std::string mismatch(const WeightStore& file, const StateEntry& entry) {
  const std::string vars = vars_path(entry);
  std::size_t stored = file.is_group(vars) ? file.children(vars).size() : 0;
  if (entry.owner != nullptr && stored > 0) stored -= std::min(stored, entry.owner->array_names().size());
  if (stored != entry.variables.size())
    return text_of(name_of(entry), " has ", entry.variables.size(), " weights, the file has ", stored, " under ", vars);
  for (std::size_t i = 0; i < stored; ++i) {
    const std::string path = vars + "/" + std::to_string(i);
    const Variable& variable = entry.variables[i];
    const Shape shape = file.shape(path);
    if (shape != variable.shape())
      return text_of("weight \"", variable.name(), "\" of ", name_of(entry), " has shape ", variable.shape(),
                     ", the file has ", shape, " under ", path);
  }
  return {};
}

std::vector<Tensor> read_entry(const WeightStore& file, const StateEntry& entry) {
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < entry.variables.size(); ++i)
    values.push_back(file.read(vars_path(entry) + "/" + std::to_string(i)));
  return values;
}

void set(const StateEntry& entry, const std::vector<Tensor>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) backend::set_value(entry.variables[i], values[i], {.borrow = true});
  if (entry.stored != nullptr) entry.stored->weights_read();
}

/// The entries that fit, and what became of the others.
std::vector<const StateEntry*> matching(const WeightStore& file, const std::vector<StateEntry>& entries,
                                        const ReadWeightsOptions& options) {
  std::vector<const StateEntry*> found;
  std::set<std::string> used;
  for (const StateEntry& entry : entries) {
    used.insert(vars_path(entry));
    const std::string reason = mismatch(file, entry);
    if (reason.empty()) {
      found.push_back(&entry);
      if (options.report != nullptr && !entry.variables.empty()) options.report->matched.push_back(entry.name);
      continue;
    }
    KCPP_CHECK(options.skip_mismatch, FormatError, "[", file.origin(), "] ", reason);
    if (options.report == nullptr) continue;
    if (file.is_group(vars_path(entry)))
      options.report->mismatched.push_back({entry.name, reason});
    else
      options.report->skipped.push_back(entry.name);
  }
  if (options.report != nullptr)
    for (std::string& group : file.groups_of_arrays())
      if (!used.contains(group)) options.report->unused.push_back(std::move(group));
  return found;
}

/// "_00012.weights.h5"
std::string shard_ending(std::size_t number) {
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 5 ? 5 - digits.size() : 0, '0');
  return "_" + digits + ".weights.h5";
}

/// The name that shards begin with: one that no shards have yet, so that none of them is replaced.
std::string unused_base(const std::string& base) {
  std::string name = base;
  for (int copy = 2; access((name + shard_ending(0)).c_str(), F_OK) == 0; ++copy)
    name = base + "-" + std::to_string(copy);
  return name;
}

/// The files that a saving makes and those that it replaces, noted beside the map for as long as it runs. At its end
/// those that the map does not name are removed, whatever came of it; what a killed process left, the next saving
/// removes. Savings in one folder wait for one another.
class ShardJournal {
 public:
  explicit ShardJournal(const std::string& map) : map_(map), note_(map + ".saving") {
    const std::string folder = folder_of(map);
    descriptor_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (descriptor_ >= 0 && flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
    clean();
  }
  ShardJournal(const ShardJournal&) = delete;
  ShardJournal& operator=(const ShardJournal&) = delete;
  ~ShardJournal() {
    clean();
    if (descriptor_ >= 0) close(descriptor_);
  }

  /// Notes the names of new files, and those that the map has now.
  void note(const std::vector<std::string>& made) {
    std::set<std::string> names(made.begin(), made.end());
    if (const auto old = named_by_map()) names.insert(old->begin(), old->end());
    write_file(note_, to_json(to_config(std::vector<std::string>(names.begin(), names.end()))));
  }

 private:
  static std::string folder_of(const std::string& path) {
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    return folder.empty() ? "." : folder;
  }

  /// Empty where there is no map; nothing where it cannot be read.
  [[nodiscard]] std::optional<std::set<std::string>> named_by_map() const {
    std::set<std::string> names;
    if (access(map_.c_str(), F_OK) != 0) return names;
    try {
      for (const auto& [group, files] : read_weight_map(map_)) names.insert(files.begin(), files.end());
    } catch (const Error&) {
      return std::nullopt;
    }
    return names;
  }

  void clean() const {
    if (access(note_.c_str(), F_OK) != 0) return;
    const std::string base = map_.substr(0, map_.size() - std::string_view(".weights.json").size());
    try {
      FileSource source(note_);
      std::vector<std::string> noted;
      from_config(parse_json(read_all(source), note_), noted);
      const auto named = named_by_map();
      // of a map that cannot be read, nothing is removed
      for (auto name = noted.rbegin(); named && name != noted.rend(); ++name) {
        const std::string path = map_.substr(0, map_.rfind('/') + 1) + *name;
        // a map may name any file; those that it was saved with are called after it
        const bool is_own = path.rfind(base + "_", 0) == 0 || path.rfind(base + "-", 0) == 0;
        if (is_own && name->find('/') == std::string::npos && !named->contains(*name)) unlink(path.c_str());
      }
    } catch (const Error&) {
      // a note that is none names nothing
    }
    unlink(note_.c_str());
  }

  std::string map_, note_;
  int descriptor_ = -1;
};

/// One of the files of sharded weights.
class Shard {
 public:
  Shard(const std::string& base, std::size_t number) { path_ = base + shard_ending(number); }
  [[nodiscard]] std::string name() const { return path_.substr(path_.rfind('/') + 1); }
  void write(const StateEntry& entry, const std::string& name, const Tensor& value) {
    const std::string vars = vars_path(entry);
    if (named_.insert(vars).second) {
      file_.make_group(vars);
      file_.set_attribute(vars, "name", entry.name);
    }
    file_.write(vars + "/" + name, value);
  }
  /// Writes the bytes beside the target.
  [[nodiscard]] std::unique_ptr<AtomicFile> prepare() {
    auto file = std::make_unique<AtomicFile>(path_);
    file->write(file_.finish().bytes());
    return file;
  }

 private:
  std::string path_;
  Hdf5Writer file_;
  std::set<std::string> named_;
};

}  // namespace

Hdf5Image weights_file(const std::vector<StateEntry>& entries, const std::string& note) {
  std::uint64_t expected = 4096 + note.size();
  for (const StateEntry& entry : entries) {
    expected += 4096;  // groups and headers
    for (const Variable& variable : entry.variables)
      expected += 1024 + static_cast<std::uint64_t>(variable.shape().size()) * itemsize(variable.dtype());
  }
  Hdf5Writer file(expected);
  for (const StateEntry& entry : entries) {
    const std::string vars = vars_path(entry);
    file.make_group(vars);
    file.set_attribute(vars, "name", entry.name);
    const std::vector<Tensor> values = entry.values();
    for (std::size_t i = 0; i < values.size(); ++i) file.write(vars + "/" + std::to_string(i), values[i]);
    if (entry.owner != nullptr)
      for (const auto& [name, array] : entry.owner->named_arrays()) file.write(vars + "/" + name, array);
  }
  if (!note.empty()) file.write(kNote, Tensor(note.data(), {static_cast<std::int64_t>(note.size())}, DType::UInt8));
  return file.finish();
}

std::string note_in(const Hdf5Reader& file) {
  if (!file.is_dataset(kNote)) return {};
  const Tensor bytes = file.read(kNote);
  KCPP_CHECK(bytes.dtype() == DType::UInt8, FormatError, "[", file.origin(), "] ", kNote, " is ", bytes.dtype(),
             ", expected the bytes of a text");
  return {static_cast<const char*>(bytes.raw()), bytes.nbytes()};
}

void write_shards(const std::string& path, const std::vector<StateEntry>& entries, double most_bytes) {
  AtomicFile map(path);
  ShardJournal journal(path);
  const std::string base = unused_base(path.substr(0, path.size() - std::string_view(".weights.json").size()));
  std::vector<std::unique_ptr<AtomicFile>> files;
  std::vector<std::string> names_of_files;
  const auto prepare = [&](Shard& shard) {
    names_of_files.push_back(shard.name());
    files.push_back(shard.prepare());
  };
  auto shard = std::make_unique<Shard>(base, 0);
  double in_shard = 0;
  long long total = 0;
  Config weight_map = Config::map();
  const auto add = [&](const StateEntry& entry, const std::string& name, const Tensor& value) {
    const auto bytes = static_cast<double>(value.nbytes());
    KCPP_CHECK(bytes <= most_bytes, ValueError, "[save_weights] weight ", name, " of ", name_of(entry), " has ",
               value.nbytes(), " bytes, more than the largest shard of ", most_bytes);
    if (in_shard + bytes > most_bytes) {
      prepare(*shard);
      shard = std::make_unique<Shard>(base, files.size());
      in_shard = 0;
    }
    shard->write(entry, name, value);
    in_shard += bytes;
    total += static_cast<long long>(value.nbytes());
    // one name, or a list of them
    const std::string vars = vars_path(entry);
    Config* names = weight_map.find(vars);
    if (names == nullptr) {
      weight_map.set(vars, shard->name());
    } else if (names->is_string()) {
      if (names->as_string() != shard->name()) *names = Config::list({Config(*names), shard->name()});
    } else if (!(names->as_list().back() == Config(shard->name()))) {
      names->push_back(shard->name());
    }
  };
  for (const StateEntry& entry : entries) {
    const std::vector<Tensor> values = entry.values();
    for (std::size_t i = 0; i < values.size(); ++i) add(entry, std::to_string(i), values[i]);
    if (entry.owner != nullptr)
      for (const auto& [name, array] : entry.owner->named_arrays()) add(entry, name, array);
  }
  prepare(*shard);
  map.write(to_json(
      Config::map({{"metadata", Config::map({{"total_size", Config(total)}})}, {"weight_map", std::move(weight_map)}}),
      4));
  // none takes the place of an older one: until the map is there, the old map has all of its files
  journal.note(names_of_files);
  for (const auto& file : files) file->commit();
  map.commit();
}

void read_weights(const WeightStore& file, const std::vector<StateEntry>& given, const ReadWeightsOptions& options) {
  std::vector<StateEntry> entries = given;
  for (StateEntry& entry : entries) entry.path = located(file, entry.path);
  const std::vector<const StateEntry*> found = matching(file, entries, options);
  if (options.is_fresh) {
    for (const StateEntry* entry : found) set(*entry, read_entry(file, *entry));
  } else if (file.size() > kMostBytesKept) {
    for (const StateEntry* entry : found) static_cast<void>(read_entry(file, *entry));
    for (const StateEntry* entry : found) set(*entry, read_entry(file, *entry));
  } else {
    std::vector<std::vector<Tensor>> values;
    for (const StateEntry* entry : found) values.push_back(read_entry(file, *entry));
    for (std::size_t i = 0; i < found.size(); ++i) set(*found[i], values[i]);
  }
  for (const StateEntry& entry : entries)
    if (entry.owner != nullptr && file.is_group(vars_path(entry)))
      for (const std::string& name : entry.owner->array_names())
        if (file.is_dataset(vars_path(entry) + "/" + name))
          entry.owner->load_array(name, file.read(vars_path(entry) + "/" + name));
}

void read_weights(const Hdf5Reader& file, const std::vector<StateEntry>& entries, const ReadWeightsOptions& options) {
  read_weights(Hdf5Store(file), entries, options);
}

}  // namespace kerascpp
