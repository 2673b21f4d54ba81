// SPDX-License-Identifier: BSL-1.0
// A wire of one's own: how batches become bytes, here one JSON object a line. Its Python half is json_lines.py.
#include <leat/leat.hpp>

#include <algorithm>
#include <concepts>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

struct reading {
  int sensor;
  double celsius;
};

struct json_lines {
  static constexpr std::string_view name = "json_lines:lines";  // module:object
  template <class T>
  static constexpr bool encodable = std::same_as<T, reading>;
  template <class T>
  static constexpr bool decodable = encodable<T>;
  static leat::python_source module_source() { return leat::source_file("json_lines.py"); }

  template <class T>
  struct encoder {
    void begin(leat::wire::buffer&) {}
    void put(leat::wire::buffer& out, const reading& r) {
      char line[96];
      const int n = std::snprintf(line, sizeof line, "{\"sensor\": %d, \"celsius\": %.17g}\n", r.sensor, r.celsius);
      out.append(line, static_cast<std::size_t>(n));
    }
    void end(leat::wire::buffer&, std::size_t) {}
  };

  template <class T, class F>
  static std::size_t decode(std::string_view body, F&& f) {
    std::size_t count = 0;
    while (!body.empty()) {
      const std::string line(body.substr(0, body.find('\n')));
      body.remove_prefix(std::min(body.size(), line.size() + 1));
      reading r;
      if (std::sscanf(line.c_str(), "{\"sensor\": %d, \"celsius\": %lf}", &r.sensor, &r.celsius) != 2)
        throw leat::conversion_error("a reading", "JSON", line, {{}, {}, {}, count});
      ++count;
      if (!f(std::move(r))) break;
    }
    return count;
  }
};

int main() {
  leat::python<json_lines> py;
  const std::vector<reading> readings{{1, 19.5}, {2, 21}};
  const auto calibrated = readings | py.map<reading>("calibrate", leat::source_file("json_lines.py")) | leat::to_vector();
  for (auto const& [sensor, celsius] : calibrated) std::printf("%d: %.2f\n", sensor, celsius);

  // Readings go there as JSON lines, numbers come back on the default wire.
  auto fahrenheit = py.map<double>("lambda r: r['celsius'] * 9 / 5 + 32").output<leat::pickle>();
  std::printf("%.1f\n", calibrated | fahrenheit | leat::max());
}
