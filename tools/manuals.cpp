// What each command says of itself behind its options.
#include <map>

#include "commands.hpp"

namespace kerascpp::tool {
namespace {

constexpr const char* kExit =
    "Exit status: 0 done, 1 a file or an input is bad, 2 wrong usage. Errors are one line on standard error.\n";

const std::map<std::string, std::string>& texts() {
  static const std::map<std::string, std::string> table = {
      {"summary",
       "Prints the table of layers that model.summary() prints in Python: names, classes, output shapes, parameters.\n"
       "The table is as wide as the terminal unless --line-length says otherwise.\n\n"
       "Examples:\n"
       "  kerascpp summary model.keras\n"
       "  kerascpp summary old.h5 --expand-nested --show-trainable\n"},
      {"predict",
       "Computes what model.predict() computes. One array may be a .npy file; several stand in one .npz file under\n"
       "the names of the model's input layers, and outputs are written under model.output_names. Arrays may have any\n"
       "dtype of numbers, byte order and memory order; text models take arrays of NumPy's dtypes S and U.\n\n"
       "Examples:\n"
       "  kerascpp predict model.keras --input x.npy --output y.npy\n"
       "  kerascpp predict two_inputs.h5 --input both.npz --output y.npz --batch-size 256\n"},
      {"evaluate",
       "Prints \"loss: VALUE\" and one \"NAME: VALUE\" line for each metric on standard output. Loss and metrics are\n"
       "those stored in the file unless given by name.\n\n"
       "Examples:\n"
       "  kerascpp evaluate model.keras --x x.npy --y y.npy\n"
       "  kerascpp evaluate model.keras --x x.npz --y y.npz --loss mse --metrics mae,cosine_similarity\n"},
      {"fit",
       "Trains on from the stored weights and optimizer, and saves the model with both. What was stored with the file\n"
       "is used unless --loss, --optimizer or --metrics name others. After each epoch the loss and the metrics stand "
       "on\n"
       "standard output as evaluate prints them; --history keeps them all: {\"loss\": [...], \"val_loss\": [...]}.\n"
       "With --seed and --shuffle-seed two runs give the same weights.\n\n"
       "Examples:\n"
       "  kerascpp fit model.keras --x x.npy --y y.npy --epochs 5 --save trained.keras\n"
       "  kerascpp fit fresh.keras --x x.npy --y y.npy --loss mse --optimizer adam --validation-split 0.1 \\\n"
       "      --history history.json --save trained.keras\n"},
      {"convert",
       "Reads any format and writes any other; which ones say the endings of the names.\n"
       "  .keras       archive of Keras 3\n"
       "  .h5          whole model of Keras 1, 2 or 3; written as Keras 3 reads it, with --keras2 as Keras 2 does\n"
       "  .weights.h5  weights alone: name their model with --model\n"
       "  .json .yaml  the config alone: weights are freshly initialized, which is said on standard error\n"
       "  .onnx        what inference computes, with the operators of ONNX's opset 18; read back as one layer\n\n"
       "Examples:\n"
       "  kerascpp convert model.keras model.onnx\n"
       "  kerascpp convert old.h5 new.keras\n"
       "  kerascpp convert new.weights.h5 model.keras --model model.json\n"},
      {"export",
       "Writes what predict computes as C++17 source that needs nothing but a compiler: model.hpp declares predict(),\n"
       "predict.cpp is a program that calls it for .npy files, and CMakeLists.txt builds both.\n\n"
       "Example:\n"
       "  kerascpp export model.keras --cpp model && cmake -S model -B model/build && cmake --build model/build\n"
       "  model/build/predict x.npy y.npy\n"},
      {"verify",
       "Reads the whole file: its structure, the shapes of all weights, every checksum it keeps; and computes the\n"
       "stored sample again, which Model::save writes with .self_check. What is damaged, or computes something else,\n"
       "is told by the name of the member, layer or output.\n\n"
       "Examples:\n"
       "  kerascpp verify model.keras\n"
       "  kerascpp verify model.keras --require-self-check && deploy model.keras\n"},
      {"plot",
       "Draws what keras.utils.plot_model draws: a box for each layer, an arrow for each tensor.\n\n"
       "Examples:\n"
       "  kerascpp plot model.keras model.svg --show-shapes --show-layer-names\n"
       "  kerascpp plot model.keras model.dot --rankdir LR\n"},
      {"bench",
       "Runs one batch again and again and prints a line for each step of the compiled graph, the slowest first: time\n"
       "in a run, share of all steps, GFLOP/s of products and convolutions or GB/s read and written by the others, "
       "and\n"
       "which part that is of what this machine reached in a product of 1024 x 1024 matrices or in copying memory.\n"
       "Numbers for the inputs are made up unless --input has them.\n\n"
       "Examples:\n"
       "  kerascpp bench resnet50.keras --batch-size 1\n"
       "  OMP_NUM_THREADS=1 kerascpp bench lstm.keras --length 128\n"},
      {"config",
       "Prints the settings in force and where they come from: ~/.kerascpp/kerascpp.json, the variables "
       "KERAS_BACKEND,\n"
       "KERASCPP_FLAGS and OMP_NUM_THREADS of the environment, or the default.\n\n"
       "Example:\n"
       "  KERASCPP_FLAGS=floatx=float64 kerascpp config\n"},
      {"backends",
       "Prints the backends of this build and why one cannot be used here. With --ops, one line for each operation "
       "and\n"
       "dtypes: the kernel that computes it on the CPU, and why faster ones refuse.\n\n"
       "Example:\n"
       "  kerascpp backends --ops | grep conv\n"},
      {"completion",
       "Prints a script that lets the shell complete commands, options and file names.\n\n"
       "Examples:\n"
       "  source <(kerascpp completion bash)\n"
       "  kerascpp completion zsh > ~/.zfunc/_kerascpp\n"},
  };
  return table;
}

}  // namespace

std::string manual(const std::string& command) {
  if (command.empty()) return std::string("kerascpp COMMAND --help tells more of each.\n\n") + kExit;
  return texts().at(command) + "\n" + kExit;
}

}  // namespace kerascpp::tool
