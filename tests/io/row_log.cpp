// SPDX-License-Identifier: MIT
#include "temporary_folder.hpp"
#include <iddpm/io/row_log.hpp>

#include <doctest/doctest.h>

#if __has_include(<sys/resource.h>)
#include <sys/resource.h>

#include <csignal>
#endif

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

using iddpm::io::RowLog;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void write_three(const std::filesystem::path& path) {
  RowLog log(path, {"step", "loss"});
  log.append({10, 0.1});
  log.append({20, NAN});
  log.append({30, -infinity});
}

}  // namespace

TEST_CASE("a table is there while it grows") {
  const TemporaryFolder folder;
  RowLog csv(folder / "a.csv", {"step", "loss"}), json(folder / "a.jsonl", {"step", "loss"});
  CHECK(csv.columns() == std::vector<std::string>{"step", "loss"});
  CHECK(folder.get("a.csv") == "step,loss\n");
  CHECK(folder.get("a.jsonl").empty());
  csv.append({1, 0.1});
  json.append({1, 0.1});
  CHECK(folder.get("a.csv") == "step,loss\n1,0.1\n");
  CHECK(folder.get("a.jsonl") == "{\"step\": 1, \"loss\": 0.1}\n");
}

TEST_CASE("numbers that are not finite, and digits that give the number back") {
  const TemporaryFolder folder;
  write_three(folder / "a.csv");
  CHECK(folder.get("a.csv") == "step,loss\n10,0.1\n20,\n30,\n");
  write_three(folder / "a.jsonl");
  CHECK(folder.get("a.jsonl") ==
        "{\"step\": 10, \"loss\": 0.1}\n{\"step\": 20, \"loss\": null}\n"
        "{\"step\": 30, \"loss\": null}\n");
  RowLog(folder / "b.csv", {"x"}).append({1.0 / 3});
  CHECK(std::stod(folder.get("b.csv").substr(2)) == 1.0 / 3);
}

TEST_CASE("a new table takes the place of the old one, a run that goes on keeps its lines") {
  const TemporaryFolder folder;
  for (const char* name : {"a.csv", "a.jsonl"}) {
    write_three(folder / name);
    const std::string whole = folder.get(name);
    folder.put(name, whole + (std::string(name) == "a.csv" ? "40,0" : "{\"step\": 40"));  // killed
    RowLog log(folder / name, {"step", "loss"}, 20);
    REQUIRE(log.kept_rows().size() == 2);
    CHECK(log.kept_rows()[0] == std::vector<double>{10, 0.1});
    CHECK(log.kept_rows()[1][0] == 20);
    CHECK(std::isnan(log.kept_rows()[1][1]));
    log.append({30, -infinity});
    CHECK(folder.get(name) == whole);
    const RowLog anew(folder / name, {"step", "loss"});
    CHECK(anew.kept_rows().empty());
    CHECK(folder.get(name) == (std::string(name) == "a.csv" ? "step,loss\n" : ""));
  }
  const RowLog none(folder / "none.csv", {"step"}, 20);
  CHECK(folder.get("none.csv") == "step\n");
}

TEST_CASE("what cannot be a table is refused before anything is written") {
  const TemporaryFolder folder;
  const auto of = [&](const char* name, std::vector<std::string> columns) {
    return folder.sentence<std::invalid_argument>([&] { RowLog(folder / name, columns); });
  };
  CHECK(of("a.txt", {"x"}) == "RowLog: path must end in .csv or .jsonl; got a.txt");
  CHECK_THROWS_WITH_AS(RowLog("", {"x"}), "RowLog: path must end in .csv or .jsonl; got ",
                       std::invalid_argument);
  CHECK(of("a.csv", {}) == "RowLog: columns must hold at least one name; got none");
  CHECK(of("a.csv", {"x", "a,b"}) ==
        "RowLog: every column must be named by letters, digits and _; got a,b");
  CHECK(of("a.csv", {""}) == "RowLog: every column must be named by letters, digits and _; got ");
  CHECK(folder.count() == 0);
  RowLog log(folder / "a.csv", {"x", "y"});
  CHECK_THROWS_WITH_AS(log.append({1}), "RowLog::append: row must hold 2 numbers; got 1",
                       std::invalid_argument);
}

TEST_CASE("lines of another table are refused and stay") {
  const TemporaryFolder folder;
  const auto of = [&](const char* name, const std::string& text) {
    folder.put(name, text);
    const std::string said = folder.sentence<std::invalid_argument>([&] {
      RowLog(folder / name, {"step", "loss"}, 20);
    });
    CHECK(folder.get(name) == text);
    return said;
  };
  const std::string csv = "RowLog: a.csv must be a table of these columns; got ";
  CHECK(of("a.csv", "step,error\n1,2\n") == csv + "step,error");
  CHECK(of("a.csv", "step,loss\n1\n") == csv + "1");
  CHECK(of("a.csv", "step,loss\n1,2,3\n") == csv + "1,2,3");
  CHECK(of("a.csv", "step,loss\nx,2\n") == csv + "x,2");
  const std::string json = "RowLog: a.jsonl must be a table of these columns; got ";
  for (const char* line : {"{\"step\": 1}", "{\"step\": 1, \"loss\": }", "1", "{\"loss\": 1}",
                           "{\"step\": 1, \"loss\": 2"})
    CHECK(of("a.jsonl", std::string(line) + "\n") == json + line);
}

TEST_CASE("a table to go on with that cannot be read is refused and stays") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "a.csv");
  CHECK(folder.sentence<std::runtime_error>([&] { RowLog(folder / "a.csv", {"x"}, 20); }) ==
        "RowLog: a.csv must be readable; got Is a directory");
  folder.put("b.csv", "x\n1\n");
  std::filesystem::permissions(folder / "b.csv", std::filesystem::perms::owner_write);
  if (std::ifstream(folder / "b.csv").is_open()) return;  // nothing is closed to root
  CHECK(folder.sentence<std::runtime_error>([&] { RowLog(folder / "b.csv", {"x"}, 20); }) ==
        "RowLog: b.csv must be readable; got Permission denied");
  std::filesystem::permissions(folder / "b.csv", std::filesystem::perms::owner_all);
  CHECK(folder.get("b.csv") == "x\n1\n");
}

TEST_CASE("a place that cannot be written is refused") {
  const TemporaryFolder folder;
  CHECK(folder.sentence<std::runtime_error>([&] { RowLog(folder / "no/a.csv", {"x"}); }) ==
        "write_file: no/a.csv must be writable; got No such file or directory");
}

#if __has_include(<sys/resource.h>)
TEST_CASE("a disk that was full for a while costs the lines of that while, and no other") {
  const TemporaryFolder folder;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  {
    RowLog log(folder / "a.csv", {"x", "y"});
    log.append({1, 0.5});
    const rlimit small{folder.get("a.csv").size() + 4, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
    for (int again = 0; again < 2; ++again)
      CHECK(folder.sentence<std::runtime_error>([&] {
        log.append({2, 0.25});
      }) == "RowLog: a.csv must be writable; got File too large");
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(folder.get("a.csv") == "x,y\n1,0.5\n");
    log.append({3, 0.125});
  }
  std::signal(SIGXFSZ, handler);
  CHECK(folder.get("a.csv") == "x,y\n1,0.5\n3,0.125\n");
}

TEST_CASE("a disk that is full is a sentence") {
  const TemporaryFolder folder;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1024, before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  const std::string got = folder.sentence<std::runtime_error>([&] {
    RowLog log(folder / "a.csv", {"x"});
    for (int n = 0; n < 1000; ++n) log.append({n / 7.0});
  });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(got == "RowLog: a.csv must be writable; got File too large");
}
#endif
