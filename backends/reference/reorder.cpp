#include "backend/reorder.hpp"

#include "backends/reference/families.hpp"
#include "backends/reference/wide.hpp"

namespace kerascpp::reference {

void register_reorder_kernel(runtime::KernelRegistry& registry) {
  add_reference_kernel(registry, "reorder",
                       [](const runtime::KernelQuery& query, const runtime::KernelArguments& arguments) {
                         runtime::reorder(arguments.inputs[0], query.input_layouts[0], arguments.outputs[0],
                                          runtime::reorder_layout(query.attributes), query.inputs[0]);
                       });
}

}  // namespace kerascpp::reference
