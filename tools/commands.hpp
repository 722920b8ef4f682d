#pragma once

#include <functional>

#include <CLI/CLI.hpp>

// One function per command: declares its options and gives what it does when it is chosen. What a command does throws
// kerascpp::Error for a bad file or input (exit code 1); wrong usage is CLI11's (exit code 2).

namespace kerascpp::tool {

using Action = std::function<void()>;

Action add_summary(CLI::App& app);
Action add_predict(CLI::App& app);
Action add_evaluate(CLI::App& app);
Action add_fit(CLI::App& app);
Action add_convert(CLI::App& app);
Action add_plot(CLI::App& app);
Action add_config(CLI::App& app);
Action add_backends(CLI::App& app);

}  // namespace kerascpp::tool
