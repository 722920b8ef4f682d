#include <kerascpp/saving/keras_file_editor.hpp>

#include <algorithm>
#include <cstdio>
#include <set>

#include <kerascpp/core/error.hpp>

#include "core/atomic_file.hpp"
#include "saving/hdf5_file.hpp"
#include "saving/keras_archive.hpp"
#include "saving/state_tree.hpp"
#include "saving/weight_store.hpp"
#include "saving/zip_archive.hpp"

namespace kerascpp::saving {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Whether `path` is `object` or lies inside of it.
bool is_within(const std::string& path, const std::string& object) {
  return path.rfind(object, 0) == 0 && (path.size() == object.size() || path[object.size()] == '/');
}

std::string shape_text(const Tensor& value) { return to_string(value.shape()); }

}  // namespace

KerasFileEditor::KerasFileEditor(const std::string& path) : path_(path) {
  KCPP_CHECK(ends_with(path, ".keras") || ends_with(path, ".weights.h5"), ValueError, "[KerasFileEditor] \"", path,
             "\" must end in .keras or .weights.h5");
  const auto read = [this](const Hdf5Reader& file) {
    for (const std::string& group : Hdf5Store(file).groups_of_arrays()) {
      // "/layers/dense/vars" belongs to "layers/dense"
      const std::string object = group == "/vars" ? "" : group.substr(1, group.size() - 6);
      for (const std::string& name : file.children(group))
        if (file.is_dataset(group + "/" + name)) objects_[object][name] = file.read(group + "/" + name);
      if (file.has_attribute(group, "name")) names_[object] = file.text_attribute(group, "name");
    }
  };
  if (ends_with(path, ".weights.h5")) {
    read(Hdf5Reader(path));
    return;
  }
  const ZipReader archive(path);
  config_ = read_archive_config(archive);
  if (archive.find("metadata.json") != nullptr) metadata_ = read_json_member(archive, "metadata.json");
  const std::string bytes = archive.read("model.weights.h5");
  read(Hdf5Reader(bytes, path + ": model.weights.h5"));
}

std::string KerasFileEditor::summary_text() const {
  std::string text = path_ + "\n";
  for (const auto& [object, weights] : objects_) {
    text += "  " + (object.empty() ? "(the model itself)" : object) + "\n";
    for (const auto& [name, value] : weights)
      text += text_of("    ", name, ": ", shape_text(value), " ", value.dtype(), "\n");
  }
  return text;
}

void KerasFileEditor::summary() const { std::fputs(summary_text().c_str(), stdout); }

FileComparison KerasFileEditor::compare(const Model& reference) const {
  FileComparison result;
  std::set<std::string> in_model;
  for (const StateEntry& entry : state_entries(reference, false)) {
    if (entry.variables.empty()) continue;
    in_model.insert(entry.path);
    const auto object = objects_.find(entry.path);
    if (object == objects_.end()) {
      result.errors.push_back(text_of("object \"", entry.path, "\" is in the model, not in the file"));
      continue;
    }
    for (std::size_t i = 0; i < entry.variables.size(); ++i) {
      const auto weight = object->second.find(std::to_string(i));
      const std::string what = text_of("weight \"", entry.path, "/", i, "\" ");
      if (weight == object->second.end())
        result.errors.push_back(what + "is in the model, not in the file");
      else if (weight->second.shape() != entry.variables[i].shape())
        result.errors.push_back(text_of(what, "has shape ", entry.variables[i].shape(), " in the model, ",
                                        shape_text(weight->second), " in the file"));
      else
        ++result.match_count;
    }
    const std::size_t own = entry.owner == nullptr ? 0 : entry.owner->array_names().size();
    if (object->second.size() > entry.variables.size() + own)
      result.errors.push_back(text_of("object \"", entry.path, "\" has ", object->second.size(),
                                      " weights in the file, ", entry.variables.size(), " in the model"));
  }
  for (const auto& [object, weights] : objects_)
    if (!in_model.contains(object) && !weights.empty() && !is_within(object, "optimizer"))
      result.errors.push_back(text_of("object \"", object, "\" is in the file, not in the model"));
  return result;
}

std::string KerasFileEditor::resolved(const std::string& object_name) const {
  std::set<std::string> found;
  for (const auto& [path, weights] : objects_) {
    if (object_name.find('/') != std::string::npos) {
      if (is_within(path, object_name)) found.insert(object_name);
      continue;
    }
    // any part of the path: "dense" stands for "layers/dense"
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      if (path.substr(begin, end - begin) == object_name) found.insert(path.substr(0, end));
      begin = end + 1;
    }
  }
  KCPP_CHECK(!found.empty(), ValueError, "[KerasFileEditor] there is no object \"", object_name, "\" in ", path_);
  KCPP_CHECK(found.size() == 1, ValueError, "[KerasFileEditor] the name \"", object_name, "\" occurs ", found.size(),
             " times in ", path_, "; give a whole path, such as \"", *found.begin(), "\"");
  return *found.begin();
}

void KerasFileEditor::rename_object(const std::string& object_name, const std::string& new_name) {
  KCPP_CHECK(!new_name.empty() && new_name.find('/') == std::string::npos, ValueError,
             "[KerasFileEditor] a new name has no slashes, received \"", new_name, "\"");
  const std::string from = resolved(object_name);
  const std::string to = from.substr(0, from.rfind('/') + 1) + new_name;  // npos + 1 is 0
  for (const auto& [path, weights] : objects_)
    KCPP_CHECK(!is_within(path, to), ValueError, "[KerasFileEditor] there is an object \"", to, "\" already");
  std::map<std::string, Weights> objects;
  std::map<std::string, std::string> names;
  const auto moved = [&](const std::string& path) {
    return is_within(path, from) ? to + path.substr(from.size()) : path;
  };
  for (auto& [path, weights] : objects_) objects[moved(path)] = std::move(weights);
  for (auto& [path, name] : names_) names[moved(path)] = path == from ? new_name : name;
  objects_ = std::move(objects);
  names_ = std::move(names);
}

void KerasFileEditor::delete_object(const std::string& object_name) {
  const std::string object = resolved(object_name);
  std::erase_if(objects_, [&](const auto& entry) { return is_within(entry.first, object); });
}

void KerasFileEditor::add_object(const std::string& object_path, const Weights& weights) {
  KCPP_CHECK(!objects_.contains(object_path), ValueError, "[KerasFileEditor] there is an object \"", object_path,
             "\" already");
  objects_[object_path] = weights;
}

void KerasFileEditor::delete_weight(const std::string& object_name, const std::string& weight_name) {
  const std::string object = resolved(object_name);
  Weights& weights = objects_[object];
  if (weights.erase(weight_name) > 0) return;
  std::string present;
  for (const auto& [name, value] : weights) present += (present.empty() ? "" : ", ") + name;
  throw ValueError(
      text_of("[KerasFileEditor] object \"", object, "\" has no weight \"", weight_name, "\"; it has ", present));
}

void KerasFileEditor::add_weights(const std::string& object_name, const Weights& weights) {
  Weights& known = objects_[resolved(object_name)];
  for (const auto& [name, value] : weights) known[name] = value;
}

void KerasFileEditor::save(const std::string& path) const {
  KCPP_CHECK(ends_with(path, ".weights.h5"), ValueError, "[KerasFileEditor] \"", path, "\" must end in .weights.h5");
  Hdf5Writer file;
  for (const auto& [object, weights] : objects_) {
    const std::string vars = (object.empty() ? "" : "/" + object) + "/vars";
    file.make_group(vars);
    if (const auto name = names_.find(object); name != names_.end()) file.set_attribute(vars, "name", name->second);
    for (const auto& [name, value] : weights) file.write(vars + "/" + name, value);
  }
  write_file(path, file.finish().bytes());
}

}  // namespace kerascpp::saving
