// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_ENVIRONMENT_IMPL_SETUP_IPP
#define LEAT_PYTHON_ENVIRONMENT_IMPL_SETUP_IPP

#include <leat/python/environment/setup.hpp>

namespace leat {

template <class T>
python_setup& python_setup::add(std::vector<T>& member, const std::vector<T>& more) {
  member.insert(member.end(), more.begin(), more.end());
  return *this;
}

LEAT_DECL python_setup& python_setup::imports(const texts& modules) { return add(options_.imports, modules); }
LEAT_DECL python_setup& python_setup::path(const texts& folders) { return add(options_.path, folders); }
LEAT_DECL python_setup& python_setup::files(const std::vector<shipped_file>& files) { return add(options_.files, files); }
LEAT_DECL python_setup& python_setup::archives(const texts& paths) { return add(options_.archives, paths); }
LEAT_DECL python_setup& python_setup::requirements(const texts& packages) { return add(options_.requirements, packages); }
LEAT_DECL python_setup& python_setup::preload(const texts& modules) { return add(options_.preload, modules); }
LEAT_DECL python_setup& python_setup::variable(std::string name, std::string value) {
  options_.variables.emplace_back(std::move(name), std::move(value));
  return *this;
}
LEAT_DECL python_setup& python_setup::worker_variable(std::string name, texts values) {
  options_.worker_variables.emplace_back(std::move(name), std::move(values));
  return *this;
}
LEAT_DECL python_setup& python_setup::init(python_hook f) { return set(options_.init, std::move(f)); }
LEAT_DECL python_setup& python_setup::exit(python_hook f) { return set(options_.exit, std::move(f)); }
LEAT_DECL python_setup& python_setup::umask(unsigned bits) { return set(options_.umask, bits); }
LEAT_DECL python_setup& python_setup::log(log_callback f) { return set(options_.log, std::move(f)); }

LEAT_DECL python_setup::operator python_options() const { return options_; }

}  // namespace leat

#endif
