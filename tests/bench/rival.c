#include "rival.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "statistics.h"

/* A row at work: its state is made when it is first asked for. */
typedef struct Bench {
    const RivalRow *row;
    Arena arena;
    const Workload *workload;
    void *state;
} Bench;

static void bench_ready(Bench *bench) {
    if (!bench->state) {
        bench->workload = workload_new(&bench->arena, bench->row->section);
        bench->state = bench->row->create(&bench->arena, bench->workload);
    }
    bench->row->reset(bench->state);
}

static double bench_time(Bench *bench, size_t steps) {
    bench_ready(bench);
    double start = processor_time();
    bench->row->run(bench->state, steps);
    return processor_time() - start;
}

static void print_numbers(Bench *bench, size_t steps) {
    bench_ready(bench);
    double *numbers = ARENA_ARRAY(&bench->arena, double, bench->workload->parameter_count);
    if (!bench->row->outputs)
        bench->row->run(bench->state, steps);
    size_t count = bench->row->numbers(bench->state, numbers);
    for (size_t i = 0; i < count; i++)
        printf("%s%.17g", i ? " " : "", numbers[i]);
    printf("\n");
}

static void print_rows(const RivalRow *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        printf("%s\t%s\t%g\t%s\t%s\n", rows[i].section, rows[i].label, rows[i].tolerance,
               rows[i].outputs ? "outputs" : "parameters", rows[i].note);
    printf(".\n");
}

static int serve(const RivalRow *rows, size_t count, Bench *benches) {
    char line[128];
    size_t row, steps;
    while (fgets(line, sizeof line, stdin)) {
        if (strcmp(line, "rows\n") == 0)
            print_rows(rows, count);
        else if (sscanf(line, "time %zu %zu", &row, &steps) == 2 && row < count)
            printf("%.0f\n", bench_time(&benches[row], steps));
        else if (sscanf(line, "numbers %zu %zu", &row, &steps) == 2 && row < count)
            print_numbers(&benches[row], steps);
        else
            return EXIT_FAILURE;
        fflush(stdout);
    }
    return EXIT_SUCCESS;
}

/* run SECTION STEPS [LABEL] */
static int run_once(Bench *benches, size_t count, int argument_count, char **arguments) {
    for (size_t i = 0; i < count; i++) {
        const RivalRow *row = benches[i].row;
        if (strcmp(row->section, arguments[2]) != 0 ||
            (argument_count > 4 && strcmp(row->label, arguments[4]) != 0))
            continue;
        bench_ready(&benches[i]);
        size_t steps = strtoul(arguments[3], NULL, 10);
        if (steps % workload_epoch(benches[i].workload) != 0) {
            fprintf(stderr, "%s: steps must be a multiple of %zu\n", row->section,
                    workload_epoch(benches[i].workload));
            return EXIT_FAILURE;
        }
        row->run(benches[i].state, steps);
        return EXIT_SUCCESS;
    }
    fprintf(stderr, "%s: no such section or label\n", arguments[0]);
    return EXIT_FAILURE;
}

int rival_main(const RivalRow *rows, size_t count, int argument_count, char **arguments) {
    Arena arena = {0};
    Bench *benches = ARENA_ARRAY(&arena, Bench, count);
    for (size_t i = 0; i < count; i++)
        benches[i].row = &rows[i];
    bool once = argument_count >= 4 && strcmp(arguments[1], "run") == 0;
    int status =
        once ? run_once(benches, count, argument_count, arguments) : serve(rows, count, benches);
    for (size_t i = 0; i < count; i++)
        arena_clear(&benches[i].arena);
    arena_clear(&arena);
    return status;
}
