#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <kerascpp/core/error.hpp>
#include <kerascpp/core/export.hpp>

/// The functions of a library of NVIDIA, found when the program runs: nothing is linked, so that one program runs on
/// machines with and without a GPU.
namespace kerascpp::cuda {

class FunctionTable;

/// One function of a table. Counts its calls.
class KCPP_API FunctionEntry {
 public:
  FunctionEntry(FunctionTable& table, const char* symbol);
  FunctionEntry(const FunctionEntry&) = delete;
  FunctionEntry& operator=(const FunctionEntry&) = delete;

  [[nodiscard]] const char* symbol() const { return symbol_; }
  [[nodiscard]] std::int64_t calls() const { return calls_.load(std::memory_order_relaxed); }

 protected:
  friend class FunctionTable;
  void* address_ = nullptr;
  FunctionTable& table_;
  const char* symbol_;
  mutable std::atomic<std::int64_t> calls_{0};
};

/// A library: a list of functions, filled from a shared library or, in tests, one by one.
class KCPP_API FunctionTable {
 public:
  /// `files`: names under which the library is looked for, in this order.
  FunctionTable(std::string library, std::vector<std::string> files)
      : library_(std::move(library)), files_(std::move(files)) {}
  virtual ~FunctionTable();
  FunctionTable(const FunctionTable&) = delete;
  FunctionTable& operator=(const FunctionTable&) = delete;

  /// Opens the first of the files that there is, here or in the folder of the toolkit, and finds all functions in it.
  void load();
  /// Empty when all functions can be called, else why not.
  [[nodiscard]] const std::string& unavailable() const { return unavailable_; }
  [[nodiscard]] bool available() const { return unavailable_.empty(); }
  /// What functions that fail return, as text.
  [[nodiscard]] virtual std::string describe(int result) const = 0;

  /// As if the library were not there. For tests.
  void forbid(std::string why_not);
  /// In place of the library's functions: those of `functions`, by symbol; the others are missing. For tests.
  void replace(const std::vector<std::pair<std::string_view, void*>>& functions);

 private:
  friend class FunctionEntry;
  std::string library_;
  std::vector<std::string> files_;
  std::string unavailable_ = "was not looked for";
  std::vector<FunctionEntry*> entries_;
};

/// A function of the type `F`, which returns 0 when it succeeds.
template <class F>
class Function;
template <class Result, class... Args>
class Function<Result (*)(Args...)> final : public FunctionEntry {
 public:
  using FunctionEntry::FunctionEntry;

  /// What it returns; a failure when there is no such function.
  template <class... A>
  Result attempt(A... arguments) const {
    if (address_ == nullptr) return static_cast<Result>(1);
    calls_.fetch_add(1, std::memory_order_relaxed);
    return reinterpret_cast<Result (*)(Args...)>(address_)(arguments...);
  }
  /// Throws BackendError when it fails.
  template <class... A>
  void operator()(A... arguments) const {
    KCPP_CHECK(address_ != nullptr, BackendError, "[cuda] ", symbol_, " cannot be called: ", table_.unavailable());
    const auto result = static_cast<int>(attempt(arguments...));
    KCPP_CHECK(result == 0, BackendError, "[cuda] ", symbol_, " failed: ", table_.describe(result));
  }
};

}  // namespace kerascpp::cuda
