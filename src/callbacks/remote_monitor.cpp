#include <cstdio>

#include <kerascpp/core/error.hpp>
#include <kerascpp/saving/json.hpp>

#include "callbacks/families.hpp"
#include "saving/configured.hpp"

#ifdef KERASCPP_HAVE_CURL
#include <curl/curl.h>
#endif

namespace kerascpp::callbacks {
namespace {

#ifdef KERASCPP_HAVE_CURL

std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

/// Whether the server took it.
bool post(const std::string& url, const std::string& body, const char* type,
          const std::vector<std::pair<std::string, std::string>>& headers) {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CURL* handle = started ? curl_easy_init() : nullptr;
  if (handle == nullptr) return false;
  curl_slist* lines = curl_slist_append(nullptr, (std::string("Content-Type: ") + type).c_str());
  for (const auto& [name, value] : headers) lines = curl_slist_append(lines, (name + ": " + value).c_str());
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT, 30L);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, drop);
  const bool done = curl_easy_perform(handle) == CURLE_OK;
  curl_slist_free_all(lines);
  curl_easy_cleanup(handle);
  return done;
}

#else

bool post(const std::string&, const std::string&, const char*,
          const std::vector<std::pair<std::string, std::string>>&) {
  throw BackendError("[RemoteMonitor] this library was built without libcurl");
}

#endif

/// Letters, digits and -_.~ stay, other bytes become %XX.
std::string url_encoded(const std::string& text) {
  std::string result;
  for (const char c : text) {
    const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    char code[4];
    std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
    result += stays ? std::string(1, c) : code;
  }
  return result;
}

class RemoteMonitorCallback final : public CallbackBase {
 public:
  explicit RemoteMonitorCallback(RemoteMonitorOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string class_name() const override { return "RemoteMonitor"; }

  void on_epoch_end(std::int64_t epoch, const Logs& logs) override {
    Config data = Config::map({{"epoch", static_cast<long long>(epoch)}});
    for (const auto& [name, value] : logs) data.set(name, value);
    const std::string json = to_json(data), url = options_.root + options_.path;
    const bool done = options_.send_as_json ? post(url, json, "application/json", options_.headers)
                                            : post(url, url_encoded(options_.field) + "=" + url_encoded(json),
                                                   "application/x-www-form-urlencoded", options_.headers);
    if (!done)
      std::fprintf(stderr, "kerascpp: warning: [RemoteMonitor] could not reach the server at %s\n",
                   options_.root.c_str());
  }

 private:
  RemoteMonitorOptions options_;
};

}  // namespace

Callback RemoteMonitor(const RemoteMonitorOptions& options) { return std::make_shared<RemoteMonitorCallback>(options); }

void register_remote_monitor(ObjectRegistry& registry) {
  registry.add({"callback", "RemoteMonitor", "keras.callbacks", "", {}, [](const Config& config) {
                  ConfigReader reader(config, "RemoteMonitor");
                  RemoteMonitorOptions options;
                  reader.optional("root", options.root);
                  reader.optional("path", options.path);
                  reader.optional("field", options.field);
                  reader.optional("send_as_json", options.send_as_json);
                  if (const Config* headers = reader.use("headers"); headers != nullptr && headers->is_map())
                    for (const auto& [name, value] : headers->as_map())
                      options.headers.emplace_back(name, value.as_string());
                  reader.finish();
                  return std::shared_ptr<Object>(RemoteMonitor(options).object());
                }});
}

}  // namespace kerascpp::callbacks
