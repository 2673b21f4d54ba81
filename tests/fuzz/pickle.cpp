// SPDX-License-Identifier: BSL-1.0
// Decodes any bytes as a pickle. The first byte says to which type.
#include <leat/wire/pickle.hpp>

#include "support.hpp"

namespace {

/// Shared references unfold to values without end; a batch that does is not worth the time here.
template <class T>
bool small(std::string_view body) {
  leat::wire::value_tree tree;
  try {
    T x{};
    leat::wire::converter convert(100'000);
    for (const auto* item : leat::wire::unpickle(body, tree).items) convert.whole(*item, x);
  } catch (const leat::protocol_error& e) {
    return std::string_view(e.what()).find("unfold") == std::string_view::npos;
  } catch (const leat::conversion_error&) {
  }
  return true;
}

template <class T>
void decode(std::string_view body) {
  using namespace leat::wire;
  if (!small<T>(body)) return;
  std::vector<T> quick, thorough, usual;
  std::size_t n = 0;
  auto keep = [](std::vector<T>& in) { return [&in](T&& x) { return in.push_back(std::move(x)), true; }; };
  auto keep_quick = keep(quick), keep_thorough = keep(thorough), keep_usual = keep(usual);
  const progress came = pickle_decode_quick<T>(body, n, keep_quick);
  fuzz::expect(came != progress::stopped && n == quick.size(), "the quick reading counts what it hands over");
  const std::size_t handed = n;
  std::string error, usual_error;
  try {
    n = 0;
    pickle_decode_all<T>(body, n, keep_thorough);
  } catch (const leat::protocol_error& e) {
    error = e.what();
  } catch (const leat::conversion_error& e) {
    error = e.what();
  }
  try {
    pickle_decode<T>(body, keep_usual);
  } catch (const leat::error& e) {
    usual_error = e.what();
  }
  fuzz::expect(came != progress::finished || error.empty(), "the quick reading takes only what the thorough one takes");
  fuzz::expect(error == usual_error || handed > thorough.size(), "both readings say the same");
  if (error.empty() && usual_error.empty())
    fuzz::expect(fuzz::encoded<leat::pickle>(usual) == fuzz::encoded<leat::pickle>(thorough), "both readings give the same");
  if (came == progress::finished)
    fuzz::expect(fuzz::encoded<leat::pickle>(quick) == fuzz::encoded<leat::pickle>(thorough), "the quick reading is right");

  try {
    const T x = pickle_loads<T>(body);
    const std::string again = leat::pickle::dumps(x);
    fuzz::expect(leat::pickle::dumps(pickle_loads<T>(again)) == again, "what was read can be written and read");
  } catch (const leat::protocol_error&) {
  } catch (const leat::conversion_error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  leat::wire::value_tree tree;
  try {
    const auto& v = leat::wire::unpickle(body, tree);
    (void)leat::wire::type_of(v);
    fuzz::expect(leat::wire::repr_of(v).size() <= 203, "a repr is short");
  } catch (const leat::protocol_error&) {
  }
  fuzz::with_type(data[0], [body]<class T>() { decode<T>(body); });
  return 0;
}
