// Sequences are padded, weighed and paired as Keras does it.

#include <kerascpp/preprocessing/sequence.hpp>

#include "support/catch.hpp"
#include "support/function_fixtures.hpp"

namespace kerascpp::test {
namespace {

using namespace preprocessing::sequence;

const Sequences kSequences{{1}, {2, 3, 4, 5}, {}, {6, 7}};

PadSequencesOptions pad_options(const Config& arguments) {
  PadSequencesOptions options;
  for (const auto& [key, value] : arguments.as_map()) {
    if (key == "maxlen") options.maxlen = value.as_int();
    if (key == "padding") options.padding = value.as_string();
    if (key == "truncating") options.truncating = value.as_string();
    if (key == "value") options.value = value.as_double();
    if (key == "dtype") options.dtype = DType::Float32;
  }
  return options;
}

SkipgramsOptions skipgrams_options(const Config& arguments) {
  SkipgramsOptions options;
  for (const auto& [key, value] : arguments.as_map()) {
    if (key == "window_size") options.window_size = value.as_int();
    if (key == "negative_samples") options.negative_samples = value.as_double();
    if (key == "shuffle") options.shuffle = value.as_bool();
    if (key == "categorical") options.categorical = value.as_bool();
    if (key == "seed") options.seed = value.as_int();
    if (key == "sampling_table") options.sampling_table = ones({10});
  }
  return options;
}

}  // namespace

TEST_CASE("sequences become what Keras makes of them", "[preprocessing][sequence][keras]") {
  for (const Config& row : fixtures("utils/sequences").at("cases").as_list()) {
    const std::string& function = row.at("function").as_string();
    INFO(function << " " << to_string(row.at("arguments")));
    if (function == "pad_sequences")
      CHECK(identical(pad_sequences(kSequences, pad_options(row.at("arguments"))), fixture_tensor(row.at("y"))));
    if (function == "pad_vectors")
      CHECK(identical(pad_arrays({arange(6).reshape({3, 2}), arange(2).reshape({1, 2})},
                                 {.maxlen = 2, .dtype = DType::Float32, .padding = "post"}),
                      fixture_tensor(row.at("y"))));
    if (function == "make_sampling_table")
      check_close(make_sampling_table(50, 1e-3), fixture_tensor(row.at("y")), 1e-15 * 8);
    if (function == "skipgrams") {
      const Skipgrams grams = skipgrams(
          fixture_tensor(Config::map({{"dtype", "int64"}, {"shape", Config::list({8})}, {"data", row.at("words")}}))
              .to_vector<std::int64_t>(),
          10, skipgrams_options(row.at("arguments")));
      std::vector<std::int64_t> couples;
      for (const auto& [word, other] : grams.couples) couples.insert(couples.end(), {word, other});
      CHECK(couples == fixture_tensor(row.at("couples")).to_vector<std::int64_t>());
      CHECK(identical(grams.labels, fixture_tensor(row.at("labels"))));
    }
  }
}

TEST_CASE("negative skipgrams pair real words with any word", "[preprocessing][sequence]") {
  const std::vector<std::int64_t> words{3, 5, 9, 2};
  const Skipgrams grams = skipgrams(words, 12, {.window_size = 1, .negative_samples = 2.5, .seed = 4});
  CHECK(grams.couples.size() == 6 + 15);
  int real = 0;
  for (std::size_t i = 0; i < grams.couples.size(); ++i) {
    const auto [word, other] = grams.couples[i];
    CHECK((word == 3 || word == 5 || word == 9 || word == 2));
    CHECK((other >= 1 && other < 12));
    real += grams.labels.item<int>(static_cast<std::int64_t>(i));
  }
  CHECK(real == 6);
  CHECK(skipgrams(words, 12, {.negative_samples = 2, .seed = 4}).couples ==
        skipgrams(words, 12, {.negative_samples = 2, .seed = 4}).couples);
  CHECK(skipgrams({}, 12, {.seed = 1}).couples.empty());
}

TEST_CASE("wrong arguments for sequences are refused", "[preprocessing][sequence]") {
  CHECK_THROWS_WITH(pad_sequences(kSequences, {.padding = "both"}), ContainsSubstring("received \"both\""));
  CHECK_THROWS_WITH(pad_sequences(kSequences, {.truncating = ""}), ContainsSubstring("truncating"));
  CHECK_THROWS_WITH(pad_sequences(kSequences, {.maxlen = -1}), ContainsSubstring("negative"));
  CHECK_THROWS_WITH(pad_sequences(Sequences{}), ContainsSubstring("give maxlen"));
  CHECK(pad_sequences(Sequences{}, {.maxlen = 3}).shape() == Shape{0, 3});
  CHECK_THROWS_WITH(pad_sequences(std::vector<Tensor>{zeros({1, 2}), zeros({1, 3})}),
                    ContainsSubstring("sequence 1 have shape (3,), those before it (2,)"));
  CHECK_THROWS_AS(make_sampling_table(0), ValueError);
  CHECK_THROWS_WITH(skipgrams({1, 12}, 12, {.sampling_table = ones({12})}), ContainsSubstring("no word 12"));
  CHECK_THROWS_WITH(skipgrams({1, 1}, 1), ContainsSubstring("vocabulary of two words"));
  CHECK_THROWS_AS(skipgrams({1, 1}, 5, {.window_size = -1}), ValueError);
}

}  // namespace kerascpp::test
