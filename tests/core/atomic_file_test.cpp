#include <kerascpp/core/npy.hpp>

#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"

using namespace kerascpp;

// The writers of the library share one helper for atomic files; save_npy stands for all of them.

TEST_CASE("a failed write leaves the old file and nothing else", "[core]") {
  const TemporaryFolder folder;
  save_npy(folder.file("x.npy"), Tensor{1, 2});
  CHECK_THROWS_AS(save_npy(folder.file("x.npy"), zeros({2}, DType::BFloat16)), DTypeError);
  CHECK(identical(load_npy(folder.file("x.npy")), Tensor{1, 2}));
  CHECK(folder.count() == 1);
}

TEST_CASE("writing replaces a file and keeps its permissions", "[core]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("x.npy", "old");
  REQUIRE(chmod(path.c_str(), 0640) == 0);
  save_npy(path, Tensor(7));
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
  CHECK(load_npy(path).item<int>() == 7);
}

TEST_CASE("writing through a symbolic link keeps the link", "[core]") {
  const TemporaryFolder folder;
  const std::string path = folder.write("real.npy", "old");
  std::filesystem::create_symlink("real.npy", folder.file("link.npy"));
  save_npy(folder.file("link.npy"), Tensor(7));
  CHECK(std::filesystem::is_symlink(folder.file("link.npy")));
  CHECK(load_npy(path).item<int>() == 7);
}

TEST_CASE("a name without a folder is written to the current one", "[core]") {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  save_npy("x.npy", Tensor(7));
  std::filesystem::current_path(before);
  CHECK(load_npy(folder.file("x.npy")).item<int>() == 7);
}
