// IO1: ResNet50 to and from files of both kinds, in memory where the system has a folder there: ours are synced to the
// disk, those of the peers are not, and the disk is not what is compared.
#include <filesystem>

#include <kerascpp/kerascpp.hpp>

#include "measure.hpp"

using namespace kerascpp;

int main(int argc, char** argv) {
  const bench::Arguments arguments = bench::parse(argc, argv, "IO1");
  const Model model = applications::ResNet50({.weights = ""});
  const std::filesystem::path memory = "/dev/shm";
  const std::filesystem::path root =
      std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
  std::string folder = (root / "kerascpp-bench-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) throw std::runtime_error("no temporary folder");
  for (const std::string ending : {".keras", ".h5"}) {
    const std::string path = folder + "/model" + ending;
    model.save(path);  // the first time costs what later ones do not
    static_cast<void>(load_model(path));
    std::vector<double> saving, loading;
    for (int i = 0; i < std::max(3, arguments.repeats); ++i) {
      bench::Clock::time_point start = bench::Clock::now();
      model.save(path);
      saving.push_back(bench::seconds_since(start));
      start = bench::Clock::now();
      static_cast<void>(load_model(path));
      loading.push_back(bench::seconds_since(start));
    }
    bench::report(arguments, saving, "s", "save " + ending);
    bench::report(arguments, loading, "s", "load " + ending);
  }
  std::filesystem::remove_all(folder);
}
