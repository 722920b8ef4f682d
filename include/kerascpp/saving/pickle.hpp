#pragma once

#include <string>
#include <string_view>

#include <kerascpp/core/export.hpp>
#include <kerascpp/graph/dict.hpp>

namespace kerascpp {

/// Reads a file of Python's pickle, protocols 0 to 5, that holds nothing but numbers, texts, lists, tuples,
/// dictionaries and NumPy arrays. Nothing is ever called: every other class or function is refused by name.
///
/// None is a null value; a number a Tensor without dimensions (bool, int64 or float64); a list or tuple of integers a
/// Tensor (N,) int64; any other list or tuple a list; a dictionary with texts as keys a Dict (`value.object<Dict>()`);
/// texts and bytes are texts; an array of numbers is a Tensor, one of objects a list in row-major order.
///
/// Throws IoError, FormatError naming the byte and what is wrong: damage, another class, objects that contain
/// themselves, more values than the file can honestly hold. Source: Python's pickle and pickletools.
[[nodiscard]] KCPP_API DictValue load_pickle(const std::string& path);

/// As `load_pickle` from the bytes of a file; errors call it `origin`.
[[nodiscard]] KCPP_API DictValue pickle_from_bytes(std::string_view bytes, const std::string& origin = "pickle data");

}  // namespace kerascpp
