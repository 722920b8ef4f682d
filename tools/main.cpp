#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <kerascpp/kerascpp.hpp>

#include "commands.hpp"

namespace {

/// One line: messages carry context on lines of their own.
std::string one_line(const std::string& text) {
  std::string line;
  for (char c : text) {
    if (c == '\n')
      line += "; ";
    else
      line += c;
  }
  return line;
}

}  // namespace

CLI::Validator kerascpp::tool::at_least(long long least) {
  const auto check = [least](const std::string& text) {
    char* end = nullptr;
    const long long value = std::strtoll(text.c_str(), &end, 10);
    const bool holds = !text.empty() && *end == '\0' && value >= least;
    return holds ? std::string() : "must be a whole number of at least " + std::to_string(least) + ", received " + text;
  };
  return CLI::Validator(check, "");
}

int main(int argc, char** argv) {
  using namespace kerascpp::tool;
  CLI::App app{"Works with models of Keras and kerascpp: .keras archives, .h5 and .onnx files.", "kerascpp"};
  app.footer("\n" + manual(""));
  app.set_version_flag("--version", std::string("kerascpp ") + KERASCPP_VERSION);
  app.require_subcommand(1);
  std::vector<std::pair<CLI::App*, Action>> commands;
  const auto add = [&](const char* name, const char* what, Action (*declare)(CLI::App&)) {
    CLI::App* command = app.add_subcommand(name, what);
    command->footer("\n" + manual(name));
    commands.emplace_back(command, declare(*command));
  };
  add("summary", "Print the layers of a model", add_summary);
  add("predict", "Compute the outputs of a model for arrays", add_predict);
  add("evaluate", "Compute loss and metrics of a model over arrays", add_evaluate);
  add("fit", "Train a model on arrays and save it", add_fit);
  add("convert", "Write a model in another format", add_convert);
  add("export", "Write a model as C++ source", add_export);
  add("verify", "Check that a file is whole and computes what it did", add_verify);
  add("plot", "Draw the layers of a model", add_plot);
  add("bench", "Show where the time of a prediction goes", add_bench);
  add("config", "Print the settings in force", add_config);
  add("backends", "Print the backends and what they compute", add_backends);
  add("completion", "Print a script that completes commands in a shell", add_completion);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help and --version
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "kerascpp: error: %s (see kerascpp --help)\n", one_line(error.what()).c_str());
    return 2;
  }
  try {
    for (const auto& [command, action] : commands)
      if (command->parsed()) action();
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
    std::fprintf(stderr, "kerascpp: error: cannot write to standard output\n");
    return 1;
  } catch (const UsageError& error) {
    std::fprintf(stderr, "kerascpp: error: %s (see kerascpp --help)\n", one_line(error.what()).c_str());
    return 2;
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "kerascpp: error: there is not enough memory\n");
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kerascpp: error: %s\n", one_line(error.what()).c_str());
    return 1;
  }
}
