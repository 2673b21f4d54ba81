// SPDX-License-Identifier: BSL-1.0
#include <leat/wire/msgpack.hpp>
#include <leat/wire/pickle.hpp>
#include <leat/wire/tensor.hpp>

#include <limits>
#include <map>
#include <numeric>

#if __has_include(<eigen3/Eigen/Core>)
#include <eigen3/Eigen/Core>
#define HAS_EIGEN
#endif

#include "support.hpp"

namespace wire_tensor {
namespace {

using leat::columns;
using leat::ndarray;
using leat::tensor;
using test::raw;

/// A foreign matrix whose elements lie column by column.
struct by_column {
  std::size_t rows = 0;
  std::vector<int> elements{};  // of two columns
  bool operator==(const by_column&) const = default;
};

/// A tile of two by two, which has no cells before it is made.
struct tile {
  std::size_t rows = 2;
  std::vector<std::int16_t> cells{};
  bool operator==(const tile&) const = default;
};

struct sample {
  std::int32_t id = 0;
  std::array<float, 2> at{};
  std::optional<std::vector<double>> series{};
  ndarray<std::vector<std::uint8_t>> image{};
  LEAT_FIELDS(id, at, series, image)
  bool operator==(const sample&) const = default;
};

}  // namespace
}  // namespace wire_tensor

template <>
struct leat::tensor_traits<wire_tensor::by_column> {
  using element = int;
  static constexpr std::array<std::size_t, 2> extents{leat::any_extent, 2};
  static std::array<std::size_t, 2> shape(const wire_tensor::by_column& x) { return {x.rows, 2}; }
  static void copy_to(const wire_tensor::by_column& x, int* to) {
    for (std::size_t i = 0; i != x.elements.size(); ++i) to[i % x.rows * 2 + i / x.rows] = x.elements[i];
  }
  static wire_tensor::by_column make(const std::array<std::size_t, 2>& shape) {
    return {shape[0], std::vector<int>(shape[0] * 2)};
  }
  static void copy_from(wire_tensor::by_column& x, const int* from) {
    for (std::size_t i = 0; i != x.elements.size(); ++i) x.elements[i] = from[i % x.rows * 2 + i / x.rows];
  }
};

template <>
struct leat::tensor_traits<wire_tensor::tile> {
  using element = std::int16_t;
  static constexpr std::array<std::size_t, 2> extents{2, 2};
  static std::array<std::size_t, 2> shape(const wire_tensor::tile& x) { return {x.rows, 2}; }
  static const std::int16_t* data(const wire_tensor::tile& x) { return x.cells.data(); }
  static wire_tensor::tile make(const std::array<std::size_t, 2>&) { return {2, std::vector<std::int16_t>(4)}; }
  static std::int16_t* data(wire_tensor::tile& x) { return x.cells.data(); }
};

#if defined(HAS_EIGEN)
/// Of any element, extents and order: what Eigen stores column by column is copied row by row.
template <class T, int Rows, int Columns, int Options>
struct leat::tensor_traits<Eigen::Matrix<T, Rows, Columns, Options>> {
  using matrix = Eigen::Matrix<T, Rows, Columns, Options>;
  using rows = Eigen::Matrix<T, Rows, Columns, (Columns == 1 && Rows != 1) ? Eigen::ColMajor : Eigen::RowMajor>;
  using element = T;
  static constexpr std::size_t extent(int n) { return n == Eigen::Dynamic ? any_extent : static_cast<std::size_t>(n); }
  static constexpr std::array<std::size_t, 2> extents{extent(Rows), extent(Columns)};
  static std::array<std::size_t, 2> shape(const matrix& m) {
    return {static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols())};
  }
  static void copy_to(const matrix& m, T* to) { Eigen::Map<rows>(to, m.rows(), m.cols()) = m; }
  static matrix make(const std::array<std::size_t, 2>& shape) {
    return matrix::Zero(static_cast<Eigen::Index>(shape[0]), static_cast<Eigen::Index>(shape[1]));
  }
  static void copy_from(matrix& m, const T* from) { m = Eigen::Map<const rows>(from, m.rows(), m.cols()); }
};
#endif

namespace wire_tensor {
namespace {

/// Values of each container, with zeros, ends and limits of the element's type.
template <class T>
void trips() {
  const T one = static_cast<T>(1), two = static_cast<T>(2);
  const T most = [] {
    if constexpr (std::numeric_limits<T>::is_specialized) return std::numeric_limits<T>::max();
    return static_cast<T>(0.5f);
  }();
  test::round_trip<columns>(std::vector<std::array<T, 2>>{{one, two}, {most, T{}}});
  test::round_trip<columns>(std::vector<std::array<std::array<T, 1>, 2>>{{{{one}, {most}}}});
  tensor<T, 2> t({2, 3});
  t(1, 2) = most;
  test::round_trip<columns>(std::vector<tensor<T, 2>>{t, {}, tensor<T, 2>({0, 7}), tensor<T, 2>({7, 0})});
  test::round_trip<columns>(std::vector<tensor<T>>{tensor<T>({1}), {}});
  const std::string pickled = test::encode<leat::pickle>(std::vector<std::pair<int, tensor<T>>>(1));
  CHECK((pickled.find("ml_dtypes\nbfloat16") != pickled.npos) == std::same_as<T, leat::wire::bfloat16>);
  if constexpr (!std::same_as<T, bool>) {
    test::round_trip<columns>(std::vector<std::vector<T>>{{one}, {}, {two, most, T{}}, {}});
    test::round_trip<columns>(std::vector<std::vector<std::array<T, 2>>>{{}, {{one, two}, {most, most}}});
    test::round_trip<columns>(std::vector<std::pair<std::optional<std::vector<T>>, std::string>>{
        {std::vector<T>{one}, "a"}, {std::nullopt, ""}, {std::vector<T>{}, "b"}});
  }
}

TEST_CASE("tensors on columns: every element, fixed, ragged and missing") {
  trips<bool>();
  trips<std::int8_t>();
  trips<std::uint8_t>();
  trips<std::uint16_t>();
  trips<std::int64_t>();
  trips<std::uint64_t>();
  trips<float>();
  trips<double>();
  if constexpr (leat::wire::tensor_element<leat::wire::float16>) trips<leat::wire::float16>();
#if defined(__BFLT16_MAX__)  // what converts it is in libgcc from 13 on, so that some clangs cannot link it
  trips<leat::wire::bfloat16>();
#endif
  test::round_trip<columns>(std::vector<by_column>{{3, {1, 2, 3, 4, 5, 6}}, {0, {}}, {1, {7, 8}}});
  test::round_trip<columns>(std::vector<sample>{{1, {1, 2}, std::vector<double>{0.5}, std::vector<std::uint8_t>{1, 2}},
                                                {2, {3, 4}, std::nullopt, std::vector<std::uint8_t>{}}});
  test::round_trip<columns>(std::vector<std::optional<tile>>{std::nullopt, tile{2, {1, 2, 3, 4}}, std::nullopt});
  std::vector<std::vector<double>> many(3000);  // more rows, and more elements, than a batch begins with
  for (std::size_t i = 0; i != many.size(); ++i) many[i].resize(i % 700, static_cast<double>(i));
  test::round_trip<columns>(many);
  test::round_trip<columns>(std::vector<std::array<std::uint8_t, 200'000>>(9));
}

#if defined(HAS_EIGEN)
TEST_CASE("Eigen's matrices by their trait") {
  Eigen::MatrixXf m(2, 3);
  m << 1, 2, 3, 4, 5, 6;
  const std::vector<Eigen::MatrixXf> in{m, Eigen::MatrixXf(0, 0), m.transpose()};
  test::round_trip<columns>(in);
  CHECK(test::encode<columns>(in).find(
            test::encode<columns>(std::vector<std::array<float, 6>>{{1, 2, 3, 4, 5, 6}}).substr(64)) != std::string::npos);
  test::round_trip<columns>(std::vector<Eigen::Vector3d>{{1, 2, 3}, {4, 5, 6}});
  test::round_trip<columns>(
      std::vector<std::pair<int, std::optional<Eigen::Matrix<int, Eigen::Dynamic, 2>>>>{{1, std::nullopt}});
  CHECK(columns::type_name<Eigen::Vector3d>() == "ndarray[float64, 3, 1]");
  CHECK(leat::wire::type_name<Eigen::MatrixXf>() == "ndarray[float32, :, :]");
}
#endif

TEST_CASE("their names say the extents, and which are arrays for every function") {
  using leat::wire::type_name;
  CHECK(columns::type_name<std::array<float, 768>>() == "float32[768]");
  CHECK(columns::type_name<std::array<std::array<std::uint8_t, 3>, 2>>() == "uint8[2, 3]");
  CHECK(columns::type_name<std::vector<std::array<double, 2>>>() == "float64[:, 2]");
  CHECK(columns::type_name<by_column>() == "ndarray[int32, :, 2]");
  CHECK(type_name<std::vector<float>>() == "list[float]");
  CHECK(type_name<ndarray<std::vector<float>>>() == "ndarray[float32, :]");
  CHECK(type_name<std::optional<tensor<bool, 3>>>() == "ndarray[bool, :, :, :] | None");
  CHECK(type_name<std::span<const std::int64_t, 4>>() == "ndarray[int64, 4]");
}

#if defined(__cpp_lib_mdspan)
TEST_CASE("an mdspan is sent as it lies") {
  std::vector<double> cells{1, 2, 3, 4, 5, 6};
  using rows = std::mdspan<const double, std::extents<int, std::dynamic_extent, 3>>;
  CHECK(test::encode<columns>(std::vector{rows(cells.data(), 2)}) ==
        test::encode<columns>(std::vector<std::vector<std::array<double, 3>>>{{{1, 2, 3}, {4, 5, 6}}}));
  CHECK(columns::type_name<rows>() == "ndarray[float64, :, 3]");
  CHECK_FALSE(columns::decodable<rows>);
}
#endif

TEST_CASE("what columns cannot hold is no tensor") {
  CHECK_FALSE(columns::encodable<std::vector<bool>>);
  CHECK_FALSE(columns::encodable<std::vector<std::vector<float>>>);
  CHECK_FALSE(columns::encodable<std::vector<std::string>>);
  CHECK_FALSE(columns::encodable<leat::bytes>);
  CHECK_FALSE(columns::encodable<std::array<int, 0>>);
  CHECK_FALSE(columns::encodable<std::span<const float, 0>>);
  CHECK(leat::pickle::encodable<std::span<const float, 0>>);
  CHECK_FALSE(columns::encodable<std::optional<std::span<const float, 4>>>);
  CHECK(columns::encodable<std::span<const float>>);
  CHECK_FALSE(columns::decodable<std::span<const float>>);
  CHECK_FALSE(leat::pickle::decodable<std::span<const float>>);
  CHECK_FALSE(columns::decodable<std::tuple<int, std::span<const float>>>);
  CHECK(leat::pickle::encodable<std::map<std::string, tensor<float>>>);
}

TEST_CASE_TEMPLATE("a trait is held to the extents it promises", Wire, columns, leat::pickle, leat::msgpack) {
  std::string told;
  try {
    test::encode<Wire>(std::vector<tile>{{2, {1, 2, 3, 4}}, {3, {1, 2, 3, 4, 5, 6}}});
  } catch (const leat::usage_error& e) {
    told = e.what();
  }
  CAPTURE(told);
  CHECK(told.find("what is ndarray[int16, 2, 2] to Python give one of 3 x 2 elements") != told.npos);
}

TEST_CASE("arrays have more parts than compilers nest expressions, as tuples too") {
  std::array<std::int64_t, 768> many{};
  std::iota(many.begin(), many.end(), -300);
  test::round_trip<columns>(std::vector{many, many});
  test::round_trip<leat::pickle>(std::vector{many, many});
  test::round_trip<leat::msgpack>(std::vector{many});
  CHECK(test::decode_error<leat::pickle, std::array<std::int64_t, 768>>(
            test::encode<leat::pickle>(std::vector{std::array{1, 2}})) != "");
}

TEST_CASE("a ragged column lies as the specification says") {
  const std::string body = test::encode<columns>(std::vector<std::vector<std::int16_t>>{{1, 2}, {}, {3}});
  std::string expected =
      raw("col1\2\0\0\0\3\0\0\0\0\0\0\0v\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\x20\0\0\0\0\0\0\0"
          "h\0\0\0\0\0\0\0\x80\0\0\0\0\0\0\0\x06\0\0\0\0\0\0\0");
  expected += raw("\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0");
  expected.resize(128, '\0');
  expected += raw("\1\0\2\0\3\0");
  CHECK(body == expected);
  const std::string several = test::encode<columns>(std::vector<tensor<std::int8_t, 2>>{tensor<std::int8_t, 2>({1, 2})});
  CHECK(several.substr(64, 48) == raw("\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"
                                      "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"));
  CHECK(several.substr(128) == raw("\0\0"));
}

TEST_CASE("a body that lies about its arrays is refused") {
  const auto refused = [](auto kind, std::string body, std::size_t at, char to) {
    using T = typename decltype(kind)::value_type;
    body.at(at) = to;
    try {
      test::decode<columns, T>(body);
    } catch (const leat::protocol_error& e) {
      return std::string(e.what());
    }
    return std::string("nothing");
  };
  const std::vector<std::vector<std::int16_t>> ragged{{1, 2}, {}, {3}};
  const std::string body = test::encode<columns>(ragged);
  const auto has = [](const std::string& text, const char* part) {
    CAPTURE(text);
    CHECK(text.find(part) != text.npos);
  };
  has(refused(ragged, body, 64 + 8, 4), "array 0 lies outside");     // ends behind the last element
  has(refused(ragged, body, 64 + 16, 1), "array 1 lies outside");    // ends before it begins
  has(refused(ragged, body, 16 + 16, 0x18), "24 bytes for 3 rows");  // a place less than rows ask for
  has(refused(ragged, body, 40 + 16, 5), "5 bytes for 3 rows");      // half an element
  has(refused(ragged, body, 16, 's'), "where 'v'");
  has(refused(ragged, body, 40, 'H'), "where 'h'");
  const std::vector<std::vector<std::array<std::int8_t, 2>>> pairs{{{1, 2}}};
  has(refused(pairs, test::encode<columns>(pairs), 64 + 8, 1), "other extents than elements");
  const std::vector<tensor<std::int8_t, 2>> matrices{tensor<std::int8_t, 2>({2, 2})};
  const std::string matrix = test::encode<columns>(matrices);
  has(refused(matrices, matrix, 64 + 8, 3), "other extents than elements");
  has(refused(matrices, matrix, 64 + 15, '\x7f'), "other extents than elements");  // near 2^63
  const std::vector<tensor<bool>> truths{tensor<bool>({2})};
  has(refused(truths, test::encode<columns>(truths), 128, 2), "neither 0 nor 1 but 2");
  const std::vector<std::array<bool, 2>> flags{{true, false}};
  has(refused(flags, test::encode<columns>(flags), 64, 3), "neither 0 nor 1 but 3");
}

TEST_CASE("a tensor owns its elements") {
  tensor<int, 2> t({2, 3}, std::array{1, 2, 3, 4, 5, 6});
  CHECK(t(1, 0) == 4);
  CHECK(t.shape() == std::array<std::size_t, 2>{2, 3});
  tensor<int, 2> copy = t, moved = std::move(t);
  CHECK(t.empty());
  CHECK(t.shape() == std::array<std::size_t, 2>{0, 0});
  CHECK(copy == moved);
  copy(0, 0) = 9;
  CHECK_FALSE(copy == moved);
  CHECK_FALSE(tensor<int, 2>({2, 3}) == tensor<int, 2>({3, 2}));
  copy = std::move(moved);
  CHECK(std::accumulate(copy.begin(), copy.end(), 0) == 21);
  CHECK(tensor<double>({3}).size() == 3);
  const auto message = [](auto f) {
    try {
      f();
    } catch (const leat::usage_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(message([] { tensor<int, 2>({2, 3}, std::array{1, 2}); }).find("2 x 3 elements was given 2") != std::string::npos);
  CHECK(message([] { tensor<double, 2>({std::size_t{1} << 31, std::size_t{1} << 31}); }).find("larger than memory") !=
        std::string::npos);
  CHECK(tensor<double, 3>({std::size_t{1} << 63, 0, std::size_t{1} << 63}).empty());
}

}  // namespace
}  // namespace wire_tensor
