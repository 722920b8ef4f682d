#pragma once

#include <string_view>
#include <vector>

#include <kerascpp/saving/object.hpp>

namespace kerascpp {

/// Lists of classes that CustomObjectScopes of this thread make known, the innermost last.
[[nodiscard]] std::vector<const std::vector<ObjectClass>*>& scoped_objects();

/// "package>ClassName", or the class name where there is no package.
[[nodiscard]] std::string registered_name(const ObjectClass& entry);

}  // namespace kerascpp
