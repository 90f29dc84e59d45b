// SPDX-License-Identifier: MIT
#pragma once

#include "../support/glyphs.hpp"

#include <filesystem>

/// \file
/// The images of training and those held out of it.

namespace glyphs {

/// 8-bit images (N, C, H, W) of training and of faces held out of it.
struct Data {
  Levels train, test;
};

/// \throws std::exception with one sentence where a file is missing, broken or does not fit.
inline Data read_data(const Exec& exec, const std::filesystem::path& folder) {
  iddpm::require(std::filesystem::is_directory(folder), "glyphs", "--data", "be a folder",
                 folder.string());
  Data data{read_glyphs(exec, folder, "train").levels, read_glyphs(exec, folder, "test").levels};
  bool same = true;
  for (std::size_t r = 1; r < 4; ++r) same = same && data.train.extent(r) == data.test.extent(r);
  iddpm::require(same, "glyphs", "test images",
                 "have the size of the training images " + iddpm::shape_of(data.train),
                 iddpm::shape_of(data.test));
  return data;
}

}  // namespace glyphs
