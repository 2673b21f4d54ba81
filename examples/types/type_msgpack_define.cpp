// Types that msgpack-c packs cross unchanged, on the pickle wire and on the msgpack wire.
#include <iostream>
#include <leat/leat.hpp>
#include <leat/wire/msgpack.hpp>
#include <msgpack.hpp>

struct reading {
  int sensor = 0;
  std::vector<double> values;
  MSGPACK_DEFINE(sensor, values)
};
struct report {
  std::string place;
  std::vector<reading> readings;
  MSGPACK_DEFINE_MAP(place, readings)
};

template <class Wire>
void show() {
  const leat::python<Wire> py;
  const std::vector<report> given{{"roof", {{1, {20.5, 21}}, {2, {}}}}};
  std::cout << Wire::name << ": " << (given | py.template map<std::string>("builtins:repr") | leat::to_vector()).at(0) << '\n';
  const auto back = given | py.template map<report>("lambda r: {**r, 'place': 'cellar'}") | leat::to_vector();
  std::cout << back.at(0).place << ' ' << back.at(0).readings.at(0).values.at(1) << '\n';
}

int main() {
  show<leat::pickle>();
  show<leat::msgpack>();
}
