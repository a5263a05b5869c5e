/* suites: every suite of unit tests, by the name of its function NAME_suite. */
#ifndef UNIT_SUITES_H
#define UNIT_SUITES_H

#include <check.h>

#define SUITES(suite)                                                                              \
    suite(answer) suite(base) suite(diagnose) suite(elementary) suite(expr) suite(gears)           \
        suite(growth) suite(find) suite(history) suite(fused) suite(hunt) suite(num) suite(lesson) \
            suite(markdown) suite(network) suite(paths) suite(view) suite(plot) suite(progress)    \
                suite(range) suite(scale) suite(theme) suite(train) suite(trouble) suite(variant)

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
