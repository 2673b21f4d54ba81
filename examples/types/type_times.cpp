// Times, dates and durations.
#include <chrono>
#include <iostream>
#include <leat/leat.hpp>

using namespace std::chrono;
using namespace std::chrono_literals;

template <class T>
void show(const leat::python<>& py, const char* type, const T& value) {
  const auto seen = std::vector<T>{value} | py.map<std::string>("builtins:repr") | leat::to_vector();
  const bool same = (std::vector<T>{value} | py.map<T>("lambda x: x") | leat::to_vector()).at(0) == value;
  std::cout << type << " is " << seen.at(0) << (same ? "" : ", and comes back as another value") << '\n';
}

int main() {
  const leat::python py{.imports = {"datetime"}};
  const auto noon = sys_days(2024y / February / 29) + 12h;
  show(py, "sys_time", noon);
  show(py, "local_time", local_days(2024y / February / 29) + 12h + 250us);
  show(py, "year_month_day", 2024y / February / 29);
  show(py, "sys_days", sys_days(2024y / February / 29));
  show(py, "duration", 36h + 1ms);

  // an instant may come back in any zone; a time without one is refused where an instant is declared
  const auto instant = "lambda x: x.astimezone(datetime.timezone(datetime.timedelta(hours=5.5)))";
  std::cout << std::boolalpha << ((std::vector{noon} | py.map<sys_seconds>(instant) | leat::to_vector()).at(0) == noon) << '\n';
  try {
    std::vector{noon} | py.map<sys_seconds>("lambda x: x.replace(tzinfo=None)") | leat::to_vector();
  } catch (const leat::conversion_error& e) {
    std::cout << e.message() << '\n';
  }
  try {  // and nothing is rounded
    std::vector{noon} | py.map<sys_seconds>("lambda x: x.replace(microsecond=1)") | leat::to_vector();
  } catch (const leat::conversion_error& e) {
    std::cout << e.message() << '\n';
  }
}
