// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>

/// \file
/// Ctrl-C and its kin: the first asks the program to finish, the second ends it.

namespace glyphs {

inline volatile std::sig_atomic_t interrupted = 0;

inline void on_signal(int signal) {
  interrupted = 1;
  std::signal(signal, SIG_DFL);
}

inline void watch_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, on_signal);
}

/// Leaves a stage that was interrupted; what was made before it is still written.
struct Interrupted {};

/// A network that leaves its run when the user asks for it.
template <class Net>
struct Interruptible {
  const Net& net;

  template <class... Args>
  void operator()(const Args&... args) const {
    if (interrupted) throw Interrupted{};
    net(args...);
  }
};

}  // namespace glyphs
