#include "utils/download.hpp"

#include <fstream>

#include <kerascpp/core/error.hpp>

#ifdef KERASCPP_HAVE_CURL
#include <curl/curl.h>
#endif

namespace kerascpp::utils {
namespace {

/// "%20" -> " "
std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool coded = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    result += coded ? static_cast<char>(16 * digit(text[i + 1]) + digit(text[i + 2])) : text[i];
    if (coded) i += 2;
  }
  return result;
}

DownloadResult copy_file(const std::string& path, std::int64_t offset,
                         const Callable<void(std::string_view bytes)>& write,
                         const Callable<void(std::int64_t done, std::int64_t total)>& progress) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file.good()) return {.problem = "cannot read " + path};
  const std::int64_t total = file.tellg();
  if (offset > total) return {.cannot_resume = true, .problem = "the file is shorter than what is there of it"};
  file.seekg(offset);
  std::string piece;
  for (std::int64_t done = offset; done < total; done += file.gcount()) {
    piece.resize(1U << 20U);
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    if (file.gcount() == 0) return {.problem = "cannot read " + path};
    write(std::string_view(piece.data(), static_cast<std::size_t>(file.gcount())));
    progress(done + file.gcount(), total);
  }
  return {.done = true};
}

#ifdef KERASCPP_HAVE_CURL

struct Transfer {
  const Callable<void(std::string_view bytes)>& write;
  const Callable<void(std::int64_t done, std::int64_t total)>& progress;
  std::int64_t offset;
  std::exception_ptr failure = {};  // of a callback: it must not pass through libcurl
};

template <class F>
bool guarded(Transfer& transfer, const F& function) {
  try {
    function();
    return true;
  } catch (...) {
    transfer.failure = std::current_exception();
    return false;
  }
}

std::size_t on_data(char* data, std::size_t size, std::size_t count, void* context) {
  auto& transfer = *static_cast<Transfer*>(context);
  const std::size_t bytes = size * count;
  return guarded(transfer, [&] { transfer.write(std::string_view(data, bytes)); }) ? bytes : 0;
}

int on_progress(void* context, curl_off_t total, curl_off_t done, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(context);
  const bool known = total > 0;
  return guarded(transfer, [&] { transfer.progress(transfer.offset + done, known ? transfer.offset + total : 0); }) ? 0
                                                                                                                    : 1;
}

DownloadResult fetch(const std::string& url, std::int64_t offset, const Callable<void(std::string_view bytes)>& write,
                     const Callable<void(std::int64_t done, std::int64_t total)>& progress) {
  static const bool started = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  CURL* handle = started ? curl_easy_init() : nullptr;
  if (handle == nullptr) return {.problem = "libcurl cannot be started"};
  Transfer transfer{write, progress, offset};
  char message[CURL_ERROR_SIZE] = "";
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, 30L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);  // a line that is dead for a minute is given up
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, 60L);
  curl_easy_setopt(handle, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(offset));
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_cleanup(handle);
  if (transfer.failure) std::rethrow_exception(transfer.failure);
  if (code == CURLE_OK) return {.done = true};
  constexpr long kRangeNotSatisfiable = 416;
  return {.cannot_resume = offset > 0 && (code == CURLE_RANGE_ERROR || status == kRangeNotSatisfiable),
          .problem = *message != '\0' ? message : curl_easy_strerror(code)};
}

#else

DownloadResult fetch(const std::string&, std::int64_t, const Callable<void(std::string_view)>&,
                     const Callable<void(std::int64_t, std::int64_t)>&) {
  return {.problem = "this library was built without libcurl"};
}

#endif

}  // namespace

DownloadResult download(const std::string& url, std::int64_t offset,
                        const Callable<void(std::string_view bytes)>& write,
                        const Callable<void(std::int64_t done, std::int64_t total)>& progress) {
  constexpr std::string_view kFile = "file://";
  if (url.starts_with(kFile)) return copy_file(percent_decoded(url.substr(kFile.size())), offset, write, progress);
  KCPP_CHECK(url.starts_with("http://") || url.starts_with("https://"), ValueError,
             "[get_file] expected an http, https or file URL, received \"", url, "\"");
  return fetch(url, offset, write, progress);
}

}  // namespace kerascpp::utils
