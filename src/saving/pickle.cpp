#include <kerascpp/saving/pickle.hpp>

#include <map>

#include "saving/pickle/format.hpp"
#include "saving/pickle/numpy_objects.hpp"
#include "saving/pickle/stream.hpp"
#include "saving/pickle/values.hpp"

// A machine with a stack, a memo and some 60 operations: Python's pickletools describe them. Memory stays within a
// small multiple of the file: every operation of one byte makes at most one small object, and there is a limit to
// these.

namespace kerascpp {
namespace {

constexpr std::size_t kMostObjects = 4'000'000;
constexpr std::size_t kMostNumbers = 400'000'000;

class Machine {
 public:
  explicit Machine(ByteSource& source) : stream_(source) {}
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
      const unsigned char code = stream_.byte();
      if (code == '.') break;
      if (!constant(code) && !container(code) && !memory(code) && !object(code))
        stream_.fail("unknown operation ", int{code});
    }
    return pop();
  }

 private:
  // --- stack

  void push(PickleValue value) {
    if (!std::holds_alternative<std::int64_t>(value) && ++objects_ > kMostObjects)
      stream_.fail("more than ", kMostObjects, " objects");
    if (++numbers_ > kMostNumbers) stream_.fail("more than ", kMostNumbers, " numbers");
    stack_.push_back(std::move(value));
  }
  PickleValue pop() {
    if (stack_.size() <= floor()) stream_.fail("nothing is left on the stack");
    PickleValue value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }
  PickleValue& top() {
    if (stack_.size() <= floor()) stream_.fail("nothing is left on the stack");
    return stack_.back();
  }
  [[nodiscard]] std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  /// What was pushed since the last mark, which ends with it.
  std::vector<PickleValue> since_mark() {
    if (marks_.empty()) stream_.fail("there is no mark");
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
    if (text == nullptr) stream_.fail("expected a text");
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
        push(std::int64_t{static_cast<std::int32_t>(stream_.number(4))});
        return true;
      case 'K':
        push(static_cast<std::int64_t>(stream_.number(1)));
        return true;
      case 'M':
        push(static_cast<std::int64_t>(stream_.number(2)));
        return true;
      case 'I':
        push(integer_or_bool());
        return true;
      case 'L':
        push(stream_.line_integer());
        return true;
      case 0x8a:
        push(stream_.integer(stream_.number(1)));
        return true;
      case 0x8b:
        push(stream_.integer(stream_.number(4)));
        return true;
      case 'F':
        push(stream_.line_real());
        return true;
      case 'G':
        push(stream_.real());
        return true;
      case 'S':
        push_text(stream_.line_quoted());
        return true;
      case 'V':
        push_text(stream_.line());
        return true;
      case 'U':
      case 'C':
      case 0x8c:
        push_text(stream_.text(stream_.number(1)));
        return true;
      case 'T':
      case 'B':
      case 'X':
        push_text(stream_.text(stream_.number(4)));
        return true;
      case 0x8d:
      case 0x8e:
      case 0x96:
        push_text(stream_.text(stream_.number(8)));
        return true;
      default:
        return false;
    }
  }

  PickleValue integer_or_bool() {
    const std::string line = stream_.line();
    if (line == "00" || line == "01") return line == "01";
    return stream_.integer_of(line);
  }

  /// Lists, tuples, dictionaries.
  bool container(unsigned char code) {
    switch (code) {
      case ']':
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
    if (list == nullptr) stream_.fail("expected a list to append to");
    for (PickleValue& item : items) list->add(std::move(item));
  }
  void set_items(std::vector<PickleValue> items) {
    const auto dict = as<PickleDict>(top());
    if (dict == nullptr || items.size() % 2 != 0) stream_.fail("expected a dictionary, keys and values");
    for (std::size_t i = 0; i < items.size(); i += 2)
      dict->items.emplace_back(std::move(items[i]), std::move(items[i + 1]));
  }

  /// Stack and memo.
  bool memory(unsigned char code) {
    switch (code) {
      case '(':
        marks_.push_back(stack_.size());
        if (++objects_ > kMostObjects) stream_.fail("too many marks");
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
        put(stream_.number(1));
        return true;
      case 'r':
        put(stream_.number(4));
        return true;
      case 0x94:
        put(memo_.size());
        return true;
      case 'g':
        get(memo_key());
        return true;
      case 'h':
        get(stream_.number(1));
        return true;
      case 'j':
        get(stream_.number(4));
        return true;
      case 0x80:
        if (const int version = stream_.byte(); version > 5) stream_.fail("protocol ", version, " is not known");
        return true;
      case 0x95:
        static_cast<void>(stream_.number(8));
        return true;  // a frame: nothing depends on it
      default:
        return false;
    }
  }
  std::uint64_t memo_key() { return static_cast<std::uint64_t>(stream_.line_integer()); }
  void put(std::uint64_t key) {
    memo_[key] = top();
    if (memo_.size() > kMostObjects) stream_.fail("more than ", kMostObjects, " objects");
  }
  void get(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) stream_.fail("object ", key, " was not kept");
    push(found->second);
  }

  /// Classes and what is made of them.
  bool object(unsigned char code) {
    switch (code) {
      case 'c': {
        const std::string module = stream_.line(), name = stream_.line();
        push(find_global(module, name, stream_));
        return true;
      }
      case 0x93: {
        const std::string name = text_of_top(), module = text_of_top();
        push(find_global(module, name, stream_));
        return true;
      }
      case 'R':
        call();
        return true;
      case 'b':
        build();
        return true;
      default:
        return false;
    }
  }
  void call() {
    const auto arguments = as<PickleList>(pop());
    const auto function = as<PickleGlobal>(pop());
    if (arguments == nullptr || function == nullptr) stream_.fail("a call of what is no function");
    push(call_global(*function, *arguments, stream_));
  }
  void build() {
    const auto state = as<PickleList>(pop());
    if (state == nullptr) stream_.fail("a state that is no tuple");
    set_state(top(), *state, stream_);
  }

  PickleStream stream_;
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
