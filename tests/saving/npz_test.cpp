#include <kerascpp/saving/npz.hpp>

#include "support/catch.hpp"
#include "support/temporary_folder.hpp"
#include "test_paths.hpp"

using namespace kerascpp;

namespace {

const std::string kArrays = KERASCPP_TEST_DATA "/arrays/";

Dict load(const std::string& name) { return load_npz(kArrays + name); }

Tensor array(const Dict& arrays, std::string_view name) {
  REQUIRE(arrays.find(name) != nullptr);
  return *arrays.find(name)->tensor();
}

std::string error_of(const std::string& name) {
  try {
    (void)load(name);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "no FormatError";
}

}  // namespace

TEST_CASE("npz archives of NumPy are read, stored and deflated", "[saving]") {
  // see scripts/fixtures/arrays.py for the values
  for (const char* name : {"stored.npz", "deflated.npz"}) {
    INFO(name);
    const Dict arrays = load(name);
    CHECK(arrays.size() == 2);
    CHECK(identical(array(arrays, "x"), arange(-3, 21).reshape({2, 3, 4})));
    CHECK(identical(array(arrays, "y"), arange(0, 3, 1, DType::Int64)));
  }
  CHECK(identical(array(load("zeros_deflated.npz"), "zeros"), zeros({300, 500}, DType::Float64)));
  CHECK(array(load("with_folder.npz"), "sub/x").shape() == Shape{2, 3, 4});
}

TEST_CASE("npz archives are written and read back", "[saving]") {
  const TemporaryFolder folder;
  const Tensor x = arange(20000).reshape({20, 1000});
  for (const bool compressed : {false, true}) {
    save_npz(folder.file("a.npz"), Dict{{"x", x}, {"group/y", Tensor{true, false}}, {"n", 3}, {"none", zeros({0, 2})}},
             {.compressed = compressed});
    const Dict arrays = load_npz(folder.file("a.npz"));
    CHECK(arrays.size() == 4);
    CHECK(identical(array(arrays, "x"), x));
    CHECK(identical(array(arrays, "group/y"), Tensor{true, false}));
    CHECK(identical(array(arrays, "n"), Tensor(3)));
    CHECK(array(arrays, "none").shape() == Shape{0, 2});
    CHECK((bytes_of_file(folder.file("a.npz")).size() < x.nbytes()) == compressed);
  }
  CHECK(folder.count() == 1);
}

TEST_CASE("equal arrays give equal archives", "[saving]") {
  const TemporaryFolder folder;
  save_npz(folder.file("a.npz"), Dict{{"x", Tensor(1)}});
  save_npz(folder.file("b.npz"), Dict{{"x", Tensor(1)}});
  CHECK(bytes_of_file(folder.file("a.npz")) == bytes_of_file(folder.file("b.npz")));
}

TEST_CASE("hostile archives are refused with the member's name", "[saving]") {
  CHECK_THAT(error_of("bad_crc.npz"), ContainsSubstring("bad_crc.npz: x.npy: CRC error"));
  CHECK_THAT(error_of("bad_deflate.npz"), ContainsSubstring("bad_deflate.npz: the member x is no array"));
  for (const char* name :
       {"escape_parent.npz", "escape_inside.npz", "escape_absolute.npz", "escape_backslash.npz", "escape_drive.npz"}) {
    INFO(name);
    CHECK_THAT(error_of(name), ContainsSubstring("x.npy has a name that leads out of the archive"));
  }
  CHECK_THAT(error_of("link.npz"), ContainsSubstring("the member x.npy is a link"));
  CHECK_THAT(error_of("duplicate.npz"), ContainsSubstring("the member x.npy occurs twice"));
  CHECK_THAT(error_of("encrypted.npz"), ContainsSubstring("the member x.npy is encrypted"));
  CHECK_THAT(error_of("bomb.npz"), ContainsSubstring("the member x claims a size"));
  CHECK_THAT(error_of("overlap.npz"), ContainsSubstring("overlaps others"));
  CHECK_THAT(error_of("lzma.npz"), ContainsSubstring("by a method other than deflate"));
  CHECK_THAT(error_of("truncated.npz"), ContainsSubstring("truncated.npz: not a readable zip archive"));
  CHECK_THAT(error_of("not_npy.npz"), ContainsSubstring("the member readme.txt is no array"));
  CHECK_THAT(error_of("f4_little_c.npy"), ContainsSubstring("not a readable zip archive"));
  CHECK(load("text_array.npz").find("names")->tensor()->shape() == Shape{1, 3});  // strings
  const TemporaryFolder folder;
  CHECK_THROWS_AS(load_npz(folder.write("empty.npz", "")), FormatError);
  CHECK_THROWS_AS(load_npz(folder.file("none.npz")), IoError);
}

TEST_CASE("every cut and every flipped byte of an archive is survived", "[saving]") {
  const TemporaryFolder folder;
  const std::string bytes = bytes_of_file(kArrays + "deflated.npz");
  const Dict good = load("stored.npz");
  const auto survives = [&](const std::string& damaged) {
    try {
      const Dict arrays = load_npz(folder.write("x.npz", damaged));
      // damage of dates or comments is none of the arrays'
      for (const auto& [name, value] : arrays)
        if (good.find(name) != nullptr) CHECK(identical(*value.tensor(), *good.find(name)->tensor()));
    } catch (const Error&) {
    }
  };
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    INFO(i);
    survives(bytes.substr(0, i));
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
    survives(flipped);
  }
}

TEST_CASE("what cannot be saved as npz is refused and leaves no file", "[saving]") {
  const TemporaryFolder folder;
  const std::string path = folder.file("a.npz");
  CHECK_THROWS_WITH(save_npz(path, Dict{}), ContainsSubstring("there are no arrays to save"));
  CHECK_THROWS_WITH(save_npz(path, Dict{{"x", "text"}}), ContainsSubstring("the value of \"x\" is not a tensor"));
  CHECK_THROWS_WITH(save_npz(path, Dict{{"x", 1}, {"x", 2}}), ContainsSubstring("\"x\" is empty or used twice"));
  CHECK_THROWS_AS(save_npz(path, Dict{{"", 1}}), ValueError);
  CHECK_THROWS_AS(save_npz(path, Dict{{"x", zeros({2}, DType::BFloat16)}}), DTypeError);
  CHECK_THROWS_AS(save_npz(folder.file("no/such/a.npz"), Dict{{"x", 1}}), IoError);
  CHECK(folder.count() == 0);
}
