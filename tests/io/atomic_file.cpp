// SPDX-License-Identifier: MIT
#include "temporary_folder.hpp"
#include <iddpm/io/atomic_file.hpp>

#include <doctest/doctest.h>

#if __has_include(<sys/resource.h>)
#include <sys/resource.h>

#include <csignal>
#endif

#include <stdexcept>
#include <string>
#include <thread>

using iddpm::io::write_file;

TEST_CASE("a file holds the bytes it was given, and nothing stands beside it") {
  const TemporaryFolder folder;
  const std::string bytes("a\0\r\n\xff", 5);
  write_file(folder / "a", bytes);
  CHECK(folder.get("a") == bytes);
  write_file(folder / "empty", "");
  CHECK(std::filesystem::file_size(folder / "empty") == 0);
  CHECK(folder.count() == 2);
}

TEST_CASE("a file takes the place of the old one") {
  const TemporaryFolder folder;
  folder.put("a", "a long old text");
  write_file(folder / "a", "new");
  CHECK(folder.get("a") == "new");
  CHECK(folder.count() == 1);
}

TEST_CASE("what a killed writer left behind is neither used nor touched") {
  const TemporaryFolder folder;
  folder.put("a.part0", "half");
  write_file(folder / "a", "whole");
  CHECK(folder.get("a") == "whole");
  CHECK(folder.get("a.part0") == "half");
  CHECK(folder.count() == 2);
}

TEST_CASE("a link stays a link") {
  const TemporaryFolder folder;
  folder.put("file", "old");
  std::filesystem::create_symlink("file", folder / "link");
  write_file(folder / "link", "new");
  CHECK(std::filesystem::is_symlink(folder / "link"));
  CHECK(folder.get("file") == "new");
}

TEST_CASE("writers of one file do not meet: its text is always a whole one") {
  const TemporaryFolder folder;
  const std::string texts[] = {std::string(50000, 'a'), std::string(70000, 'b')};
  write_file(folder / "a", texts[0]);
  const auto write = [&](const std::string& text) {
    for (int n = 0; n < 20; ++n) write_file(folder / "a", text);
  };
  std::thread first(write, texts[0]), second(write, texts[1]);
  int wrong = 0;
  for (int n = 0; n < 100; ++n) {
    const std::string seen = folder.get("a");
    wrong += seen != texts[0] && seen != texts[1];
  }
  first.join();
  second.join();
  CHECK(wrong == 0);
  CHECK(folder.count() == 1);
}

TEST_CASE("the old file keeps another name, if it is given one") {
  const TemporaryFolder folder;
  const auto replace = [&](std::string_view bytes) {
    iddpm::io::detail::Replacement file("write", folder / "a");
    file.write(bytes);
    file.commit(folder / "b");
  };
  replace("1");
  CHECK(folder.count() == 1);
  for (const std::string before : {"1", "2", "3"}) {
    replace(std::to_string(std::stoi(before) + 1));
    CHECK(folder.get("b") == before);
    CHECK(folder.count() == 2);
  }
  SUBCASE("after a run that was killed between the two names") {
    std::filesystem::remove(folder / "b");
    std::filesystem::create_hard_link(folder / "a", folder / "b");
    folder.put("b.part", "half");
    replace("5");
    CHECK(folder.get("a") == "5");
    CHECK(folder.get("b") == "4");
    CHECK(folder.count() == 2);
  }
  SUBCASE("a name that is a folder's is refused, and the old file stays") {
    std::filesystem::remove(folder / "b");
    std::filesystem::create_directory(folder / "b");
    CHECK(folder.sentence<std::runtime_error>([&] { replace("5"); }) ==
          "write: a must be writable; got Is a directory");
    CHECK(folder.get("a") == "4");
    CHECK(folder.count() == 2);
  }
}

TEST_CASE("a path that cannot be written is refused with the system's reason") {
  const TemporaryFolder folder;
  folder.put("file", "old");
  const auto refusal = [&](std::string_view name) {
    return folder.sentence<std::runtime_error>([&] { write_file(folder / name, "new"); });
  };
  CHECK(refusal("file/a") == "write_file: file/a must be writable; got Not a directory");
  CHECK(refusal("no/a") == "write_file: no/a must be writable; got No such file or directory");
  CHECK(folder.sentence<std::runtime_error>([&] { write_file("", "new"); }) != "no error");
  CHECK(folder.count() == 1);
}

TEST_CASE("a folder or a device is not replaced by a file") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "inner");
  const auto refusal = [&](const std::filesystem::path& path) {
    return folder.sentence<std::runtime_error>([&] { write_file(path, "new"); });
  };
  CHECK(refusal(folder / "inner") ==
        "write_file: inner must be a regular file; got a folder or a device");
  CHECK(refusal("/dev/null") ==
        "write_file: /dev/null must be a regular file; got a folder or a device");
}

TEST_CASE("a folder that may not be written is refused") {
  const TemporaryFolder folder;
  namespace fs = std::filesystem;
  fs::permissions(folder / "", fs::perms::owner_read | fs::perms::owner_exec);
  std::error_code failure;
  fs::create_directory(folder / "probe", failure);
  const std::string got =
      folder.sentence<std::runtime_error>([&] { write_file(folder / "a", "new"); });
  fs::permissions(folder / "", fs::perms::owner_all);
  if (failure)
    CHECK(got == "write_file: a must be writable; got Permission denied");
  else
    MESSAGE("skipped: this user may write everywhere");
}

#if __has_include(<sys/resource.h>)
TEST_CASE("a disk that is full leaves the old file, and nothing beside it") {
  const TemporaryFolder folder;
  folder.put("a", "old");
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string got = folder.sentence<std::runtime_error>(
      [&] { write_file(folder / "a", std::string(100000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(got == "write_file: a must be writable; got File too large");
  CHECK(folder.get("a") == "old");
  CHECK(folder.count() == 1);
}
#endif
