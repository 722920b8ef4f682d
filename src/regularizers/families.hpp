#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::regularizers {

void register_regularizers(ObjectRegistry& registry);

}  // namespace kerascpp::regularizers
