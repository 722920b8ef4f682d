#include <kerascpp/saving/pickle.hpp>

#include <charconv>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

#include "core/npy_format.hpp"
#include "saving/pickle_format.hpp"
#include "saving/pickle_values.hpp"

// A machine with a stack, a memo and some 60 operations: Python's pickletools describe them. Memory stays within a
// small multiple of the file: every operation of one byte makes at most one small object, and there is a limit to
// these.

namespace kerascpp {
namespace {

constexpr std::size_t kMostObjects = 4'000'000;
constexpr std::size_t kMostNumbers = 400'000'000;

template <class T>
std::shared_ptr<T> as(const PickleValue& value) {
  const auto* found = std::get_if<std::shared_ptr<T>>(&value);
  return found == nullptr ? nullptr : *found;
}

class Machine {
 public:
  explicit Machine(ByteSource& source) : source_(source), size_(source.remaining()) {}
  /// Values may contain themselves, or one another more deeply than the stack of the program: they are taken apart one
  /// by one.
  ~Machine() {
    for (const auto& list : lists_) list->items.clear();
    for (const auto& dict : dicts_) dict->items.clear();
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  PickleValue run() {
    for (;;) {
      const unsigned char code = byte();
      if (code == '.') break;
      if (!constant(code) && !container(code) && !memory(code) && !object(code)) fail("unknown operation ", int{code});
    }
    return pop();
  }

 private:
  template <class... Parts>
  [[noreturn]] void fail(const Parts&... parts) const {
    throw FormatError(text_of(source_.name(), ": ", parts..., " before byte ", size_ - source_.remaining()));
  }

  // --- bytes

  unsigned char byte() {
    unsigned char value = 0;
    source_.read(&value, 1);
    return value;
  }
  std::uint64_t number(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) value |= std::uint64_t{byte()} << static_cast<unsigned>(8 * i);
    return value;
  }
  std::string bytes(std::uint64_t count) {
    if (count > source_.remaining()) fail("a text of ", count, " bytes is cut off");
    std::string text(static_cast<std::size_t>(count), '\0');
    source_.read(text.data(), text.size());
    return text;
  }
  std::string line() {
    std::string text;
    for (char c = static_cast<char>(byte()); c != '\n'; c = static_cast<char>(byte())) text += c;
    return text;
  }

  // --- stack

  void push(PickleValue value) {
    if (!std::holds_alternative<std::int64_t>(value) && ++objects_ > kMostObjects)
      fail("more than ", kMostObjects, " objects");
    if (++numbers_ > kMostNumbers) fail("more than ", kMostNumbers, " numbers");
    stack_.push_back(std::move(value));
  }
  PickleValue pop() {
    if (stack_.size() <= floor()) fail("nothing is left on the stack");
    PickleValue value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }
  PickleValue& top() {
    if (stack_.size() <= floor()) fail("nothing is left on the stack");
    return stack_.back();
  }
  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  /// What was pushed since the last mark, which ends with it.
  std::vector<PickleValue> since_mark() {
    if (marks_.empty()) fail("there is no mark");
    const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back());
    std::vector<PickleValue> values(std::make_move_iterator(first), std::make_move_iterator(stack_.end()));
    stack_.erase(first, stack_.end());
    marks_.pop_back();
    return values;
  }
  void push_text(std::string text) { push(std::make_shared<PickleText>(PickleText{std::move(text)})); }
  void push_list(std::vector<PickleValue> items) {
    lists_.push_back(std::make_shared<PickleList>());
    for (PickleValue& item : items) lists_.back()->add(std::move(item));
    push(lists_.back());
  }
  void push_dict() {
    dicts_.push_back(std::make_shared<PickleDict>());
    push(dicts_.back());
  }
  std::string text_of_top() {
    const auto text = as<PickleText>(pop());
    if (text == nullptr) fail("expected a text");
    return text->text;
  }

  // --- operations

  /// Numbers and texts.
  bool constant(unsigned char code) {
    switch (code) {
      case 'N':
        push({});
        return true;
      case 0x88:
        push(true);
        return true;
      case 0x89:
        push(false);
        return true;
      case 'J':
        push(std::int64_t{static_cast<std::int32_t>(number(4))});
        return true;
      case 'K':
        push(static_cast<std::int64_t>(number(1)));
        return true;
      case 'M':
        push(static_cast<std::int64_t>(number(2)));
        return true;
      case 'I':
        push(line_number(true));
        return true;
      case 'L':
        push(line_number(false));
        return true;
      case 0x8a:
        push(long_number(number(1)));
        return true;
      case 0x8b:
        push(long_number(number(4)));
        return true;
      case 'F':
        push(line_float());
        return true;
      case 'G':
        push(binary_float());
        return true;
      case 'S':
        push_text(quoted());
        return true;
      case 'V':
        push_text(line());
        return true;
      case 'U':
      case 'C':
      case 0x8c:
        push_text(bytes(number(1)));
        return true;
      case 'T':
      case 'B':
      case 'X':
        push_text(bytes(number(4)));
        return true;
      case 0x8d:
      case 0x8e:
      case 0x96:
        push_text(bytes(number(8)));
        return true;
      default:
        return false;
    }
  }

  PickleValue line_number(bool may_be_bool) {
    std::string text = line();
    if (may_be_bool && (text == "00" || text == "01")) return text == "01";
    if (!text.empty() && text.back() == 'L') text.pop_back();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      fail("\"", text.substr(0, 40), "\" is no integer of 64 bits");
    return value;
  }
  std::int64_t long_number(std::uint64_t count) {
    if (count > 8) fail("an integer of ", count, " bytes does not fit into 64 bits");
    if (count == 0) return 0;
    const auto shift = static_cast<unsigned>(64 - 8 * count);
    return static_cast<std::int64_t>(number(static_cast<int>(count)) << shift) >> shift;
  }
  double line_float() {
    const std::string text = line();
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) fail("\"", text.substr(0, 40), "\" is no number");
    return value;
  }
  double binary_float() {
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) bits = bits << 8U | byte();
    double value = 0;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  }
  std::string quoted() {
    const std::string text = line();
    if (text.size() < 2 || text.front() != text.back() || (text.front() != '\'' && text.front() != '"'))
      fail("a text without quotes");
    if (text.find('\\') != std::string::npos) fail("a text of protocol 0 with escapes is not supported");
    return text.substr(1, text.size() - 2);
  }

  /// Lists, tuples, dictionaries.
  bool container(unsigned char code) {
    switch (code) {
      case ']':
        push_list({});
        return true;
      case ')':
        push_list({});
        return true;
      case '}':
        push_dict();
        return true;
      case 'l':
      case 't':
        push_list(since_mark());
        return true;
      case 0x85:
      case 0x86:
      case 0x87: {
        std::vector<PickleValue> items(static_cast<std::size_t>(code - 0x84));
        for (std::size_t i = items.size(); i-- > 0;) items[i] = pop();
        push_list(std::move(items));
        return true;
      }
      case 'a':
        append({pop()});
        return true;
      case 'e':
        append(since_mark());
        return true;
      case 'd': {
        std::vector<PickleValue> items = since_mark();
        push_dict();
        set_items(std::move(items));
        return true;
      }
      case 's': {
        PickleValue value = pop(), key = pop();
        set_items({std::move(key), std::move(value)});
        return true;
      }
      case 'u':
        set_items(since_mark());
        return true;
      default:
        return false;
    }
  }
  void append(std::vector<PickleValue> items) {
    const auto list = as<PickleList>(top());
    if (list == nullptr) fail("expected a list to append to");
    for (PickleValue& item : items) list->add(std::move(item));
  }
  void set_items(std::vector<PickleValue> items) {
    const auto dict = as<PickleDict>(top());
    if (dict == nullptr || items.size() % 2 != 0) fail("expected a dictionary, keys and values");
    for (std::size_t i = 0; i < items.size(); i += 2)
      dict->items.emplace_back(std::move(items[i]), std::move(items[i + 1]));
  }

  /// Stack and memo.
  bool memory(unsigned char code) {
    switch (code) {
      case '(':
        marks_.push_back(stack_.size());
        if (++objects_ > kMostObjects) fail("too many marks");
        return true;
      case '0':
        static_cast<void>(pop());
        return true;
      case '1':
        static_cast<void>(since_mark());
        return true;
      case '2':
        push(PickleValue(top()));
        return true;
      case 'p':
        put(memo_key());
        return true;
      case 'q':
        put(number(1));
        return true;
      case 'r':
        put(number(4));
        return true;
      case 0x94:
        put(memo_.size());
        return true;
      case 'g':
        get(memo_key());
        return true;
      case 'h':
        get(number(1));
        return true;
      case 'j':
        get(number(4));
        return true;
      case 0x80:
        if (const int version = byte(); version > 5) fail("protocol ", version, " is not known");
        return true;
      case 0x95:
        static_cast<void>(number(8));
        return true;  // a frame: nothing depends on it
      default:
        return false;
    }
  }
  std::uint64_t memo_key() {
    const PickleValue key = line_number(false);
    return static_cast<std::uint64_t>(std::get<std::int64_t>(key));
  }
  void put(std::uint64_t key) {
    memo_[key] = top();
    if (memo_.size() > kMostObjects) fail("more than ", kMostObjects, " objects");
  }
  void get(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) fail("object ", key, " was not kept");
    push(found->second);
  }

  /// Classes and what is made of them.
  bool object(unsigned char code) {
    switch (code) {
      case 'c': {
        const std::string module = line(), name = line();
        push_global(module, name);
        return true;
      }
      case 0x93: {
        const std::string name = text_of_top(), module = text_of_top();
        push_global(module, name);
        return true;
      }
      case 'R':
        reduce();
        return true;
      case 'b':
        build();
        return true;
      default:
        return false;
    }
  }
  void push_global(const std::string& module, const std::string& name) {
    static const std::set<std::string> known{"numpy.core.multiarray._reconstruct",
                                             "numpy._core.multiarray._reconstruct",
                                             "numpy.ndarray",
                                             "numpy.dtype",
                                             "numpy.core.multiarray.scalar",
                                             "numpy._core.multiarray.scalar",
                                             "_codecs.encode",
                                             "numpy.core.numeric._frombuffer",
                                             "numpy._core.numeric._frombuffer"};
    std::string full = module + "." + name;
    if (known.count(full) == 0)
      fail("refused to use ", full.substr(0, 80), ": only numbers, texts, lists and NumPy arrays are read");
    push(std::make_shared<PickleGlobal>(PickleGlobal{std::move(full)}));
  }
  /// A call of one of the known functions, as what it would give.
  void reduce() {
    const auto arguments = as<PickleList>(pop());
    const auto function = as<PickleGlobal>(pop());
    if (arguments == nullptr || function == nullptr) fail("a call of what is no function");
    const std::string& name = function->name;
    const auto argument = [&](std::size_t i) -> PickleValue {
      if (i >= arguments->size()) fail(name, " with too few arguments");
      return arguments->at(i);
    };
    if (name.ends_with("._reconstruct")) {
      push(std::make_shared<PickleArray>());
    } else if (name == "numpy.dtype") {
      const auto text = as<PickleText>(argument(0));
      if (text == nullptr) fail("a dtype that is no text");
      push(std::make_shared<PickleDtype>(
          PickleDtype{text->text == "O8" || text->text == "O4" ? "|O" : "<" + text->text}));
    } else if (name == "_codecs.encode") {
      push_text(from_latin1(argument(0)));
    } else if (name.ends_with(".scalar")) {
      const auto dtype = as<PickleDtype>(argument(0));
      const auto data = as<PickleText>(argument(1));
      if (dtype == nullptr || data == nullptr) fail("a number of NumPy without dtype or bytes");
      push(array_of({dtype->descr, false, Shape{}}, data->text));
    } else if (name.ends_with("._frombuffer")) {
      const auto data = as<PickleText>(argument(0)), order = as<PickleText>(argument(3));
      const auto dtype = as<PickleDtype>(argument(1));
      if (dtype == nullptr || data == nullptr || order == nullptr) fail("a NumPy buffer without bytes, dtype or order");
      push(array_of({dtype->descr, order->text == "F", shape_of(argument(2))}, data->text));
    } else {
      fail(name, " cannot be called");
    }
  }
  /// Bytes that protocol 2 writes as text: code points up to 255 in UTF-8.
  std::string from_latin1(const PickleValue& value) {
    const auto text = as<PickleText>(value);
    if (text == nullptr) fail("expected a text to encode");
    std::string bytes;
    for (std::size_t i = 0; i < text->text.size(); ++i) {
      const auto lead = static_cast<unsigned char>(text->text[i]);
      if (lead < 0x80) {
        bytes += static_cast<char>(lead);
        continue;
      }
      if ((lead != 0xC2 && lead != 0xC3) || i + 1 == text->text.size()) fail("a text beyond latin1");
      bytes += static_cast<char>((lead & 3U) << 6U | (static_cast<unsigned char>(text->text[++i]) & 0x3FU));
    }
    return bytes;
  }
  Shape shape_of(const PickleValue& value) {
    const auto list = as<PickleList>(value);
    if (list == nullptr || !list->items.empty() || list->size() > static_cast<std::size_t>(Shape::kMaxRank))
      fail("an array without a shape of at most ", int{Shape::kMaxRank}, " integers");
    Shape shape;
    std::uint64_t total = 1;
    for (const std::int64_t length : list->integers) {
      // the bytes that follow are compared with the product
      if (length < 0 || (length != 0 && total > (std::uint64_t{1} << 48U) / static_cast<std::uint64_t>(length)))
        fail("an array of an impossible shape");
      total *= static_cast<std::uint64_t>(length);
      shape.push_back(length);
    }
    return shape;
  }
  std::shared_ptr<PickleArray> array_of(const NpyHeader& header, std::string_view data) {
    MemorySource source(data, source_.name());
    auto array = std::make_shared<PickleArray>();
    array->numbers = read_npy_elements(header, source);
    if (source.remaining() != 0) fail("an array has ", data.size(), " bytes, more than shape ", header.shape, " takes");
    return array;
  }
  void build() {
    const auto state = as<PickleList>(pop());
    if (state == nullptr) fail("a state that is no tuple");
    if (const auto dtype = as<PickleDtype>(top())) {
      const auto order = state->size() > 1 ? as<PickleText>(state->at(1)) : nullptr;
      if (order == nullptr) fail("a dtype without byte order");
      if (dtype->descr != "|O") dtype->descr = (order->text == ">" ? ">" : "<") + dtype->descr.substr(1);
      return;
    }
    const auto array = as<PickleArray>(top());
    if (array == nullptr || state->size() != 5) fail("a state for what is no array");
    const auto dtype = as<PickleDtype>(state->at(2));
    const PickleValue fortran = state->at(3);
    if (dtype == nullptr) fail("an array without dtype");
    const Shape shape = shape_of(state->at(1));
    if (dtype->descr == "|O") {
      const auto objects = as<PickleList>(state->at(4));
      if (objects == nullptr || static_cast<std::int64_t>(objects->size()) != shape.size())
        fail("an array of objects that does not hold as many as shape ", shape);
      array->objects = objects;
      return;
    }
    const auto data = as<PickleText>(state->at(4));
    const auto* order = std::get_if<bool>(&fortran);
    if (data == nullptr) fail("an array without bytes");
    array->numbers = array_of({dtype->descr, order != nullptr && *order, shape}, data->text)->numbers;
  }

  ByteSource& source_;
  std::uint64_t size_;
  std::vector<PickleValue> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, PickleValue> memo_;
  std::vector<std::shared_ptr<PickleList>> lists_;
  std::vector<std::shared_ptr<PickleDict>> dicts_;
  std::size_t objects_ = 0;
  std::size_t numbers_ = 0;
};

}  // namespace

DictValue read_pickle(ByteSource& source) {
  Machine machine(source);
  return public_value(machine.run(), source.name());
}

DictValue pickle_from_bytes(std::string_view bytes, const std::string& origin) {
  MemorySource source(bytes, origin);
  return read_pickle(source);
}

DictValue load_pickle(const std::string& path) { return pickle_from_bytes(read_file(path), path); }

}  // namespace kerascpp
