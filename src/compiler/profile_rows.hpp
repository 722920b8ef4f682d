#pragma once

#include <kerascpp/graph/profile.hpp>

#include "compiler/plan.hpp"

namespace kerascpp::compiler {

/// Adds the measured steps of `plan` to `profile`.
void append_rows(const Plan& plan, Profile& profile);

}  // namespace kerascpp::compiler
