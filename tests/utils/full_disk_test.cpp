// Writers on a disk that is full: an error that names the file, the old file as it was, and nothing left behind.

#include <kerascpp/core/text_array.hpp>
#include <kerascpp/kerascpp.hpp>

#include <csignal>
#include <filesystem>

#include <sys/resource.h>

#include "support/catch.hpp"
#include "support/message_of.hpp"
#include "support/temporary_folder.hpp"

namespace kerascpp::test {
namespace {

/// No file of this process may become longer: writes fail as on a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

}  // namespace

TEST_CASE("a full disk is told, and leaves old files as they were", "[utils][files]") {
  const TemporaryFolder folder, sources;
  set_random_seed(1);
  const Tensor noise = random_uniform({64, 64, 3}, 0, 255);
  Sequential model{layers::Input({60}), layers::Dense(60), layers::Dense(60)};
  model.compile({.optimizer = "adam", .loss = "mse"});
  const std::string big = sources.write("big.bin", std::string(100000, 'x'));
  struct Writer {
    const char* file;
    Callable<void(const std::string& path)> write;
  };
  const std::vector<Writer> writers{
      {"image.png", [&](const std::string& path) { utils::save_img(path, noise); }},
      {"grid.png",
       [&](const std::string& path) {
         utils::plot_images(noise.reshape({1, 64, 64, 3}), {.to_file = path});
       }},
      {"scatter.svg",
       [&](const std::string& path) {
         utils::plot_scatter(random_normal({500, 2}), {}, {.to_file = path});
       }},
      {"sound.wav",
       [&](const std::string& path) {
         utils::save_wav(path, random_normal({40000, 1}), 8000);
       }},
      {"array.npy", [&](const std::string& path) { save_npy(path, noise); }},
      {"arrays.npz",
       [&](const std::string& path) {
         save_npz(path, Dict{{"x", noise}});
       }},
      {"array.txt",
       [&](const std::string& path) {
         savetxt(path, noise.reshape({64, 192}));
       }},
      {"model.keras", [&](const std::string& path) { model.save(path); }},
      {"model.h5", [&](const std::string& path) { model.save(path); }},
      {"model.weights.h5", [&](const std::string& path) { model.save_weights(path); }},
      {"fetched.bin", [&](const std::string& path) {
         static_cast<void>(utils::get_file(path, "file://" + big, {.force_download = true, .verbose = 0}));
       }}};
  for (const Writer& writer : writers) {
    INFO(writer.file);
    const std::string path = folder.write(writer.file, "what was there");
    std::string message;
    {
      const FullDisk full(4096);
      message = message_of<IoError>([&] { writer.write(path); });
    }
    CHECK_THAT(message, ContainsSubstring(writer.file));
    CHECK(bytes_of_file(path) == "what was there");
    std::filesystem::remove(path + ".part");  // what a download continues with
    CHECK(folder.count() == 1);
    std::filesystem::remove(path);
    writer.write(path);  // with room it is written
    CHECK(std::filesystem::file_size(path) > 4096);
    std::filesystem::remove_all(folder.path());
    std::filesystem::create_directories(folder.path());
  }
}

TEST_CASE("a full disk while an archive is unpacked leaves nothing behind", "[utils][files]") {
  const TemporaryFolder folder;
  save_npz(folder.file("a.zip"), Dict{{"x", random_uniform({5000})}});
  {
    const FullDisk full(4096);
    CHECK_THROWS_AS(utils::extract_archive(folder.file("a.zip"), folder.file("unpacked")), IoError);
  }
  CHECK(folder.count() == 1);
  utils::extract_archive(folder.file("a.zip"), folder.file("unpacked"));
  CHECK(std::filesystem::file_size(folder.file("unpacked/x.npy")) > 20000);
}

TEST_CASE("wrong data is told before or while a model trains", "[utils][training][errors]") {
  set_random_seed(1);
  Sequential model{layers::Input({4}), layers::Dense(3, {.activation = "softmax"})};
  model.compile({.optimizer = "sgd", .loss = "sparse_categorical_crossentropy"});
  const Tensor x = random_normal({8, 4});
  CHECK_THAT(message_of<ShapeError>([&] { model.fit(x, arange(7), {.verbose = 0}); }), ContainsSubstring("7"));
  CHECK_THAT(message_of<ShapeError>([&] {
               model.fit(random_normal({8, 5}), arange(8), {.verbose = 0});
             }),
             ContainsSubstring("(None, 4)") && ContainsSubstring("5"));
  CHECK_THAT(message_of<ValueError>([&] { model.fit(data::Dataset::from_elements({}), {}, {.verbose = 0}); }),
             ContainsSubstring("without a batch"));
}

}  // namespace kerascpp::test
