#include "saving/weights_file.hpp"

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

std::string vars_path(const StateEntry& entry) { return "/" + (entry.path.empty() ? "" : entry.path + "/") + "vars"; }

/// The arrays of an entry, checked against its variables; empty when they do not fit and may be skipped.
std::vector<Tensor> read_entry(const Hdf5Reader& file, const StateEntry& entry, bool skip_mismatch) {
  const std::string vars = vars_path(entry);
  std::size_t stored = file.is_group(vars) ? file.children(vars).size() : 0;
  if (entry.owner != nullptr && stored > 0) stored -= entry.owner->array_names().size();
  const std::string what = entry.path == "optimizer" ? "the optimizer" : "layer \"" + entry.name + "\"";
  if (stored != entry.variables.size()) {
    if (skip_mismatch) return {};
    throw FormatError(text_of("[", file.origin(), "] ", what, " has ", entry.variables.size(),
                              " weights, the file has ", stored, " under ", vars));
  }
  std::vector<Tensor> values;
  for (std::size_t i = 0; i < stored; ++i) {
    const std::string path = vars + "/" + std::to_string(i);
    const Variable& variable = entry.variables[i];
    const Shape shape = file.shape(path);
    if (shape != variable.shape()) {
      if (skip_mismatch) return {};
      throw FormatError(text_of("[", file.origin(), "] weight \"", variable.name(), "\" of ", what, " has shape ",
                                variable.shape(), ", the file has ", shape, " under ", path));
    }
    values.push_back(file.read(path));
  }
  return values;
}

}  // namespace

std::string weights_file(const std::vector<StateEntry>& entries) {
  Hdf5Writer file;
  for (const StateEntry& entry : entries) {
    const std::string vars = vars_path(entry);
    file.make_group(vars);
    file.set_attribute(vars, "name", entry.name);
    for (std::size_t i = 0; i < entry.variables.size(); ++i)
      file.write(vars + "/" + std::to_string(i), entry.variables[i].get_value());
    if (entry.owner != nullptr)
      for (const auto& [name, array] : entry.owner->named_arrays()) file.write(vars + "/" + name, array);
  }
  return file.bytes();
}

void read_weights(const Hdf5Reader& file, const std::vector<StateEntry>& entries, bool skip_mismatch) {
  std::vector<std::vector<Tensor>> values;
  for (const StateEntry& entry : entries) values.push_back(read_entry(file, entry, skip_mismatch));
  for (std::size_t e = 0; e < entries.size(); ++e)
    for (std::size_t i = 0; i < values[e].size(); ++i) {
      Variable variable = entries[e].variables[i];
      variable.set_value(values[e][i]);
    }
  for (const StateEntry& entry : entries)
    if (entry.owner != nullptr && file.is_group(vars_path(entry)))
      for (const std::string& name : entry.owner->array_names())
        if (file.is_dataset(vars_path(entry) + "/" + name))
          entry.owner->load_array(name, file.read(vars_path(entry) + "/" + name));
}

}  // namespace kerascpp
