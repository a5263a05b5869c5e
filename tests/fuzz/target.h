/* target: what the targets share in which libFuzzer looks for faults (tests/fuzz/run). What it
 * makes up stands in a file while it is tried; a fault ends the program, so that it is kept. */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stdint.h>

#include "../mutated/trial.h"

/* What is tried at the moment. It may jump out of `run` when memory runs out, as a command does. */
typedef struct Target {
    Trial trial;
    Arena scratch;     /* of one card or answer, with the same way out */
    const char *path;  /* of a file, in a folder that is removed at the end */
    const char *bytes; /* what was made up */
    size_t length;
} Target;

/* Tries it, and ends the program where a fault was found. */
void target_try(const uint8_t *bytes, size_t length, void (*run)(Target *target));

/* What libFuzzer calls: once; and with each input. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
