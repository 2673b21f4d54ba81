// expect: leat: a stage needs accepts<In>(), result<In> and bind<In>(self, next); docs/errors.md#own-stage
#include <leat/native.hpp>

#include <vector>

struct unchanged : leat::stage_base {
  template <class In>
  using result = In;
  template <class In>
  static consteval bool accepts() {
    return true;
  }
};

int main() {
  return std::vector{1} | leat::map([](int x) { return x; }) | unchanged() | leat::sum();
}
