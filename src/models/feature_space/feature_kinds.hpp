#pragma once

#include <string>

#include <kerascpp/utils/feature_space.hpp>

namespace kerascpp {

/// A feature of the kind of that name, with the sizes of the space. Throws ValueError for another kind.
[[nodiscard]] utils::Feature feature_of_kind(const std::string& kind, const std::string& name,
                                             const utils::FeatureSpaceOptions& options);

}  // namespace kerascpp
