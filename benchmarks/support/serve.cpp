// SPDX-License-Identifier: MIT
#include "serve.hpp"

#include "context.hpp"

#include <Kokkos_Core.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <map>
#include <sstream>

namespace bench {
namespace {

const Case* find(const Cases& cases, const std::string& name) {
  for (const Case& c : cases)
    if (c.name() == name) return &c;
  for (const Case& c : cases)
    if (c.operation == name && c.question != "growth" && c.choice.empty() &&
        c.backend == Kokkos::DefaultExecutionSpace::name())
      return &c;
  return nullptr;
}

std::string answer(const Cases& cases, std::map<const Case*, Run>& ready, std::istream& line) {
  std::string name;
  std::size_t calls = 0;
  if (!(line >> name >> calls) || calls == 0) return "error: run NAME CALLS";
  const Case* c = find(cases, name);
  if (c == nullptr) return "error: no case is named " + name;
  if (!ready.contains(c)) {
    ready[c] = c->prepare();
    ready[c](1);
  }
  const auto begin = std::chrono::steady_clock::now();
  double seconds = ready[c](calls);
  if (seconds < 0)
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::ostringstream text;
  text.precision(9);
  text << seconds / static_cast<double>(calls);
  return text.str();
}

}  // namespace

void serve(const Cases& cases) {
  std::map<const Case*, Run> ready;
  for (std::string text; std::getline(std::cin, text);) {
    std::istringstream line(text);
    std::string word;
    line >> word;
    if (word == "list") {
      for (const Case& c : cases) std::cout << c.name() << '\n';
      std::cout << std::endl;
    } else if (word == "context") {
      for (const auto& [name, value] : context())
        if (name != "kokkos") std::cout << name << '=' << value << '\n';
      std::cout << std::endl;
    } else if (word == "run") {
      try {
        std::cout << answer(cases, ready, line) << std::endl;
      } catch (const std::exception& error) {
        std::cout << "error: " << error.what() << std::endl;
      }
    } else if (!word.empty()) {
      std::cout << "error: unknown: " << word << std::endl;
    }
  }
}

}  // namespace bench
