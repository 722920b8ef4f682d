#include "saving/cpp/texts.hpp"

// The program beside an exported model.
namespace kerascpp::cpp {

const char* const kProgram = R"cpp(
  Type type_of(const std::string& descr) {
    const std::string kind = descr.substr(1);
    if (kind == "f4") return Type::Float32;
    if (kind == "f8") return Type::Float64;
    if (kind == "f2") return Type::Float16;
    if (kind == "i8") return Type::Int64;
    if (kind == "i4") return Type::Int32;
    if (kind == "i2") return Type::Int16;
    if (kind == "i1") return Type::Int8;
    if (kind == "u4") return Type::UInt32;
    if (kind == "u2") return Type::UInt16;
    if (kind == "u1") return Type::UInt8;
    if (kind == "b1") return Type::Bool;
    throw std::invalid_argument("arrays of " + descr + " are not read here");
  }

  std::string between(const std::string& text, const std::string& start, const std::string& end) {
    const std::size_t at = text.find(start);
    const std::size_t to = at == std::string::npos ? at : text.find(end, at + start.size());
    if (to == std::string::npos) throw std::invalid_argument("this is no .npy file");
    return text.substr(at + start.size(), to - at - start.size());
  }

  /// An array in C order and little-endian.
  Array read_npy(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (bytes.size() < 12 || bytes.compare(0, 6, "\x93NUMPY") != 0)
      throw std::invalid_argument(path + " is no .npy file");
    const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i])); };
    const std::size_t start = bytes[6] == 1 ? 10 : 12, length = byte(8) + 256 * byte(9);
    const std::string header = bytes.substr(start, length), descr = between(header, "'descr': '", "'");
    if (header.find("'fortran_order': False") == std::string::npos)
      throw std::invalid_argument(path + " is not in C order");
    if (descr[0] == '>') throw std::invalid_argument(path + " is big-endian");
    Shape shape;
    std::istringstream numbers(between(header, "'shape': (", ")"));
    for (std::string number; std::getline(numbers, number, ',');)
      if (number.find_first_of("0123456789") != std::string::npos) shape.push_back(std::stoll(number));
    std::int64_t size = 1;
    for (const std::int64_t axis : shape) size *= axis;
    const auto width = static_cast<std::size_t>(descr[2] - '0');
    if (bytes.size() < start + length + static_cast<std::size_t>(size) * width)
      throw std::invalid_argument(path + " is truncated");
    return from_bytes(type_of(descr), shape, bytes.data() + start + length);
  }

  template <class T>
  std::string bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
  }

  void write_npy(const std::string& path, const Array& array) {
    std::string header = "{'descr': '" +
                         std::string(array.type == Type::Float64 ? "<f8"
                                     : !array.integers.empty()   ? "<i8"
                                                                 : "<f4") +
                         "', 'fortran_order': False, 'shape': (";
    for (const std::int64_t axis : array.shape) header += std::to_string(axis) + ", ";
    header += "), }";
    while ((10 + header.size() + 1) % 64 != 0) header += ' ';
    header += '\n';
    std::ofstream file(path, std::ios::binary);
    file << "\x93NUMPY" << '\1' << '\0' << static_cast<char>(header.size() % 256)
         << static_cast<char>(header.size() / 256) << header
         << (array.type == Type::Float64 ? bytes_of(array.doubles)
             : !array.integers.empty()   ? bytes_of(array.integers)
                                         : bytes_of(array.floats));
    if (!file.flush()) throw std::runtime_error("cannot write " + path);
  }

  }  // namespace

  int main(int argc, char** argv) {
    const std::size_t ins = input_names().size(), outs = output_names().size();
    if (static_cast<std::size_t>(argc) != 1 + ins + outs) {
      std::cerr << "usage: predict";
      for (const std::string& name : input_names()) std::cerr << " " << name << ".npy";
      for (const std::string& name : output_names()) std::cerr << " " << name << ".npy";
      std::cerr << "\n";
      return 2;
    }
    try {
      Arrays inputs;
      for (std::size_t i = 0; i < ins; ++i) inputs.push_back(read_npy(argv[1 + i]));
      const Arrays outputs = predict(inputs);
      for (std::size_t i = 0; i < outs; ++i) write_npy(argv[1 + ins + i], outputs[i]);
    } catch (const std::exception& error) {
      std::cerr << "predict: error: " << error.what() << "\n";
      return 1;
    }
    return 0;
  }
)cpp";

}  // namespace kerascpp::cpp
