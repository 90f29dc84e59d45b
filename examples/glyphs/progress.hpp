// SPDX-License-Identifier: MIT
#pragma once

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>

namespace glyphs {

/// How far a long loop is, on stderr: one line rewritten on a terminal, else one every 5 seconds.
class Progress {
 public:
  explicit Progress(std::string label) : label_(std::move(label)) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Leaves the line, so that an error's message starts on its own.
  ~Progress() {
    if (drawn_ > 0) std::fputc('\n', stderr);
  }

  /// `fraction` of the work is done, in [0, 1]. Cheap enough to call at every step.
  void update(double fraction, const std::string& detail) {
    const auto now = Clock::now();
    fraction = fraction > 0 ? std::min(fraction, 1.0) : 0.0;
    if (origin_ < 0) {  // a resumed run starts late, and its first step is the slowest
      origin_ = fraction;
      origin_time_ = now;
    }
    if (now - shown_ < Seconds(terminal_ ? 0.1 : 5.0)) return;
    shown_ = now;
    const std::string bar = terminal_ ? drawn_bar(fraction) : "";
    const std::string percent = std::to_string(static_cast<int>(100 * fraction));
    show(label_ + bar + std::string(5 - percent.size(), ' ') + percent + " %  " +
         time_left(fraction, now) + " left  " + detail);
  }

  /// The last line: how long it all took, and the final state.
  void finish(const std::string& detail) {
    show(label_ + "  took " + minutes(Clock::now() - start_) + "  " + detail);
    if (terminal_) std::fputc('\n', stderr);
    drawn_ = 0;
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Seconds = std::chrono::duration<double>;

  static std::string minutes(Seconds time) {
    const long seconds = static_cast<long>(std::min(time.count(), 3.6e8) + 0.5);
    const auto two = [](long value) { return (value < 10 ? "0" : "") + std::to_string(value); };
    return (seconds < 3600 ? "" : std::to_string(seconds / 3600) + ":") + two(seconds / 60 % 60) +
           ":" + two(seconds % 60);
  }

  std::string time_left(double fraction, Clock::time_point now) const {
    if (fraction <= origin_) return "--:--";
    return minutes((now - origin_time_) * ((1 - fraction) / (fraction - origin_)));
  }

  static std::size_t columns() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  }

  static std::string drawn_bar(double fraction) {
    const std::size_t width = std::min<std::size_t>(columns() / 6, 30);
    if (width < 10) return "";
    const auto done = static_cast<std::size_t>(fraction * static_cast<double>(width));
    return "  [" + std::string(done, '#') + std::string(width - done, '.') + "]";
  }

  // The last column stays free: some terminals wrap as soon as it is written.
  void show(std::string line) {
    std::size_t end = terminal_ ? std::min(line.size(), columns() - 1) : line.size();
    while (end < line.size() && (line[end] & 0xC0) == 0x80) --end;  // never inside a character
    line.resize(end);
    const std::string rest(std::max(drawn_, end) - end, ' ');
    std::fprintf(stderr, terminal_ ? "\r%s%s" : "%s%s\n", line.c_str(), rest.c_str());
    std::fflush(stderr);
    drawn_ = terminal_ ? end : 0;
  }

  std::string label_;
  bool terminal_ = isatty(STDERR_FILENO) == 1;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
  Clock::time_point origin_time_ = start_;
  double origin_ = -1;
  std::size_t drawn_ = 0;  ///< columns of the terminal's line in use
};

}  // namespace glyphs
