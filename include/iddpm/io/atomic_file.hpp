// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#if __has_include(<fcntl.h>)
#include <fcntl.h>
#endif
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

/// \file
/// Files that are either the old ones or the new ones, never half of either.

namespace iddpm::io {

namespace detail {

/// A new file beside `path` that takes its place in `commit`, or vanishes.
class Replacement {
 public:
  Replacement(std::string_view function, const std::filesystem::path& path)
      : function_(function), path_(path), target_(path) {
    std::error_code absent;
    const auto kind = std::filesystem::status(path, absent).type();
    if (kind == std::filesystem::file_type::regular)
      target_ = std::filesystem::canonical(path);  // a link stays a link
    else if (std::filesystem::exists(path, absent))
      fail("be a regular file", "a folder or a device");
    open();
  }

  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  ~Replacement() {
    if (file_ != nullptr) std::fclose(file_);
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove(temporary_, ignored);
  }

  void write(std::string_view bytes) {
    if (bytes.empty()) return;  // an empty view may point nowhere
    check(std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size());
  }

  /// Puts the bytes on the disk, then the name on the bytes. A file that had the name keeps
  /// `previous`, if that is one.
  void commit(const std::filesystem::path& previous = {}) {
    check(std::fflush(file_) == 0);
#if __has_include(<unistd.h>)
    check(fsync(fileno(file_)) == 0);
#endif
    check(std::fclose(std::exchange(file_, nullptr)) == 0);
    std::error_code failure;
    if (!previous.empty()) keep(previous, failure);
    if (!failure) std::filesystem::rename(temporary_, target_, failure);
    if (failure) fail("be writable", failure.message());
    temporary_.clear();
    sync_folder();
  }

 private:
  /// The old file gets a second name, and loses the first one only to the new file: there is a
  /// whole file under `target_` at every moment.
  void keep(const std::filesystem::path& previous, std::error_code& failure) const {
    if (!std::filesystem::exists(target_, failure)) return;
    std::filesystem::path second = previous;
    second += ".part";
    std::filesystem::remove(second, failure);
    std::filesystem::create_hard_link(target_, second, failure);
    if (failure) std::filesystem::copy_file(target_, second, failure);  // no links there
    if (!failure) std::filesystem::rename(second, previous, failure);
    // Where a run was killed just here, both names are one file's, and rename does nothing.
    std::error_code ignored;
    std::filesystem::remove(second, ignored);
  }

  /// So that the new name outlives a power cut; a system that cannot do it is no reason to fail.
  void sync_folder() const {
#if __has_include(<unistd.h>) && __has_include(<fcntl.h>)
    const auto parent = target_.has_parent_path() ? target_.parent_path() : ".";
    const int folder = ::open(parent.c_str(), O_RDONLY);
    if (folder < 0) return;
    (void)fsync(folder);
    (void)::close(folder);
#endif
  }

  /// Exclusive creation: two writers, and what a killed one left behind, keep to different names.
  void open() {
    for (int n = 0; n < 1000 && file_ == nullptr && (n == 0 || errno == EEXIST); ++n) {
      temporary_ = target_;
      temporary_ += ".part" + std::to_string(n);
      file_ = std::fopen(temporary_.string().c_str(), "wbx");
    }
    const int failure = errno;
    if (file_ == nullptr) temporary_.clear();  // not ours to remove
    errno = failure;
    check(file_ != nullptr);
  }

  void check(bool done) const {
    if (!done) fail("be writable", std::generic_category().message(errno));
  }

  [[noreturn]] void fail(std::string_view rule, std::string_view got) const {
    throw std::runtime_error(std::string(function_) + ": " + path_.string() + " must " +
                             std::string(rule) + "; got " + std::string(got));
  }

  std::string_view function_;
  std::filesystem::path path_, target_, temporary_;
  std::FILE* file_ = nullptr;
};

/// Writes `parts`, one after the other, as the file `path`; sentences begin with `function`.
inline void replace_file(std::string_view function, const std::filesystem::path& path,
                         std::initializer_list<std::string_view> parts) {
  Replacement file(function, path);
  for (const std::string_view part : parts) file.write(part);
  file.commit();
}

}  // namespace detail

/// Writes `bytes` as the file `path`, in the place of a file that is there.
/// They go to a new name in the same folder, to the disk, and only then to `path`: a reader, or a
/// run killed half way, sees the old file or the new one. A failure leaves the old one alone.
/// \throws std::runtime_error `write_file: <path> must be writable; got <reason of the system>`.
inline void write_file(const std::filesystem::path& path, std::string_view bytes) {
  detail::replace_file("write_file", path, {bytes});
}

}  // namespace iddpm::io
