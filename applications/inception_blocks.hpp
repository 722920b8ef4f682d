#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "applications/image_model.hpp"

/// What InceptionV3 and InceptionResNetV2 are made of.
namespace kerascpp::applications {

/// One convolution of a branch: padded to keep the size with stride 1, not padded with stride 2.
struct BranchConvolution {
  std::int64_t filters;
  std::int64_t rows, columns;
  std::int64_t stride = 1;
};
using Branch = std::vector<BranchConvolution>;

/// Convolution without bias, normalization without scale, relu. name: of the convolution, the others add to it.
[[nodiscard]] Symbol convolve(const Symbol& x, const BranchConvolution& convolution,
                              const std::string& padding = "same", const std::string& name = {});
[[nodiscard]] Symbol convolve(Symbol x, const Branch& branch);

/// Branches side by side and one that pools: over 3 x 3 places, then `pool_filters` convolutions 1 x 1; or, with 0, the
/// maximum with stride 2.
struct InceptionBlock {
  std::string name;
  std::vector<Branch> branches;
  std::int64_t pool_filters = 0;
};
[[nodiscard]] Symbol apply_block(const Symbol& x, const InceptionBlock& block);

/// The layers before the first block.
[[nodiscard]] Symbol inception_stem(Symbol x);

}  // namespace kerascpp::applications
