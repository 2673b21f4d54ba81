// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_CALL_CODECS_HPP
#define LEAT_PYTHON_CALL_CODECS_HPP

#include <leat/core/maybe.hpp>
#include <leat/python/call/request.hpp>
#include <leat/python/session/program_of.hpp>
#include <leat/python/session/report.hpp>
#include <leat/wire/codec/tensor_traits.hpp>
#include <leat/wire/lacking.hpp>

#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace leat {

namespace python_detail {

inline constexpr std::uint64_t call_latency = 1'000'000;  // nanoseconds that a call is held up by those that go along

/// The type that an argument is kept and sent as: text and spans are owned, since a call may outlive what it was given.
template <class A>
struct keeper {
  using type = A;
};
template <class A>
  requires(std::same_as<A, std::string_view> || std::same_as<A, const char*> || std::same_as<A, char*>)
struct keeper<A> {
  using type = std::string;
};
template <class A>
  requires requires { typename tensor_traits<A>::owner; }
struct keeper<A> {
  using type = typename tensor_traits<A>::owner;
};
template <class A>
using kept_argument = typename keeper<std::decay_t<A>>::type;

template <class... A>
struct record_for {
  using type = std::tuple<kept_argument<A>...>;
};
template <class A>
struct record_for<A> {
  using type = kept_argument<A>;
};
template <class... A>
using record_of = typename record_for<A...>::type;

/// What a result is kept as.
template <class R>
using kept_result = std::conditional_t<std::is_void_v<R>, std::monostate, R>;

/// The wire of results that nobody wants.
struct no_results {
  static constexpr std::string_view name = "none";
};

template <class Wire, class R>
using result_wire = std::conditional_t<std::is_void_v<R>, no_results, wire_for<Wire, kept_result<R>>>;

/// A result that fits, or why it does not: so that one of a batch does not keep the others from being read.
template <class R>
struct attempt {
  R value{};
  std::exception_ptr error{};
};

template <class Wire, class Record, class R>
std::shared_ptr<const program> call_program(pool& workers, const function& what, bool isolate) {
  using in_wire = wire_for<Wire, Record>;
  using out_wire = result_wire<Wire, R>;
  auto borrowed =
      std::shared_ptr<pool>(std::shared_ptr<void>(), &workers);  // the pool's dispatcher and its requests end before it
  auto p = program_of<in_wire, Record, out_wire, kept_result<R>>(std::move(borrowed), {what});
  p->announce = true;
  p->isolate = isolate;
  return p;
}

template <class Signature, class Wire>
struct call_check {
  static consteval bool fits() {
    constexpr bool function = std::is_function_v<Signature>;
    static_assert(
        function,
        "leat: what is called has a signature, such as py.function<double(int)>(\"math:sqrt\"); give the result's type "
        "and the arguments' in parentheses; docs/errors.md#python-signature");
    return function;
  }
};
template <class R, class... Args, class Wire>
struct call_check<R(Args...), Wire> {
  static consteval bool fits() {
    using record = record_of<Args...>;
    constexpr bool sends = std::same_as<record, opaque> || Wire::template encodable<record>;
    static_assert(sends || wire::lacks_fields<record, sends>(),
                  "leat: these arguments cannot be sent to Python; take types of the table in docs/types.md; "
                  "docs/errors.md#python-encode");
    constexpr bool receives = [] {
      if constexpr (std::is_void_v<R> || std::same_as<std::decay_t<R>, opaque>)
        return true;
      else
        return Wire::template decodable<std::decay_t<R>>;
    }();
    static_assert(!sends || receives || wire::lacks_fields<std::decay_t<R>, !sends || receives>(),
                  "leat: this result cannot be decoded from Python; declare void, leat::opaque or a type of the table in "
                  "docs/types.md; docs/errors.md#python-decode");
    return sends && receives;
  }
};
/// Whether a function of this signature can be called over the wire.
template <class Signature, class Wire>
consteval bool callable() {
  return call_check<Signature, Wire>::fits();
}

/// One call; the record is the caller's.
template <class Record, class R>
class call_request : public request {
 public:
  call_request(std::shared_ptr<request_queue> by, std::chrono::nanoseconds span) : request(std::move(by)) { limit(span); }

  const Record* record = nullptr;
  core::maybe<kept_result<R>> value{};
};

/// One call that nobody waits for, or that is waited for by a future: leat/python/async.hpp has it.
template <class Record, class R>
class posted_call;

/// How many records a batch can hold, where its encoder has a bound.
template <class Encoder>
inline constexpr std::size_t most_rows = [] {
  if constexpr (requires { requires Encoder::fixed_size; })
    return Encoder::rows;
  else
    return batch_elements;
}();

template <class Wire, class Record, class R>
class call_queue final : public request_queue {
 public:
  using request_queue::request_queue;
  using in_wire = wire_for<Wire, Record>;
  using out_wire = result_wire<Wire, R>;

  /// Whether calls can share a batch: where a result that does not fit leaves the others of its batch readable.
  static constexpr bool gathers = [] {
    if constexpr (std::is_void_v<R> || std::same_as<R, opaque>)
      return true;
    else
      return out_wire::template decodable<attempt<R>>;
  }();

  std::size_t encode(const requests& all, wire::buffer& out) override {
    typename in_wire::template encoder<Record> encoder;
    for (;;) {
      std::size_t looked = 0, written = 0;
      encoder.begin(out);
      request* failed = nullptr;
      for (request* const o : all) {
        if (wire::batch_size(encoder, out) >= batch_bytes || looked == most_rows<decltype(encoder)>) break;
        ++looked;
        if (o->error) continue;
        try {
          encoder.put(out, *static_cast<call_request<Record, R>*>(o)->record);
          ++written;
        } catch (...) {
          o->error = located(std::current_exception());
          failed = o;
          break;
        }
      }
      if (failed == nullptr) {
        encoder.end(out, written);
        return looked;
      }
      out.clear();  // the encoder may refer to what was written for that one
    }
  }

  void results(const requests& all, std::size_t at, std::string_view body, std::size_t count) override {
    const auto next = [&] { return static_cast<call_request<Record, R>*>(all[at++]); };
    std::size_t taken = 0;
    if constexpr (std::is_void_v<R>) {
      for (; taken < count; ++taken)
        if (auto* const o = next()) o->value.emplace();
    } else if constexpr (gathers && !std::same_as<R, opaque>) {
      taken = out_wire::template decode<attempt<R>>(body, [&](attempt<R>&& x) {
        if (++taken > count) return false;
        if (auto* const o = next(); o != nullptr && x.error)
          o->error = located(x.error);
        else if (o != nullptr)
          o->value.emplace(std::move(x.value));
        return true;
      });
    } else {
      try {
        taken = out_wire::template decode<R>(body, [&](R&& x) {
          if (++taken > count) return false;
          if (auto* const o = next()) o->value.emplace(std::move(x));
          return true;
        });
      } catch (const conversion_error&) {
        if (count != 1) throw;
        if (auto* const o = next()) o->error = located(std::current_exception());
        taken = 1;
      }
    }
    if (taken != count) throw_wrong_count(count, taken, {what->name(), {}, {}, {}});
  }

 private:
  std::exception_ptr located(std::exception_ptr e) const {
    try {
      std::rethrow_exception(e);
    } catch (error& at) {
      at.rebase({});
      at.locate({what->name(), {}, {}, {}});
    } catch (...) {
    }
    return e;
  }
};

}  // namespace python_detail

template <class R>
struct wire_codec<python_detail::attempt<R>> {
  static constexpr bool encodable = false, decodable = wire::is_decodable<R>(), hashable = false;
  static constexpr std::size_t tokens = wire::tokens_of<R>();
  static std::string name() { return wire::name_of<R>(); }
  template <class In>
  static bool decode(In& in, python_detail::attempt<R>& x) {
    return wire_codec<R>::decode(in, x.value);
  }
  static bool convert(wire::converter&, const wire::value& v, python_detail::attempt<R>& x) {
    v.active = false;  // it is entered once more
    try {
      wire::converter(std::size_t{1} << 24).whole(v, x.value);
    } catch (const conversion_error&) {
      x.error = std::current_exception();
    }
    return true;
  }
};

}  // namespace leat

#endif
