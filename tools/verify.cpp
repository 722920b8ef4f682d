// verify: whether a file is whole, and its model the one that was saved.
#include <cstdio>
#include <memory>

#include <kerascpp/models/model_base.hpp>
#include <kerascpp/saving/verify.hpp>

#include "commands.hpp"

namespace kerascpp::tool {

Action add_verify(CLI::App& app) {
  struct Arguments {
    std::string file;
    bool require = false;
  };
  auto a = std::make_shared<Arguments>();
  app.add_option("FILE", a->file, "Model: .keras, .h5 or .onnx")->required();
  app.add_flag("--require-self-check", a->require, "Fail when the file keeps no sample to compute again");
  return [a] {
    const saving::Verification found = saving::verify_model(a->file);
    KCPP_CHECK(found.has_self_check || !a->require, FormatError, "\"", a->file, "\" keeps no sample to verify by");
    std::printf("structure: %s, %lld layers\n", found.format.c_str(), static_cast<long long>(found.layers));
    std::printf("shapes: %lld weights with %lld parameters fit the model\n", static_cast<long long>(found.weights),
                static_cast<long long>(found.parameters));
    std::printf("hashes: %s\n", found.hashes.c_str());
    std::printf("self-check: %s\n",
                found.has_self_check ? "the stored sample gives the stored outputs" : "the file keeps no sample");
    std::fflush(stdout);
  };
}

}  // namespace kerascpp::tool
