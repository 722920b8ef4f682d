#pragma once

namespace kerascpp {

/// The line of the user's program that this thread is serving: errors made meanwhile name it.
struct UserLine {
  const char* file = nullptr;  // nullptr: not known
  int line = 0;
  bool is_set = false;  // by the outermost operation, known or not: lines inside of the library do not count
};

[[nodiscard]] UserLine& user_line();

/// Sets a line while it lives, unless an outer one is set already.
class UserLineGuard {
 public:
  UserLineGuard(const char* file, int line) : outermost_(!user_line().is_set) {
    if (outermost_) user_line() = {file, line, true};
  }
  ~UserLineGuard() {
    if (outermost_) user_line() = {};
  }
  UserLineGuard(const UserLineGuard&) = delete;
  UserLineGuard& operator=(const UserLineGuard&) = delete;

 private:
  bool outermost_;
};

}  // namespace kerascpp
