// SPDX-License-Identifier: BSL-1.0
// Decodes any bytes as a batch of columns. The first byte says to which type.
#include <leat/wire/tensor.hpp>

#include <array>

#include "support.hpp"

namespace {

template <class T>
void decode(std::string_view body) {
  std::vector<T> values;
  try {
    leat::columns::decode<T>(body, [&](T&& x) { return values.push_back(std::move(x)), values.size() < 10'000; });
  } catch (const leat::protocol_error&) {
    return;
  } catch (const leat::conversion_error&) {
    return;
  }
  const std::string once = fuzz::encoded<leat::columns>(values);
  std::vector<T> again;
  leat::columns::decode<T>(once, [&](T&& x) { return again.push_back(std::move(x)), true; });
  fuzz::expect(again.size() == values.size(), "as many come back");
  fuzz::expect(fuzz::encoded<leat::columns>(again) == once, "what was read can be written and read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using text = std::string;
  using floats = std::vector<float>;
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 8) {
    case 0:
      decode<std::int64_t>(body);
      break;
    case 1:
      decode<std::tuple<bool, text, double>>(body);
      break;
    case 2:
      decode<std::pair<std::optional<text>, std::optional<std::int8_t>>>(body);
      break;
    case 3:
      decode<std::array<std::uint16_t, 3>>(body);
      break;
    case 4:
      decode<floats>(body);
      break;
    case 5:
      decode<std::tuple<std::optional<floats>, std::vector<std::array<bool, 2>>, std::array<bool, 2>>>(body);
      break;
    case 6:
      decode<leat::tensor<std::int16_t, 3>>(body);
      break;
    default:
      decode<std::pair<text, leat::ndarray<std::vector<std::array<double, 2>>>>>(body);
  }
  return 0;
}
