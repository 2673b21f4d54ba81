// SPDX-License-Identifier: BSL-1.0
// Precompiled for the test programs: what most of them include, none of it ours.
#define DOCTEST_CONFIG_VOID_CAST_EXPRESSIONS  // else what must throw would be a result that is dropped
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
