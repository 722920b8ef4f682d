#include "backend/reorder.hpp"

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {

void register_reorder_kernel(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "reorder",
                       [](const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
                         std::vector<int> order;
                         for (std::int64_t axis : query.attributes.integers("order"))
                           order.push_back(static_cast<int>(axis));
                         std::vector<runtime::Layout::Block> blocks;
                         const auto& flat = query.attributes.integers("blocks");
                         for (std::size_t i = 0; i + 1 < flat.size(); i += 2)
                           blocks.push_back({static_cast<int>(flat[i]), flat[i + 1]});
                         runtime::reorder(arguments.inputs[0], query.input_layouts[0], arguments.outputs[0],
                                          {std::move(order), std::move(blocks)}, query.inputs[0]);
                       });
}

}  // namespace kerascpp::reference
