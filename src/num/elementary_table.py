#!/usr/bin/env python3
"""elementary_table.py NAME > elementary_NAME.c: a table of elementary.h (needs mpmath)."""

import sys

from mpmath import exp, log, mp, mpf

mp.prec = 400

TABLES = {  # function, steps in 1, first and last step
    "logistic": (lambda x: 1 / (1 + exp(-x)), 4, -160, 0),
    "softplus": (lambda x: log(1 + exp(x)), 4, -160, 0),
}

name = sys.argv[1]
function, steps, first, last = TABLES[name]
print(f"/* Printed by elementary_table.py {name}. */")
print('#include "num/elementary.h"\n')
print(f"const ElementaryEntry elementary_{name}_table[] = {{")
for step in range(first, last + 1):
    value = function(mpf(step) / steps)
    high = float(value)
    print(f"    {{{high.hex()}, {float(value - mpf(high)).hex()}}},")
print("};")
