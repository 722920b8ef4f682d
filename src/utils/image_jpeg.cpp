#include "utils/image_codec.hpp"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <jerror.h>
#include <jpeglib.h>

#include <kerascpp/core/error.hpp>

// libjpeg leaves by longjmp: no object with a destructor lives between setjmp and its calls.
namespace kerascpp::utils {
namespace {

struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
  auto* const manager = reinterpret_cast<ErrorManager*>(info->err);
  manager->base.format_message(info, manager->message);
  std::longjmp(manager->jump, 1);
}

void stay_silent(j_common_ptr) {}

/// Damage of pixels that libjpeg would go on with is an error here: truncated files must not become grey pictures.
/// Bytes too many between the parts of a file, as cameras and editors leave them, do no harm.
void refuse_damage(j_common_ptr info, int level) {
  const int code = info->err->msg_code;
  const bool harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_TOO_MUCH_DATA;
  if (level < 0 && !harmless) leave(info);
}

void prepare(ErrorManager& manager, jpeg_error_mgr*& slot) {
  slot = jpeg_std_error(&manager.base);
  manager.base.error_exit = leave;
  manager.base.output_message = stay_silent;
  manager.base.emit_message = refuse_damage;
  manager.message[0] = '\0';
}

struct Decoded {
  jpeg_decompress_struct info;
  ErrorManager manager;
  unsigned char* pixels = nullptr;
  int channels = 0;
  bool too_large = false;
};

/// PIL's colours of CMYK, which is taken as Adobe writes it: 255 is no ink.
void cmyk_to_rgb(const unsigned char* from, unsigned char* to, std::size_t pixels) {
  for (; pixels > 0; --pixels, from += 4, to += 3)
    for (int c = 0; c < 3; ++c) {
      const int ink = (255 - from[c]) * from[3] + 128;  // in the light that black leaves
      to[c] = static_cast<unsigned char>(std::max(0, from[3] - (((ink >> 8) + ink) >> 8)));
    }
}

/// False when libjpeg has left; the caller frees `pixels`.
bool decode(Decoded& state, const unsigned char* bytes, std::size_t size) {
  if (setjmp(state.manager.jump) != 0) return false;
  jpeg_create_decompress(&state.info);
  jpeg_mem_src(&state.info, bytes, static_cast<unsigned long>(size));
  jpeg_read_header(&state.info, TRUE);
  state.too_large = std::int64_t{state.info.image_width} * state.info.image_height > kMostPixels;
  if (state.too_large) return false;
  const bool is_cmyk = state.info.num_components == 4;
  state.info.out_color_space = is_cmyk ? JCS_CMYK : state.info.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&state.info);
  state.channels = is_cmyk ? 3 : state.info.output_components;
  const std::size_t width = state.info.output_width, row = width * static_cast<std::size_t>(state.channels);
  state.pixels = static_cast<unsigned char*>(std::malloc(row * state.info.output_height));
  // libjpeg's own memory goes with it
  JSAMPROW inks = is_cmyk ? static_cast<JSAMPROW>(state.info.mem->alloc_small(
                                reinterpret_cast<j_common_ptr>(&state.info), JPOOL_IMAGE, width * 4))
                          : nullptr;
  if (state.pixels == nullptr) return false;
  while (state.info.output_scanline < state.info.output_height) {
    JSAMPROW line = state.pixels + row * state.info.output_scanline;
    jpeg_read_scanlines(&state.info, is_cmyk ? &inks : &line, 1);
    if (is_cmyk) cmyk_to_rgb(inks, line, width);
  }
  jpeg_finish_decompress(&state.info);
  return true;
}

struct Encoded {
  jpeg_compress_struct info;
  ErrorManager manager;
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
};

bool encode(Encoded& state, const unsigned char* pixels, unsigned height, unsigned width, int channels, int quality) {
  if (setjmp(state.manager.jump) != 0) return false;
  jpeg_create_compress(&state.info);
  jpeg_mem_dest(&state.info, &state.bytes, &state.size);
  state.info.image_width = width;
  state.info.image_height = height;
  state.info.input_components = channels;
  state.info.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&state.info);
  jpeg_set_quality(&state.info, quality, TRUE);
  jpeg_start_compress(&state.info, TRUE);
  while (state.info.next_scanline < height) {
    JSAMPROW line = const_cast<unsigned char*>(pixels) +
                    std::size_t{state.info.next_scanline} * width * static_cast<unsigned>(channels);
    jpeg_write_scanlines(&state.info, &line, 1);
  }
  jpeg_finish_compress(&state.info);
  return true;
}

}  // namespace

Tensor decode_jpeg(std::string_view bytes, const std::string& origin) {
  Decoded state{};
  prepare(state.manager, state.info.err);
  const bool done = decode(state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  Tensor result;
  if (done)
    result =
        Tensor(state.pixels,
               Shape{std::int64_t{state.info.output_height}, std::int64_t{state.info.output_width}, state.channels},
               DType::UInt8);
  std::free(state.pixels);
  jpeg_destroy_decompress(&state.info);
  KCPP_CHECK(!state.too_large, FormatError, origin, ": a picture of ", state.info.image_width, " x ",
             state.info.image_height, " pixels is too large");
  KCPP_CHECK(done, FormatError, origin,
             ": damaged JPEG data: ", state.manager.message[0] != '\0' ? state.manager.message : "out of memory");
  return result;
}

std::string encode_jpeg(const Tensor& img, int quality) {
  Encoded state{};
  prepare(state.manager, state.info.err);
  const bool done = encode(state, img.data<std::uint8_t>(), static_cast<unsigned>(img.dim(0)),
                           static_cast<unsigned>(img.dim(1)), static_cast<int>(img.dim(2)), quality);
  std::string bytes;
  if (done) bytes.assign(reinterpret_cast<const char*>(state.bytes), state.size);
  jpeg_destroy_compress(&state.info);
  std::free(state.bytes);
  KCPP_CHECK(done, ValueError, "[save_img] cannot write a JPEG picture: ", state.manager.message);
  return bytes;
}

}  // namespace kerascpp::utils
