#include <algorithm>
#include <cmath>

#include <kerascpp/core/random.hpp>
#include <kerascpp/preprocessing/sequence.hpp>

#include "utils/mersenne_twister.hpp"

namespace kerascpp::preprocessing::sequence {
namespace {

using Couples = std::vector<std::pair<std::int64_t, std::int64_t>>;

Couples positive_couples(const std::vector<std::int64_t>& words, const SkipgramsOptions& options,
                         utils::PythonRandom& random) {
  const std::vector<double> table =
      options.sampling_table.defined() ? options.sampling_table.to_vector<double>() : std::vector<double>();
  const auto count = static_cast<std::int64_t>(words.size());
  Couples couples;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t word = words[static_cast<std::size_t>(i)];
    if (word == 0) continue;
    if (options.sampling_table.defined()) {
      KCPP_CHECK(word > 0 && word < static_cast<std::int64_t>(table.size()), LookupError,
                 "[skipgrams] the sampling table has no word ", word, "; it has ", table.size(), " words");
      if (table[static_cast<std::size_t>(word)] < random.random()) continue;
    }
    const std::int64_t end = std::min(count, i + options.window_size + 1);
    for (std::int64_t j = std::max<std::int64_t>(0, i - options.window_size); j < end; ++j)
      if (const std::int64_t other = words[static_cast<std::size_t>(j)]; j != i && other != 0)
        couples.emplace_back(word, other);
  }
  return couples;
}

void add_negative_couples(Couples& couples, std::int64_t vocabulary_size, double ratio, utils::PythonRandom& random) {
  const auto wanted = static_cast<std::size_t>(static_cast<double>(couples.size()) * ratio);
  std::vector<std::int64_t> words;
  for (const auto& couple : couples) words.push_back(couple.first);
  random.shuffle(words);
  for (std::size_t i = 0; i < wanted; ++i)
    couples.emplace_back(words[i % words.size()], random.randint(1, vocabulary_size - 1));
}

}  // namespace

Tensor make_sampling_table(std::int64_t size, double sampling_factor) {
  KCPP_CHECK(size > 0 && sampling_factor > 0, ValueError,
             "[make_sampling_table] expected a positive size and sampling_factor, received ", size, " and ",
             sampling_factor);
  constexpr double kEulerGamma = 0.577;
  std::vector<double> table;
  for (std::int64_t i = 0; i < size; ++i) {
    const double rank = i == 0 ? 1 : static_cast<double>(i);
    const double inverse_frequency = rank * (std::log(rank) + kEulerGamma) + 0.5 - 1.0 / (12.0 * rank);
    const double f = sampling_factor * inverse_frequency;
    table.push_back(std::min(1.0, f / std::sqrt(f)));
  }
  return Tensor(table);
}

Skipgrams skipgrams(const std::vector<std::int64_t>& sequence, std::int64_t vocabulary_size,
                    const SkipgramsOptions& options) {
  KCPP_CHECK(options.window_size >= 0 && options.negative_samples >= 0, ValueError,
             "[skipgrams] window_size and negative_samples must not be negative, received ", options.window_size,
             " and ", options.negative_samples);
  KCPP_CHECK(vocabulary_size > 1 || options.negative_samples == 0, ValueError,
             "[skipgrams] negative samples need a vocabulary of two words or more, received ", vocabulary_size);
  utils::PythonRandom random(static_cast<std::uint64_t>(options.seed.value_or(next_seed())));
  Couples couples = positive_couples(sequence, options, random);
  const std::size_t positive = couples.size();
  if (options.negative_samples > 0) add_negative_couples(couples, vocabulary_size, options.negative_samples, random);
  std::vector<std::int32_t> labels(couples.size(), 0);
  std::fill_n(labels.begin(), positive, 1);
  if (options.shuffle) {
    const auto seed = static_cast<std::uint64_t>(options.seed ? *options.seed : random.randint(0, 10000000));
    utils::PythonRandom(seed).shuffle(couples);
    utils::PythonRandom(seed).shuffle(labels);
  }
  if (!options.categorical) return {std::move(couples), Tensor(labels)};
  std::vector<std::int32_t> pairs;
  for (const std::int32_t label : labels) pairs.insert(pairs.end(), {1 - label, label});
  return {std::move(couples), Tensor(pairs).reshape({static_cast<std::int64_t>(labels.size()), 2})};
}

}  // namespace kerascpp::preprocessing::sequence
