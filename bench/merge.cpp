// SPDX-License-Identifier: BSL-1.0
// Batches of elements that were pickled one by one: merged into one pickle by C++ and loaded at once, against a list of bytes
// from which Python loads each, in seconds of the processor. Peers:
//   one by one          writing and loading such batches, against merging and loading merged ones
//   one by one, Python  the loading alone, which is what a worker spends
//   copying             what C++ spends: putting pickles into a list of bytes, against merging them
// usage: merge [--quick] [CASE]
#include <leat/wire/endian.hpp>
#include <leat/wire/opaque.hpp>
#include <leat/wire/pickle/encode.hpp>
#include <leat/wire/pickle/merge.hpp>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "bench.hpp"
#include "child.hpp"

namespace {

constexpr std::size_t batch_bytes = 128 * 1024, batch_elements = 16'384;  // as Python stages cut them

struct setup {
  bool quick;
  std::string only;
  bench::child python{{bench::interpreter(), std::string(LEAT_BENCH_FOLDER) + "/merge.py"}};
  std::string file = "/tmp/leat-bench-merge-" + std::to_string(::getpid());
};

std::pair<double, long> ask(setup& s, const std::string& question) {
  s.python.say(question);
  std::istringstream answer(s.python.line());
  std::pair<double, long> result;
  answer >> result.first >> result.second;
  return result;
}

std::vector<leat::opaque> records_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string raw{std::istreambuf_iterator<char>(in), {}};
  std::vector<leat::opaque> records;
  for (std::size_t at = 0; at < raw.size();) {
    const auto size = static_cast<std::size_t>(leat::wire::get_little<std::uint64_t>(raw.data() + at));
    records.emplace_back(raw.substr(at + 8, size));
    at += 8 + size;
  }
  return records;
}

struct merging {
  leat::wire::pickle_merger merger;
  void begin(leat::wire::buffer& out) { merger.begin(out); }
  void put(leat::wire::buffer& out, const leat::opaque& x) {
    if (!merger.put(out, x.pickle())) merger.put_apart(out, x.pickle());
  }
  void end(leat::wire::buffer& out, std::size_t) { merger.end(out); }
};

/// Encodes all records as a stage does, one batch after the other in the same buffer.
template <class Encoder, class F>
void encode(const std::vector<leat::opaque>& records, F each) {
  Encoder encoder;
  leat::wire::buffer out;
  std::size_t n = 0;
  for (std::size_t i = 0; i != records.size(); ++i) {
    if (n == 0) encoder.begin(out);
    encoder.put(out, records[i]);
    if (++n < batch_elements && out.size() < batch_bytes && i + 1 != records.size()) continue;
    encoder.end(out, n);
    each(out.view());
    out.clear();
    n = 0;
  }
}

template <class Encoder>
void save(const std::vector<leat::opaque>& records, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  encode<Encoder>(records, [&](std::string_view body) {
    char size[8];
    leat::wire::put_little(size, std::uint64_t{body.size()});
    file.write(size, 8).write(body.data(), static_cast<std::streamsize>(body.size()));
  });
}

template <class Encoder>
double timed(const std::vector<leat::opaque>& records) {
  return bench::cpu_seconds([&] { encode<Encoder>(records, [](std::string_view body) { bench::keep(body); }); });
}

void run(setup& s, const char* name, std::size_t n) {
  if (!s.only.empty() && s.only != name) return;
  if (s.quick) n /= 4;
  ask(s, "make " + std::string(name) + " " + std::to_string(n) + " " + s.file);
  const auto records = records_of(s.file);
  using listing = leat::wire::pickle_encoder<leat::opaque>;
  save<listing>(records, s.file + ".apart");
  save<merging>(records, s.file + ".whole");
  bench::check(name, ask(s, "apart " + s.file + ".apart").second > 0, true);
  const auto times = bench::interleaved(
      s.quick ? 5 : 11, [&] { return timed<merging>(records); }, [&] { return ask(s, "whole " + s.file + ".whole").first; },
      [&] { return timed<listing>(records); }, [&] { return ask(s, "apart " + s.file + ".apart").first; });
  bench::row(name, "one by one", times[0] + times[1], times[2] + times[3]);
  bench::row(name, "one by one, Python", times[1], times[3]);
  bench::row(name, "copying", times[0], times[2]);
  for (const char* more : {"", ".apart", ".whole"}) ::unlink((s.file + more).c_str());
}

}  // namespace

int main(int argc, char** argv) {
  setup s{bench::quick(argc, argv), argc > 1 && argv[argc - 1][0] != '-' ? argv[argc - 1] : ""};
  bench::header();
  run(s, "ints", 1'000'000);
  run(s, "pairs", 1'000'000);
  run(s, "dicts", 400'000);
  run(s, "objects", 200'000);
  run(s, "dates", 400'000);
  run(s, "lists", 40'000);
  run(s, "words", 20'000);
  run(s, "shared", 100'000);
  run(s, "strings", 100'000);
  run(s, "large", 2'000);
}
