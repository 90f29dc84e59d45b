// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define IDDPM_FUZZ_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IDDPM_FUZZ_ASAN
#endif
#endif

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

/// \file
/// What the fuzzed readers share. A reader is a file that includes this once and defines
/// `fuzz::read(bytes)`: it reads them, and `expect`s what must hold. The only exception that may
/// leave it is a sentence, std::invalid_argument; and no allocation may be larger than what the
/// bytes themselves explain, however much they claim to hold.

namespace fuzz {

/// What a reader may allocate at a time beyond a few times its input: streams and sentences.
inline constexpr std::size_t small = 128 * 1024;

inline std::size_t largest_allocation = 0;
inline void allocates(std::size_t size) {
  if (size > largest_allocation) largest_allocation = size;
}

[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "fuzz: %s\n", what.c_str());
  std::abort();
}

inline void expect(bool holds, const char* what) {
  if (!holds) fail(what);
}

void read(std::string_view bytes);

/// The bytes as a file, for readers of files; always the same one, which the end removes.
inline std::filesystem::path as_file(std::string_view bytes) {
  static const struct File {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("iddpm_fuzz_" + std::to_string(getpid()));
    ~File() {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    }
  } file;
  std::ofstream stream(file.path, std::ios::binary);
  stream.write(bytes.data(), static_cast<long>(bytes.size()));
  expect(bool(stream.flush()), "the file of the bytes cannot be written");
  return file.path;
}

}  // namespace fuzz

// Every allocation is seen. AddressSanitizer has an operator new of its own, and tells of it.
#ifdef IDDPM_FUZZ_ASAN
#include <sanitizer/allocator_interface.h>
inline const int fuzz_hooks = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t size) { fuzz::allocates(size); },
    [](const volatile void*) {});
#else
void* operator new(std::size_t size) {
  fuzz::allocates(size);
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::largest_allocation = 0;
  try {
    fuzz::read({reinterpret_cast<const char*>(data), size});
  } catch (const std::invalid_argument& error) {
    const std::string_view sentence = error.what();
    fuzz::expect(sentence.find(" must ") != sentence.npos, "an error that is no sentence");
  } catch (const std::exception& error) {
    fuzz::fail(std::string("an exception that is no sentence: ") + error.what());
  }
  fuzz::expect(fuzz::largest_allocation <= fuzz::small + 16 * size,
               "an allocation larger than the input explains");
  return 0;
}
