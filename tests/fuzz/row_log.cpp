// SPDX-License-Identifier: MIT
// A table that a run goes on with, as CSV or as JSON lines.
#include "reader.hpp"
#include <iddpm/io/row_log.hpp>

namespace {

// The bytes under a name that says what they are.
struct Table {
  std::filesystem::path path;

  explicit Table(std::string_view bytes) : path(fuzz::as_file(bytes)) {
    const std::filesystem::path unnamed = path;
    path += bytes.starts_with('{') ? ".jsonl" : ".csv";
    std::filesystem::rename(unnamed, path);
  }
  ~Table() { std::filesystem::remove(path); }
};

}  // namespace

void fuzz::read(std::string_view bytes) {
  const Table table(bytes);
  const iddpm::io::RowLog log(table.path, {"step", "loss"}, 1e6);
  for (const auto& row : log.kept_rows())
    expect(row.size() == 2 && row[0] <= 1e6, "a row that was not asked for");
}
