/* Runs every suite. Check prints what fails; the last line is the totals that tests/run reads. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "suites.h"

typedef struct Totals {
    int run, failed;
} Totals;

static void run_suite(Suite *suite, Totals *totals) {
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    totals->run += srunner_ntests_run(runner);
    totals->failed += srunner_ntests_failed(runner);
    srunner_free(runner);
}

int main(void) {
    setlocale(LC_CTYPE, "C.UTF-8");
    Totals totals = {0};
#define RUN_SUITE(name) run_suite(name##_suite(), &totals);
    SUITES(RUN_SUITE)
#undef RUN_SUITE
    printf("%d passed, %d failed\n", totals.run - totals.failed, totals.failed);
    return totals.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
