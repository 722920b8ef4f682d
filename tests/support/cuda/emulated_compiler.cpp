#include "support/cuda/emulated_compiler.hpp"

#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

namespace kerascpp::testing {
namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Names of the functions that are declared `__global__ void ... name(`.
std::vector<std::string> kernels_of(const std::string& source) {
  constexpr std::string_view kMark = "__global__ void ";
  std::vector<std::string> names;
  for (std::size_t at = source.find(kMark); at != std::string::npos; at = source.find(kMark, at + 1)) {
    std::size_t begin = at + kMark.size();
    if (source.compare(begin, 17, "__launch_bounds__") == 0) begin = source.find(") ", begin) + 2;
    names.push_back(source.substr(begin, source.find('(', begin) - begin));
  }
  return names;
}

// an access that is not aligned to its type traps, as it does on a GPU
constexpr const char* kFlags =
    " -std=c++17 -w -O1 -ffp-contract=off -fPIC -fsanitize=alignment -fsanitize-undefined-trap-on-error ";

/// Where kernels are compiled: the shim lies there as a header that the compiler has read already.
class Folder {
 public:
  Folder() {
    const std::string shim =
        folder_.write("shim.hpp", read(std::string(KERASCPP_SOURCE_DIR) + "/tests/support/cuda/device_shim.hpp"));
    // without it, the shim is read each time
    (void)std::system(text_of(KERASCPP_CXX_COMPILER, kFlags, "-x c++-header ", shim, " -o ", shim, ".gch").c_str());
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

 private:
  TemporaryFolder folder_;
};

}  // namespace

std::string compile_for_host(const std::string& source, std::string& log) {
  static std::mutex mutex;
  static Folder folder;
  static std::map<std::string, std::string> compiled;
  const std::lock_guard lock(mutex);
  if (const auto found = compiled.find(source); found != compiled.end()) return found->second;
  const std::string name = folder.file(text_of("kernel", compiled.size()));
  const bool has_barriers = source.find("__syncthreads()") != std::string::npos;
  {
    std::ofstream file(name + ".cpp");
    file << "#include \"shim.hpp\"\n" << source;
    for (const std::string& kernel : kernels_of(source))
      file << "extern \"C\" void " << kernel << "_launch(const unsigned* grid, unsigned block, void** arguments) {\n"
           << "  emulation::launch(&" << kernel << ", grid, block, arguments, " << (has_barriers ? "true" : "false")
           << ");\n}\n";
  }
  const std::string command =
      text_of(KERASCPP_CXX_COMPILER, kFlags, "-shared -o ", name, ".so ", name, ".cpp 2> ", name, ".log");
  if (std::system(command.c_str()) != 0) {
    log = read(name + ".log");
    return {};
  }
  return compiled[source] = name + ".so";
}

}  // namespace kerascpp::testing
