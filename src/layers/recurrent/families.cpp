#include "layers/recurrent/families.hpp"

namespace kerascpp::layers {

void register_recurrent_layers(ObjectRegistry& registry) {
  registry.add(simple_rnn_cell_class());
  registry.add(simple_rnn_class());
  registry.add(lstm_cell_class());
  registry.add(lstm_class());
  registry.add(gru_cell_class());
  registry.add(gru_class());
  for (const int rank : {1, 2, 3}) registry.add(conv_lstm_class(rank));
  registry.add(stacked_rnn_cells_class());
  registry.add(rnn_class());
  registry.add(bidirectional_class());
  registry.add(time_distributed_class());
}

}  // namespace kerascpp::layers
