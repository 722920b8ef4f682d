#pragma once

#include <kerascpp/datasets.hpp>
#include <kerascpp/graph/dict.hpp>

namespace kerascpp::datasets {

/// Texts and labels in step.
struct WordLists {
  Sequences x;
  std::vector<std::int64_t> y;
};

/// The arrays `x` and `y` of an archive. Throws FormatError naming `path` for other contents.
[[nodiscard]] WordLists word_lists(const Dict& arrays, const char* x, const char* y, const std::string& path);
/// In the order that numpy.random.RandomState gives for `indices`.
void reorder(WordLists& lists, const std::vector<std::int64_t>& order);
/// Numbers moved up by index_from, start_char before each text.
void mark_starts(Sequences& texts, const std::optional<std::int64_t>& start_char, std::int64_t index_from);
/// Leaves out texts of maxlen words and more.
void drop_long(WordLists& lists, std::int64_t maxlen);
/// The largest number in them, -1 when there is none.
[[nodiscard]] std::int64_t largest_word(const Sequences& texts);
/// Words outside of [skip_top, num_words) become oov_char or vanish.
void limit_words(Sequences& texts, std::int64_t skip_top, std::int64_t num_words,
                 const std::optional<std::int64_t>& oov_char);
/// A dictionary of words in a JSON file. Throws FormatError naming `path` for another content.
[[nodiscard]] WordIndex read_word_index(const std::string& path);

}  // namespace kerascpp::datasets
