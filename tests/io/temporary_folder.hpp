// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

/// A new folder for the files of one test, gone with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const auto parent = std::filesystem::temp_directory_path();
    for (int n = 0; !std::filesystem::create_directory(path_); ++n)
      path_ = parent / ("iddpm-io-" + std::to_string(n));
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
    return path_ / name;
  }

  /// Puts `bytes` into the file `name`, by other means than those under test.
  std::filesystem::path put(std::string_view name, std::string_view bytes) const {
    std::ofstream(path_ / name, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path_ / name;
  }

  [[nodiscard]] std::string get(std::string_view name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] std::size_t count() const {
    const std::filesystem::directory_iterator begin(path_);
    return static_cast<std::size_t>(std::distance(begin, {}));
  }

  /// The sentence of the Error that `call` throws, without the path of this folder.
  template <class Error, class Call>
  [[nodiscard]] std::string sentence(Call&& call) const {
    try {
      call();
    } catch (const Error& error) {
      std::string text = error.what();
      const std::string folder = path_.string() + "/";
      for (std::size_t at; (at = text.find(folder)) != std::string::npos;)
        text.erase(at, folder.size());
      return text;
    } catch (const std::exception& error) {
      return std::string("another type of error: ") + error.what();
    }
    return "no error";
  }

 private:
  std::filesystem::path path_ = std::filesystem::temp_directory_path();
};
