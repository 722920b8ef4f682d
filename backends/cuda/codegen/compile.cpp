#include "backends/cuda/codegen/compile.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

#include <kerascpp/core/error.hpp>

#include "backends/cuda/libraries/nvrtc.hpp"
#include "core/atomic_file.hpp"
#include "core/text_hash.hpp"

namespace kerascpp::cuda {
namespace {

constexpr std::string_view kExact = "// exact\n";

std::string log_of(const Nvrtc& compiler, nvrtcProgram program) {
  std::size_t size = 0;
  if (compiler.get_program_log_size.attempt(program, &size) != NVRTC_SUCCESS || size == 0) return {};
  std::string text(size, '\0');
  if (compiler.get_program_log.attempt(program, text.data()) != NVRTC_SUCCESS) return {};
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  return text;
}

// --- files of compiled code: a header that tells what they were made from, then the code

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string cache_folder() {
  if (const std::string folder = variable("KERASCPP_CUDA_CACHE"); !folder.empty()) return folder == "off" ? "" : folder;
  if (const std::string home = variable("KERASCPP_HOME"); !home.empty()) return home + "/cuda";
  if (const std::string home = variable("HOME"); !home.empty()) return home + "/.kerascpp/cuda";
  return {};
}

std::string header_of(std::string_view source, int architecture) {
  int major = 0, minor = 0;
  nvrtc().version(&major, &minor);
  return text_of("kerascpp kernel, compiler ", major, ".", minor, ", architecture ", architecture, ", source of ",
                 source.size(), " bytes\n", source, "\n");
}

std::string file_name(std::string_view header) {
  constexpr char kDigits[] = "0123456789abcdef";
  const std::uint64_t hash = fingerprint64(header);
  std::string name;
  for (int shift = 60; shift >= 0; shift -= 4) name += kDigits[hash >> shift & 15U];
  return name + ".kernel";
}

// The code behind the header, or nothing when the file holds something else.
std::string read_code(const std::string& path, const std::string& header) {
  constexpr std::uintmax_t kMostBytes = std::uintmax_t{64} << 20;
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error || bytes <= header.size() || bytes > kMostBytes) return {};
  std::ifstream file(path, std::ios::binary);
  std::string content(static_cast<std::size_t>(bytes), '\0');
  if (!file.read(content.data(), static_cast<std::streamsize>(bytes))) return {};
  return content.starts_with(header) ? content.substr(header.size()) : std::string();
}

}  // namespace

std::string compile_with(const Nvrtc& compiler, std::string_view source, int architecture) {
  KCPP_CHECK(compiler.available(), BackendError, "[cuda] kernels cannot be compiled: ", compiler.unavailable());
  const std::string text(source);
  nvrtcProgram program = nullptr;
  compiler.create_program(&program, text.c_str(), "kernel.cu", 0, static_cast<const char* const*>(nullptr),
                          static_cast<const char* const*>(nullptr));
  struct Destroy {
    const Nvrtc& compiler;
    nvrtcProgram program;
    ~Destroy() { (void)compiler.destroy_program.attempt(&program); }
  } const destroy{compiler, program};
  const std::string target = text_of("--gpu-architecture=sm_", architecture);
  std::vector<const char*> options{target.c_str(), "--std=c++17", "--device-as-default-execution-space"};
  if (source.starts_with(kExact)) options.push_back("--fmad=false");
  const nvrtcResult result =
      compiler.compile_program.attempt(program, static_cast<int>(options.size()), options.data());
  KCPP_CHECK(result == NVRTC_SUCCESS, BackendError, "[cuda] a kernel for ", target.substr(target.rfind('=') + 1),
             " cannot be compiled, ", compiler.describe(static_cast<int>(result)), ":\n", log_of(compiler, program),
             "\nof the source\n", source);
  std::size_t size = 0;
  compiler.get_cubin_size(program, &size);
  std::string code(size, '\0');
  compiler.get_cubin(program, code.data());
  return code;
}

std::string compile(std::string_view source, int architecture) {
  const std::string folder = cache_folder();
  if (folder.empty()) return compile_with(nvrtc(), source, architecture);
  const std::string header = header_of(source, architecture);
  const std::string path = folder + "/" + file_name(header);
  if (std::string code = read_code(path, header); !code.empty()) return code;
  std::string code = compile_with(nvrtc(), source, architecture);
  try {
    std::filesystem::create_directories(folder);
    write_file(path, header + code);
  } catch (const std::exception&) {
    // a folder that cannot be written costs the next program its time, no more
  }
  return code;
}

}  // namespace kerascpp::cuda
