// completion: scripts for shells, made from the commands as they are declared.
#include <cstdio>
#include <memory>

#include "commands.hpp"

namespace kerascpp::tool {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// The long names of a command's options.
std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  std::vector<const CLI::Option*> named;
  for (const CLI::Option* option : command.get_options())
    if (!option->get_lnames().empty()) named.push_back(option);
  return named;
}

std::string words(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : options_of(command)) text += " --" + option->get_lnames().front();
  return text;
}

void print_bash(const CLI::App& app) {
  std::string names;
  for (const CLI::App* command : commands_of(app)) names += " " + command->get_name();
  std::printf(R"(# bash completion for kerascpp: source <(kerascpp completion bash)
_kerascpp() {
  local word=${COMP_WORDS[COMP_CWORD]} command= i
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
      -*) ;;
      *) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  local words=
  case $command in
    '') words="%s%s" ;;
)",
              names.substr(1).c_str(), words(app).c_str());
  for (const CLI::App* command : commands_of(app)) {
    const std::string own = words(*command);
    const bool is_shells = command->get_name() == "completion";
    std::printf("    %s) words=\"%s%s\" ;;\n", command->get_name().c_str(), own.substr(1).c_str(),
                is_shells ? " bash zsh" : "");
  }
  std::printf(R"(  esac
  case $command:$word in
    :* | completion:* | *:-*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) COMPREPLY=() ;;
  esac
}
complete -o default -o bashdefault -F _kerascpp kerascpp
)");
}

/// Text within single quotes of zsh, in the places where `[`, `]` and `:` mean something.
std::string zsh_text(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') quoted += '\\';
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted;
}

void print_zsh(const CLI::App& app) {
  std::printf(
      "#compdef kerascpp\n# zsh completion for kerascpp: source <(kerascpp completion zsh)\n_kerascpp() {\n"
      "  local -a commands=(\n");
  for (const CLI::App* command : commands_of(app))
    std::printf("    '%s:%s'\n", command->get_name().c_str(), zsh_text(command->get_description()).c_str());
  std::printf(
      "  )\n  if ((CURRENT == 2)); then\n    _describe command commands\n    return\n  fi\n"
      "  case $words[2] in\n");
  for (const CLI::App* command : commands_of(app)) {
    std::printf("    %s)\n      _arguments", command->get_name().c_str());
    for (const CLI::Option* option : options_of(*command)) {
      const bool takes_value = option->get_items_expected_max() > 0;
      std::printf(" \\\n        '--%s[%s]%s'", option->get_lnames().front().c_str(),
                  zsh_text(option->get_description()).c_str(), takes_value ? ":value:_files" : "");
    }
    std::printf(" \\\n        '*:%s'\n      ;;\n",
                command->get_name() == "completion" ? "shell:(bash zsh)" : "file:_files");
  }
  std::printf("  esac\n}\ncompdef _kerascpp kerascpp\n");
}

}  // namespace

Action add_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "bash or zsh")->required()->check(CLI::IsMember({"bash", "zsh"}));
  return [shell, &app] {
    const CLI::App& all = *app.get_parent();
    if (*shell == "bash") return print_bash(all);
    print_zsh(all);
  };
}

}  // namespace kerascpp::tool
