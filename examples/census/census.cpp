// SPDX-License-Identifier: BSL-1.0
// What a folder of Python sources holds: most imported modules, functions and classes by file size, longest functions.
//   census [FOLDER] [--wire pickle|msgpack] [--tsv]        default folder: the interpreter's own standard library
#include <leat/leat.hpp>
#include <leat/wire/msgpack.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <tuple>

using fact = std::tuple<std::string, std::string, long>;  // kind, name, number
using key = std::pair<std::string, std::string>;          // kind, name

#ifndef EXAMPLES
#define EXAMPLES ".."  // built by hand: run it in its own folder
#endif

template <class Python>
void census(const Python& py, std::string folder, bool tsv) {
  auto begin = std::chrono::steady_clock::now();
  leat::context_options options;
  if (::isatty(2))
    options.progress = [](const leat::progress_record& p) { std::fprintf(stderr, "\r%-40s %zu of %zu ", p.stage.c_str(), p.done, p.total); };
  leat::context ctx(options);
  if (folder.empty())
    folder = std::vector{0} | py.template map<std::string>("lambda _: sysconfig.get_paths()['stdlib']") | leat::first();

  leat::dataset<fact> facts = ctx.files(folder)  // one task a partition; everything up to the cache is one pass
      | leat::filter([](const leat::file& f) { return f.path.extension() == ".py"; })
      | leat::map([](const leat::file& f) { return std::pair(f.path.string(), f.bytes()); })
      | py.template flat_map<fact>("facts", leat::source_file(EXAMPLES "/census/census.py"))
      | leat::cache();

  auto counts = facts | leat::filter([](const fact& f) { return std::get<0>(f) != "lines"; })
      | leat::map([](fact f) { return std::pair(key(std::get<0>(f), std::get<1>(f)), std::get<2>(f)); })
      | leat::reduce_by_key(std::plus{})
      | leat::cache();
  auto longest = facts | leat::filter([](const fact& f) { return std::get<0>(f) == "lines"; })
      | leat::top(10, [](const fact& f) { return std::pair(std::get<2>(f), std::get<1>(f)); });

  auto of = [&](const char* kind) {
    return counts | leat::filter([kind](const auto& c) { return c.first.first == kind; })
        | leat::top(20, [](const auto& c) { return std::pair(c.second, c.first.second); });
  };
  auto print = [&](const char* title, const auto& rows) {
    if (!tsv) std::printf("\n%s\n", title);
    for (const auto& [k, n] : rows) tsv ? std::printf("%s\t%s\t%ld\n", k.first.c_str(), k.second.c_str(), n)
                                        : std::printf("%8ld  %s\n", n, k.second.c_str());
  };
  if (::isatty(2)) std::fprintf(stderr, "\r%60s\r", "");
  print("most imported modules", of("import"));
  print("files by size", of("files"));
  print("functions by file size", of("functions"));
  print("classes by file size", of("classes"));
  print("files that do not parse", of("failed"));
  if (!tsv) std::printf("\nlongest functions (lines)\n");
  for (const auto& [kind, name, n] : longest) std::printf(tsv ? "lines\t%s\t%ld\n" : "%2$8ld  %1$s\n", name.c_str(), n);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (!tsv) std::printf("\n%s: %.2f s with %zu workers of %s\n", folder.c_str(), took.count(), py.worker_pids().size(), py.interpreter().c_str());
}

int main(int argc, char** argv) try {
  std::string folder, wire = "pickle";
  bool tsv = false;
  for (int i = 1; i < argc; ++i)
    if (std::string a = argv[i]; a == "--tsv") tsv = true;
    else if (a == "--wire" && i + 1 < argc) wire = argv[++i];
    else folder = a;
  if (wire == "msgpack") census(leat::python<leat::msgpack>{{.imports = {"sysconfig"}}}, folder, tsv);
  else census(leat::python{{.imports = {"sysconfig"}}}, folder, tsv);
} catch (const leat::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
