#pragma once

#include <kerascpp/graph/dict.hpp>

#include "core/byte_source.hpp"

namespace kerascpp {

/// One pickle; what follows it stays unread. See load_pickle.
[[nodiscard]] DictValue read_pickle(ByteSource& source);

}  // namespace kerascpp
