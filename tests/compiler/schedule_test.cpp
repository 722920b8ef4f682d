#include <kerascpp/graph/node.hpp>

#include "compiler/memory_plan.hpp"
#include "compiler/schedule.hpp"
#include "support/catch.hpp"
#include "support/graph_text.hpp"

namespace kerascpp::test {
namespace {

// names of the nodes in the order in which they run, leaves left out
std::string order_of(const char* text) {
  std::string order;
  for (const auto& node : compiler::schedule(parse_graph(text)))
    if (!node->op().has(Trait::Leaf)) order += (order.empty() ? "" : " ") + node->name();
  return order;
}

struct BufferRow {
  const char* name;
  std::vector<compiler::Buffer> buffers;  // bytes, first, last
  std::vector<std::size_t> offsets;
  std::size_t arena;
};

// multiples of 64 bytes; a buffer lives in the steps from first to last
const std::vector<BufferRow> kBuffers = {
    {"nothing needs no memory", {}, {}, 0},
    {"a chain takes turns in two places", {{64, 0, 1}, {64, 1, 2}, {64, 2, 3}, {64, 3, 4}}, {0, 64, 0, 64}, 128},
    {"the largest lies first", {{64, 0, 2}, {256, 1, 3}}, {256, 0}, 320},
    {"a gap between two is filled", {{128, 0, 9}, {64, 0, 1}, {128, 0, 9}, {64, 3, 4}}, {0, 256, 128, 256}, 320},
    {"sizes are rounded up to 64 bytes", {{1, 0, 1}, {65, 0, 1}, {10, 0, 1}}, {192, 0, 128}, 256},
    {"what never meets shares one place", {{100, 0, 0}, {100, 1, 1}, {100, 2, 2}}, {0, 0, 0}, 128},
};

}  // namespace

TEST_CASE("a schedule runs inputs before their users", "[compiler]") {
  CHECK(order_of(R"(
    %0 = placeholder() : float32 (2,)
    %1 = exp(%0) "a" : float32 (2,)
    %2 = sin(%1) "b" : float32 (2,)
    %3 = cos(%1) "c" : float32 (2,)
    %4 = add(%2, %3) "d" : float32 (2,)
    return %4
    )") == "a b c d");
}

TEST_CASE("a schedule runs readers of a variable before what replaces its value", "[compiler]") {
  // w becomes w - g; what reads the old w runs first, so that the new one can be written over it
  CHECK(order_of(R"(
    %0 = variable() "w" : float32 (2,)
    %1 = placeholder() : float32 (2,)
    %2 = subtract(%0, %1) "new_w" : float32 (2,)
    %3 = exp(%0) "reader" : float32 (2,)
    %4 = sin(%3) "second" : float32 (2,)
    return %2 %4
    update w %2
    )") == "reader new_w second");
}

TEST_CASE("a schedule runs short paths to updates first", "[compiler]") {
  CHECK(order_of(R"(
    %0 = placeholder() : float32 (2,)
    %1 = exp(%0) "long_1" : float32 (2,)
    %2 = sin(%1) "long_2" : float32 (2,)
    %3 = negative(%0) "short" : float32 (2,)
    return
    update v %2
    update w %3
    )") == "short long_1 long_2");
}

TEST_CASE("memory is shared by what does not live at the same time", "[compiler]") {
  for (const BufferRow& row : kBuffers) {
    INFO(row.name);
    std::vector<compiler::Buffer> buffers = row.buffers;
    CHECK(compiler::plan_memory(buffers) == row.arena);
    std::vector<std::size_t> offsets;
    for (const compiler::Buffer& buffer : buffers) offsets.push_back(buffer.offset);
    CHECK(offsets == row.offsets);
    for (const compiler::Buffer& a : buffers)
      for (const compiler::Buffer& b : buffers) {
        if (&a == &b || a.last < b.first || b.last < a.first) continue;
        const bool disjoint = a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset;
        CHECK(disjoint);
      }
  }
}

}  // namespace kerascpp::test
