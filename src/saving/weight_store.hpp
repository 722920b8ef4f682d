#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <kerascpp/core/config.hpp>

#include "saving/hdf5_file.hpp"

namespace kerascpp {

/// Arrays by their path in the layout of Keras 3: in one HDF5 file, or in several.
class WeightStore {
 public:
  WeightStore() = default;
  virtual ~WeightStore() = default;
  WeightStore(const WeightStore&) = delete;
  WeightStore& operator=(const WeightStore&) = delete;

  /// What messages call it.
  [[nodiscard]] virtual const std::string& origin() const = 0;
  /// Bytes of what is read.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  [[nodiscard]] virtual bool is_group(const std::string& path) const = 0;
  [[nodiscard]] virtual bool is_dataset(const std::string& path) const = 0;
  [[nodiscard]] virtual std::vector<std::string> children(const std::string& group) const = 0;
  [[nodiscard]] virtual Tensor read(const std::string& path) const = 0;
  [[nodiscard]] virtual Shape shape(const std::string& path) const = 0;
  /// Groups named "vars" that hold arrays.
  [[nodiscard]] virtual std::vector<std::string> groups_of_arrays() const = 0;
};

/// One file, which must outlive this.
class Hdf5Store final : public WeightStore {
 public:
  explicit Hdf5Store(const Hdf5Reader& file) : file_(file) {}
  [[nodiscard]] const std::string& origin() const override { return file_.origin(); }
  [[nodiscard]] std::uint64_t size() const override { return file_.size(); }
  [[nodiscard]] bool is_group(const std::string& path) const override { return file_.is_group(path); }
  [[nodiscard]] bool is_dataset(const std::string& path) const override { return file_.is_dataset(path); }
  [[nodiscard]] std::vector<std::string> children(const std::string& group) const override {
    return file_.children(group);
  }
  [[nodiscard]] Tensor read(const std::string& path) const override { return file_.read(path); }
  [[nodiscard]] Shape shape(const std::string& path) const override { return file_.shape(path); }
  [[nodiscard]] std::vector<std::string> groups_of_arrays() const override;

 private:
  const Hdf5Reader& file_;
};

/// What a `.weights.json` says: the names of the files with each group of arrays.
/// Throws IoError when it cannot be read, FormatError when it is no map of weights, or names files in other folders.
[[nodiscard]] std::map<std::string, std::vector<std::string>> read_weight_map(const std::string& path);

/// The files that a `.weights.json` names; one is open at a time.
class ShardedStore final : public WeightStore {
 public:
  /// Throws as `read_weight_map`, and IoError when a file is not there.
  explicit ShardedStore(const std::string& path);
  [[nodiscard]] const std::string& origin() const override { return path_; }
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  [[nodiscard]] bool is_group(const std::string& path) const override { return shards_.contains(path); }
  [[nodiscard]] bool is_dataset(const std::string& path) const override { return find(path) != nullptr; }
  [[nodiscard]] std::vector<std::string> children(const std::string& group) const override;
  [[nodiscard]] Tensor read(const std::string& path) const override;
  [[nodiscard]] Shape shape(const std::string& path) const override;
  [[nodiscard]] std::vector<std::string> groups_of_arrays() const override;

 private:
  const Hdf5Reader& open(const std::string& name) const;
  /// The file with an array, or nullptr.
  const Hdf5Reader* find(const std::string& path) const;

  std::string path_, folder_;
  std::uint64_t size_ = 0;
  std::map<std::string, std::vector<std::string>> shards_;  // by group
  mutable std::string open_name_;
  mutable std::unique_ptr<Hdf5Reader> open_;
};

}  // namespace kerascpp
