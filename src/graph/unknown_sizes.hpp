#pragma once

#include <kerascpp/core/error.hpp>

namespace kerascpp {

/// A graph was asked for whose shapes depend on values of inputs, and no call has told them yet.
class UnknownSizes : public ValueError {
 public:
  using ValueError::ValueError;
};

}  // namespace kerascpp
