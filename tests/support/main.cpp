#include <cstdio>
#include <string>

#include "support/skip.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#include <catch2/catch_test_case_info.hpp>
#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>
using ListenerBase = Catch::EventListenerBase;
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
using ListenerBase = Catch::TestEventListenerBase;
#endif

namespace {

int passed = 0, failed = 0, skipped = 0;
bool skip_requested = false;

/// Counts test cases for the closing line that scripts read.
class Counter : public ListenerBase {
 public:
  using ListenerBase::ListenerBase;
  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    ListenerBase::testCaseStarting(info);
    skip_requested = false;
  }
  void testCaseEnded(const Catch::TestCaseStats& stats) override {
    ListenerBase::testCaseEnded(stats);
    if (stats.totals.assertions.failed > 0 || stats.totals.testCases.failed > 0)
      ++failed;
    else if (skip_requested)
      ++skipped;
    else
      ++passed;
  }
};
CATCH_REGISTER_LISTENER(Counter)

}  // namespace

void skip(const std::string& reason) {
  skip_requested = true;
  std::printf("skipped: %s\n", reason.c_str());
}

int main(int argc, char** argv) {
  const int status = Catch::Session().run(argc, argv);
  std::printf("kerascpp_tests: %d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return status;
}
