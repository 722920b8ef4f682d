// Archives are unpacked whole, and only inside of their folder.

#include <kerascpp/core/error.hpp>
#include <kerascpp/utils/archive.hpp>
#include <kerascpp/utils/get_file.hpp>

#include <filesystem>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

using namespace kerascpp;
using utils::extract_archive;

namespace {

/// A member of a tar archive as ustar has it.
std::string member(const std::string& name, const std::string& content, char type = '0') {
  std::string block(512, '\0');
  const auto put = [&block](std::size_t at, const std::string& text) { block.replace(at, text.size(), text); };
  const auto octal = [](std::size_t value, int digits) {
    std::string text(static_cast<std::size_t>(digits), '0');
    for (std::size_t i = text.size(); i-- > 0; value /= 8) text[i] = static_cast<char>('0' + value % 8);
    return text;
  };
  put(0, name);
  put(100, "0000644");
  put(124, octal(content.size(), 11));
  put(136, "00000000000");
  put(148, "        ");
  block[156] = type;
  put(257, "ustar");
  put(263, "00");
  std::size_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, octal(sum, 6) + std::string("\0 ", 2));
  return block + content + std::string((512 - content.size() % 512) % 512, '\0');
}

std::string with_sum_of(std::string archive) { return archive + std::string(1024, '\0'); }

}  // namespace

TEST_CASE("tar archives are unpacked", "[utils][archive]") {
  const TemporaryFolder folder;
  const std::string long_name(140, 'n');
  const std::string path =
      folder.write("x.tar", with_sum_of(member("top/", "", '5') + member("top/a.txt", std::string(1500, 'a')) +
                                        member("././@LongLink", "top/" + long_name + std::string(1, '\0'), 'L') +
                                        member("cut", "b") + member("pax", "18 path=top/c.txt\n", 'x') +
                                        member("short", "c") + member("./top/deep/er/d.txt", "")));
  extract_archive(path, folder.file("out"));
  CHECK(bytes_of_file(folder.file("out/top/a.txt")) == std::string(1500, 'a'));
  CHECK(bytes_of_file(folder.file("out/top/" + long_name)) == "b");
  CHECK(bytes_of_file(folder.file("out/top/c.txt")) == "c");
  CHECK(std::filesystem::exists(folder.file("out/top/deep/er/d.txt")));
  CHECK(folder.count() == 2);
}

TEST_CASE("a real gzipped archive is unpacked", "[utils][archive]") {
  const TemporaryFolder folder;
  extract_archive(KERASCPP_TEST_DATA "/datasets/cifar10.tar.gz", folder.file("out"), "tar");
  CHECK(std::filesystem::file_size(folder.file("out/cifar-10-batches-py/test_batch")) > 6144);
}

TEST_CASE("zip archives are unpacked", "[utils][archive]") {
  const TemporaryFolder folder;
  extract_archive(KERASCPP_TEST_DATA "/arrays/with_folder.npz", folder.file("out"));
  CHECK(std::filesystem::exists(folder.file("out/sub/x.npy")));
}

TEST_CASE("archives cannot write outside of their folder", "[utils][archive]") {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& bytes, const char* reason) {
    INFO(reason);
    const std::string path = folder.write("x.tar", with_sum_of(bytes));
    CHECK_THROWS_WITH(extract_archive(path, folder.file("out")), ContainsSubstring(reason));
    CHECK(folder.count() == 1);
  };
  refused(member("ok", "a") + member("../evil", "b"), "\"../evil\" leads out of the archive");
  refused(member("a/../../evil", "b"), "leads out of the archive");
  refused(member("/etc/evil", "b"), "leads out of the archive");
  refused(member("a\\..\\evil", "b"), "leads out of the archive");
  refused(member("link", "", '2'), "is a link or a device");
  refused(member("hard", "", '1'), "is a link or a device");
  refused(member("fifo", "", '6'), "is a link or a device");
  refused(member("pax", "99 path=a\n", 'x') + member("a", "b"), "a bad pax header");
  std::string damaged = member("a", "b");
  damaged[0] = 'x';
  refused(damaged, "checksum of a header is wrong");
  CHECK_THROWS_AS(extract_archive(KERASCPP_TEST_DATA "/arrays/escape_parent.npz", folder.file("out")), FormatError);
  CHECK(folder.count() == 1);
}

TEST_CASE("damaged archives leave nothing behind", "[utils][archive]") {
  const TemporaryFolder folder;
  const std::string whole = member("a.txt", std::string(1500, 'a'));
  for (const std::size_t length : {std::size_t{100}, std::size_t{512}, std::size_t{1600}}) {
    const std::string path = folder.write("x.tar", whole.substr(0, length));
    CHECK_THROWS_AS(extract_archive(path, folder.file("out")), FormatError);
    CHECK(folder.count() == 1);
  }
  const std::string gzipped = bytes_of_file(KERASCPP_TEST_DATA "/datasets/cifar10.tar.gz");
  const std::string path = folder.write("x.tar", gzipped.substr(0, gzipped.size() / 2));
  CHECK_THROWS_AS(extract_archive(path, folder.file("out")), FormatError);
  CHECK_THROWS_AS(extract_archive(KERASCPP_TEST_DATA "/arrays/bad_crc.npz", folder.file("out"), "zip"), FormatError);
  CHECK(folder.count() == 1);
  CHECK_THROWS_AS(extract_archive(folder.file("none"), folder.file("out")), IoError);
  CHECK_THROWS_WITH(extract_archive(path, folder.file("out"), "rar"), ContainsSubstring("received \"rar\""));
}

TEST_CASE("get_file unpacks what it downloads", "[utils][archive]") {
  const TemporaryFolder cache, source;
  const std::string path = source.write("data.v1.tar", with_sum_of(member("in/a.txt", "abc")));
  const utils::GetFileOptions options{.extract = true, .cache_dir = cache.path(), .verbose = 0};
  CHECK(utils::get_file("things", "file://" + path, options) == cache.file("datasets/things"));
  CHECK(bytes_of_file(cache.file("datasets/things/in/a.txt")) == "abc");
  CHECK(std::filesystem::exists(cache.file("datasets/things_archive")));
  // the names that Keras 3.15.1 gives to archive and folder
  CHECK(utils::get_file("data.v1.tar", "file://" + path, options) == cache.file("datasets/data_extracted"));
  CHECK(bytes_of_file(cache.file("datasets/data_extracted/in/a.txt")) == "abc");
  CHECK(std::filesystem::is_regular_file(cache.file("datasets/data.v1.tar")));
  const std::string origin = "file://" + source.write("other.tar", with_sum_of(member("in/a.txt", "abc")));
  CHECK(utils::get_file("", origin, options) == cache.file("datasets/other.tar"));
  CHECK(bytes_of_file(cache.file("datasets/other.tar/in/a.txt")) == "abc");
  CHECK(std::filesystem::is_regular_file(cache.file("datasets/other.tar_archive")));
  CHECK_THROWS_WITH(utils::get_file("", "file://" + path, options), ContainsSubstring("there is a file of that name"));
  // what is there needs no archive
  CHECK(utils::get_file("things", "file:///nowhere", options) == cache.file("datasets/things"));
}
