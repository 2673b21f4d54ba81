#!/usr/bin/env bash
# SPDX-License-Identifier: BSL-1.0
# pybind11 2.10 and numpy 2: py::array says that an element has 0 bytes, and so has the whole array, though all else about it is right.
#
# Expected: itemsize() and nbytes() are what Python's own array says, 4 and 16 for four floats; or importing numpy 2 raises, as it does
#   for extensions that were compiled against numpy 1.
# Seen: size(), ndim(), shape(), strides(), data() and conversions are right, itemsize() is 0 and nbytes() is 0, that
#   of a py::array_t too. No error, no warning: numpy 2 keeps its flags where the size of an element was, and pybind11, which includes no header of numpy, reads them.
#   2.13.6 gives 4 and 16.
# Versions: pybind11 2.10.3 (that of Debian 12), numpy 2.4.6, and pybind11 2.13.6 beside it.
# Why it matters: `memcpy(to, a.data(), a.nbytes())` copies nothing, and a buffer that was sized so is empty: zeros where numbers were
#   expected, with code that ran for years and a numpy from PyPI.
set -euo pipefail

python="${PYTHON:-/usr/bin/python3}"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1

"$python" -m venv "$dir/env"
"$dir/env/bin/pip" install --quiet --only-binary :all: numpy==2.4.6
cat >"$dir/tell.cpp" <<'E'
#include <pybind11/numpy.h>

PYBIND11_MODULE(tell, m) {
  m.def("tell", [](const pybind11::array& a) {
    const pybind11::array_t<float> typed(a);
    return pybind11::make_tuple(a.size(), a.shape(0), a.strides(0), typed.at(3), a.itemsize(), a.nbytes(), typed.nbytes());
  });
}
E
cat >"$dir/show.py" <<'E'
import sys

import numpy
import tell

a = numpy.array([1, 2, 3, 4], "f4")
print(f"pybind11 {sys.argv[1]}: size, shape, stride, last", *tell.tell(a)[:4], "itemsize, nbytes, nbytes of array_t", *tell.tell(a)[4:])
print("numpy:", a.itemsize, a.nbytes)
E
"$python" --version
for version in 2.10.3 2.13.6; do
  "$dir/env/bin/pip" install --quiet "pybind11==$version"
  (cd "$dir" && g++ -O1 -shared -fPIC $("$dir/env/bin/python" -m pybind11 --includes) tell.cpp -o tell.so)
  (cd "$dir" && "$dir/env/bin/python" show.py "$version" | tee -a seen)
done
cat >"$dir/expected" <<'E'
pybind11 2.10.3: size, shape, stride, last 4 4 4 4.0 itemsize, nbytes, nbytes of array_t 0 0 0
numpy: 4 16
pybind11 2.13.6: size, shape, stride, last 4 4 4 4.0 itemsize, nbytes, nbytes of array_t 4 16 16
numpy: 4 16
E
diff "$dir/expected" "$dir/seen" || { echo "the behaviour has changed" >&2; exit 1; }
