#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <kerascpp/core/callable.hpp>
#include <kerascpp/data/dataset.hpp>

#include "training/batches.hpp"
#include "training/step_arrays.hpp"

namespace kerascpp {

/// Where the loops of training get their batches from: one class for arrays, one for everything that is made on the
/// way.
class BatchFeed {
 public:
  BatchFeed() = default;
  virtual ~BatchFeed() = default;
  BatchFeed(const BatchFeed&) = delete;
  BatchFeed& operator=(const BatchFeed&) = delete;

  /// Batches of a pass over the data; data::kUnknownCardinality, data::kInfiniteCardinality.
  [[nodiscard]] virtual std::int64_t count() const = 0;
  /// What follows are the batches from number `first` on of this pass.
  virtual void start(const data::Pass& pass, std::int64_t first) = 0;
  /// A batch in the order of a step's inputs, valid until the next call; nullptr at the end of the pass.
  [[nodiscard]] virtual const std::vector<Tensor>* next() = 0;
  virtual void on_epoch_end() {}
  /// What tells the kinds of targets and weights: all arrays, or those of a batch.
  [[nodiscard]] virtual const StepArrays& sample() = 0;
};

/// Arrays, cut into batches.
class ArrayFeed final : public BatchFeed {
 public:
  ArrayFeed(StepArrays arrays, std::int64_t batch_size);
  [[nodiscard]] std::int64_t count() const override { return batches_.count(); }
  void start(const data::Pass& pass, std::int64_t first) override;
  [[nodiscard]] const std::vector<Tensor>* next() override;
  [[nodiscard]] const StepArrays& sample() override { return arrays_; }

 private:
  StepArrays arrays_;
  Batches batches_;
  std::int64_t at_ = 0;
};

/// What a source of data gives. Sources without a known end go on where they stand until they end.
class SourceFeed final : public BatchFeed {
 public:
  using Prepare = Callable<StepArrays(const data::Element&)>;
  SourceFeed(std::shared_ptr<data::SourceBase> source, Prepare prepare, const char* what);
  [[nodiscard]] std::int64_t count() const override { return source_->cardinality(); }
  void start(const data::Pass& pass, std::int64_t first) override;
  [[nodiscard]] const std::vector<Tensor>* next() override;
  void on_epoch_end() override { source_->on_epoch_end(); }
  /// Throws ValueError when the source has no batches.
  [[nodiscard]] const StepArrays& sample() override;

 private:
  void begin(const data::Pass& pass);
  bool pull(data::Element& element);

  std::shared_ptr<data::SourceBase> source_;
  Prepare prepare_;
  const char* what_;
  data::Pass pass_;
  std::unique_ptr<data::Iterator> iterator_;  // none: no pass has begun, or it has ended
  std::int64_t at_ = 0;                       // batches given of the pass
  std::optional<data::Element> pending_;      // looked at, not given
  std::optional<StepArrays> sample_;
  std::vector<Tensor> current_;
};

}  // namespace kerascpp
