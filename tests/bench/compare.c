/* Compares backstep with other programs that do the same work.
 *
 *   compare [--rounds N] PROGRAMS SCRIPTS [SECTION…]
 *
 * PROGRAMS is the folder of the rivals that were built, SCRIPTS that of the others. All rivals of a
 * section run one after the other, again and again, so that what disturbs the machine disturbs them
 * all; times are processor times, a ratio is the median of the ratios within one round. Each must
 * also end at the same numbers as the hand-written C. Who is not installed is named and left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "statistics.h"
#include "workload.h"

enum {
    DEFAULT_ROUNDS = 21,
    MOST_ROUNDS = 1000,
    MOST_ENTRIES = 64,
    STATUS_USAGE = 2,
};

static const double ROUND_NANOSECONDS = 20e6; /* of one rival in one round */

/* ------------------------------------------------------------------------------ what there is */

typedef struct Section {
    const char *name; /* as in workload.h */
    const char *title;
    const char *unit;      /* of the times: "ns a step" */
    double nanoseconds;    /* in one of that unit */
    bool by_row;           /* the time of a step is divided by the rows of its batch */
    const char *reference; /* label of what the others are measured by */
    size_t compared;       /* steps after which the numbers are compared */
} Section;

static const Section sections[] = {
    {"online", "2-2-2 sigmoid network, one online step: forward, 12 gradients, update", "ns a step",
     1, false, "hand C", 1000},
    {"xor", "XOR, 2-2-1 sigmoid network, one step on a batch of 4 rows", "ns a step", 1, false,
     "hand C", 1000},
    {"block", "2-2-2 sigmoid network, batches of 256 rows", "ns a row", 1, true, "hand C", 1000},
    {"matrix", "784-128-10, relu, softmax and cross-entropy, batches of 32 rows", "µs a row", 1000,
     true, "OpenBLAS", 10},
    {"graph", "40 formulas of all operations, 12 parameters, one online step", "ns a step", 1,
     false, "hand C", 1024},
    {"graph-block", "the same in batches of 256 rows", "ns a row", 1, true, "hand C", 1000},
};

/* A program that may be there. */
typedef struct Rival {
    const char *name;
    const char *runs;     /* "" for a program of its own; else what runs the script */
    const char *file;     /* in the folder of programs or scripts */
    const char *package;  /* what to install */
    const char *sections; /* those in which it is missed when it is not there */
} Rival;

static const Rival rivals[] = {
    {"hand C", "", "hand", "", ""},
    {"OpenBLAS", "", "openblas", "libopenblas-dev", "matrix"},
    {"backstep", "", "core", "", ""},
    {"FANN", "", "fann", "libfann-dev", "online xor block"},
    {"ADOL-C", "", "adolc", "libadolc-dev", "online"},
    {"PyTorch", "/usr/bin/python3", "rival_torch.py", "python3-torch",
     "online xor block matrix graph"},
    {"synaptic", "node", "rival_npm.mjs", "npm install synaptic", "online"},
    {"brain.js", "node", "rival_npm.mjs", "npm install brain.js", "online"},
};

enum { RIVALS = sizeof rivals / sizeof *rivals, SECTIONS = sizeof sections / sizeof *sections };

/* A program at work. */
typedef struct Process {
    pid_t pid;
    FILE *to, *from; /* NULL where it is not there */
} Process;

/* A row of a table. */
typedef struct Entry {
    Process *process;
    size_t row; /* its number in that program */
    char *section, *label, *note;
    double tolerance;
    bool outputs;                                   /* compared by its first outputs, see rival.h */
    bool ended;                                     /* its program did, before it had answered */
    size_t steps;                                   /* in one round */
    double times[MOST_ROUNDS], ratios[MOST_ROUNDS]; /* by round */
    double *numbers;
    size_t number_count;
} Entry;

typedef struct Comparison {
    Arena arena;
    const char *programs, *scripts, *workloads; /* folders and a file */
    int rounds;
    Process processes[RIVALS];
    Entry entries[MOST_ENTRIES];
    size_t entry_count;
    bool differs; /* some numbers are wrong, or did not come */
} Comparison;

/* ------------------------------------------------------------------------------ processes */

static char *read_line(Comparison *comparison, const Process *process) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length = process->from ? getline(&line, &capacity, process->from) : -1;
    char *copy = length > 0 ? arena_copy_n(&comparison->arena, line, (size_t)length - 1) : NULL;
    free(line);
    return copy;
}

/* The answer; of a program that has ended, "nan". */
static char *request(Comparison *comparison, Entry *entry, const char *what, size_t steps) {
    static char none[] = "nan";
    fprintf(entry->process->to, "%s %zu %zu\n", what, entry->row, steps);
    fflush(entry->process->to);
    char *line = read_line(comparison, entry->process);
    entry->ended = entry->ended || !line;
    return line ? line : none;
}

static void run_child(const Comparison *comparison, const Rival *rival, int input, int output) {
    const char *folder = *rival->runs ? comparison->scripts : comparison->programs;
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, rival->file);
    signal(SIGPIPE, SIG_DFL);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    setenv("OMP_NUM_THREADS", "1", 1);
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    unsetenv("OPENBLAS_CORETYPE"); /* it is to choose what it thinks best */
    if (*rival->runs)
        execlp(rival->runs, rival->runs, path, comparison->workloads, comparison->programs,
               (char *)NULL);
    else
        execl(path, path, (char *)NULL);
    _exit(EXIT_FAILURE);
}

static void process_start(const Comparison *comparison, const Rival *rival, Process *process) {
    int to[2], from[2];
    if (pipe(to) != 0 || pipe(from) != 0)
        return;
    for (int i = 0; i < 2; i++) { /* or a rival would keep another's input open */
        fcntl(to[i], F_SETFD, FD_CLOEXEC);
        fcntl(from[i], F_SETFD, FD_CLOEXEC);
    }
    process->pid = fork();
    if (process->pid == 0)
        run_child(comparison, rival, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    process->to = fdopen(to[1], "w");
    process->from = fdopen(from[0], "r");
}

static void process_end(Process *process) {
    if (!process->to)
        return;
    fclose(process->to);
    fclose(process->from);
    waitpid(process->pid, NULL, 0);
}

/* A line that is none is passed over. */
static void add_entry(Comparison *comparison, Process *process, size_t row, char *line) {
    enum { FIELDS = 5 };
    Entry *entry = &comparison->entries[comparison->entry_count];
    char *fields[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        fields[i] = line;
        line = strchr(line, '\t');
        if (line)
            *line++ = '\0';
        else if (i + 1 < FIELDS)
            return;
    }
    *entry = (Entry){.process = process,
                     .row = row,
                     .section = fields[0],
                     .label = fields[1],
                     .tolerance = strtod(fields[2], NULL),
                     .outputs = strcmp(fields[3], "outputs") == 0,
                     .note = fields[4]};
    comparison->entry_count++;
}

/* A script that several rivals share is started once. */
static void start_all(Comparison *comparison) {
    for (size_t i = 0; i < RIVALS; i++) {
        if (i > 0 && strcmp(rivals[i].file, rivals[i - 1].file) == 0)
            continue;
        Process *process = &comparison->processes[i];
        process_start(comparison, &rivals[i], process);
        if (!process->to)
            continue;
        fputs("rows\n", process->to);
        fflush(process->to);
        char *line;
        for (size_t row = 0; (line = read_line(comparison, process)) && strcmp(line, ".") != 0;
             row++)
            if (comparison->entry_count < MOST_ENTRIES)
                add_entry(comparison, process, row, line);
    }
}

/* ------------------------------------------------------------------------------ workloads */

static void print_array(FILE *out, const char *name, const double *numbers, size_t count) {
    fprintf(out, ", \"%s\": [", name);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%.17g", i ? ", " : "", numbers[i]);
    fputs("]", out);
}

static void print_text(FILE *out, const char *name, const char *text) {
    fprintf(out, ", \"%s\": \"", name);
    for (; *text; text++)
        if (*text == '\n')
            fputs("\\n", out);
        else
            fputc(*text, out);
    fputs("\"", out);
}

/* For the rivals that are not written in C. */
static bool write_workloads(Comparison *comparison) {
    FILE *out = fopen(comparison->workloads, "w");
    if (!out)
        return false;
    for (size_t i = 0; i < SECTIONS; i++) {
        const Workload *work = workload_new(&comparison->arena, sections[i].name);
        fprintf(out, "%s\"%s\": {\"inputs\": %zu, \"hidden\": %zu, \"outputs\": %zu",
                i ? ",\n" : "{", work->section, work->inputs, work->hidden, work->outputs);
        fprintf(out, ", \"rows\": %zu, \"batch\": %zu, \"rate\": %.17g", work->rows, work->batch,
                work->rate);
        if (work->formulas)
            print_text(out, "formulas", work->formulas);
        print_array(out, "parameters", work->parameters, work->parameter_count);
        print_array(out, "data", work->data, work->rows * (work->inputs + work->outputs));
        fputs("}", out);
    }
    fputs("}\n", out);
    return fclose(out) == 0;
}

/* What a network of sigmoid units answers to its first row. */
static size_t first_outputs(const Workload *workload, double *outputs) {
    const double *p = workload->parameters, *x = workload_row(workload, 0);
    double hidden[8];
    for (size_t unit = 0; unit < workload->hidden; unit++) {
        double z = *p++;
        for (size_t i = 0; i < workload->inputs; i++)
            z += *p++ * x[i];
        hidden[unit] = 1 / (1 + exp(-z));
    }
    for (size_t unit = 0; unit < workload->outputs; unit++) {
        double z = *p++;
        for (size_t i = 0; i < workload->hidden; i++)
            z += *p++ * hidden[i];
        outputs[unit] = 1 / (1 + exp(-z));
    }
    return workload->outputs;
}

/* ------------------------------------------------------------------------------ measuring */

static double take_time(Comparison *comparison, Entry *entry) {
    return strtod(request(comparison, entry, "time", entry->steps), NULL);
}

/* So many steps that a round takes its time; found twice, for a first run may still compile. */
static void calibrate(Comparison *comparison, Entry *entry, size_t epoch) {
    enum { GROWTH = 4, TIMES = 2 };
    entry->steps = epoch;
    double took = take_time(comparison, entry);
    while (took < ROUND_NANOSECONDS / GROWTH) {
        entry->steps *= GROWTH;
        took = take_time(comparison, entry);
    }
    for (int i = 0; i < TIMES && !entry->ended; i++) {
        double epochs = (double)(entry->steps / epoch) * ROUND_NANOSECONDS / took;
        entry->steps = epoch * (epochs < 1 ? 1 : (size_t)epochs);
        took = take_time(comparison, entry);
    }
}

static void take_numbers(Comparison *comparison, Entry *entry, const Workload *workload,
                         size_t steps) {
    entry->numbers = ARENA_ARRAY(&comparison->arena, double, workload->parameter_count);
    char *at = request(comparison, entry, "numbers", steps), *end;
    double number = strtod(at, &end);
    for (; end != at && entry->number_count < workload->parameter_count;
         number = strtod(at, &end)) {
        entry->numbers[entry->number_count++] = number;
        at = end;
    }
}

static void measure(Comparison *comparison, const Section *section, Entry **entries, size_t count,
                    size_t reference) {
    const Workload *workload = workload_new(&comparison->arena, section->name);
    for (size_t i = 0; i < count; i++) {
        calibrate(comparison, entries[i], workload_epoch(workload));
        take_numbers(comparison, entries[i], workload, section->compared);
    }
    for (int round = 0; round < comparison->rounds; round++) {
        for (size_t i = 0; i < count; i++)
            entries[i]->times[round] =
                take_time(comparison, entries[i]) / (double)entries[i]->steps;
        for (size_t i = 0; i < count; i++)
            entries[i]->ratios[round] = entries[i]->times[round] / entries[reference]->times[round];
    }
}

/* The largest difference, relative to the largest number; NaN where a number is none, or missing.
 */
static double difference(const Entry *entry, const double *expected, size_t count) {
    if (entry->number_count != count)
        return NAN;
    double largest = 0, most = 0;
    for (size_t i = 0; i < count; i++) {
        double apart = fabs(entry->numbers[i] - expected[i]);
        if (isnan(apart))
            return NAN;
        largest = fmax(largest, fabs(expected[i]));
        most = fmax(most, apart);
    }
    return most / largest;
}

/* ------------------------------------------------------------------------------ the report */

static void print_verdict(Comparison *comparison, const Entry *entry, const Entry *reference) {
    double *expected = reference->numbers;
    size_t count = reference->number_count;
    if (entry->outputs) {
        const Workload *workload = workload_new(&comparison->arena, entry->section);
        expected = ARENA_ARRAY(&comparison->arena, double, workload->outputs);
        count = first_outputs(workload, expected);
    }
    double apart = difference(entry, expected, count);
    const char *what = entry->outputs ? "same outputs" : "same result";
    if (entry == reference)
        printf("measured by");
    else if (apart <= entry->tolerance)
        printf("%s to %.0e", what, entry->tolerance);
    else
        printf("DIFFERS by %.1e", apart);
    comparison->differs = comparison->differs || !(apart <= entry->tolerance);
    printf("%s%s\n", *entry->note ? "; " : "", entry->note);
}

static void print_missing(const Comparison *comparison, const Section *section) {
    for (size_t i = 0; i < RIVALS; i++) {
        bool found = !strstr(rivals[i].sections, section->name);
        for (size_t j = 0; j < comparison->entry_count && !found; j++)
            found = strcmp(comparison->entries[j].section, section->name) == 0 &&
                    str_starts(comparison->entries[j].label, rivals[i].name);
        if (!found)
            printf("  %-20s not measured (%s)\n", rivals[i].name, rivals[i].package);
    }
}

static void print_entry(Comparison *comparison, const Section *section, Entry *entry,
                        const Entry *reference) {
    const Workload *workload = workload_new(&comparison->arena, section->name);
    if (entry->ended) {
        printf("  %-20s ended before it had answered\n", entry->label);
        comparison->differs = true;
        return;
    }
    double unit = section->nanoseconds * (section->by_row ? (double)workload->batch : 1);
    size_t rounds = (size_t)comparison->rounds;
    Spread time = spread_of(entry->times, rounds), ratio = spread_of(entry->ratios, rounds);
    char range[64];
    snprintf(range, sizeof range, "%.1f to %.1f", time.low / unit, time.high / unit);
    printf("  %-20s %11.1f %22s %9.2f  ", entry->label, time.median / unit, range, ratio.median);
    print_verdict(comparison, entry, reference);
}

static void run_section(Comparison *comparison, const Section *section) {
    Entry *entries[MOST_ENTRIES];
    size_t count = 0, reference = 0;
    for (size_t i = 0; i < comparison->entry_count; i++) {
        Entry *entry = &comparison->entries[i];
        if (strcmp(entry->section, section->name) != 0)
            continue;
        if (strcmp(entry->label, section->reference) == 0)
            reference = count;
        entries[count++] = entry;
    }
    printf("\n%s\n", section->title);
    printf("  %-20s %11s %22s %9s  numbers after %zu steps\n", "", section->unit, "5 to 95 %",
           "ratio", section->compared);
    fflush(stdout);
    if (count > 0)
        measure(comparison, section, entries, count, reference);
    for (size_t i = 0; i < count; i++)
        print_entry(comparison, section, entries[i], entries[reference]);
    print_missing(comparison, section);
    fflush(stdout);
}

static bool is_wanted(const Section *section, int count, char **names) {
    for (int i = 0; i < count; i++)
        if (strcmp(section->name, names[i]) == 0)
            return true;
    return count == 0;
}

int main(int count, char **arguments) {
    static Comparison comparison; /* large, and zeroed */
    int at = 1;
    comparison.rounds = DEFAULT_ROUNDS;
    if (count > 2 && strcmp(arguments[1], "--rounds") == 0) {
        comparison.rounds = atoi(arguments[2]);
        at = 3;
    }
    if (count - at < 2 || comparison.rounds < 1 || comparison.rounds > MOST_ROUNDS) {
        fputs("usage: compare [--rounds N] PROGRAMS SCRIPTS [SECTION…]\n", stderr);
        return STATUS_USAGE;
    }
    comparison.programs = arguments[at];
    comparison.scripts = arguments[at + 1];
    comparison.workloads =
        arena_format(&comparison.arena, "%s/workloads.json", comparison.programs);
    if (!write_workloads(&comparison)) {
        fprintf(stderr, "%s: %s\n", comparison.workloads, strerror(errno));
        return EXIT_FAILURE;
    }
    signal(SIGPIPE, SIG_IGN); /* a rival that cannot run has ended before it is asked */
    start_all(&comparison);
    for (size_t i = 0; i < SECTIONS; i++)
        if (is_wanted(&sections[i], count - at - 2, arguments + at + 2))
            run_section(&comparison, &sections[i]);
    for (size_t i = 0; i < RIVALS; i++)
        process_end(&comparison.processes[i]);
    arena_clear(&comparison.arena);
    return comparison.differs ? EXIT_FAILURE : EXIT_SUCCESS;
}
