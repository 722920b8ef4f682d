#include <algorithm>
#include <fstream>

#include <kerascpp/core/error.hpp>

#include "callbacks/families.hpp"
#include "utils/python_text.hpp"

namespace kerascpp::callbacks {
namespace {

// Lines end in \r\n, as Python's csv module writes them for Keras.
class CSVLoggerCallback final : public CallbackBase {
 public:
  CSVLoggerCallback(std::string filename, CSVLoggerOptions options)
      : filename_(std::move(filename)), options_(std::move(options)) {
    KCPP_CHECK(options_.separator.size() == 1, ValueError, "[CSVLogger] separator must be one character, received \"",
               options_.separator, "\"");
  }
  [[nodiscard]] std::string class_name() const override { return "CSVLogger"; }

  void on_train_begin(const Logs&) override {
    header_written_ = options_.append && std::ifstream(filename_).peek() != std::ifstream::traits_type::eof();
    file_.close();
    file_.clear();
    file_.open(filename_, std::ios::binary | (options_.append ? std::ios::app : std::ios::trunc));
    check();
    names_.clear();
  }
  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    if (names_.empty()) {
      names_ = columns(logs);
      if (!header_written_) write_line("epoch", names_);
      header_written_ = true;
    }
    std::vector<std::string> values;
    for (const std::string& name : names_) {
      const double* value = logs.find(name);
      values.push_back(value == nullptr ? "NA" : utils::python_float(*value));
    }
    write_line(std::to_string(epoch), values);
    file_.flush();
    check();
  }
  void on_train_end(const Logs&) override { file_.close(); }

 private:
  /// The names in order; columns for validation are there from the start, filled with NA until there are values.
  static std::vector<std::string> columns(const Logs& logs) {
    std::vector<std::string> names;
    for (const auto& item : logs) names.push_back(item.first);
    std::sort(names.begin(), names.end());
    const auto is_validation = [](const std::string& name) { return name.rfind("val_", 0) == 0; };
    if (std::any_of(names.begin(), names.end(), is_validation)) return names;
    const std::size_t count = names.size();
    for (std::size_t i = 0; i < count; ++i) names.push_back("val_" + names[i]);
    return names;
  }
  void write_line(const std::string& first, const std::vector<std::string>& rest) {
    file_ << first;
    for (const std::string& text : rest) file_ << options_.separator << text;
    file_ << "\r\n";
  }
  void check() const { KCPP_CHECK(file_.good(), IoError, "[CSVLogger] cannot write \"", filename_, "\""); }

  std::string filename_;
  CSVLoggerOptions options_;
  std::ofstream file_;
  std::vector<std::string> names_;
  bool header_written_ = false;
};

}  // namespace

Callback CSVLogger(const std::string& filename, const CSVLoggerOptions& options) {
  return std::make_shared<CSVLoggerCallback>(filename, options);
}

void register_csv_logger(ObjectRegistry& registry) {
  add_callback<CSVLoggerOptions>(registry, "CSVLogger", "filename", CSVLogger);
}

}  // namespace kerascpp::callbacks
