#include "datasets/word_lists.hpp"

#include <algorithm>
#include <fstream>

#include <kerascpp/core/error.hpp>
#include <kerascpp/saving/json.hpp>

namespace kerascpp::datasets {

WordLists word_lists(const Dict& arrays, const char* x, const char* y, const std::string& path) {
  const DictValue *const texts = arrays.find(x), *const labels = arrays.find(y);
  KCPP_CHECK(texts != nullptr && texts->list() != nullptr, FormatError, path, ": there is no list of texts ", x);
  KCPP_CHECK(labels != nullptr && labels->tensor() != nullptr, FormatError, path, ": there is no array ", y);
  WordLists lists;
  for (const DictValue& text : *texts->list()) {
    KCPP_CHECK(text.tensor() != nullptr && text.tensor()->ndim() == 1 && text.tensor()->dtype() == DType::Int64,
               FormatError, path, ": text ", lists.x.size(), " of ", x, " is no list of integers");
    lists.x.push_back(text.tensor()->to_vector<std::int64_t>());
  }
  lists.y = labels->tensor()->to_vector<std::int64_t>();
  KCPP_CHECK(lists.x.size() == lists.y.size(), FormatError, path, ": ", lists.x.size(), " texts and ", lists.y.size(),
             " labels");
  return lists;
}

void reorder(WordLists& lists, const std::vector<std::int64_t>& order) {
  WordLists result;
  for (const std::int64_t i : order) {
    result.x.push_back(std::move(lists.x[static_cast<std::size_t>(i)]));
    result.y.push_back(lists.y[static_cast<std::size_t>(i)]);
  }
  lists = std::move(result);
}

void mark_starts(Sequences& texts, const std::optional<std::int64_t>& start_char, std::int64_t index_from) {
  for (auto& text : texts) {
    for (std::int64_t& word : text) word += index_from;
    if (start_char) text.insert(text.begin(), *start_char);
  }
}

void drop_long(WordLists& lists, std::int64_t maxlen) {
  WordLists kept;
  for (std::size_t i = 0; i < lists.x.size(); ++i) {
    if (static_cast<std::int64_t>(lists.x[i].size()) >= maxlen) continue;
    kept.x.push_back(std::move(lists.x[i]));
    kept.y.push_back(lists.y[i]);
  }
  lists = std::move(kept);
}

std::int64_t largest_word(const Sequences& texts) {
  std::int64_t largest = -1;
  for (const auto& text : texts)
    for (const std::int64_t word : text) largest = std::max(largest, word);
  return largest;
}

void limit_words(Sequences& texts, std::int64_t skip_top, std::int64_t num_words,
                 const std::optional<std::int64_t>& oov_char) {
  const auto is_out = [&](std::int64_t word) { return word < skip_top || word >= num_words; };
  for (auto& text : texts) {
    if (oov_char)
      std::replace_if(text.begin(), text.end(), is_out, *oov_char);
    else
      text.erase(std::remove_if(text.begin(), text.end(), is_out), text.end());
  }
}

WordIndex read_word_index(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  KCPP_CHECK(file.good(), IoError, path, ": cannot read the file");
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const Config words = parse_json(text, path);
  KCPP_CHECK(words.is_map(), FormatError, path, ": expected a dictionary of words");
  WordIndex index;
  for (const auto& [word, rank] : words.as_map()) index[word] = rank.as_int();
  return index;
}

}  // namespace kerascpp::datasets
