// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_SETTINGS_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_SETTINGS_IPP

#include <leat/core/error.hpp>
#include <leat/kit/part_count.hpp>
#include <leat/posix/absolute_path.hpp>
#include <leat/posix/private_folder.hpp>
#include <leat/python/environment/options.hpp>
#include <leat/python/function/impl/function.ipp>
#include <leat/wire/pickle/impl/dict_writer.ipp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

// What the options ask of the daemon and of the workers, checked and as a pickle.
namespace leat::python_detail {

/// The name under which a file is shipped: the last part of its path.
inline std::string own_name(const std::string& path) {
  std::string name = path;
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  name.erase(0, name.rfind('/') + 1);  // 0 where there is none
  if (name.empty() || name == "." || name == "..")
    throw usage_error("python_options cannot ship '" + path + "', which has no name of its own; write the folder's name");
  return name;
}

/// Of a file given as text: folders and a name, none of which leads out of the private folder.
inline void check_inline_name(const std::string& name) {
  std::string_view rest = name;
  for (;;) {
    const auto slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    if (part.empty() || part == "." || part == ".." || part.find('\0') != part.npos)
      throw usage_error("'" + name + "' is no name for an inline_file; it is a relative path such as \"package/module.py\"");
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
  }
}

/// NAME, NAME[extra] or NAME followed by comparisons with release numbers; throws usage_error.
inline void check_requirement(const std::string& text) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", blank = " \t";
  std::string_view rest = text;
  const auto skip = [&](std::string_view set) {
    const auto n = std::min(rest.find_first_not_of(set), rest.size());
    const std::string_view taken = rest.substr(0, n);
    rest.remove_prefix(n);
    return taken;
  };
  const auto refuse = [&](const char* why) {
    throw usage_error("the requirement '" + text + "' cannot be checked: " + why +
                      "; write a package's name and release numbers, such as \"numpy>=1.20,<3\"");
  };
  skip(blank);
  const std::string_view name = skip(letters);
  if (name.empty() || std::strchr("._-", name.front()) != nullptr || std::strchr("._-", name.back()) != nullptr)
    refuse("it does not begin with a package's name");
  skip(blank);
  if (!rest.empty() && rest.front() == '[') {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) refuse("its [ has no ]");
    rest.remove_prefix(end + 1);
    skip(blank);
  }
  for (bool first = true; !rest.empty(); first = false) {
    if (!first && rest.front() != ',') refuse("a comma must stand between two comparisons");
    if (!first) rest.remove_prefix(1);
    skip(blank);
    const std::string_view op = skip("<>=!~");
    if (op != "==" && op != "!=" && op != ">=" && op != "<=" && op != ">" && op != "<" && op != "~=")
      refuse("a comparison is one of == != >= <= > < ~=");
    skip(blank);
    std::string_view version = skip("0123456789.*");
    const bool any = version.size() > 2 && version.substr(version.size() - 2) == ".*" && (op == "==" || op == "!=");
    if (any) version.remove_suffix(2);
    const bool numbers = !version.empty() && version.front() != '.' && version.back() != '.' &&
                         version.find("..") == version.npos && version.find('*') == version.npos;
    if (!numbers) refuse("only release numbers such as 1.20 are compared");
    if (op == "~=" && version.find('.') == version.npos) refuse("~= needs two numbers, such as 1.4");
    skip(blank);
    if (!rest.empty() && rest.front() != ',') refuse("only release numbers such as 1.20 are compared");
  }
}

inline function hook_function(const python_hook& hook, const char* option) {
  try {
    function f =
        make_function(kind::map, hook.function, hook.source.path.empty() && hook.source.text.empty() ? nullptr : &hook.source);
    f.name = std::string("python_options.") + option + f.name.substr(6);  // in the place of py.map
    return f;
  } catch (const usage_error& e) {
    throw usage_error(e.message(), {std::string("python_options.") + option, {}, {}, {}});
  }
}

/// Throws usage_error for what no environment could meet.
inline void check_options(const python_options& o) {
  for (auto const& r : o.requirements) check_requirement(r);
  for (const std::string& text : o.imports) {
    const auto as = text.find(" as ");
    if (!is_identifier(std::string_view(text).substr(0, as), true) ||
        (as != text.npos && !is_identifier(std::string_view(text).substr(as + 4), false)))
      throw usage_error("python_options.imports cannot import '" + text +
                        "'; write a module, such as \"os.path\", or with a name for it, such as \"numpy as np\"");
  }
  if (o.nice < -40 || o.nice > 39)
    throw usage_error("python_options.nice is " + std::to_string(o.nice) + "; niceness goes from -20 to 19");
  if (o.umask && *o.umask > 0777) throw usage_error("python_options.umask holds more than the nine permission bits");
  for (auto const& [name, value] : o.variables)
    if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != name.npos || value.find('\0') != value.npos)
      throw usage_error("python_options.variables cannot set '" + name + "'");
  for (auto const& [name, values] : o.worker_variables)
    if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != name.npos || values.empty())
      throw usage_error("python_options.worker_variables needs a name and at least one value; see '" + name + "'");
  core::part_count("python_options.workers", o.workers, 1, "number of workers");
  if (o.idle_timeout.count() < 0) throw usage_error("python_options.idle_timeout is negative");
}

/// The private folder with what is shipped; none where nothing needs one.
inline private_folder shipped(const python_options& o) {
  if (o.files.empty() && o.archives.empty() && !o.profile) return {};
  for (auto const& f : o.files)
    if (f.text) check_inline_name(f.name);
  private_folder to = private_folder::make();
  to.folder("files");
  for (auto const& f : o.files) {
    if (!f.text) {
      to.copy(absolute_path(f.path, "python_options.files"), "files/" + own_name(f.path));
      continue;
    }
    if (const auto slash = f.name.rfind('/'); slash != std::string::npos) to.folder("files/" + f.name.substr(0, slash));
    to.write("files/" + f.name, *f.text);
  }
  if (!o.archives.empty()) to.folder("packed");
  for (auto const& a : o.archives) to.copy(absolute_path(a, "python_options.archives"), "packed/" + own_name(a));
  if (o.profile) to.folder("profile");
  return to;
}

/// The settings' dict of docs/inside/wire.md, pickled; empty where there is nothing to set.
inline std::string settings_of(const python_options& o, const private_folder& folder) {
  wire::buffer body;
  body.append("\x80\x05", 2);
  dict_writer all(body);
  const std::size_t none = body.size();
  if (!o.path.empty()) {
    std::vector<std::string> path;
    for (auto const& p : o.path) path.push_back(absolute_path(p, "python_options.path"));
    all.add("path", path);
  }
  if (!folder.path().empty()) all.add("folder", folder.path());
  if (!o.archives.empty()) {
    std::vector<std::string> names;
    for (auto const& a : o.archives) names.push_back(own_name(a));
    all.add("archives", names);
  }
  if (!o.requirements.empty()) all.add("requirements", o.requirements);
  if (!o.preload.empty()) all.add("preload", o.preload);
  if (!o.working_folder.empty()) all.add("working_folder", absolute_path(o.working_folder, "python_options.working_folder"));
  if (!o.worker_variables.empty()) {
    all.key("worker_variables");
    all.raw("](");
    for (auto const& [name, values] : o.worker_variables) {
      all.put(name);
      all.put(values);
      all.raw("\x86");
    }
    all.raw("e");
  }
  if (o.memory != 0) all.add("memory", std::uint64_t{o.memory});
  if (o.nice != 0) {
    all.key("nice");
    all.raw("\x8a\x01");  // it has been checked to fit in a byte
    body.push(static_cast<char>(o.nice));
  }
  if (o.umask) all.add("umask", std::uint64_t{*o.umask});
  if (o.profile) all.add("profile", true);
  if (!o.init.function.empty() || !o.exit.function.empty()) all.add("imports", o.imports);
  for (auto const& [hook, option] : {std::pair{&o.init, "init"}, std::pair{&o.exit, "exit"}}) {
    if (hook->function.empty()) continue;
    const function f = hook_function(*hook, option);
    all.key(option);
    dict_writer what(body);
    what.add("kind", std::string("hook"))
        .add("form", f.form)
        .add("text", f.text)
        .add("path", f.source.path)
        .add("source", hook->source.text)
        .add_bytes("bind", {})
        .add("name", f.name)
        .add("stateful", false);
    what.close();
  }
  if (body.size() == none) return {};
  all.close();
  body.append(".", 1);
  return std::string(body.view());
}

}  // namespace leat::python_detail

#endif
