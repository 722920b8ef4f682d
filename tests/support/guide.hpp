#pragma once

#include <string>
#include <vector>

namespace kerascpp::test {

/// Every block of code (```cpp) of the guides, paths within the project, is one of the marked blocks of the test
/// sources, and the other way round. A block begins behind a line `// --- name` and ends before the next `// ---`;
/// indentation does not count.
void check_guides(const std::vector<std::string>& guides, const std::vector<std::string>& sources);

}  // namespace kerascpp::test
