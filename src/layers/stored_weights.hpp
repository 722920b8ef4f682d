#pragma once

#include <vector>

#include <kerascpp/core/tensor.hpp>
#include <kerascpp/graph/variable.hpp>

namespace kerascpp {

/// An array in a file.
struct StoredWeight {
  Variable variable;  ///< that it becomes
  Tensor value = {};  ///< what is written; undefined: the value of the variable
};

/// A layer whose files hold other arrays than its weights, as those of Keras do.
class StoredWeights {
 public:
  StoredWeights() = default;
  StoredWeights(const StoredWeights&) = default;
  StoredWeights& operator=(const StoredWeights&) = default;
  virtual ~StoredWeights() = default;

  /// In the order of the file.
  [[nodiscard]] virtual std::vector<StoredWeight> stored_weights() const = 0;
  /// Called after they were read.
  virtual void weights_read() = 0;
};

}  // namespace kerascpp
