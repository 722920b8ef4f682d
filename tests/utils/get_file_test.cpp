// Files come into the cache whole and right, or not at all.

#include <kerascpp/utils/get_file.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include <kerascpp/core/error.hpp>

#include "support/catch.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using utils::get_file;
using utils::GetFileOptions;
using utils::hash_file;

const std::string kContent = "what is at the origin: " + std::string(300'000, 'x');

// by coreutils
const std::string kMd5Abc = "900150983cd24fb0d6963f7d28e17f72";
const std::string kSha256Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

std::string origin_of(const std::string& path) { return "file://" + path; }

GetFileOptions into(const TemporaryFolder& cache, const std::string& hash = {}) {
  return {.file_hash = hash, .cache_subdir = "models", .cache_dir = cache.path(), .verbose = 0};
}

/// Serves kContent over HTTP on this machine, one connection after the other, and notes what was asked for.
class Server {
 public:
  /// knows_ranges: whether it gives the rest of a file. breaks_after: bytes of a reply after which the first connection
  /// breaks off; 0: none does.
  explicit Server(bool knows_ranges = true, std::size_t breaks_after = 0)
      : knows_ranges_(knows_ranges), breaks_after_(breaks_after), socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(listen(socket_, 4) == 0);
    REQUIRE(getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    url_ = text_of("http://127.0.0.1:", static_cast<int>(ntohs(address.sin_port)), "/");
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] int requests() const { return requests_; }
  [[nodiscard]] int ranges() const { return ranges_; }

 private:
  void serve() {
    for (int connection; (connection = accept(socket_, nullptr, nullptr)) >= 0; close(connection)) {
      std::string request(4096, '\0');
      request.resize(
          static_cast<std::size_t>(std::max<ssize_t>(0, recv(connection, request.data(), request.size(), 0))));
      const bool breaks = requests_++ == 0 && breaks_after_ > 0;
      const std::string answer = reply(request);
      const std::string_view sent = std::string_view(answer).substr(0, breaks ? breaks_after_ : answer.size());
      for (std::size_t done = 0; done < sent.size();) {
        const ssize_t count = send(connection, sent.data() + done, sent.size() - done, MSG_NOSIGNAL);
        if (count <= 0) break;
        done += static_cast<std::size_t>(count);
      }
      shutdown(connection, SHUT_WR);
    }
  }

  std::string reply(const std::string& request) {
    if (request.find("GET /missing") == 0)
      return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const std::size_t range = request.find("Range: bytes=");
    std::size_t first = 0;
    if (range != std::string::npos && knows_ranges_) {
      ++ranges_;
      first = std::stoul(request.substr(range + 13));
    }
    const std::string body = kContent.substr(first);
    const std::string status = first == 0 ? "200 OK"
                                          : text_of("206 Partial Content\r\nContent-Range: bytes ", first, "-",
                                                    kContent.size() - 1, "/", kContent.size());
    return text_of("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(), "\r\nConnection: close\r\n\r\n", body);
  }

  bool knows_ranges_;
  std::size_t breaks_after_;
  int socket_;
  std::string url_;
  std::atomic<int> requests_ = 0, ranges_ = 0;
  std::thread thread_;
};

/// The hash of kContent.
std::string content_hash() {
  const TemporaryFolder folder;
  return hash_file(folder.write("content", kContent));
}

/// Whether this library can download at all.
bool has_curl() {
  const TemporaryFolder cache;
  try {
    get_file("x", "http://127.0.0.1:1/x", into(cache));
  } catch (const IoError& error) {
    return std::string(error.what()).find("without libcurl") == std::string::npos;
  }
  return true;
}

}  // namespace

TEST_CASE("hashes of files are those of coreutils", "[utils][get_file]") {
  const TemporaryFolder folder;
  CHECK(hash_file(folder.write("empty", ""), "md5") == "d41d8cd98f00b204e9800998ecf8427e");
  CHECK(hash_file(folder.write("empty", "")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_file(folder.write("abc", "abc"), "md5") == kMd5Abc);
  CHECK(hash_file(folder.write("abc", "abc")) == kSha256Abc);
  // lengths around a block, where the padding takes another one or not
  const std::string digits = "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345";
  CHECK(hash_file(folder.write("80", digits.substr(0, 80)), "md5") == "57edf4a22be3c955ac49da2e2107b67a");
  CHECK(hash_file(folder.write("55", std::string(55, 'a')), "md5") == "ef1772b6dff9a122358552954ad0df65");
  CHECK(hash_file(folder.write("56", std::string(56, 'a')), "md5") == "3b0c8ac703f828b04c6c197006d17218");
  CHECK(hash_file(folder.write("64", std::string(64, 'a'))) ==
        "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  CHECK(hash_file(folder.write("56", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK_THROWS_WITH(hash_file(folder.file("none")), ContainsSubstring("cannot read"));
  CHECK_THROWS_WITH(hash_file(folder.file("abc"), "sha1"), ContainsSubstring("received \"sha1\""));
}

TEST_CASE("a file is fetched once and then taken from the cache", "[utils][get_file]") {
  const TemporaryFolder source, cache;
  const std::string origin = origin_of(source.write("data file.bin", kContent));
  const std::string path = get_file("", origin, into(cache, content_hash()));
  CHECK(path == cache.path() + "/models/data file.bin");
  CHECK(bytes_of_file(path) == kContent);
  std::filesystem::remove(source.file("data file.bin"));
  CHECK(get_file("", origin, into(cache, content_hash())) == path);
  CHECK(get_file("", origin, into(cache)) == path);
  // another name of the same origin is another file
  CHECK_THROWS_WITH(get_file("other", origin, into(cache)),
                    ContainsSubstring("cannot download file://") && ContainsSubstring("put the file there by hand"));
  CHECK_FALSE(std::filesystem::exists(cache.path() + "/models/other"));
  CHECK_FALSE(std::filesystem::exists(cache.path() + "/models/other.part"));
}

TEST_CASE("percent signs in a file URL stand for other characters", "[utils][get_file]") {
  const TemporaryFolder source, cache;
  source.write("a b", "abc");
  CHECK(bytes_of_file(get_file("c", origin_of(source.file("a%20b")), into(cache, kMd5Abc))) == "abc");
}

TEST_CASE("a file with another hash is fetched again, and kept out if it comes so", "[utils][get_file]") {
  const TemporaryFolder source, cache;
  const std::string origin = origin_of(source.write("abc", "abc"));
  std::filesystem::create_directories(cache.path() + "/models");
  cache.write("models/abc", "old");
  CHECK(bytes_of_file(get_file("abc", origin, into(cache, kMd5Abc))) == "abc");
  source.write("abc", "new");
  CHECK(bytes_of_file(get_file("abc", origin, into(cache, kSha256Abc))) == "abc");

  GetFileOptions again = into(cache, kSha256Abc);
  again.force_download = true;
  CHECK_THROWS_WITH(get_file("abc", origin, again),
                    ContainsSubstring("sha256 hash 11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437") &&
                        ContainsSubstring("expected " + kSha256Abc));
  CHECK(bytes_of_file(cache.file("models/abc")) == "abc");
  CHECK_FALSE(std::filesystem::exists(cache.file("models/abc.part")));
  again.file_hash.clear();
  CHECK(bytes_of_file(get_file("abc", origin, again)) == "new");

  again.hash_algorithm = "crc";
  CHECK_THROWS_WITH(get_file("abc", origin, again), ContainsSubstring("hash_algorithm must be"));
  CHECK_THROWS_WITH(get_file("x", "ftp://host/x", into(cache)), ContainsSubstring("http, https or file URL"));
  CHECK_THROWS_WITH(get_file("", "", into(cache)), ContainsSubstring("expected a file name"));
}

TEST_CASE("what is there of a file is not fetched again", "[utils][get_file]") {
  const TemporaryFolder source, cache;
  const std::string origin = origin_of(source.write("data", kContent));
  std::filesystem::create_directories(cache.path() + "/models");
  SECTION("when it is the beginning of the right one") { cache.write("models/data.part", kContent.substr(0, 1000)); }
  SECTION("but it is when it belongs to another one") { cache.write("models/data.part", std::string(1000, '?')); }
  SECTION("or is longer than it") { cache.write("models/data.part", kContent + "more"); }
  CHECK(bytes_of_file(get_file("data", origin, into(cache, content_hash()))) == kContent);
}

TEST_CASE("the cache is where the environment says", "[utils][get_file]") {
  const TemporaryFolder source, first, second;
  const std::string origin = origin_of(source.write("abc", "abc"));
  const auto set = [](const char* name, const char* value) {
    value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  };
  const char* const variables[] = {"KERASCPP_HOME", "KERAS_HOME", "HOME"};
  std::string before[3];
  for (int i = 0; i < 3; ++i)
    if (const char* value = std::getenv(variables[i])) before[i] = value;
  set("KERASCPP_HOME", first.path().c_str());
  set("KERAS_HOME", second.path().c_str());
  const GetFileOptions quiet{.file_hash = kMd5Abc, .verbose = 0};
  std::filesystem::create_directories(second.path() + "/datasets");
  second.write("datasets/there", "abc");
  CHECK(get_file("there", origin, quiet) == second.path() + "/datasets/there");
  CHECK(get_file("abc", origin, quiet) == first.path() + "/datasets/abc");
  for (const char* name : variables) set(name, nullptr);
  CHECK_THROWS_WITH(get_file("abc", origin, quiet), ContainsSubstring("none of KERASCPP_HOME, KERAS_HOME and HOME"));
  for (int i = 0; i < 3; ++i) set(variables[i], before[i].empty() ? nullptr : before[i].c_str());
}

TEST_CASE("files come over HTTP", "[utils][get_file]") {
  if (!has_curl()) return skip("this library was built without libcurl");
  const TemporaryFolder cache;
  const Server server;
  CHECK(bytes_of_file(get_file("data", server.url() + "data", into(cache, content_hash()))) == kContent);
  CHECK(get_file("", server.url() + "folder/data?version=2#top", into(cache)) == cache.file("models/data"));
  CHECK_THROWS_WITH(get_file("missing", server.url() + "missing", into(cache)), ContainsSubstring("404"));
  CHECK_FALSE(std::filesystem::exists(cache.file("models/missing.part")));
}

TEST_CASE("a download that broke off continues where it stopped", "[utils][get_file]") {
  if (!has_curl()) return skip("this library was built without libcurl");
  const TemporaryFolder cache;
  for (const bool knows_ranges : {true, false}) {
    const Server server(knows_ranges, 100'000);
    const std::string name = knows_ranges ? "rest" : "whole";
    CHECK_THROWS_AS(get_file(name, server.url() + "data", into(cache, content_hash())), IoError);
    CHECK_FALSE(std::filesystem::exists(cache.file("models/" + name)));
    CHECK(std::filesystem::file_size(cache.file("models/" + name + ".part")) > 50'000);
    CHECK(bytes_of_file(get_file(name, server.url() + "data", into(cache, content_hash()))) == kContent);
    CHECK(server.ranges() == (knows_ranges ? 1 : 0));
    CHECK(server.requests() == (knows_ranges ? 2 : 3));
  }
}

TEST_CASE("several threads that want one file get it", "[utils][get_file]") {
  const TemporaryFolder source, cache;
  const std::string origin = origin_of(source.write("data", kContent)), hash = content_hash();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] { right += bytes_of_file(get_file("data", origin, into(cache, hash))) == kContent; });
  for (std::thread& thread : threads) thread.join();
  CHECK(right == 4);
}

}  // namespace kerascpp::test
