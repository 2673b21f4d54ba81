// None, truth values, numbers, text and bytes: what Python sees of each, and what comes back.
#include <complex>
#include <iostream>
#include <leat/leat.hpp>

template <class T>
void show(const leat::python<>& py, const char* type, const T& value) {
  const auto seen = std::vector<T>{value} | py.map<std::string>("builtins:repr") | leat::to_vector();
  const bool same = (std::vector<T>{value} | py.map<T>("lambda x: x") | leat::to_vector()).at(0) == value;
  std::cout << type << " is " << seen.at(0) << (same ? "" : ", and comes back as another value") << '\n';
}

int main() {
  const leat::python py;
  show(py, "std::monostate", std::monostate{});
  show(py, "bool", true);
  show(py, "std::int8_t", std::int8_t{-5});
  show(py, "std::uint64_t", ~std::uint64_t{0});
  show(py, "leat::int128", -static_cast<leat::int128>(~std::uint64_t{0}));
  show(py, "leat::big_int", leat::big_int("100000000000000000000000000000000000000000"));
  show(py, "double", 0.1);
  show(py, "float", 0.1f);
  show(py, "std::complex<double>", std::complex{1.0, -2.5});
  show(py, "std::string", std::string("g\u00fcn \u2713"));
  show(py, "leat::bytes", leat::bytes{std::byte{0}, std::byte{255}});
  leat::bytearray writable;
  writable.assign(2, std::byte{'x'});
  show(py, "leat::bytearray", writable);

  try {  // nothing is converted silently
    std::vector{1} | py.map<std::int16_t>("lambda x: 10**6") | leat::to_vector();
  } catch (const leat::conversion_error& e) {
    std::cout << e.message() << '\n';
  }
  std::cout << (std::vector{1} | py.map<leat::big_int>("lambda x: 10**20") | leat::to_vector()).at(0).str() << '\n';
}
