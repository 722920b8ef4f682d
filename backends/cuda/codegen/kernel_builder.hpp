#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <kerascpp/backend/kernel.hpp>

namespace kerascpp::cuda {

/// What a parameter of a generated function points to. The memory of a kernel's call, or a place in its workspace.
struct Parameter {
  enum class Kind { Input, Output, Workspace };
  Kind kind = Kind::Input;
  std::size_t index = 0;   // of the input or output
  std::size_t offset = 0;  // bytes
};
[[nodiscard]] inline Parameter input(std::size_t index) { return {Parameter::Kind::Input, index, 0}; }
[[nodiscard]] inline Parameter output(std::size_t index) { return {Parameter::Kind::Output, index, 0}; }

/// Work that a kernel gives to the stream: a function, or bytes to be cleared or copied.
struct Work {
  enum class Kind { Launch, Clear, Copy };
  Kind kind = Kind::Launch;
  std::string function;
  unsigned grid[3] = {1, 1, 1};
  unsigned block = 1;
  std::vector<Parameter> parameters;  // of the function; what is cleared; to, from
  std::size_t bytes = 0;
};

/// Writes the source of a kernel and lists what it does: functions in CUDA C++ whose parameters are all pointers, and
/// which know shapes and attributes as constants.
///
///     KernelBuilder kernel;
///     kernel.needs("elementwise");
///     kernel.for_each(n, {"const float* x", "float* y"}, "y[i] = op_exp(x[i]);", {input(0), output(0)});
///     return kernel.prepared("generated");
class KernelBuilder {
 public:
  /// Threads of a block where nothing asks for another number.
  static constexpr unsigned kBlock = 256;

  /// Puts a file of device_code/ before the functions.
  void needs(std::string_view name) { needs_.push_back(name); }
  /// Computes as written, without fused multiply-add: for what must equal the CPU's results bit by bit.
  void be_exact() { exact_ = true; }
  /// Adds text to the source.
  void add(const std::string& text) { text_ += text; }
  /// A name for a function that none has yet.
  [[nodiscard]] std::string new_name() { return "kernel" + std::to_string(functions_++); }

  /// Bytes of the workspace for use between functions.
  [[nodiscard]] Parameter reserve(std::size_t bytes);

  void launch(const std::string& function, std::int64_t blocks, unsigned block, std::vector<Parameter> parameters,
              std::int64_t blocks_y = 1);
  void clear(Parameter what, std::size_t bytes);
  void copy(Parameter to, Parameter from, std::size_t bytes);

  /// A function with a thread for each i in [0, n): `body` computes for one of them. Launches it.
  void for_each(std::int64_t n, const std::vector<std::string>& parameters, const std::string& body,
                std::vector<Parameter> arguments);
  /// A function with a block of `block` threads for each row in [0, rows): `body` computes for `row` with all threads.
  void for_each_row(std::int64_t rows, unsigned block, const std::vector<std::string>& parameters,
                    const std::string& body, std::vector<Parameter> arguments);

  /// The source so far.
  [[nodiscard]] std::string source() const;
  /// The kernel, compiled for the GPU in use.
  [[nodiscard]] runtime::Prepared prepared(std::string implementation) const;

 private:
  std::vector<std::string_view> needs_{"base"};
  bool exact_ = false;
  int functions_ = 0;
  std::string text_;
  std::size_t workspace_bytes_ = 0;
  std::vector<Work> works_;
};

/// The type of a dtype in device code: "float", "half_t".
[[nodiscard]] std::string_view type_name(DType dtype);
/// The integer type in which indices up to `size` are computed.
[[nodiscard]] inline std::string_view index_type(std::int64_t size) {
  return size < (std::int64_t{1} << 31) ? "uint32" : "int64";
}

/// Called with the source of every kernel that is prepared, for tests. Null: nobody listens.
using SourceListener = void (*)(const std::string& source);
KCPP_API void listen_to_sources(SourceListener listener);

}  // namespace kerascpp::cuda
