// Arrays of strings, and how texts become words.

#include <kerascpp/core/strings.hpp>

#include "core/text_split.hpp"
#include "support/catch.hpp"

namespace kerascpp::test {

using Words = std::vector<std::string>;

TEST_CASE("strings come out of tensors as they went in", "[core][text]") {
  const Words texts{"one", "", "three words here", "日本"};
  const Tensor bytes = strings(texts);
  CHECK(bytes.shape() == Shape{4, 16});
  CHECK(bytes.dtype() == DType::UInt8);
  CHECK(to_strings(bytes) == texts);
  CHECK(to_strings(bytes.rows(1, 3)) == Words{"", "three words here"});
  CHECK(strings(texts, {2, 2}).shape() == Shape{2, 2, 16});
  CHECK(strings({""}).shape() == Shape{1, 1});
}

TEST_CASE("strings say what is wrong", "[core][text][errors]") {
  CHECK_THROWS_WITH(strings({"a", "b"}, {3}), ContainsSubstring("2 strings do not fill an array of shape (3,)"));
  CHECK_THROWS_WITH(to_strings(zeros({2, 3})), ContainsSubstring("expected strings, a uint8 tensor"));
}

TEST_CASE("texts are split as TensorFlow splits them", "[core][text]") {
  // tf.strings.split, tf.strings.unicode_split, tf.strings.ngrams
  CHECK(split_whitespace(" a\tb \n c ") == Words{"a", "b", "c"});
  CHECK(split_whitespace("  ").empty());
  CHECK(split_characters("aï日😀") == Words{"a", "ï", "日", "😀"});
  CHECK(split_characters("a\xff"
                         "b") == Words{"a", "\xef\xbf\xbd", "b"});
  CHECK(ngrams_of({"a", "b", "c"}, {1, 2}) == Words{"a", "b", "c", "a b", "b c"});
  CHECK(ngrams_of({"a"}, {2}).empty());
  CHECK(lower_ascii("ABC ÜZ") == "abc Üz");
  CHECK(strip_punctuation("a-b!c'd~e_f") == "abcdef");
}

}  // namespace kerascpp::test
