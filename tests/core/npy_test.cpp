#include <cstring>

#include <kerascpp/core/npy.hpp>
#include <kerascpp/core/strings.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

using namespace kerascpp;

namespace {

const std::string kArrays = KERASCPP_TEST_DATA "/arrays/";

struct Case {
  const char* code;
  DType dtype;
};
constexpr Case kCases[] = {
    {"b1", DType::Bool},      {"u1", DType::UInt8},       {"u2", DType::UInt16},  {"u4", DType::UInt32},
    {"u8", DType::UInt64},    {"i1", DType::Int8},        {"i2", DType::Int16},   {"i4", DType::Int32},
    {"i8", DType::Int64},     {"f2", DType::Float16},     {"f4", DType::Float32}, {"f8", DType::Float64},
    {"c8", DType::Complex64}, {"c16", DType::Complex128},
};

// The values that scripts/fixtures/arrays.py describes.
Tensor numbers(DType dtype) {
  Tensor values = Tensor::empty({2, 3, 4}, DType::Complex128);
  for (std::int64_t i = 0; i < 24; ++i) {
    const double value = static_cast<double>(i) - (is_unsigned(dtype) ? 0 : 3);
    values.data<complex128>()[i] = {value, is_complex(dtype) ? 0.0 - 0.5 * value : 0};
  }
  return values.astype(dtype);
}

std::string version_1(std::string header, const std::string& data = "") {
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 0xffU);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header + data;
}

std::string with_shape(const std::string& shape) {
  return version_1("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }");
}

}  // namespace

TEST_CASE("npy files of every dtype, byte order and memory order read alike", "[core]") {
  for (const Case& c : kCases) {
    INFO(c.code);
    CHECK(identical(load_npy(kArrays + c.code + "_little_c.npy"), numbers(c.dtype)));
    CHECK(identical(load_npy(kArrays + c.code + "_big_fortran.npy"), numbers(c.dtype)));
  }
}

TEST_CASE("npy files are written byte for byte as by NumPy", "[core]") {
  const TemporaryFolder folder;
  for (const Case& c : kCases) {
    INFO(c.code);
    const std::string expected = bytes_of_file(kArrays + c.code + "_little_c.npy");
    CHECK(npy_from_tensor(numbers(c.dtype)) == expected);
    save_npy(folder.file("x.npy"), numbers(c.dtype));
    CHECK(bytes_of_file(folder.file("x.npy")) == expected);
  }
  CHECK(npy_from_tensor(full({}, 2.5, DType::Float64)) == bytes_of_file(kArrays + "scalar.npy"));
  CHECK(npy_from_tensor(zeros({0, 3})) == bytes_of_file(kArrays + "empty.npy"));
  CHECK(folder.count() == 1);
}

TEST_CASE("npy formats 2 and 3, scalars and empty arrays are read", "[core]") {
  CHECK(identical(load_npy(kArrays + "version_2.npy"), numbers(DType::Float32)));
  CHECK(identical(load_npy(kArrays + "version_3.npy"), numbers(DType::Float32)));
  CHECK(identical(load_npy(kArrays + "scalar.npy"), full({}, 2.5, DType::Float64)));
  CHECK(identical(load_npy(kArrays + "empty.npy"), zeros({0, 3})));
  CHECK(identical(load_npy(kArrays + "vector_fortran.npy"), arange(0, 5, 1, DType::Int32)));
  const Tensor python2 =
      tensor_from_npy(version_1("{\"shape\": (2L,), \"descr\": \"|u1\", \"fortran_order\": False}", "\x05\x07"));
  CHECK(python2.to_vector<int>() == std::vector<int>{5, 7});
}

TEST_CASE("booleans other than 0 and 1 become true", "[core]") {
  const Tensor tensor = tensor_from_npy(
      version_1("{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", std::string("\x02\x00\xff", 3)));
  CHECK(tensor.to_vector<int>() == std::vector<int>{1, 0, 1});
}

TEST_CASE("npy files of texts are arrays of strings", "[core]") {
  for (const char* name : {"text_unicode.npy", "text_bytes.npy"}) {
    const Tensor texts = load_npy(kArrays + name);
    CHECK(texts.shape() == Shape{2, 5});
    CHECK(to_strings(texts) == std::vector<std::string>{"one", "three"});
  }
  // an e with its accent, and a face, in the other byte order and with the first index running fastest
  const Tensor big = tensor_from_npy(
      version_1("{'descr': '>U1', 'fortran_order': True, 'shape': (2, 1), }", std::string("\0\0\0\xe9\0\1\xf6\0", 8)));
  CHECK(to_strings(big) == std::vector<std::string>{"\xc3\xa9", "\xf0\x9f\x98\x80"});
  CHECK(big.shape() == Shape{2, 1, 4});
  CHECK_THROWS_WITH(tensor_from_npy(version_1("{'descr': '<U1', 'fortran_order': False, 'shape': (1,), }",
                                              std::string("\0\xd8\0\0", 4))),
                    ContainsSubstring("text 0 has a number that is no code point"));
  CHECK_THROWS_WITH(tensor_from_npy(version_1("{'descr': '|S9', 'fortran_order': False, 'shape': (3,), }", "short")),
                    ContainsSubstring("truncated"));
}

TEST_CASE("npy files that hold no numbers say what they hold", "[core]") {
  const auto load = [](const std::string& name) { return load_npy(kArrays + name); };
  CHECK_THROWS_AS(load("dates.npy"), DTypeError);
  CHECK_THROWS_WITH(load("dates.npy"), ContainsSubstring("dates or durations"));
  CHECK_THROWS_WITH(load("objects.npy"), ContainsSubstring("needs pickle"));
  CHECK_THROWS_WITH(load("long_double.npy"), ContainsSubstring("extended precision"));
  CHECK_THROWS_WITH(load("records.npy"), ContainsSubstring("an array of records [('x', '<f4')"));
  CHECK_THROWS_WITH(tensor_from_npy(version_1("{'descr': '', 'fortran_order': False, 'shape': (), }")),
                    ContainsSubstring("not an array of numbers"));
  CHECK_THROWS_WITH(npy_from_tensor(zeros({1}, DType::BFloat16)),
                    "[save_npy] .npy files have no bfloat16; convert with astype first");
}

TEST_CASE("every cut of a npy file is reported as damage", "[core]") {
  const std::string bytes = bytes_of_file(kArrays + "i2_big_fortran.npy");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    INFO(length);
    CHECK_THROWS_AS(tensor_from_npy(bytes.substr(0, length)), FormatError);
  }
  CHECK_THROWS_WITH(tensor_from_npy(bytes.substr(0, bytes.size() - 1), "x.npy"),
                    "x.npy: the file is truncated: shape (2, 3, 4) of int16 needs more than the 47 bytes that follow "
                    "the header");
}

TEST_CASE("damaged npy headers are refused with the reason", "[core]") {
  const auto load = [](const std::string& bytes) { return tensor_from_npy(bytes, "x.npy"); };
  const auto header = [&](const std::string& text) { return load(version_1(text, std::string(400, '\0'))); };
  CHECK_THROWS_WITH(load("PK\x03\x04 not numpy"), ContainsSubstring("x.npy: not a .npy file"));
  CHECK_THROWS_WITH(load("abc"), "x.npy: not a .npy file: only 3 bytes");
  CHECK_THROWS_WITH(load(std::string("\x93NUMPY\x04\x00", 8)), ContainsSubstring("format 4 is not known"));
  CHECK_THROWS_WITH(load(std::string("\x93NUMPY\x02\x00\xff\xff\xff\x7f{", 13)),
                    ContainsSubstring("a length of 2147483647 bytes"));
  CHECK_THROWS_WITH(header("[]"), ContainsSubstring("expected '{'"));
  CHECK_THROWS_WITH(header("{}"), ContainsSubstring("expected the keys descr, fortran_order and shape"));
  CHECK_THROWS_WITH(header("{'descr': '<f4', 'shape': (1,)}"), ContainsSubstring("expected the keys"));
  CHECK_THROWS_WITH(header("{'descr': '<f4', 'descr': '<f4'}"), ContainsSubstring("unexpected key 'descr'"));
  CHECK_THROWS_WITH(header("{'other': 1}"), ContainsSubstring("unexpected key 'other'"));
  CHECK_THROWS_WITH(header("{'descr': '<f4"), ContainsSubstring("a quoted text has no end"));
  CHECK_THROWS_WITH(header("{'descr': 3}"), ContainsSubstring("expected a quoted text"));
  CHECK_THROWS_WITH(header("{'descr': [('x', '<f4')"), ContainsSubstring("list of fields has no end"));
  CHECK_THROWS_WITH(header("{'fortran_order': 1}"), ContainsSubstring("neither True nor False"));
  CHECK_THROWS_WITH(header("{'shape': (1,), } x"), ContainsSubstring("text after the closing brace"));
  CHECK_THROWS_WITH(header("{'shape': (1, 'a')}"), ContainsSubstring("a length of shape is not a number"));
  CHECK_THROWS_WITH(load(with_shape("(-1,)")), ContainsSubstring("a length of shape is not a number"));
  CHECK_THROWS_WITH(load(with_shape("(99999999999999999999,)")), ContainsSubstring("fits 63 bits"));
  CHECK_THROWS_WITH(load(with_shape("(1,1,1,1,1,1,1,1,1,1,1,1,1)")), ContainsSubstring("more than 12 dimensions"));
  CHECK_THROWS_WITH(load(with_shape("(3 3)")), ContainsSubstring("expected ')'"));
}

TEST_CASE("shapes too large for the file allocate nothing", "[core]") {
  for (const char* shape :
       {"(4611686018427387904,)", "(4294967296, 4294967296)", "(9223372036854775807, 2, 2)", "()"}) {
    INFO(shape);
    CHECK_THROWS_WITH(tensor_from_npy(with_shape(shape)), ContainsSubstring("the file is truncated"));
  }
  CHECK(tensor_from_npy(with_shape("(4611686018427387904, 0, 7)")).size() == 0);
}

TEST_CASE("bytes behind the elements are left alone", "[core]") {
  const std::string bytes = npy_from_tensor(Tensor{1, 2});
  CHECK(identical(tensor_from_npy(bytes + bytes), Tensor{1, 2}));
}

TEST_CASE("files that cannot be read or written are named", "[core]") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(load_npy(folder.file("none.npy")), IoError);
  CHECK_THROWS_WITH(load_npy(folder.file("none.npy")),
                    folder.file("none.npy") + ": cannot open the file: No such file or directory");
  CHECK_THROWS_WITH(load_npy(folder.path()), ContainsSubstring("not a regular file"));
  CHECK_THROWS_WITH(save_npy(folder.file("no/such/x.npy"), Tensor(1)),
                    ContainsSubstring("cannot create the file: No such file or directory"));
  CHECK_THROWS_WITH(save_npy(folder.path(), Tensor(1)), ContainsSubstring("not a regular file"));
  CHECK_THROWS_AS(save_npy(folder.file("x.npy"), Tensor()), ValueError);
  CHECK(folder.count() == 0);
}
