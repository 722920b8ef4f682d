#pragma once

#include <kerascpp/saving/object.hpp>

namespace kerascpp::layers {

[[nodiscard]] ObjectClass simple_rnn_cell_class();
[[nodiscard]] ObjectClass simple_rnn_class();
[[nodiscard]] ObjectClass lstm_cell_class();
[[nodiscard]] ObjectClass lstm_class();
[[nodiscard]] ObjectClass gru_cell_class();
[[nodiscard]] ObjectClass gru_class();
[[nodiscard]] ObjectClass conv_lstm_class(int rank);
[[nodiscard]] ObjectClass stacked_rnn_cells_class();
[[nodiscard]] ObjectClass rnn_class();
[[nodiscard]] ObjectClass bidirectional_class();
[[nodiscard]] ObjectClass time_distributed_class();

void register_recurrent_layers(ObjectRegistry& registry);

}  // namespace kerascpp::layers
