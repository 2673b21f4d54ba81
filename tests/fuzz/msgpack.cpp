// SPDX-License-Identifier: BSL-1.0
// Decodes any bytes as msgpack. The first byte says to which type.
#include <leat/wire/msgpack.hpp>

#include "support.hpp"

namespace {

template <class T>
void decode(std::string_view body) {
  using namespace leat::wire;
  std::vector<T> values;
  std::string error, thorough_error;
  try {
    leat::msgpack::decode<T>(body, [&](T&& x) { return values.push_back(std::move(x)), true; });
  } catch (const leat::protocol_error& e) {
    error = e.what();
  } catch (const leat::conversion_error& e) {
    error = e.what();
  }

  std::vector<T> thorough;  // the same without the quick reading
  msgpack_reader in(body);
  std::uint32_t count = 0;
  const bool begun = in.array(count);
  std::size_t at = in.position();
  try {
    msgpack_element_visitor visitor(body);
    for (std::uint32_t n = 0; begun && n != count; ++n) {
      T x{};
      visitor.read(at, x, n);
      thorough.push_back(std::move(x));
    }
    if (begun && at != body.size()) visitor.broken("bytes after its end", at);
  } catch (const leat::protocol_error& e) {
    thorough_error = e.what();
  } catch (const leat::conversion_error& e) {
    thorough_error = e.what();
  }
  fuzz::expect(begun || !error.empty(), "a batch is an array");
  if (begun) fuzz::expect(error == thorough_error, "both readings say the same");
  fuzz::expect(fuzz::encoded<leat::msgpack>(values) == fuzz::encoded<leat::msgpack>(thorough), "both readings give the same");

  try {
    const std::string again = leat::msgpack::dumps(leat::msgpack::loads<T>(body));
    fuzz::expect(leat::msgpack::dumps(leat::msgpack::loads<T>(again)) == again, "what was read can be written and read");
  } catch (const leat::protocol_error&) {
  } catch (const leat::conversion_error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  fuzz::with_type(data[0], [body]<class T>() { decode<T>(body); });
  return 0;
}
