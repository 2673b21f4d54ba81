// SPDX-License-Identifier: BSL-1.0
#ifndef LEAT_PYTHON_IMPL_PROFILE_IPP
#define LEAT_PYTHON_IMPL_PROFILE_IPP

#include <leat/python/environment/impl/settings.ipp>
#include <leat/python/exchange/exchange.hpp>
#include <leat/python/profile.hpp>
#include <leat/wire/pickle.hpp>
#include <leat/wire/pickle/machine.hpp>

namespace leat::python_detail {

LEAT_DECL std::string profile_of(std::shared_ptr<pool> workers, const std::string& file) {
  if (!workers->options().profile)
    throw usage_error("nothing was measured: set python_options.profile when the Python environment is made");
  struct answer final : exchange::receiver {
    std::string text{};
    bool results(std::string_view body, std::size_t, std::size_t) override {
      wire::value_tree tree;
      for (const wire::value* one : wire::unpickle(body, tree).items) text = one->text;
      return true;
    }
  } got;
  auto what = std::make_shared<program>();
  what->workers = std::move(workers);
  what->functions.push_back(make_function(kind::map, "leat.profiling:merged", nullptr));
  what->in_wire = what->out_wire = pickle::name;
  what->in_type = what->out_type = "str";
  pickle::encoder<std::string> encoder;
  wire::buffer batch;
  encoder.begin(batch);
  encoder.put(batch, file.empty() ? file : absolute_path(file));
  encoder.end(batch, 1);
  const core::run_info run;
  exchange talk(std::move(what), run, got);
  talk.submit(batch, 1);
  talk.finish();
  return got.text;
}

}  // namespace leat::python_detail

#endif
