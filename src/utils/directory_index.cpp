#include "utils/directory_index.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <set>

#include <kerascpp/core/error.hpp>

#include "utils/mersenne_twister.hpp"

namespace kerascpp::utils {
namespace {

namespace fs = std::filesystem;

bool has_ending(std::string name, const std::vector<std::string>& endings) {
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::any_of(endings.begin(), endings.end(), [&](const std::string& ending) { return name.ends_with(ending); });
}

class Walk {
 public:
  Walk(const char* owner, const std::vector<std::string>& endings, bool follow_links)
      : owner_(owner), endings_(endings), follow_links_(follow_links) {}

  /// Names of the subfolders of a folder, sorted.
  [[nodiscard]] std::vector<std::string> subfolders(const fs::path& folder) const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : opened(folder)) {
      std::error_code ignored;
      const std::string name = entry.path().filename().string();
      if (entry.is_directory(ignored) && name.front() != '.') names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  /// The files below a folder: by folders, then by names.
  [[nodiscard]] std::vector<std::string> files(const fs::path& folder) {
    std::vector<fs::path> folders;
    collect(folder, folders);
    std::sort(folders.begin(), folders.end(),
              [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
    std::vector<std::string> paths;
    for (const fs::path& inner : folders) {
      std::vector<std::string> names;
      for (const fs::directory_entry& entry : opened(inner)) {
        std::error_code ignored;
        const std::string name = entry.path().filename().string();
        if (!entry.is_directory(ignored) && has_ending(name, endings_)) names.push_back(name);
      }
      std::sort(names.begin(), names.end());
      for (const std::string& name : names) paths.push_back((inner / name).string());
    }
    return paths;
  }

 private:
  [[nodiscard]] fs::directory_iterator opened(const fs::path& folder) const {
    std::error_code failed;
    fs::directory_iterator entries(folder, failed);
    KCPP_CHECK(!failed, IoError, "[", owner_, "] cannot read the folder \"", folder.string(), "\": ", failed.message());
    return entries;
  }

  void collect(const fs::path& folder, std::vector<fs::path>& folders) {
    // links may lead back to where they came from
    if (follow_links_ && !seen_.insert(fs::canonical(folder).native()).second) return;
    folders.push_back(folder);
    for (const fs::directory_entry& entry : opened(folder)) {
      std::error_code ignored;
      if (entry.is_directory(ignored) && (follow_links_ || !entry.is_symlink(ignored))) collect(entry.path(), folders);
    }
  }

  const char* owner_;
  const std::vector<std::string>& endings_;
  bool follow_links_;
  std::set<std::string> seen_;
};

/// "a", "b", "c"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return text;
}

void check(const char* owner, const DirectoryOptions& options) {
  KCPP_CHECK(options.label_mode == "int" || options.label_mode == "categorical" || options.label_mode == "binary" ||
                 options.label_mode.empty(),
             ValueError, "[", owner,
             "] label_mode must be \"int\", \"categorical\", \"binary\" or empty for no labels, received \"",
             options.label_mode, "\"");
  KCPP_CHECK(options.class_names.empty() || (options.labels.inferred() && !options.label_mode.empty()), ValueError, "[",
             owner, "] class_names go with inferred labels only");
  KCPP_CHECK(options.batch_size >= 0, ValueError, "[", owner, "] batch_size must be at least 0, received ",
             options.batch_size);
  const std::optional<double>& split = options.validation_split;
  KCPP_CHECK(!split || (*split > 0 && *split < 1), ValueError, "[", owner,
             "] validation_split must lie between 0 and 1, received ", split.value_or(0));
  KCPP_CHECK(!split || !options.shuffle || options.seed, ValueError, "[", owner,
             "] validation_split of shuffled files needs a seed, or the same file could be in both parts");
}

}  // namespace

DirectoryIndex DirectoryIndex::part(const DirectoryOptions& options, const std::string& subset) const {
  const auto count = static_cast<std::ptrdiff_t>(paths.size());
  const auto kept = static_cast<std::ptrdiff_t>(options.validation_split.value_or(0) * static_cast<double>(count));
  const bool validation = subset == "validation";
  const std::ptrdiff_t first = validation ? count - kept : 0, last = validation ? count : count - kept;
  if (options.verbose && options.validation_split)
    std::printf("Using %td files for %s.\n", last - first, subset.c_str());
  DirectoryIndex result{{paths.begin() + first, paths.begin() + last}, {}, class_names};
  if (!labels.empty()) result.labels.assign(labels.begin() + first, labels.begin() + last);
  return result;
}

DirectoryIndex index_directory(const char* owner, const std::string& directory, const std::vector<std::string>& endings,
                               const DirectoryOptions& options, std::uint64_t seed) {
  check(owner, options);
  Walk walk(owner, endings, options.follow_links);
  DirectoryIndex index;
  const bool labeled = !options.label_mode.empty();
  if (options.labels.inferred() && labeled) {
    const std::vector<std::string> found = walk.subfolders(directory);
    index.class_names = options.class_names.empty() ? found : options.class_names;
    for (const std::string& name : index.class_names) {
      KCPP_CHECK(std::find(found.begin(), found.end(), name) != found.end(), ValueError, "[", owner, "] class \"", name,
                 "\" is no subfolder of \"", directory, "\"");
      const std::vector<std::string> paths = walk.files(fs::path(directory) / name);
      index.labels.resize(
          index.labels.size() + paths.size(),
          std::find(index.class_names.begin(), index.class_names.end(), name) - index.class_names.begin());
      index.paths.insert(index.paths.end(), paths.begin(), paths.end());
    }
  } else {
    index.paths = walk.files(directory);
    if (const auto& numbers = options.labels.numbers(); numbers && labeled) {
      KCPP_CHECK(numbers->size() == index.paths.size(), ValueError, "[", owner, "] received ", numbers->size(),
                 " labels for the ", index.paths.size(), " files of \"", directory, "\"");
      index.labels = *numbers;
      for (const std::int64_t number : std::set<std::int64_t>(numbers->begin(), numbers->end()))
        index.class_names.push_back(std::to_string(number));
    }
  }
  KCPP_CHECK(!index.paths.empty(), ValueError, "[", owner, "] found no files with the endings ", listed(endings),
             " in \"", directory, "\"");
  if (options.verbose && index.labels.empty()) std::printf("Found %zu files.\n", index.paths.size());
  if (options.verbose && !index.labels.empty())
    std::printf("Found %zu files belonging to %zu classes.\n", index.paths.size(), index.class_names.size());
  if (options.shuffle) {
    NumpyRandom(static_cast<std::uint32_t>(seed)).shuffle(index.paths);
    NumpyRandom(static_cast<std::uint32_t>(seed)).shuffle(index.labels);
  }
  KCPP_CHECK(options.label_mode != "binary" || index.labels.empty() || index.class_names.size() == 2, ValueError, "[",
             owner, "] label_mode \"binary\" needs two classes, found ", listed(index.class_names));
  return index;
}

}  // namespace kerascpp::utils
