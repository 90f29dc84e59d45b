// SPDX-License-Identifier: MIT
#pragma once

// The warnings of stb are not ours to mend.
#pragma GCC system_header

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#if __has_include(<stb/stb_image.h>)
#include <stb/stb_image.h>
// As in a program that has its own stb_image_write: the copy inside iddpm must not mind.
#include <stb/stb_image_write.h>
#else
#include <stb_image.h>
#include <stb_image_write.h>
#endif

#include <string>
#include <vector>

/// A decoded picture: levels (height, width, channels).
struct Picture {
  int height = 0, width = 0, channels = 0;
  std::vector<int> levels;
};

/// Decodes a PNG, by other means than those under test; no levels where `bytes` are none.
inline Picture decode_png(const std::string& bytes) {
  Picture picture;
  const auto* begin = reinterpret_cast<const stbi_uc*>(bytes.data());
  stbi_uc* levels = stbi_load_from_memory(begin, static_cast<int>(bytes.size()), &picture.width,
                                          &picture.height, &picture.channels, 0);
  if (levels == nullptr) return picture;
  picture.levels.assign(levels, levels + picture.height * picture.width * picture.channels);
  stbi_image_free(levels);
  return picture;
}
