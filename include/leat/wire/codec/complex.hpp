// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_CODEC_COMPLEX_HPP
#define LEAT_WIRE_CODEC_COMPLEX_HPP

#include <leat/wire/codec.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/convert.hpp>

#include <algorithm>
#include <concepts>
#include <string>

namespace leat {

namespace wire {

/// std::complex<float> and <double>, known by their shape: <complex> is dear to include.
template <class T>
concept complex_like = requires(const T& x) {
  typename T::value_type;
  { x.real() } -> std::same_as<typename T::value_type>;
  { x.imag() } -> std::same_as<typename T::value_type>;
  T(x.real(), x.imag());
} && (std::same_as<typename T::value_type, double> || std::same_as<typename T::value_type, float>);

}  // namespace wire

template <wire::complex_like T>
struct wire_codec<T> {
  using part = typename T::value_type;
  static constexpr bool encodable = true, decodable = true, hashable = true;
  static constexpr std::size_t tokens = wire::unbounded;

  static std::string name() { return "complex"; }
  static constexpr wire::value_kind kind = wire::value_kind::complex;
  static wire::fit takes(const wire::value& v) {
    if (v.kind != kind) return std::min(wire::fit_of<part>(v), wire::fit::converted);
    wire::value real;
    real.kind = wire::value_kind::real;
    real.real = v.real;
    return std::min(wire::fit_of<part>(real), wire::fit_of<part>(*v.items[0]));
  }
  template <class Out>
  static void encode(Out& out, const T& x) {
    out.complex(static_cast<double>(x.real()), static_cast<double>(x.imag()));
  }
  template <class In>
  static bool decode(In&, T&) {
    return false;
  }
  static bool convert(wire::converter& c, const wire::value& v, T& x) {
    if (takes(v) == wire::fit::no)
      return v.kind == wire::value_kind::complex && c.refuse("complex that two floats of 32 bits hold");
    part real{}, imaginary{};
    if (v.kind == wire::value_kind::complex) {
      real = static_cast<part>(v.real);
      imaginary = static_cast<part>(v.items[0]->real);
    } else if (!wire_codec<part>::convert(c, v, real)) {
      return false;
    }
    x = T(real, imaginary);
    return true;
  }
};

}  // namespace leat

#endif
