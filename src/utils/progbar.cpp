#include <kerascpp/utils/progbar.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>

#include <unistd.h>

namespace kerascpp::utils {
namespace {

std::atomic<bool> interactive{true};

template <class... Arguments>
std::string formatted(const char* format, Arguments... arguments) {
  char text[80];
  std::snprintf(text, sizeof text, format, arguments...);
  return text;
}

std::string in_bold(const std::string& text) { return "\x1b[1m" + text + "\x1b[0m"; }

/// `count` pieces of the bar in a colour of the terminal.
std::string pieces(std::int64_t count, const char* color) {
  std::string text = std::string("\x1b[") + color + "m";
  for (std::int64_t i = 0; i < count; ++i) text += "━";
  return text + "\x1b[0m";
}

/// How many columns a text takes: what is neither inside of an escape sequence nor inside of a UTF-8 character.
std::size_t columns(const std::string& text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      i = text.find('m', i);
      continue;
    }
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) ++count;
  }
  return count;
}

std::string time_left(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  if (seconds > 3600) return formatted("%lld:%02lld:%02lld", whole / 3600, whole % 3600 / 60, whole % 60);
  if (seconds > 60) return formatted("%lld:%02lld", whole / 60, whole % 60);
  return formatted("%llds", whole);
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void enable_interactive_logging() { interactive = true; }
void disable_interactive_logging() { interactive = false; }
bool is_interactive_logging_enabled() { return interactive; }

Progbar::Progbar(std::int64_t target, ProgbarOptions options) : target_(target), options_(std::move(options)) {
  dynamic_ = options_.dynamic_display.value_or(interactive && isatty(STDOUT_FILENO) != 0);
  if (!options_.clock)
    options_.clock = [] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
  if (!options_.print)
    options_.print = [](std::string_view text) {
      std::fwrite(text.data(), 1, text.size(), stdout);
      std::fflush(stdout);
    };
  start_ = options_.clock();
}

bool Progbar::is_due() const {
  return options_.verbose == 1 && dynamic_ && options_.clock() - last_update_ >= options_.interval;
}

void Progbar::add(std::int64_t n, const std::vector<std::pair<std::string, double>>& values) {
  update(seen_ + n, values);
}

void Progbar::update(std::int64_t current, const std::vector<std::pair<std::string, double>>& values,
                     std::optional<bool> finalize) {
  const bool last = finalize.value_or(target_ >= 0 && current >= target_);
  for (const auto& [name, value] : values) take(name, value, current, last);
  seen_ = current;
  const double now = options_.clock();
  const double per_step = step_duration(current, now);
  if (options_.verbose == 1 && dynamic_) {
    if (now - last_update_ < options_.interval && !last) return;
    draw(current, now, per_step, last);
  } else if (options_.verbose != 0 && last && target_ > 0) {
    print_line(current, now, per_step);
  }
  last_update_ = now;
}

void Progbar::take(const std::string& name, double value, std::int64_t current, bool finalize) {
  auto known = std::find_if(values_.begin(), values_.end(), [&](const Value& v) { return v.name == name; });
  if (known == values_.end()) {
    values_.push_back({name});
    known = values_.end() - 1;
  }
  const bool is_mean =
      options_.stateless_metrics ? holds(*options_.stateless_metrics, name) : !holds(options_.stateful_metrics, name);
  if (!is_mean || finalize) {
    known->sum = value;
    known->count = 1;
    return;
  }
  const auto steps = static_cast<double>(std::max<std::int64_t>(current - seen_, 1));
  known->sum += value * steps;
  known->count += steps;
}

/// The first step, which is slower than the others, does not count once there are more.
double Progbar::step_duration(std::int64_t current, double now) {
  if (current == 0) return 0;
  const double duration = after_first_step_ && current > 1
                              ? (now - *after_first_step_) / static_cast<double>(current - 1)
                              : (now - start_) / static_cast<double>(current);
  if (current == 1) after_first_step_ = now;
  return duration;
}

std::string Progbar::count_text(std::int64_t current) const {
  const int digits = static_cast<int>(std::log10(static_cast<double>(target_))) + 1;
  return formatted("%*lld/%lld", digits, static_cast<long long>(current), static_cast<long long>(target_));
}

std::string Progbar::duration_text(double per_step) const {
  if (per_step >= 1 || per_step == 0) return formatted(" %.0fs/", per_step) + options_.unit_name;
  if (per_step >= 1e-3) return formatted(" %.0fms/", per_step * 1e3) + options_.unit_name;
  return formatted(" %.0fus/", per_step * 1e6) + options_.unit_name;
}

std::string Progbar::values_text(bool as_line) const {
  std::string text;
  for (const Value& value : values_) {
    const double mean = value.sum / std::max(1.0, value.count);
    const bool plain = (as_line ? mean : std::abs(mean)) > 1e-3;
    text += " - " + value.name + ":" + formatted(plain ? " %.4f" : " %.4e", mean);
  }
  return text;
}

void Progbar::draw(std::int64_t current, double now, double per_step, bool finalize) {
  std::string bar;
  if (target_ > 0) {
    const auto done = static_cast<std::int64_t>(static_cast<double>(options_.width) * static_cast<double>(current) /
                                                static_cast<double>(target_));
    bar = in_bold(count_text(current)) + " ";
    if (done > 0) bar += pieces(done, "32");
    bar += pieces(options_.width - done, "37");
  } else {
    bar = formatted("%7lld/Unknown", static_cast<long long>(current));
  }
  const std::string time = target_ > 0 && !finalize ? time_left(per_step * static_cast<double>(target_ - current))
                                                    : formatted("%.0fs", now - start_);
  const std::string info = " " + in_bold(time) + duration_text(per_step) + values_text(false);
  std::string text = std::string(previous_width_, '\b') + "\r" + bar + info;
  const std::size_t width = columns(bar + info);
  if (previous_width_ > width) text += std::string(previous_width_ - width, ' ');
  if (finalize) text += "\n";
  options_.print(text);
  previous_width_ = width;
}

void Progbar::print_line(std::int64_t current, double now, double per_step) {
  options_.print(count_text(current) + formatted(" - %.0fs", now - start_) + " -" + duration_text(per_step) +
                 values_text(true) + "\n");
}

}  // namespace kerascpp::utils
