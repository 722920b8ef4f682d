#include <kerascpp/graph/mode.hpp>

#include <kerascpp/core/error.hpp>

namespace kerascpp {
namespace {

struct Spelling {
  std::string_view given, name;
};
constexpr Spelling kSpellings[] = {
    {"FAST_RUN", "fast_run"}, {"FAST_COMPILE", "fast_compile"}, {"NanGuardMode", "nan_guard"},
    {"DebugMode", "debug"},   {"DEBUG_MODE", "debug"},          {"MonitorMode", "monitor"},
};

}  // namespace

Mode::Mode(std::string_view name) : name_(name) {
  for (const Spelling& spelling : kSpellings)
    if (name == spelling.given) name_ = spelling.name;
}

std::string to_string(const StepView& step) {
  std::string text = "op \"" + step.op + "\"";
  if (!step.layer.empty()) text += " of layer \"" + step.layer + "\"";
  if (step.site.file != nullptr) text += text_of(", made at ", step.site.file, ":", step.site.line);
  return text;
}

}  // namespace kerascpp
