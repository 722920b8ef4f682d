// S1: a process that loads a saved network and predicts one row. Started with a file, this program is that process.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <filesystem>

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;
using namespace kerascpp::layers;

namespace {

void predict(const char* path) {
  const Model model = models::load_model(path);
  std::printf("%g\n", static_cast<double>(model.predict(ones({1, 784}), {.verbose = 0})[0].item<float>(0)));
}

struct Usage {
  double seconds = 0, mebibytes = 0;
};

Usage run(const char* program, const std::string& path) {
  const char* const command[] = {program, path.c_str(), nullptr};
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  const bench::Clock::time_point start = bench::Clock::now();
  pid_t child = 0;
  int status = 1;
  rusage usage{};
  if (posix_spawn(&child, program, &quiet, nullptr, const_cast<char* const*>(command), environ) == 0)
    wait4(child, &status, 0, &usage);
  if (status != 0) throw std::runtime_error("the started process failed");
  return {bench::seconds_since(start), static_cast<double>(usage.ru_maxrss) / 1024};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) {
    predict(argv[1]);
    return 0;
  }
  const bench::Arguments arguments = bench::parse(argc, argv, "S1");
  const Sequential model{Input({784}), Dense(512, {.activation = "relu"}),
                         Dropout(0.2), Dense(512, {.activation = "relu"}),
                         Dropout(0.2), Dense(10, {.activation = "softmax"})};
  const std::string folder = (std::filesystem::temp_directory_path() / "kerascpp-bench-XXXXXX").string();
  std::string made = folder;
  if (mkdtemp(made.data()) == nullptr) throw std::runtime_error("no temporary folder");
  const std::string path = made + "/mlp.keras";
  model.save(path);
  run("/proc/self/exe", path);  // the files' pages are in memory from here on
  std::vector<double> seconds, mebibytes;
  for (int i = 0; i < std::max(3, arguments.repeats); ++i) {
    const Usage usage = run("/proc/self/exe", path);
    seconds.push_back(usage.seconds);
    mebibytes.push_back(usage.mebibytes);
  }
  std::filesystem::remove_all(made);
  bench::report(arguments, seconds, "s", "time");
  bench::report(arguments, mebibytes, "MiB", "memory");
}
