#include "core/png_bytes.hpp"

#include <png.h>

#include <csetjmp>
#include <cstdint>
#include <cstring>

#include <kerascpp/core/error.hpp>

// libpng leaves by longjmp: no object with a destructor lives between setjmp and its calls.
namespace kerascpp {
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

void append(png_structp png, png_bytep bytes, std::size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}

bool encode(png_structp png, png_infop info, std::string& out, const unsigned char* pixels, std::uint32_t height,
            std::uint32_t width, int channels) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, &out, append, nullptr);
  const int color = channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA;
  png_set_IHDR(png, info, width, height, 8, color, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (std::uint32_t i = 0; i < height; ++i)
    png_write_row(png, pixels + std::size_t{i} * width * static_cast<unsigned>(channels));
  png_write_end(png, nullptr);
  return true;
}

}  // namespace

std::string png_bytes(const unsigned char* pixels, std::size_t height, std::size_t width, int channels,
                      const std::string& owner) {
  Problem problem{};
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &problem, leave, stay_silent);
  KCPP_CHECK(png != nullptr, Error, "libpng of another version than it was compiled for");
  png_infop info = png_create_info_struct(png);
  const bool done = info != nullptr && encode(png, info, out, pixels, static_cast<std::uint32_t>(height),
                                              static_cast<std::uint32_t>(width), channels);
  png_destroy_write_struct(&png, &info);
  KCPP_CHECK(done, ValueError, "[", owner, "] cannot write a PNG picture: ", std::string(problem.message));
  return out;
}

}  // namespace kerascpp
