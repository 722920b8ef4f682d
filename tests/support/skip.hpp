#pragma once

#include <string>

/// Marks the running test as skipped and says why; used as `return skip("needs ../shared/data/mnist");`.
void skip(const std::string& reason);
