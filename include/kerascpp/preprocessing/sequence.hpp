#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <kerascpp/core/export.hpp>
#include <kerascpp/core/tensor.hpp>

namespace kerascpp {

/// Lists of word numbers, each of its own length.
using Sequences = std::vector<std::vector<std::int64_t>>;

namespace preprocessing::sequence {

struct PadSequencesOptions {
  std::optional<std::int64_t> maxlen = {};  ///< the length of the longest sequence unless given
  DType dtype = DType::Int32;
  std::string padding = "pre";     ///< where values are added: "pre" or "post"
  std::string truncating = "pre";  ///< where values of longer sequences are left out: "pre" or "post"
  double value = 0;                ///< what is added
};

/// Sequences brought to one length.
///
/// returns (N, maxlen)
///
/// Throws ValueError for options out of range or when there are no sequences and no maxlen.
/// Source: keras.utils.pad_sequences.
[[nodiscard]] KCPP_API Tensor pad_sequences(const Sequences& sequences, const PadSequencesOptions& options = {});

/// The same for sequences of arrays.
///
/// sequences  each (T_i, D...)
/// returns    (N, maxlen, D...)
///
/// Throws ShapeError naming the sequence whose items have another shape than those of the first.
[[nodiscard]] KCPP_API Tensor pad_arrays(const std::vector<Tensor>& sequences, const PadSequencesOptions& options = {});
template <std::same_as<std::vector<Tensor>> Arrays>  // a template: braces mean numbers
[[nodiscard]] Tensor pad_sequences(const Arrays& sequences, const PadSequencesOptions& options = {}) {
  return pad_arrays(sequences, options);
}

/// How probable it is to keep the i-th most frequent word, from the sampling of word2vec and Zipf's law.
///
/// returns (size,) float64
///
/// Throws ValueError unless size > 0 and sampling_factor > 0.
/// Source: tf_keras.preprocessing.sequence.make_sampling_table; Mikolov et al., arXiv 1310.4546, equation 5.
[[nodiscard]] KCPP_API Tensor make_sampling_table(std::int64_t size, double sampling_factor = 1e-5);

struct SkipgramsOptions {
  std::int64_t window_size = 4;   ///< words on either side
  double negative_samples = 1.0;  ///< random pairs for each real one
  bool shuffle = true;
  bool categorical = false;    ///< labels [0, 1] and [1, 0] instead of 1 and 0
  Tensor sampling_table = {};  ///< (vocabulary_size,): how probable it is to keep a word; undefined: 1
  std::optional<std::int64_t> seed = {};
};

/// Pairs of words that stand near one another, and pairs with random words.
struct Skipgrams {
  std::vector<std::pair<std::int64_t, std::int64_t>> couples;
  Tensor labels;  ///< (N,) int32, 1 for real pairs, 0 for random ones; (N, 2) when categorical
};

/// Pairs of a word and one in its window, for the training of word vectors. Word 0 is none and is left out.
///
/// The order for a seed is Keras's; which random words are drawn is not, as Keras draws them without the seed.
/// Throws ValueError for options out of range, LookupError for a word that the sampling table does not have.
/// Source: tf_keras.preprocessing.sequence.skipgrams.
[[nodiscard]] KCPP_API Skipgrams skipgrams(const std::vector<std::int64_t>& sequence, std::int64_t vocabulary_size,
                                           const SkipgramsOptions& options = {});

}  // namespace preprocessing::sequence

namespace utils {
using preprocessing::sequence::pad_sequences;
using preprocessing::sequence::PadSequencesOptions;
}  // namespace utils

}  // namespace kerascpp
