#include <kerascpp/core/error.hpp>

#include "saving/hdf5/objects.hpp"

namespace kerascpp::hdf5 {
namespace {

constexpr std::size_t kLongestName = 65535;

/// Groups as symbol tables: a tree over nodes of names, which stand in a local heap.
class SymbolTable {
 public:
  SymbolTable(const Bytes& file, const Sizes& sizes) : file_(file), sizes_(sizes), nodes_left_(file.size() / 16 + 1) {}

  std::map<std::string, std::uint64_t> read(const Message& message) {
    Cursor cursor(file_, message.data);
    const std::uint64_t tree = cursor.number(sizes_.offset), heap = cursor.number(sizes_.offset);
    read_heap(heap + sizes_.base);
    read_tree(tree + sizes_.base, 256);
    return std::move(links_);
  }

 private:
  void read_heap(std::uint64_t address) {
    Cursor cursor(file_, file_.read(address, 8 + 2 * sizes_.length + sizes_.offset));
    if (cursor.text(4) != "HEAP") file_.fail("is damaged: the names of a group are missing");
    cursor.skip(4);
    const std::uint64_t size = cursor.number(sizes_.length);
    cursor.skip(sizes_.length);
    names_ = file_.read(cursor.number(sizes_.offset) + sizes_.base, size);
  }

  // nodes that share children could say more than there is room for
  void count_node() {
    if (nodes_left_-- == 0) file_.fail("is damaged: a group is endless");
  }

  void read_tree(std::uint64_t address, unsigned above) {
    count_node();
    const std::string signature = file_.read(address, 4);
    if (signature == "SNOD") return read_node(address);
    const std::size_t prefix = 8 + 2 * sizes_.offset;
    Cursor head(file_, file_.read(address, prefix));
    head.skip(4);
    const unsigned type = head.byte(), level = head.byte();
    const std::uint64_t entries = head.number(2);
    if (signature != "TREE" || type != 0 || level >= above) file_.fail("is damaged: the tree of a group is broken");
    Cursor body(file_, file_.read(address + prefix, entries * (sizes_.length + sizes_.offset)));
    for (std::uint64_t i = 0; i < entries; ++i) {
      body.skip(sizes_.length);
      read_tree(body.number(sizes_.offset) + sizes_.base, level == 0 ? 0 : level);
    }
  }

  void read_node(std::uint64_t address) {
    Cursor head(file_, file_.read(address, 8));
    head.skip(6);
    const std::uint64_t count = head.number(2);
    const std::size_t entry = 2 * sizes_.offset + 24;
    Cursor body(file_, file_.read(address + 8, count * entry));
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t name = body.number(sizes_.offset), object = body.number(sizes_.offset);
      const std::uint64_t cache = body.number(4);
      body.skip(20);
      count_node();
      if (cache == 2) continue;  // a soft link
      const std::size_t end = name < names_.size() ? names_.find('\0', name) : std::string::npos;
      if (end == std::string::npos || end - name > kLongestName) file_.fail("is damaged: a name of a group is missing");
      links_[names_.substr(name, end - name)] = object + sizes_.base;
    }
  }

  const Bytes& file_;
  const Sizes& sizes_;
  std::uint64_t nodes_left_;
  std::string names_;
  std::map<std::string, std::uint64_t> links_;
};

/// Groups of version 1.8: links as messages.
std::map<std::string, std::uint64_t> compact_links(const Bytes& file, const Sizes& sizes, const Object& group) {
  Cursor info(file, group.find(kLinkInfo)->data);
  info.skip(1);
  info.skip((info.byte() & 1u) != 0 ? 8 : 0);
  if (info.number(sizes.offset) != sizes.undefined())
    file.fail("keeps a group in dense storage, which is not read; h5repack --low=0 --high=0 rewrites it");
  std::map<std::string, std::uint64_t> links;
  for (const Message& message : group.messages()) {
    if (message.type != kLink) continue;
    Cursor cursor(file, message.data);
    if (cursor.byte() != 1) file.fail("has a link of an unknown version");
    const unsigned flags = cursor.byte();
    const unsigned type = (flags & 0x08u) != 0 ? cursor.byte() : 0;
    cursor.skip(((flags & 0x04u) != 0 ? 8 : 0) + ((flags & 0x10u) != 0 ? 1 : 0));
    const std::string name = cursor.text(cursor.number(std::size_t{1} << (flags & 3u)));
    if (type == 0) links[name] = cursor.number(sizes.offset) + sizes.base;
  }
  return links;
}

}  // namespace

std::map<std::string, std::uint64_t> links_of(const Bytes& file, const Sizes& sizes, const Object& group) {
  if (const Message* table = group.find(kSymbolTable)) return SymbolTable(file, sizes).read(*table);
  return compact_links(file, sizes, group);
}

}  // namespace kerascpp::hdf5
