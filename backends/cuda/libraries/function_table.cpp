#include "backends/cuda/libraries/function_table.hpp"

#include <dlfcn.h>

#include <cstdlib>

namespace kerascpp::cuda {
namespace {

/// Where the libraries of the toolkit lie, when the loader does not find them by itself.
std::vector<std::string> folders() {
  std::vector<std::string> found{""};
  for (const char* name : {"CUDA_HOME", "CUDA_PATH"})
    if (const char* const value = std::getenv(name); value != nullptr && *value != '\0')
      for (const char* part : {"/lib64/", "/lib/"}) found.push_back(std::string(value) + part);
  for (const char* folder : {"/usr/local/cuda/lib64/", "/usr/local/cuda/lib/"}) found.emplace_back(folder);
  return found;
}

void* open_first(const std::vector<std::string>& files) {
  for (const std::string& folder : folders())
    for (const std::string& file : files)
      if (void* const library = dlopen((folder + file).c_str(), RTLD_NOW | RTLD_LOCAL); library != nullptr)
        return library;
  return nullptr;
}

}  // namespace

FunctionEntry::FunctionEntry(FunctionTable& table, const char* symbol) : table_(table), symbol_(symbol) {
  table.entries_.push_back(this);
}

FunctionTable::~FunctionTable() = default;

void FunctionTable::load() {
  for (FunctionEntry* entry : entries_) entry->address_ = nullptr;
  // never closed: kernels and handles live to the end of the program
  void* const library = open_first(files_);
  if (library == nullptr) {
    unavailable_ = text_of("there is no ", library_, " (", files_.front(), ")");
    return;
  }
  for (FunctionEntry* entry : entries_) {
    entry->address_ = dlsym(library, entry->symbol_);
    if (entry->address_ != nullptr) continue;
    unavailable_ = text_of(library_, " (", files_.front(), ") is too old: it has no ", entry->symbol_);
    return;
  }
  unavailable_.clear();
}

void FunctionTable::forbid(std::string why_not) {
  unavailable_ = std::move(why_not);
  for (FunctionEntry* entry : entries_) entry->address_ = nullptr;
}

void FunctionTable::replace(const std::vector<std::pair<std::string_view, void*>>& functions) {
  unavailable_.clear();
  for (FunctionEntry* entry : entries_) {
    entry->address_ = nullptr;
    for (const auto& [symbol, address] : functions)
      if (symbol == entry->symbol_) entry->address_ = address;
  }
}

}  // namespace kerascpp::cuda
