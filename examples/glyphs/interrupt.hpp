// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <initializer_list>

/// \file
/// Ctrl-C and its kin: the first asks the program to finish, the third ends it. The second does
/// nothing, because wrappers such as `timeout` send every signal twice: to their child and to its
/// process group.

namespace glyphs {

inline volatile std::sig_atomic_t interrupted = 0;

inline void on_signal(int signal) {
  interrupted = interrupted + 1;
  if (interrupted < 3) return;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// What is ignored stays ignored: `nohup` asks for that.
inline void watch_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, on_signal) == SIG_IGN) std::signal(signal, SIG_IGN);
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
