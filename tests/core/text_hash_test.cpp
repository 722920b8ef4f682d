// Hashes of strings against TensorFlow's.

#include "core/text_hash.hpp"

#include <string>

#include "support/catch.hpp"

namespace kerascpp::test {
namespace {

struct Row {
  int length;
  std::uint64_t fast, strong, crossed;
};

// tensorflow: s = "".join(chr(33 + 7 * n % 90) for n in range(length)), with 1000000007 buckets:
// tf.strings.to_hash_bucket_fast, to_hash_bucket_strong(key=[3, 133]), tf.sparse.cross_hashed([[[s]]])
constexpr Row kRows[] = {
    {0, 912170738, 890767814, 22873107},    {2, 586450482, 722040505, 180596342},
    {5, 38092136, 647365765, 944517339},    {9, 305556751, 271395042, 798480272},
    {20, 465983430, 57855609, 270154852},   {40, 531379428, 984167371, 791218755},
    {64, 167157249, 416399709, 810317291},  {65, 779946439, 797476628, 179334835},
    {130, 564291199, 277819262, 262572014}, {199, 967250183, 871254137, 906026651},
};

}  // namespace

TEST_CASE("strings fall into the buckets that TensorFlow puts them into", "[core][text]") {
  for (const Row& row : kRows) {
    std::string text;
    for (int n = 0; n < row.length; ++n) text += static_cast<char>(33 + 7 * n % 90);
    INFO(row.length << " characters");
    CHECK(fingerprint64(text) % 1000000007 == row.fast);
    CHECK(sip_hash(text, {3, 133}) % 1000000007 == row.strong);
    CHECK(join_fingerprints(956888297470, fingerprint64(text)) % 1000000007 == row.crossed);
  }
}

}  // namespace kerascpp::test
