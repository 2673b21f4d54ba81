// SPDX-License-Identifier: BSL-1.0
#include <leat/python/function/function.hpp>

#include "../support.hpp"

namespace python_function_function {
namespace {

using leat::python_detail::kind;
using leat::python_detail::make_function;
using namespace support;

TEST_CASE("a function text is sorted into its form") {
  const leat::python_source source{"/tmp/model.py", "def f(x): return x"};
  struct row {
    const char* text;
    const leat::python_source* source;
    const char* form;
  };
  const row rows[] = {
      {"lambda x: x + 1", nullptr, "expression"},
      {"  \n\tlambda x: x", nullptr, "expression"},
      {"lambda: 3", nullptr, "expression"},
      {"lambda*a: a", nullptr, "expression"},
      {" (lambda x: x)", nullptr, "expression"},
      {"(operator.itemgetter(1))", nullptr, "expression"},
      {"lambda x:\n  x", nullptr, "expression"},
      {"math:sqrt", nullptr, "module"},
      {"a.b.c:d.e", nullptr, "module"},
      {"größe:wert", nullptr, "module"},
      {"lambdas:f", nullptr, "module"},
      {"lambda_handler:handle", nullptr, "module"},
      {"parse", &source, "source"},
      {"Model.score", &source, "source"},
      {"lambda_", &source, "source"},
  };
  for (auto const& r : rows) {
    CAPTURE(r.text);
    CHECK(make_function(kind::map, r.text, r.source).form == r.form);
  }
}

TEST_CASE("what is no function text is refused with the three forms") {
  const leat::python_source source{"/tmp/model.py", ""};
  for (const char* text : {"", "  ", "x + 1", "f", "math.sqrt", "math:", ":sqrt", "math:1x", "1m:f", "a..b:c", "a: b", "lambda",
                           "lambdas", "def f(x): return x"}) {
    CAPTURE(text);
    const auto e = thrown<leat::usage_error>([&] { make_function(kind::map, text, nullptr); });
    CHECK(contains(e.what(), "lambda x: x + 1"));
    CHECK(contains(e.where().stage, "py.map("));
  }
  for (const char* text : {"", "lambda x: x", "a:b", "a-b", "1a"}) {
    CAPTURE(text);
    CHECK(contains(thrown<leat::usage_error>([&] { make_function(kind::map, text, &source); }).what(), "a name in it"));
  }
}

TEST_CASE("a name alone is answered by how to write it") {
  const std::pair<const char*, const char*> rows[] = {
      {"len", "write builtins:len"},
      {"str ", "write builtins:str"},
      {"math.sqrt", "write math:sqrt, with a colon"},
      {"le", "write module:le"},
      {"os.path.join", "write os.path:join"},
      {"np.sqrt", "write numpy:sqrt"},
      {"np.linalg.norm", "write numpy.linalg:norm"},
      {"pd.DataFrame.sum", "write pandas:DataFrame.sum"},
      {"model.Model.score", "write model:Model.score, with a colon"},
      {"str.upper", "write builtins:str.upper"},
      {"model.py", "\"f\", leat::source_file(\"model.py\")"},
      {"./model.py:f", "\"f\", leat::source_file(\"./model.py\")"},
      {"/a b/m.py:C.g ", "\"C.g\", leat::source_file(\"/a b/m.py\")"},
  };
  for (auto const& [text, advice] : rows)
    CHECK(contains(thrown<leat::usage_error>([t = text] { make_function(kind::map, t, nullptr); }).what(), advice));
  for (const char* text : {"x + 1", ".py", "m.py: f", "def f(x):\n  return 'm.py'"})
    CHECK_FALSE(contains(thrown<leat::usage_error>([=] { make_function(kind::map, text, nullptr); }).what(), "write "));
}

TEST_CASE("a stage's name shows its text, cut at a character's start and in one line") {
  CHECK(make_function(kind::flat_map, "lambda x:\nx", nullptr).name == "py.flat_map(\"lambda x: x\")");
  std::string name = make_function(kind::map, "lambda x: '" + std::string(46, 'a') + "äöüäöü'", nullptr).name;
  CHECK(name.size() < 80);
  CHECK(name.substr(name.size() - 5) == "...\")");
  for (std::size_t letters = 40; letters < 46; ++letters) {
    name = make_function(kind::map, "lambda x: '" + std::string(letters, 'a') + "€€€€€€€€€€'", nullptr).name;
    CHECK(contains(name, "€"));
    CHECK((name.size() - name.find("€") - 5) % 3 == 0);
  }
}

TEST_CASE("a source file is read at once, and a missing one names the absolute path") {
  const folder temp;
  const std::string path = temp.write("m.py", "def f(x):\n  return x\n");
  CHECK(leat::source_file(path).text == "def f(x):\n  return x\n");
  CHECK(leat::source_file(path).path == path);
  const auto relative = thrown<leat::input_error>([] { leat::source_file("no/such.py"); });
  CHECK(contains(relative.what(), std::filesystem::current_path().string() + "/no/such.py"));
  CHECK(contains(relative.what(), "No such file"));
  CHECK(contains(thrown<leat::input_error>([&] { leat::source_file(temp.path()); }).what(), "Is a directory"));
  CHECK(leat::source_text("x = 1").path == "<source_text>");
}

}  // namespace
}  // namespace python_function_function
