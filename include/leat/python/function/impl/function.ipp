// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_FUNCTION_IMPL_FUNCTION_IPP
#define LEAT_PYTHON_FUNCTION_IMPL_FUNCTION_IPP

#include <leat/posix/absolute_path.hpp>
#include <leat/python/function/function.hpp>
#include <leat/wire/codec/scalars.hpp>
#include <leat/wire/pickle/encode.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace leat {

LEAT_DECL python_source source_file(const std::string& path) {
  const std::string absolute = python_detail::absolute_path(path);
  struct closer {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::unique_ptr<std::FILE, closer> file(std::fopen(absolute.c_str(), "rbe"));
  python_source source{absolute, {}};
  char block[65536];
  std::size_t n = 0;
  if (file)
    while ((n = std::fread(block, 1, sizeof block, file.get())) > 0) source.text.append(block, n);
  if (!file || std::ferror(file.get()) != 0)
    throw input_error("cannot read the Python source " + absolute + ": " + std::strerror(errno));
  return source;
}

LEAT_DECL python_source source_text(std::string text, std::string name) { return {std::move(name), std::move(text)}; }

namespace python_detail {

inline bool is_identifier(std::string_view s, bool dots) {
  bool start = true;
  for (const char c : s) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (dots && c == '.' && !start) {
      start = true;
      continue;
    }
    if (!letter && (start || c < '0' || c > '9')) return false;
    start = false;
  }
  return !start;
}

inline std::string stage_name(kind does, const std::string& text) {
  static constexpr const char* names[] = {"map",      "filter",   "flat_map",      "map_batches", "map_partitions",
                                          "generate", "function", "batch_function"};
  std::string shown;
  for (const char c : text.substr(0, 60)) shown += c == '\n' ? ' ' : c;
  while (text.size() > 60 && !shown.empty() && (static_cast<unsigned char>(text[shown.size()]) & 0xC0) == 0x80)
    shown.pop_back();
  return std::string("py.") + names[static_cast<int>(does)] + "(\"" + shown + (shown.size() < text.size() ? "...\")" : "\")");
}

/// Advice for a name without a module: "len" is builtins:len, "math.sqrt" is math:sqrt, "np.sqrt" is numpy:sqrt.
inline std::string whole_name(const std::string& name) {
  constexpr std::string_view builtins =
      " abs all any ascii bin bool bytearray bytes callable chr complex dict divmod enumerate float format frozenset hash hex "
      "int "
      "isinstance iter len list map max min next oct ord pow print range repr reversed round set slice sorted str sum tuple "
      "type "
      "zip ";
  // What programs import under these names.
  static constexpr std::pair<std::string_view, std::string_view> short_names[] = {
      {"np", "numpy"},   {"pd", "pandas"},     {"pl", "polars"},
      {"pa", "pyarrow"}, {"tf", "tensorflow"}, {"plt", "matplotlib.pyplot"}};
  auto dot = name.rfind('.');
  if (dot == name.npos)
    return builtins.find(" " + name + " ") != builtins.npos ? "write builtins:" + name
                                                            : "write module:" + name + " where a module has it";
  std::string module = name.substr(0, name.find('.'));
  if (builtins.find(" " + module + " ") != builtins.npos) return "write builtins:" + name;
  for (auto at = name.find('.'); at != dot; at = name.find('.', at + 1))  // before a class, the last dot is not the module's
    if (name[at + 1] >= 'A' && name[at + 1] <= 'Z') dot = at;
  for (auto const& [called, whole] : short_names)
    if (module == called)
      return "write " + std::string(whole) + name.substr(module.size(), dot - module.size()) + ":" + name.substr(dot + 1);
  return "write " + name.substr(0, dot) + ":" + name.substr(dot + 1) + ", with a colon after the module";
}

/// Advice for what names a file: "./model.py:f" is "f" with a source file.
inline std::string of_file(const std::string& text) {
  const auto end = text.rfind(".py");
  if (end == text.npos || end == 0 || text.find_first_of("\n\"'()") != text.npos) return {};
  const std::string rest = text.substr(end + 3);
  if (!rest.empty() && (rest[0] != ':' || !is_identifier(std::string_view(rest).substr(1), true))) return {};
  return "; for a function of a file, write its name and the file: \"" + (rest.empty() ? "f" : rest.substr(1)) +
         "\", leat::source_file(\"" + text.substr(0, end + 3) + "\")";
}

LEAT_DECL function::function(kind what) : does(what) {}
LEAT_DECL function::function(const function&) = default;
LEAT_DECL function::function(function&&) noexcept = default;
LEAT_DECL function& function::operator=(const function&) = default;
LEAT_DECL function& function::operator=(function&&) noexcept = default;
LEAT_DECL function::~function() = default;

LEAT_DECL function make_function(kind does, std::string text, const python_source* source) {
  std::size_t begin = 0;
  while (begin < text.size() && std::strchr(" \t\r\n", text[begin]) != nullptr) ++begin;
  text.erase(0, begin);
  function f{does};
  f.text = std::move(text);
  f.name = stage_name(does, f.text);
  if (source != nullptr) f.source = *source;
  if (f.source.text.size() >= shared_value_bytes)
    f.large = std::make_shared<shared_value_ref>(std::make_shared<shared_value>("text", std::exchange(f.source.text, {})));
  const auto colon = f.text.find(':');
  if (source != nullptr && is_identifier(f.text, true))
    f.form = "source";
  else if (source == nullptr &&
           ((f.text.rfind("lambda", 0) == 0 && !is_identifier(std::string_view(f.text).substr(0, 7), false)) ||
            f.text.rfind('(', 0) == 0))
    f.form = "expression";
  else if (source == nullptr && colon != std::string::npos && is_identifier(std::string_view(f.text).substr(0, colon), true) &&
           is_identifier(std::string_view(f.text).substr(colon + 1), true))
    f.form = "module";
  else if (source != nullptr)
    throw usage_error("with a source, the function must be a name in it, such as \"parse\" or \"Model\"", {f.name, {}, {}, {}});
  else {
    const std::string name = f.text.substr(0, f.text.find_last_not_of(" \t\r\n") + 1);
    std::string advice = of_file(name);
    if (advice.empty() && is_identifier(name, true)) advice = "; " + whole_name(name);
    throw usage_error(
        "a Python function is an expression (\"lambda x: x + 1\"), \"package.module:name\", or a name together with "
        "source_file(path) or source_text(text)" +
            advice,
        {f.name, {}, {}, {}});
  }
  return f;
}

LEAT_DECL function spread(function f) {
  f.spread = true;
  f.name.replace(0, f.name.find('('), "py.starmap");
  return f;
}

LEAT_DECL void check_spread(const function& f, std::string_view type) {
  if (type == "object" || type.rfind("tuple[", 0) == 0 || type.rfind("list[", 0) == 0) return;
  throw usage_error("starmap takes tuples and lists apart into arguments, and these elements are " + std::string(type) +
                        " in Python; send a pair, a tuple or a struct with leat_as = leat::as_tuple, or use map",
                    {f.name, {}, {}, {}});
}

LEAT_DECL function make_function(kind does, pickled_function pickled) {
  function f{does};
  f.form = "pickled";
  f.text = "a pickled function";
  f.name = stage_name(does, f.text);
  f.version = std::move(pickled.version);
  if (pickled.bytes.empty()) throw usage_error("a pickled function has no bytes", {f.name, {}, {}, {}});
  if (pickled.bytes.size() >= shared_value_bytes)
    f.large = std::make_shared<shared_value_ref>(std::make_shared<shared_value>("bytes", pickled.bytes));
  else
    f.code = std::move(pickled.bytes);
  return f;
}

LEAT_DECL void function::batch(std::size_t least, std::size_t most) {
  if (least == 0 || most < least)
    throw usage_error("a batch has at least one element, and at most no fewer: .batch(" + std::to_string(least) +
                          (least == most ? "" : ", " + std::to_string(most)) + ")",
                      {name, {}, {}, {}});
  batches.least = least;
  batches.most = most;
}

LEAT_DECL void function::latency(std::chrono::nanoseconds span) {
  if (span.count() <= 0)
    throw usage_error("the records of a batch take longer than nothing: .latency(...)", {name, {}, {}, {}});
  batches.latency = static_cast<std::uint64_t>(span.count());
}

/// Of two values bound to one name the later wins; among small ones Python sees to that.
inline void unbind(function& f, const std::string& keyword) {
  const auto same = [&](auto const& v) { return v.first == keyword; };
  std::erase_if(f.values, same);
  std::erase_if(f.accumulators, same);
}

LEAT_DECL void function::bind(const std::string& keyword, std::string_view value) {
  unbind(*this, keyword);
  if (value.size() >= shared_value_bytes) {
    std::string whole = "\x80\x05";
    whole.append(value).append(".");
    return bind(keyword, std::make_shared<shared_value_ref>(std::make_shared<shared_value>("pickle", whole)));
  }
  wire::buffer key;
  wire::pickle_encoder<std::string>{}.put(key, keyword);
  binds.append(key.view()).append(value);
}

LEAT_DECL void function::bind(const std::string& keyword, std::shared_ptr<const shared_value_ref> value) {
  try {
    (void)value->get();
  } catch (error& e) {
    e.locate({name, {}, {}, {}});
    throw;
  }
  unbind(*this, keyword);
  values.emplace_back(keyword, std::move(value));
}

LEAT_DECL void function::bind(const std::string& keyword, std::shared_ptr<accumulator_base> value) {
  unbind(*this, keyword);
  accumulators.emplace_back(keyword, std::move(value));
}

}  // namespace python_detail

}  // namespace leat

#endif
