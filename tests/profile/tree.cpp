// SPDX-License-Identifier: MIT
// A Kokkos Tools library that prints, as the program ends, what it did as a tree: regions, kernels,
// deep copies and allocations, each where it happened, with how often, how long and how many bytes.
//
//   KOKKOS_TOOLS_LIBS=/path/to/libiddpm_profile_tree.so program
//
// A region's seconds hold those of what is in it; each host thread begins at the root. Kokkos waits
// for the device around a kernel while a tool listens, so a kernel's seconds are its own.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <list>
#include <mutex>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Node {
  std::string name;
  Node* parent = nullptr;
  std::uint64_t calls = 0, bytes = 0;
  double seconds = 0;
  std::list<Node> children = {};  // which keeps addresses

  Node& child(const std::string& of_name) {
    for (Node& node : children)
      if (node.name == of_name) return node;
    children.push_back({of_name, this});
    return children.back();
  }
};

struct Tree {
  std::mutex mutex;
  Node root{"program"};
};

Tree& tree() {
  static Tree all;
  return all;
}

// Where a host thread is, and since when.
thread_local Node* here = nullptr;
thread_local std::vector<Clock::time_point> begun;

Node& place() { return here == nullptr ? tree().root : *here; }

void enter(const std::string& name, std::uint64_t bytes = 0) {
  const std::lock_guard lock(tree().mutex);
  here = &place().child(name);
  ++here->calls;
  here->bytes += bytes;
  begun.push_back(Clock::now());
}

void leave() {
  const std::lock_guard lock(tree().mutex);
  if (begun.empty()) return;
  here->seconds += std::chrono::duration<double>(Clock::now() - begun.back()).count();
  begun.pop_back();
  here = here->parent;
}

void print(const Node& node, int depth) {
  std::printf("%8llu %10.6f %12llu  %*s%s\n", static_cast<unsigned long long>(node.calls),
              node.seconds, static_cast<unsigned long long>(node.bytes), 2 * depth, "",
              node.name.c_str());
  for (const Node& child : node.children) print(child, depth + 1);
}

}  // namespace

extern "C" {

struct SpaceHandle {
  char name[64];
};

void kokkosp_finalize_library() {
  std::printf("   calls    seconds        bytes  name\n");
  for (const Node& child : tree().root.children) print(child, 0);
}

void kokkosp_push_profile_region(const char* name) { enter(name); }
void kokkosp_pop_profile_region() { leave(); }

void kokkosp_begin_parallel_for(const char* name, std::uint32_t, std::uint64_t*) { enter(name); }
void kokkosp_end_parallel_for(std::uint64_t) { leave(); }
void kokkosp_begin_parallel_reduce(const char* name, std::uint32_t, std::uint64_t*) { enter(name); }
void kokkosp_end_parallel_reduce(std::uint64_t) { leave(); }
void kokkosp_begin_parallel_scan(const char* name, std::uint32_t, std::uint64_t*) { enter(name); }
void kokkosp_end_parallel_scan(std::uint64_t) { leave(); }

void kokkosp_begin_deep_copy(SpaceHandle, const char* to, const void*, SpaceHandle,
                             const char* from, const void*, std::uint64_t bytes) {
  enter(std::string("copy ") + (*from == 0 ? "(no label)" : from) + " to " + to, bytes);
}
void kokkosp_end_deep_copy() { leave(); }

void kokkosp_allocate_data(SpaceHandle space, const char* name, const void*, std::uint64_t bytes) {
  enter(std::string("new ") + name + " in " + space.name, bytes);
  leave();
}

}  // extern "C"
