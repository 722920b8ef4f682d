#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

/// The Python with Keras 3 that the environment names in KERASCPP_PYTHON; empty when it names none.
inline std::string keras_python() {
  const char* path = std::getenv("KERASCPP_PYTHON");
  return path == nullptr ? std::string() : path;
}

/// Runs a shell command; gives its exit status and what it wrote to standard output.
inline std::pair<int, std::string> run_command(const std::string& command) {
  std::string output;
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {-1, "cannot run " + command};
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), count);
  const int status = pclose(pipe);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), output};
}
