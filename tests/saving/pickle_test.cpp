// Pickles of plain values are read as Python reads them; everything else is refused.

#include <kerascpp/saving/npz.hpp>
#include <kerascpp/saving/pickle.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

using namespace kerascpp;

namespace {

const std::string kFolder = KERASCPP_TEST_DATA "/datasets/";

/// A pickle of protocol 2 with these operations.
DictValue run(const std::string& operations) { return pickle_from_bytes("\x80\x02" + operations, "test.pkl"); }

std::string text(std::initializer_list<int> bytes) {
  std::string result;
  for (const int byte : bytes) result += static_cast<char>(byte);
  return result;
}

}  // namespace

TEST_CASE("pickles of every protocol hold what Python put into them", "[saving][pickle]") {
  // see scripts/fixtures/datasets.py for the values
  for (const char* protocol : {"1", "2", "3", "4", "5"}) {
    INFO("protocol " << protocol);
    const DictValue value = load_pickle(kFolder + "protocol_" + protocol + ".pkl");
    const Dict* const dict = value.object<Dict>();
    REQUIRE(dict != nullptr);
    CHECK(*dict->find("text")->text() == "ä");
    CHECK(*dict->find("bytes")->text() == std::string("\0\xff", 2));
    CHECK(
        identical(*dict->find("numbers")->tensor(), Tensor(std::vector<std::int64_t>{1, -2, std::int64_t{3} << 40U})));
    const std::vector<DictValue>& mixed = *dict->find("mixed")->list();
    REQUIRE(mixed.size() == 4);
    CHECK(mixed[0].tensor()->dtype() == DType::Int64);
    CHECK(mixed[1].tensor()->item<double>() == 2.5);
    CHECK(mixed[2].is_null());
    CHECK(mixed[3].tensor()->dtype() == DType::Bool);
    CHECK(dict->find("tuple")->tensor()->to_vector<int>() == std::vector<int>{7, 8});
    CHECK(identical(*dict->find("array")->tensor(), arange(0, 6, 1, DType::Int16).reshape({2, 3})));
    CHECK(identical(*dict->find("fortran")->tensor(), arange(0, 6, 1, DType::Float64).reshape({2, 3})));
    CHECK(identical(*dict->find("scalar")->tensor(), Tensor(1.5F)));
    const Dict* const inner = dict->find("dict")->object<Dict>();
    REQUIRE(inner != nullptr);
    CHECK(inner->find("inner")->list()->at(1).tensor()->to_vector<int>() == std::vector<int>{2, 3});
  }
}

TEST_CASE("pickles of protocol 0 are read", "[saving][pickle]") {
  const DictValue value = pickle_from_bytes("(lp0\nI1\naL-20L\naI01\naF2.5\naS'a'\naVb\nag0\n0(dp1\nS'k'\nI7\ns.");
  CHECK(value.object<Dict>()->find("k")->tensor()->item<int>() == 7);
}

TEST_CASE("no pickle makes the reader call anything", "[saving][pickle]") {
  CHECK_THROWS_WITH(load_pickle(kFolder + "hostile.pkl"), ContainsSubstring("refused to use __builtin__.print"));
  CHECK_THROWS_WITH(run("cos\nsystem\nU\x02ls\x85R."), ContainsSubstring("refused to use os.system"));
  CHECK_THROWS_WITH(run(")c_codecs\nencode\n)R."), ContainsSubstring("too few arguments"));
  CHECK_THROWS_WITH(run("cnumpy\nndarray\n)R."), ContainsSubstring("numpy.ndarray cannot be called"));
  CHECK_THROWS_WITH(run("cnumpy\nndarray\n."), ContainsSubstring("where a value is expected"));
}

TEST_CASE("damaged and hostile pickles are refused", "[saving][pickle]") {
  CHECK_THROWS_WITH(load_pickle(kFolder + "cycle.pkl"), ContainsSubstring("one contains itself"));
  CHECK_THROWS_WITH(load_pickle(kFolder + "forest.pkl"), ContainsSubstring("more than 20000000 values"));
  CHECK_THROWS_AS(load_pickle(kFolder + "none.pkl"), IoError);
  const std::string bytes = bytes_of_file(kFolder + "protocol_4.pkl");
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_THROWS_AS(pickle_from_bytes(bytes.substr(0, length)), FormatError);
  for (std::size_t i = 0; i < bytes.size(); ++i) {  // any one bit may be wrong: an error or other values, no crash
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1 << i % 8);
    try {
      static_cast<void>(pickle_from_bytes(damaged));
    } catch (const Error&) {
    }
  }
  CHECK_THROWS_WITH(run("0."), ContainsSubstring("nothing is left on the stack"));
  CHECK_THROWS_WITH(run("e."), ContainsSubstring("there is no mark"));
  CHECK_THROWS_WITH(run("K\x01(0."), ContainsSubstring("nothing is left on the stack"));
  CHECK_THROWS_WITH(run("K\x01K\x02"
                        "a."),
                    ContainsSubstring("expected a list"));
  CHECK_THROWS_WITH(run("h\x01."), ContainsSubstring("object 1 was not kept"));
  CHECK_THROWS_WITH(run("\x7f."), ContainsSubstring("unknown operation 127"));
  CHECK_THROWS_WITH(run("}K\x01K\x02s."), ContainsSubstring("is no text"));
  CHECK_THROWS_WITH(run(text({'T', 0xff, 0xff, 0xff, 0x7f, 'a'})), ContainsSubstring("is cut off"));
  CHECK_THROWS_WITH(run(text({0x8a, 9}) + "123456789."), ContainsSubstring("does not fit into 64 bits"));
  CHECK_THROWS_WITH(pickle_from_bytes("\x80\x06."), ContainsSubstring("protocol 6 is not known"));
  // a list of lists of lists ..., deeper than the stack of the program
  std::string deep(2000000, ']');
  deep.append(1999999, 'a');
  CHECK_THROWS_WITH(run(deep + "."), ContainsSubstring("nested deeper than 64"));
}

TEST_CASE("an array that claims more than its bytes hold is refused", "[saving][pickle]") {
  // numpy._reconstruct(...), then a state of shape (n,) and four bytes
  const auto array = [](const std::string& shape, const std::string& data) {
    return "cnumpy.core.multiarray\n_reconstruct\n)R(K\x01" + shape + "\x85" + "cnumpy\ndtype\nU\x02i4\x85R\x89" +
           data + "tb.";
  };
  const std::string four = text({'U', 4, 1, 0, 0, 0});
  CHECK(run(array(text({'K', 1}), four)).tensor()->to_vector<int>() == std::vector<int>{1});
  CHECK_THROWS_AS(run(array(text({'K', 2}), four)), FormatError);
  CHECK_THROWS_WITH(run(array(text({'K', 0}), four)), ContainsSubstring("more than shape (0,) takes"));
  CHECK_THROWS_AS(run(array(text({'J', 0xff, 0xff, 0xff, 0x7f}), four)), FormatError);
  CHECK_THROWS_WITH(run(array(text({'J', 0xff, 0xff, 0xff, 0xff}), four)), ContainsSubstring("impossible shape"));
  CHECK_THROWS_WITH(run(array(text({'K', 1}), "N")), ContainsSubstring("an array without bytes"));
}

TEST_CASE("npz archives hold lists of word numbers", "[saving][pickle][npz]") {
  for (const char* name : {"imdb.npz", "reuters.npz"}) {
    const Dict arrays = load_npz(kFolder + name);
    const DictValue* const x = arrays.find(name[0] == 'i' ? "x_train" : "x");
    REQUIRE(x != nullptr);
    REQUIRE(x->list() != nullptr);
    CHECK(x->list()->size() == (name[0] == 'i' ? 17U : 23U));
    for (const DictValue& text : *x->list()) CHECK(text.tensor()->dtype() == DType::Int64);
  }
}
