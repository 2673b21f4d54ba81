// expect: leat: histogram takes a whole number of buckets, or edges, which are a list or a range of numbers;
#include <leat/native.hpp>

int main() { return static_cast<int>((leat::iota(0, 9) | leat::histogram(2.5)).nan); }
