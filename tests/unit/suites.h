/* suites: every suite of unit tests, by the name of its function NAME_suite. */
#ifndef UNIT_SUITES_H
#define UNIT_SUITES_H

#include <check.h>

/* Sizes of which one in so many is tried: under the address sanitizer, which takes ten times as
 * long, it is a matter of memory alone. */
#ifdef __SANITIZE_ADDRESS__
enum { ONE_SIZE_IN = 5 };
#else
enum { ONE_SIZE_IN = 1 };
#endif

#define SUITES(suite)                                                                              \
    suite(align) suite(answer) suite(base) suite(deep) suite(diagnose) suite(elementary)           \
        suite(expr) suite(gears) suite(grid) suite(growth) suite(find) suite(history) suite(fused) \
            suite(hunt) suite(num) suite(lesson) suite(markdown) suite(network)                    \
                suite(network_labels) suite(network_layout) suite(network_rails) suite(number)     \
                    suite(paths) suite(view) suite(plot) suite(progress) suite(range) suite(scale) \
                        suite(shapes) suite(still) suite(stopped) suite(theme) suite(train)        \
                            suite(trouble) suite(variant) suite(verify)

#define DECLARE_SUITE(name) Suite *name##_suite(void);
SUITES(DECLARE_SUITE)
#undef DECLARE_SUITE

#endif
