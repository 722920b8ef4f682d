#include "support/catch.hpp"
#include "support/kernel_runner.hpp"

/// Copies of the CPU backend in blocked layouts, against the reference backend on plain ones.
namespace kerascpp::testing {
namespace {

using runtime::Layout;

using Lengths = std::vector<std::int64_t>;

// (B, H, W, C) in blocks of 8 channels
const Layout kBlocked{{0, 3, 1, 2}, {{3, 8}}};
const Layout kChannelsFirst{{0, 3, 1, 2}, {}};

struct Case {
  const char* name;
  const char* op;
  Attributes attributes;
  std::vector<Shape> inputs;
  bool keeps_blocks;  // whether no block of 8 channels is cut
};

const Case kCases[] = {
    {"concatenate channels", "concatenate", {{"axis", std::int64_t{3}}}, {{2, 3, 4, 8}, {2, 3, 4, 16}}, true},
    {"concatenate channels, the last ones padded",
     "concatenate",
     {{"axis", std::int64_t{3}}},
     {{2, 3, 4, 8}, {2, 3, 4, 5}},
     true},
    {"concatenate channels that do not fill blocks",
     "concatenate",
     {{"axis", std::int64_t{3}}},
     {{2, 3, 4, 5}, {2, 3, 4, 8}},
     false},
    {"concatenate rows", "concatenate", {{"axis", std::int64_t{1}}}, {{2, 3, 4, 12}, {2, 5, 4, 12}}, true},
    {"pad",
     "pad",
     {{"low", Lengths{0, 1, 2, 0}}, {"high", Lengths{0, 2, 0, 0}}, {"mode", std::string("constant")}, {"value", 0.0}},
     {{2, 3, 4, 12}},
     true},
    {"pad with a number where blocks are padded",
     "pad",
     {{"low", Lengths{0, 1, 2, 0}}, {"high", Lengths{0, 2, 0, 0}}, {"mode", std::string("constant")}, {"value", 1.5}},
     {{2, 3, 4, 12}},
     false},
    {"reflect",
     "pad",
     {{"low", Lengths{0, 1, 2, 0}}, {"high", Lengths{0, 2, 0, 0}}, {"mode", std::string("reflect")}, {"value", 0.0}},
     {{2, 3, 4, 12}},
     true},
    {"slice rows",
     "slice",
     {{"begin", Lengths{0, 1, 0, 0}}, {"end", Lengths{2, 3, 4, 12}}, {"step", Lengths{1, 1, 2, 1}}},
     {{2, 3, 4, 12}},
     true},
    {"slice backwards",
     "slice",
     {{"begin", Lengths{0, 2, 0, 0}}, {"end", Lengths{2, -4, 4, 12}}, {"step", Lengths{1, -1, 1, 1}}},
     {{2, 3, 4, 12}},
     true},
    {"slice whole blocks of channels",
     "slice",
     {{"begin", Lengths{0, 0, 0, 8}}, {"end", Lengths{2, 3, 4, 24}}, {"step", Lengths{1, 1, 1, 1}}},
     {{2, 3, 4, 32}},
     true},
    {"slice the padded end of channels",
     "slice",
     {{"begin", Lengths{0, 0, 0, 8}}, {"end", Lengths{2, 3, 4, 12}}, {"step", Lengths{1, 1, 1, 1}}},
     {{2, 3, 4, 12}},
     true},
    {"slice parts of blocks",
     "slice",
     {{"begin", Lengths{0, 0, 0, 3}}, {"end", Lengths{2, 3, 4, 9}}, {"step", Lengths{1, 1, 1, 1}}},
     {{2, 3, 4, 16}},
     false},
};

KernelCall call_of(const Case& row, DType dtype, const Layout& layout) {
  KernelCall call{row.op, row.attributes, {}};
  for (std::size_t i = 0; i < row.inputs.size(); ++i)
    call.inputs.push_back({uniform(row.inputs[i], i + 1, dtype), layout});
  return call;
}

}  // namespace

TEST_CASE("copies keep the layout in which their inputs come", "[backends]") {
  for (const Case& row : kCases)
    for (const DType dtype : {DType::Float32, DType::BFloat16, DType::Float64})
      for (const Layout& layout : {Layout(), kChannelsFirst, kBlocked}) {
        CAPTURE(row.name, to_string(dtype), to_string(layout));
        const Tensor expected = run_kernel(call_of(row, dtype, {}), "reference")[0];
        const PreparedCall prepared = prepare_kernel(call_of(row, dtype, layout), "cpu", "copies");
        REQUIRE(prepared.prepared.kernel != nullptr);
        const bool kept = layout.blocks().empty() || row.keeps_blocks;
        CHECK(prepared.output_layout(0) == (kept ? layout : Layout()));
        CHECK(identical(prepared.run()[0], expected));
      }
}

TEST_CASE("large copies on several threads move every element", "[backends]") {
  const Tensor x = uniform({130, 67, 33}, 3);
  for (const Lengths& axes :
       {Lengths{2, 1, 0}, Lengths{1, 0, 2}, Lengths{0, 2, 1}, Lengths{2, 0, 1}, Lengths{1, 2, 0}}) {
    const KernelCall call{"transpose", {{"axes", axes}}, {x}};
    CHECK(identical(run_kernel(call, "cpu", "copies")[0], run_kernel(call, "reference")[0]));
  }
  const KernelCall tile{"tile", {{"repeats", Lengths{3, 1, 2}}}, {x}};
  CHECK(identical(run_kernel(tile, "cpu", "copies")[0], run_kernel(tile, "reference")[0]));
  const KernelCall roll{"roll", {{"shift", Lengths{7, 0, -40}}}, {x}};
  CHECK(identical(run_kernel(roll, "cpu", "copies")[0], run_kernel(roll, "reference")[0]));
}

}  // namespace kerascpp::testing
