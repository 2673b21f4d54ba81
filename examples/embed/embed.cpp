// SPDX-License-Identifier: BSL-1.0
// Neural networks that ONNX Runtime runs: scores the images of a folder (.ppm), or embeds each line of four numbers on stdin. Images
// and vectors go there as arrays, many at a time, and two workers use two cores, each with one thread.
// usage: embed [FOLDER]     takes pip install onnxruntime onnx
#include <leat/leat.hpp>
#include <leat/wire/tensor.hpp>

#include <array>
#include <cstdio>
#include <cstring>
#include <future>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using image = leat::tensor<std::uint8_t, 3>;  // height, width, channels
using vector = std::array<float, 4>;

image read_ppm(const leat::file& file) {
  const std::string text = file.text();
  std::istringstream in(text);
  std::string magic;
  std::size_t width = 0, height = 0, most = 0;
  in >> magic >> width >> height >> most;
  in.get();
  image pixels({height, width, 3});
  if (magic != "P6" || most != 255 || !in.read(reinterpret_cast<char*>(pixels.data()), static_cast<std::streamsize>(pixels.size())))
    throw leat::input_error(file.path + " is no image of 8 bits a channel in the form P6");
  return pixels;
}

vector parse(const std::string& line) {
  std::istringstream in(line);
  vector v{};
  for (float& x : v) in >> x;
  if (!in) throw leat::input_error("a line of four numbers was expected, and is: " + line);
  return v;
}

int main(int argc, char** argv) try {
  const leat::python py{.path = {EXAMPLES "/embed"}, .requirements = {"onnxruntime", "onnx"}, .workers = 2};
  if (argc > 1) {
    const auto files = leat::files({std::string(argv[1]) + "/*.ppm"});
    const auto scores = files | leat::map(read_ppm) | py.map_batches<float>("model:Edges").stacked() | leat::to_vector();
    for (std::size_t i = 0; i != files.size(); ++i)
      std::printf("%-16s %.3f\n", files[i].path.filename().c_str(), static_cast<double>(scores[i]));
    return 0;
  }
  // Each line is a call, as in a server; those that wait go to a network together, as one array.
  const auto embed = py.batch_function<vector(vector)>("model:Embed").arrays();
  std::vector<std::future<vector>> answers;
  for (std::string line; std::getline(std::cin, line);) answers.push_back(embed.async(parse(line)));
  for (auto& answer : answers) {
    for (const float x : answer.get()) std::printf("%6.3f ", static_cast<double>(x));
    std::puts("");
  }
} catch (const leat::start_failed& e) {  // this machine's Python has no ONNX Runtime
  std::fprintf(stderr, "%s\n", e.what());
  return 77;
} catch (const leat::error& e) {
  std::fprintf(stderr, "%s\n", e.what());
  return 1;
}
