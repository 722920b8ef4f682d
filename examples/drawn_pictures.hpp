#pragma once

// Pictures for examples that find no others: coloured shapes on noise, drawn at run time.
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <kerascpp/kerascpp.hpp>

namespace drawn {

inline const std::vector<std::string> kShapes{"bar", "cross", "disc", "frame", "ring", "triangle"};

/// Whether a point of [-1, 1] x [-1, 1] belongs to a shape.
inline bool covers(std::size_t shape, double x, double y) {
  const double r = std::hypot(x, y), far = std::max(std::abs(x), std::abs(y));
  switch (shape) {
    case 0:
      return std::abs(y) < 0.3 && std::abs(x) < 0.95;
    case 1:
      return far < 0.9 && std::min(std::abs(x), std::abs(y)) < 0.25;
    case 2:
      return r < 0.8;
    case 3:
      return far < 0.85 && far > 0.5;
    case 4:
      return r < 0.9 && r > 0.5;
    default:
      return y < 0.7 && y > -0.8 && std::abs(x) < (y + 0.8) * 0.6;
  }
}

/// A shape of any size, colour and place, (size, size, 3) with values from 0 to 255.
inline kerascpp::Tensor picture(std::size_t shape, std::int64_t size, kerascpp::RandomStream& random) {
  const std::vector<double> u = random.uniform({10}).to_vector<double>();
  kerascpp::Tensor pixels = random.uniform({size, size, 3}, 0, 110);
  const double radius = (0.22 + 0.2 * u[0]) * static_cast<double>(size), turn = (u[9] - 0.5) * 0.9;
  const double room = static_cast<double>(size) - 2 * radius;
  const double top = radius + u[1] * room, left = radius + u[2] * room;
  for (std::int64_t row = 0; row < size; ++row)
    for (std::int64_t column = 0; column < size; ++column) {
      const double y = (static_cast<double>(row) - top) / radius, x = (static_cast<double>(column) - left) / radius;
      if (!covers(shape, x * std::cos(turn) - y * std::sin(turn), x * std::sin(turn) + y * std::cos(turn))) continue;
      for (std::int64_t c = 0; c < 3; ++c)
        pixels.data<float>()[(row * size + column) * 3 + c] +=
            static_cast<float>(60 + 85 * u[static_cast<std::size_t>(3 + c)]);
    }
  return pixels;
}

/// Writes `count` pictures of each shape as JPEG files, one folder for a shape, as collections of photos have them.
inline void save_pictures(const std::string& folder, std::int64_t count, std::int64_t size, std::uint64_t seed) {
  kerascpp::RandomStream random(seed);
  for (std::size_t shape = 0; shape < kShapes.size(); ++shape) {
    std::filesystem::create_directories(std::filesystem::path(folder) / kShapes[shape]);
    for (std::int64_t i = 0; i < count; ++i)
      kerascpp::utils::save_img(folder + "/" + kShapes[shape] + "/" + std::to_string(i) + ".jpg",
                                picture(shape, size, random), {.scale = false});
  }
  std::printf("drew %lld pictures into %s\n", static_cast<long long>(count) * static_cast<long long>(kShapes.size()),
              folder.c_str());
}

}  // namespace drawn
