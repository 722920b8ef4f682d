#include <set>

#include <kerascpp/backend/kernel.hpp>
#include <kerascpp/graph/op.hpp>

#include "support/catch.hpp"
#include "support/op_families.hpp"

namespace kerascpp::test {

TEST_CASE("every operation passes the battery", "[ops][battery]") {
  for (const OpFamily& family : op_families()) DYNAMIC_SECTION(family.name) {
      check_ops(family.cases());
    }
}

TEST_CASE("every operation of the registry has a row in the battery", "[ops]") {
  std::set<std::string> covered;
  for (const OpFamily& family : op_families())
    for (const OpCase& row : family.cases()) covered.insert(row.op);
  for (const OpDef* op : OpRegistry::global().all()) {
    if (op->has(Trait::Leaf) || op->has(Trait::Planned) || op->name.starts_with("test_")) continue;
    INFO("operation " << op->name << " needs a row in tests/ops");
    CHECK(covered.contains(op->name));
  }
}

// they have tests of their own in tests/backends, which need what a row cannot say: bodies and layouts
TEST_CASE("operations that only the compiler makes have kernels and no gradient", "[ops]") {
  std::set<std::string> planned;
  for (const OpDef* op : OpRegistry::global().all()) {
    if (!op->has(Trait::Planned)) continue;
    INFO("operation " << op->name);
    CHECK(op->gradient == nullptr);
    if (op->has(Trait::Leaf)) continue;
    planned.insert(op->name);
    for (const char* backend : {"cpu", "reference"}) {
      bool own = false;
      for (const auto& kernel : runtime::KernelRegistry::global().kernels(backend, op->name))
        own = own || kernel->backend == backend;
      CHECK(own);
    }
  }
  CHECK(planned == std::set<std::string>{"current_rows", "distinct_rows", "fused", "reorder", "section",
                                         "varying_section", "write_rows"});
}

}  // namespace kerascpp::test
