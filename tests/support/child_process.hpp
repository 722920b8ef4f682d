#pragma once

#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace kerascpp::test {

/// Runs one hidden test of this program in a process of its own: what it is told comes by the environment.
class ChildProcess {
 public:
  using Environment = std::vector<std::pair<std::string, std::string>>;

  /// Throws Error when no process can be started.
  ChildProcess(const std::string& test_name, const Environment& environment);
  /// Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Sends SIGKILL and waits.
  void kill();
  /// Its exit status; 128 and the signal's number where one ended it.
  [[nodiscard]] int wait();

 private:
  pid_t pid_ = -1;
};

/// The value that a ChildProcess was told; empty in a process that is none.
[[nodiscard]] std::string told(const char* name);

/// The most memory that this process has had in use, in bytes ("VmHWM").
[[nodiscard]] std::size_t peak_memory();

}  // namespace kerascpp::test
