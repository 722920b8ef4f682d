#include "utils/image_codec.hpp"

#include <png.h>

#include <csetjmp>
#include <cstdlib>
#include <cstring>

#include <kerascpp/core/error.hpp>

#include "core/png_bytes.hpp"

// libpng leaves by longjmp: no object with a destructor lives between setjmp and its calls.
namespace kerascpp::utils {
namespace {

struct Problem {
  char message[120];
};

void leave(png_structp png, png_const_charp message) {
  auto* const problem = static_cast<Problem*>(png_get_error_ptr(png));
  std::strncpy(problem->message, message, sizeof(problem->message) - 1);
  png_longjmp(png, 1);
}

void stay_silent(png_structp, png_const_charp) {}

struct Input {
  const char* bytes;
  std::size_t size;
};

void read_bytes(png_structp png, png_bytep out, std::size_t count) {
  auto* const input = static_cast<Input*>(png_get_io_ptr(png));
  if (count > input->size) png_error(png, "the file is truncated");
  std::memcpy(out, input->bytes, count);
  input->bytes += count;
  input->size -= count;
}

struct Decoded {
  png_structp png = nullptr;
  png_infop info = nullptr;
  Problem problem{};
  Input input{};
  unsigned char* pixels = nullptr;
  png_bytep* rows = nullptr;
  std::uint32_t height = 0, width = 0, channels = 0;
};

bool decode(Decoded& state) {
  if (setjmp(png_jmpbuf(state.png)) != 0) return false;
  png_set_read_fn(state.png, &state.input, read_bytes);
  png_read_info(state.png, state.info);
  state.width = png_get_image_width(state.png, state.info);
  state.height = png_get_image_height(state.png, state.info);
  if (std::int64_t{state.width} * state.height > kMostPixels) png_error(state.png, "the picture is too large");
  png_set_expand(state.png);  // palettes, fewer than 8 bits, transparent colours
  png_set_strip_16(state.png);
  png_set_interlace_handling(state.png);
  png_read_update_info(state.png, state.info);
  state.channels = png_get_channels(state.png, state.info);
  const std::size_t row = png_get_rowbytes(state.png, state.info);
  state.pixels = static_cast<unsigned char*>(std::malloc(row * state.height));
  state.rows = static_cast<png_bytep*>(std::malloc(sizeof(png_bytep) * state.height));
  if (state.pixels == nullptr || state.rows == nullptr) png_error(state.png, "out of memory");
  for (std::uint32_t i = 0; i < state.height; ++i) state.rows[i] = state.pixels + row * i;
  png_read_image(state.png, state.rows);
  png_read_end(state.png, nullptr);
  return true;
}

}  // namespace

Tensor decode_png(std::string_view bytes, const std::string& origin) {
  Decoded state;
  state.input = {bytes.data(), bytes.size()};
  state.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &state.problem, leave, stay_silent);
  KCPP_CHECK(state.png != nullptr, Error, "libpng of another version than it was compiled for");
  state.info = png_create_info_struct(state.png);
  const bool done = state.info != nullptr && decode(state);
  Tensor result;
  if (done)
    result =
        Tensor(state.pixels, Shape{std::int64_t{state.height}, std::int64_t{state.width}, std::int64_t{state.channels}},
               DType::UInt8);
  std::free(state.pixels);
  std::free(static_cast<void*>(state.rows));
  png_destroy_read_struct(&state.png, &state.info, nullptr);
  KCPP_CHECK(done, FormatError, origin, ": damaged PNG data: ", std::string(state.problem.message));
  return result;
}

std::string encode_png(const Tensor& img) {
  return png_bytes(img.data<std::uint8_t>(), static_cast<std::size_t>(img.dim(0)), static_cast<std::size_t>(img.dim(1)),
                   static_cast<int>(img.dim(2)), "save_img");
}

}  // namespace kerascpp::utils
