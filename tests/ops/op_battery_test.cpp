#include <set>

#include <kerascpp/graph/op.hpp>

#include "support/catch.hpp"
#include "support/op_families.hpp"

namespace kerascpp::test {

TEST_CASE("every operation passes the battery", "[ops][battery]") {
  for (const OpFamily& family : op_families()) DYNAMIC_SECTION(family.name) {
      check_ops(family.cases());
    }
}

TEST_CASE("every operation of the registry has a row in the battery", "[ops][!mayfail]") {
  std::set<std::string> covered;
  for (const OpFamily& family : op_families())
    for (const OpCase& row : family.cases()) covered.insert(row.op);
  for (const OpDef* op : OpRegistry::global().all()) {
    if (op->has(Trait::Leaf)) continue;
    INFO("operation " << op->name << " needs a row in tests/ops");
    CHECK(covered.contains(op->name));
  }
}

}  // namespace kerascpp::test
