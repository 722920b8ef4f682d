#include <kerascpp/core/error.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>

#include "datasets/cache.hpp"
#include "datasets/word_lists.hpp"
#include "utils/mersenne_twister.hpp"

namespace kerascpp::datasets {
namespace {

const OfficialFile kTexts{"imdb.npz", std::string(kKerasFiles) + "imdb.npz",
                          "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f"};
const OfficialFile kWords{"imdb_word_index.json", std::string(kKerasFiles) + "imdb_word_index.json",
                          "bfafd718b763782e994055a2d397834f"};

}  // namespace

SequenceDataset imdb(const ImdbOptions& options) {
  const std::string path = official_file("imdb", options.path, kTexts, options.download);
  const Dict arrays = load_npz(path);
  WordLists train = word_lists(arrays, "x_train", "y_train", path);
  WordLists test = word_lists(arrays, "x_test", "y_test", path);
  utils::NumpyRandom random(options.seed);
  for (WordLists* lists : {&train, &test}) {
    reorder(*lists, random.permutation(static_cast<std::int64_t>(lists->x.size())));
    mark_starts(lists->x, options.start_char, options.index_from);
    if (options.maxlen.value_or(0) != 0) drop_long(*lists, *options.maxlen);
  }
  KCPP_CHECK(options.maxlen.value_or(0) == 0 || (!train.x.empty() && !test.x.empty()), ValueError,
             "[datasets::imdb] no text of fewer than maxlen ", options.maxlen.value_or(0), " words is left");
  const std::int64_t words =
      options.num_words.value_or(0) != 0 ? *options.num_words : std::max(largest_word(train.x), largest_word(test.x));
  for (WordLists* lists : {&train, &test}) limit_words(lists->x, options.skip_top, words, options.oov_char);
  return {{std::move(train.x), Tensor(train.y)}, {std::move(test.x), Tensor(test.y)}};
}

WordIndex imdb_word_index(const std::string& path) {
  return read_word_index(official_file("imdb_word_index", path, kWords, true));
}

}  // namespace kerascpp::datasets
