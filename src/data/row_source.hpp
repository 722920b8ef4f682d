#pragma once

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/data/dataset.hpp>

namespace kerascpp::data {

/// An array whose rows are read when they are asked for, as inputs or targets of a model.
class KCPP_API RowSource : public SourceBase {
 public:
  [[nodiscard]] virtual std::int64_t rows() const = 0;
  /// Rows [first, last). For one thread at a time.
  [[nodiscard]] virtual Tensor read(std::int64_t first, std::int64_t last) = 0;

  /// The rows one by one.
  [[nodiscard]] std::unique_ptr<Iterator> iterate(const Pass& pass) override;
  [[nodiscard]] std::int64_t cardinality() const final { return rows(); }
};

}  // namespace kerascpp::data
