// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_WIRE_IMPL_CONVERT_IPP
#define LEAT_WIRE_IMPL_CONVERT_IPP

#include <leat/wire/convert.hpp>
#include <leat/wire/same_keys.hpp>

namespace leat::wire {

LEAT_DECL std::string converter::expected(std::string (*name)()) const {
  std::string text = expected_.empty() ? name() : expected_;
  for (const step* s = place_; s != nullptr; s = s->outer) {
    if (!s->field.empty()) {
      text += " in field '" + std::string(s->field) + "'";
    } else if (!s->dict) {
      text += " in element " + std::to_string(s->index);
    } else if (s->key != nullptr) {
      text += " in the value of key " + repr_of(*s->key);
    } else {
      text += " in a key";
    }
    text += " of " + s->name();
  }
  return text;
}

LEAT_DECL void converter::fail(const value& v, std::string (*name)()) {
  v.active = false;  // the repr is of this value alone
  throw conversion_error(expected(name), type_of(v), repr_of(v), location{.record = record_});
}

LEAT_DECL void converter::merged(const value& key, const char* what, std::string (*container)()) {
  expected_ = different_keys(what, container());
  fail(key, container);
}

LEAT_DECL void converter::recursive(const value& v, std::string (*name)()) {
  v.active = false;
  throw conversion_error(expected(name), "a " + type_of(v) + " that contains itself", repr_of(v), location{.record = record_});
}

LEAT_DECL void converter::exhausted() const {
  throw protocol_error("shared references would unfold to too many values: to more than 64 times the pickle's bytes and 64 MB",
                       location{.record = record_});
}

LEAT_DECL void converter::too_deep() const {
  throw protocol_error("a value nests deeper than " + std::to_string(max_depth), location{.record = record_});
}

}  // namespace leat::wire

#endif
