#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <kerascpp/core/export.hpp>
#include <kerascpp/data/dataset.hpp>

namespace kerascpp::utils {

struct PyDatasetOptions {
  std::int64_t workers = 1;          ///< threads that make batches ahead when there are two or more
  bool use_multiprocessing = false;  ///< threads as well, with one worker too
  std::int64_t max_queue_size = 10;  ///< batches made ahead at most
};

/// Base of your own data: batches by number. Make it with `make_py_dataset` and hand it to fit, evaluate or predict.
///
///   struct Squares : utils::PyDataset {
///     std::int64_t size() const override { return 10; }
///     data::Element get(std::int64_t i) override { return {...}; }
///   };
///   model.fit(utils::make_py_dataset<Squares>(), {}, {.epochs = 3});
///
/// With several workers `get` is called from several threads at once. fit shuffles the batches unless told otherwise.
/// Source: keras.utils.PyDataset, keras.utils.Sequence.
class KCPP_API PyDataset : public data::SourceBase {
 public:
  explicit PyDataset(const PyDatasetOptions& options = {});
  ~PyDataset() override;

  /// How many batches there are, `num_batches` of Keras; data::kUnknownCardinality for batches without an end.
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// Batch `i`, `__getitem__` of Keras.
  [[nodiscard]] virtual data::Element get(std::int64_t i) = 0;

  [[nodiscard]] std::unique_ptr<data::Iterator> iterate(const data::Pass& pass) final;
  [[nodiscard]] std::int64_t cardinality() const final;
  [[nodiscard]] const PyDatasetOptions& options() const { return options_; }

 private:
  PyDatasetOptions options_;
};

using Sequence = PyDataset;

template <class T, class... Arguments>
[[nodiscard]] data::Dataset make_py_dataset(Arguments&&... arguments) {
  return data::Dataset(std::make_shared<T>(std::forward<Arguments>(arguments)...));
}

}  // namespace kerascpp::utils
