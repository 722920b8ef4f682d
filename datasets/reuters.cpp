#include <kerascpp/core/error.hpp>
#include <kerascpp/datasets.hpp>
#include <kerascpp/saving/npz.hpp>

#include "datasets/cache.hpp"
#include "datasets/word_lists.hpp"
#include "utils/mersenne_twister.hpp"

namespace kerascpp::datasets {
namespace {

const OfficialFile kTexts{"reuters.npz", std::string(kKerasFiles) + "reuters.npz",
                          "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916"};
const OfficialFile kWords{"reuters_word_index.json", std::string(kKerasFiles) + "reuters_word_index.json",
                          "4d44cc38712099c9e383dc6e5f11a921"};

}  // namespace

SequenceDataset reuters(const ReutersOptions& options) {
  KCPP_CHECK(options.test_split >= 0 && options.test_split <= 1, ValueError,
             "[datasets::reuters] test_split must be in [0, 1], received ", options.test_split);
  const std::string path = official_file("reuters", options.path, kTexts, options.download);
  WordLists lists = word_lists(load_npz(path), "x", "y", path);
  utils::NumpyRandom random(options.seed);
  reorder(lists, random.permutation(static_cast<std::int64_t>(lists.x.size())));
  mark_starts(lists.x, options.start_char, options.index_from);
  if (options.maxlen.value_or(0) != 0) drop_long(lists, *options.maxlen);
  KCPP_CHECK(!lists.x.empty(), ValueError, "[datasets::reuters] no text of fewer than maxlen ",
             options.maxlen.value_or(0), " words is left");
  const std::int64_t words = options.num_words.value_or(0) != 0 ? *options.num_words : largest_word(lists.x);
  limit_words(lists.x, options.skip_top, words, options.oov_char);
  const auto trains = static_cast<std::ptrdiff_t>(static_cast<double>(lists.x.size()) * (1 - options.test_split));
  const auto move = [](auto first, auto last) {
    return Sequences(std::make_move_iterator(first), std::make_move_iterator(last));
  };
  using Labels = std::vector<std::int64_t>;
  return {{move(lists.x.begin(), lists.x.begin() + trains), Tensor(Labels(lists.y.begin(), lists.y.begin() + trains))},
          {move(lists.x.begin() + trains, lists.x.end()), Tensor(Labels(lists.y.begin() + trains, lists.y.end()))}};
}

WordIndex reuters_word_index(const std::string& path) {
  return read_word_index(official_file("reuters_word_index", path, kWords, true));
}

std::vector<std::string> reuters_label_names() {
  return {"cocoa",     "grain",        "veg-oil", "earn",       "acq",      "wheat",    "copper",
          "housing",   "money-supply", "coffee",  "sugar",      "trade",    "reserves", "ship",
          "cotton",    "carcass",      "crude",   "nat-gas",    "cpi",      "money-fx", "interest",
          "gnp",       "meal-feed",    "alum",    "oilseed",    "gold",     "tin",      "strategic-metal",
          "livestock", "retail",       "ipi",     "iron-steel", "rubber",   "heat",     "jobs",
          "lei",       "bop",          "zinc",    "orange",     "pet-chem", "dlr",      "gas",
          "silver",    "wpi",          "hog",     "lead"};
}

}  // namespace kerascpp::datasets
