// SPDX-License-Identifier: MIT
// An .npy file, of arrays, images or weights. What reads the elements into an array is xtensor's
// for users; where it does not compile (clang 14 and xtensor 0.27), they go into a vector of that
// size.
#include "reader.hpp"
#ifdef __clang__
#include <iddpm/io/detail/npy_file.hpp>

#include <vector>
#else
#include <iddpm/io/npy.hpp>
#endif

namespace {

template <class T>
void read_as(const std::filesystem::path& path) {
#ifdef __clang__
  iddpm::io::detail::NpyFile file("read_npy", path);
  file.must_hold<T>();
  std::vector<T> elements(*iddpm::io::npy_data_bytes(file.header()) / sizeof(T));
  file.read(elements.data(), elements.size());
#else
  const auto array = iddpm::io::read_npy<T>(path);
  fuzz::expect(array.size() * sizeof(T) <= std::filesystem::file_size(path),
               "more elements than the file holds");
#endif
}

}  // namespace

void fuzz::read(std::string_view bytes) {
  const std::filesystem::path path = as_file(bytes);
  for (void (*const read_type)(const std::filesystem::path&) :
       {read_as<float>, read_as<double>, read_as<std::uint8_t>, read_as<std::int64_t>}) {
    try {
      read_type(path);
    } catch (const std::invalid_argument& error) {
      if (std::string_view(error.what()).find(" hold ") == std::string_view::npos) throw;
    }
  }
}
