#pragma once

#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>

#include "saving/state_tree.hpp"
#include "saving/zip_archive.hpp"

// The members of `.keras` archives, whatever they hold: a config, weights, and files of layers.

namespace kerascpp {

/// A member of sensible size as JSON: its tree takes many times as much memory.
[[nodiscard]] Config read_json_member(const ZipReader& archive, const char* name);
/// Throws FormatError where the archive has no config.
[[nodiscard]] Config read_archive_config(const ZipReader& archive);
/// Reads what layers keep beside config and weights. After the weights: it may need the arrays among them.
void read_assets(const ZipReader& archive, const std::vector<StateEntry>& entries);

/// Adds the members that every archive has.
void write_archive(ZipWriter& archive, const Config& config, const std::vector<StateEntry>& entries);
/// Throws IoError when the file exists and may not be replaced.
void check_overwrite(const std::string& path, bool overwrite);

}  // namespace kerascpp
