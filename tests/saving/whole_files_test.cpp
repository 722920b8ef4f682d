// A file is old or new, and whole: whenever the process is killed, the disk is full, the folder is not ours.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kerascpp/kerascpp.hpp>

#include "support/catch.hpp"
#include "support/child_process.hpp"
#include "support/message_of.hpp"
#include "support/skip.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

using namespace layers;

/// A model of about 400 KB all of whose weights are `value`.
Model model_of(float value) {
  Sequential model{Input({300}), Dense(320)};
  std::vector<Tensor> weights;
  for (const Tensor& weight : model.get_weights()) weights.push_back(full(weight.shape(), value));
  model.set_weights(weights);
  return model;
}

/// The value of all weights of a file; throws Error when it is not whole.
float value_in(const std::string& path) {
  std::vector<Tensor> weights;
  if (path.find(".weights.") != std::string::npos) {
    const Model model = model_of(-1);
    model.load_weights(path);
    weights = model.get_weights();
  } else {
    weights = load_model(path).get_weights();
  }
  const float first = weights[0].to_vector<float>()[0];
  for (const Tensor& weight : weights) KCPP_CHECK(allclose(weight, full(weight.shape(), first), 0, 0), Error, "mixed");
  return first;
}

void save(const Model& model, const std::string& path) {
  if (path.find(".weights.") != std::string::npos)
    model.save_weights(path);
  else
    model.save(path);
}

/// Two files: the kernel has 384,000 bytes, the bias 1,280.
void save_shards(const Model& model, const std::string& path) {
  save_weights(model, path, {.max_shard_size = 384640.0 / (1 << 30)});  // the kernel fits, the bias with it does not
}

constexpr const char* kEndings[] = {".keras", ".h5", ".weights.h5"};

/// Files in a folder beside those that belong there.
std::size_t temporaries(const TemporaryFolder& folder) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    count += entry.path().filename().string().find(".tmp") != std::string::npos ? 1 : 0;
  return count;
}

void remove_temporaries(const TemporaryFolder& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    if (entry.path().filename().string().find(".tmp") != std::string::npos) std::filesystem::remove(entry.path());
}

/// Expects that saving fails with an IoError that says `what`, and that the file is as before.
void expect_refusal(const std::string& path, const std::string& what) {
  INFO(path);
  const std::string message = message_of<IoError>([&] { save(model_of(9), path); });
  CHECK_THAT(message, ContainsSubstring(std::filesystem::path(path).filename().string()));
  CHECK_THAT(message, ContainsSubstring(what));
}

}  // namespace

TEST_CASE("child: saves one model after the other", "[.child]") {
  const std::string path = told("KERASCPP_TEST_PATH");
  if (path.empty()) return;
  const Model one = model_of(1), two = model_of(2);
  for (;;)
    for (const Model& model : {one, two}) save(model, path);
}

TEST_CASE("a process killed while it saves leaves the old file or the new one", "[saving][whole]") {
  const TemporaryFolder folder;
  constexpr int kWanted = 54;  // of these with a temporary file open
  int hits = 0, kills = 0;
  std::uint64_t dice = 1;
  while (hits < kWanted && kills < 6 * kWanted) {
    const std::string path = folder.file(std::string("model") + kEndings[kills % 3]);
    if (!std::filesystem::exists(path)) save(model_of(0), path);
    ChildProcess child("child: saves one model after the other", {{"KERASCPP_TEST_PATH", path}});
    // until it writes, and then a little longer each time
    const auto begin = std::chrono::steady_clock::now();
    while (temporaries(folder) == 0 && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20))
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
    std::this_thread::sleep_for(std::chrono::microseconds((dice >> 33U) % 12000));
    child.kill();
    ++kills;
    if (temporaries(folder) > 0) ++hits;
    remove_temporaries(folder);
    float value = -1;
    REQUIRE_NOTHROW(value = value_in(path));
    const bool is_known = value == 0 || value == 1 || value == 2;
    CHECK(is_known);
  }
  INFO(kills << " kills");
  CHECK(hits >= 50);
}

TEST_CASE("child: saves shards of one model after the other", "[.child]") {
  const std::string path = told("KERASCPP_TEST_PATH");
  if (path.empty()) return;
  const Model one = model_of(1), two = model_of(2);
  for (;;)
    for (const Model& model : {one, two}) save_shards(model, path);
}

TEST_CASE("a process killed while it saves shards leaves the old ones or the new ones", "[saving][whole]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("model.weights.json");
  save_shards(model_of(0), path);
  std::uint64_t dice = 1;
  for (int kills = 0; kills < 24; ++kills) {
    ChildProcess child("child: saves shards of one model after the other", {{"KERASCPP_TEST_PATH", path}});
    const auto begin = std::chrono::steady_clock::now();
    while (temporaries(folder) == 0 && std::chrono::steady_clock::now() - begin < std::chrono::seconds(20))
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
    std::this_thread::sleep_for(std::chrono::microseconds((dice >> 33U) % 12000));
    child.kill();
    remove_temporaries(folder);
    float value = -1;
    REQUIRE_NOTHROW(value = value_in(path));
    const bool is_known = value == 0 || value == 1 || value == 2;
    CHECK(is_known);
  }
  // the next saving removes what those that were killed left behind
  save_shards(model_of(3), path);
  CHECK(folder.count() == 3);
  CHECK(value_in(path) == 3);
}

TEST_CASE("what a saving of shards was killed over is removed by the next one", "[saving][whole]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("model.weights.json");
  save_shards(model_of(1), path);
  folder.write("model-2_00000.weights.h5", "a shard of the process that was killed");
  folder.write("model_00007.weights.h5", "of somebody else");
  folder.write("other.weights.h5", "of somebody else");
  folder.write(
      "model.weights.json.saving",
      R"(["model_00000.weights.h5", "model-2_00000.weights.h5", "other.weights.h5", "model_/../other.weights.h5"])");
  save_shards(model_of(2), path);
  CHECK(value_in(path) == 2);
  CHECK(folder.count() == 5);  // the map, its two files, and those of somebody else
  CHECK(bytes_of_file(folder.file("other.weights.h5")) == "of somebody else");
  CHECK(bytes_of_file(folder.file("model_00007.weights.h5")) == "of somebody else");
  // a note that is no note, and one beside a map that cannot be read
  for (const char* note : {"no JSON", "{}", "[7]", R"(["model_00007.weights.h5"])"}) {
    folder.write("model.weights.json", "no map");
    folder.write("model.weights.json.saving", note);
    save_shards(model_of(4), path);
    CHECK(value_in(path) == 4);
    CHECK(bytes_of_file(folder.file("model_00007.weights.h5")) == "of somebody else");
  }
}

TEST_CASE("shards that are saved again leave none of the old ones", "[saving][whole]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("model.weights.json");
  for (const float value : {1.0F, 2.0F, 3.0F}) {
    save_shards(model_of(value), path);
    CHECK(folder.count() == 3);  // the map, and a shard for each weight
    CHECK(value_in(path) == value);
  }
  // where the map cannot be written, all is as before
  const std::string folder_there = folder.file("taken.weights.json");
  std::filesystem::create_directory(folder_there);
  CHECK_THROWS_AS(save_shards(model_of(4), folder_there), IoError);
  CHECK(folder.count() == 4);
  CHECK(value_in(path) == 3);
}

TEST_CASE("without room for a file saving fails, and the old one stays", "[saving][whole]") {
  const TemporaryFolder folder;
  for (const char* ending : kEndings) save(model_of(3), folder.file(std::string("model") + ending));
  struct rlimit before {};
  getrlimit(RLIMIT_FSIZE, &before);
  void (*const handler)(int) = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit small = before;
  small.rlim_cur = 100000;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  for (const char* ending : kEndings) expect_refusal(folder.file(std::string("model") + ending), "large");
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(folder.count() == 3);  // nothing is left over
  for (const char* ending : kEndings) CHECK(value_in(folder.file(std::string("model") + ending)) == 3);
}

TEST_CASE("on a full disk saving fails, and the old file stays", "[saving][whole]") {
  const TemporaryFolder folder;
  if (mount("none", folder.path().c_str(), "tmpfs", 0, "size=600k") != 0)
    return skip("on a full disk saving fails: a file system cannot be mounted here");
  struct Mounted {
    std::string path;
    ~Mounted() { umount2(path.c_str(), MNT_DETACH); }
  } const mounted{folder.path()};
  for (const char* ending : kEndings) {
    const std::string path = folder.file(std::string("model") + ending);
    save(model_of(3), path);  // there is room for one
    expect_refusal(path, "space");
    CHECK(folder.count() == 1);
    CHECK(value_in(path) == 3);
    std::filesystem::remove(path);
  }
}

TEST_CASE("in a folder that may not be written saving fails, and the old file stays", "[saving][whole]") {
  const TemporaryFolder folder;
  for (const char* ending : kEndings) save(model_of(3), folder.file(std::string("model") + ending));
  REQUIRE(chmod(folder.path().c_str(), 0555) == 0);
  const bool is_root = geteuid() == 0;
  if (is_root) {
    REQUIRE(seteuid(65534) == 0);  // root may write anywhere
  }
  for (const char* ending : kEndings) expect_refusal(folder.file(std::string("model") + ending), "ermission denied");
  if (is_root) {
    REQUIRE(seteuid(0) == 0);
  }
  REQUIRE(chmod(folder.path().c_str(), 0755) == 0);
  CHECK(folder.count() == 3);
  for (const char* ending : kEndings) CHECK(value_in(folder.file(std::string("model") + ending)) == 3);
}

}  // namespace kerascpp::test
