// SPDX-License-Identifier: BSL-1.0
// What a folder of Python sources holds: most imported modules, functions and classes by file size, longest functions.
//   census [FOLDER] [--wire pickle|msgpack] [--tsv]        default folder: the interpreter's own standard library
#include <leat/leat.hpp>
#include <leat/wire/msgpack.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

using fact = std::tuple<std::string, std::string, long>;         // kind, name, number: what Python yields
using row = std::pair<std::pair<std::string, std::string>, long>;  // the same with a key

#ifndef EXAMPLES
#define EXAMPLES ".."  // built by hand: run it in its own folder
#endif

template <class Python>
void census(const Python& py, std::string folder, bool tsv) {
  auto begin = std::chrono::steady_clock::now();
  leat::context_options options;
  if (::isatty(2))
    options.progress = [](const leat::progress_record& p) {
      std::fprintf(stderr, "\r%-40s %zu of %zu ", p.stage.c_str(), p.done, p.total);
    };
  leat::context ctx(options);
  if (folder.empty())
    folder = std::vector{0} | py.template map<std::string>("lambda _: sysconfig.get_paths()['stdlib']") | leat::first();

  leat::dataset<row> rows = ctx.files(folder)  // everything up to the cache is one pass, a task a partition
      | leat::filter([](const leat::file& f) { return f.path.extension() == ".py"; })
      | leat::map([](const leat::file& f) { return std::pair(f.path.string(), f.bytes()); })
      | py.template flat_map<fact>("facts", leat::source_file(EXAMPLES "/census/census.py"))
      | leat::map([](fact f) { return row({std::get<0>(f), std::get<1>(f)}, std::get<2>(f)); })
      | leat::cache();

  auto is = [](const char* kind) { return [kind](const row& r) { return r.first.first == kind; }; };
  auto number = [](const row& r) { return std::pair(r.second, r.first.second); };
  auto counts = rows | leat::filter(std::not_fn(is("lines"))) | leat::reduce_by_key(std::plus{}) | leat::cache();
  auto longest = rows | leat::filter(is("lines")) | leat::top(10, number);

  auto print = [&](const char* title, const std::vector<row>& table) {
    if (!tsv) std::printf("\n%s\n", title);
    for (const auto& [k, n] : table)
      tsv ? std::printf("%s\t%s\t%ld\n", k.first.c_str(), k.second.c_str(), n) : std::printf("%8ld  %s\n", n, k.second.c_str());
  };
  if (::isatty(2)) std::fprintf(stderr, "\r%60s\r", "");
  print("most imported modules", counts | leat::filter(is("import")) | leat::top(20, number));
  print("files by size", counts | leat::filter(is("files")) | leat::top(9, number));
  print("functions by file size", counts | leat::filter(is("functions")) | leat::top(9, number));
  print("classes by file size", counts | leat::filter(is("classes")) | leat::top(9, number));
  print("files that do not parse", counts | leat::filter(is("failed")) | leat::to_vector());
  print("longest functions (lines)", longest);
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (tsv) return;
  std::printf("\n%s: %.2f s, %zu workers of %s\n", folder.c_str(), took.count(), py.worker_pids().size(), py.interpreter().c_str());
}

int main(int argc, char** argv) try {
  std::string folder, wire = "pickle";
  bool tsv = false;
  for (int i = 1; i < argc; ++i)
    if (std::string a = argv[i]; a == "--tsv") tsv = true;
    else if (a == "--wire" && i + 1 < argc) wire = argv[++i];
    else folder = a;
  if (wire == "msgpack") census(leat::python<leat::msgpack>{.imports = {"sysconfig"}}, folder, tsv);
  else census(leat::python{.imports = {"sysconfig"}}, folder, tsv);
} catch (const leat::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
