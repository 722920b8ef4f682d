#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include <CLI/CLI.hpp>

// One function per command: declares its options and gives what it does when it is chosen. What a command does throws
// kerascpp::Error for a bad file or input (exit code 1), UsageError for options that do not belong together; wrong
// usage is CLI11's otherwise (exit code 2).

namespace kerascpp::tool {

using Action = std::function<void()>;

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Checks that an option is a whole number not below `least`.
[[nodiscard]] CLI::Validator at_least(long long least);

Action add_summary(CLI::App& app);
Action add_predict(CLI::App& app);
Action add_evaluate(CLI::App& app);
Action add_fit(CLI::App& app);
Action add_convert(CLI::App& app);
Action add_export(CLI::App& app);
Action add_verify(CLI::App& app);
Action add_plot(CLI::App& app);
Action add_bench(CLI::App& app);
Action add_config(CLI::App& app);
Action add_backends(CLI::App& app);
Action add_completion(CLI::App& app);

/// The long text of a command's help, behind its options: what it does with what it is given, and examples.
[[nodiscard]] std::string manual(const std::string& command);

}  // namespace kerascpp::tool
