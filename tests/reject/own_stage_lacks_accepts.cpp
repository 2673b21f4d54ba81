// expect: leat: a stage needs accepts<In>(), result<In> and bind<In>(self, next); docs/errors.md#own-stage
#include <leat/native.hpp>

#include <vector>

struct unchanged : leat::stage_base {
  template <class In>
  using result = In;
  template <class In, class Self, class Next>
  static constexpr Next bind(Self&&, Next next) {
    return next;
  }
};

int main() {
  return std::vector{1} | leat::map([](int x) { return x; }) | unchanged() | leat::sum();
}
