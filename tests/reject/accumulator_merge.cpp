// expect: leat: an accumulator's merge function must make one value of two; pass a function of (T, T);
// expect: docs/errors.md#accumulator-merge
#include <leat/python/function/accumulator.hpp>

#include <set>

int main() { leat::accumulator<std::set<int>> seen("seen"); }
