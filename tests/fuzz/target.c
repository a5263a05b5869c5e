#include "target.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATIENCE = 500 };

static char folder[] = "/tmp/backstep-fuzz-XXXXXX";
static char path[sizeof folder + sizeof "/file"];

static void remove_folder(void) {
    unlink(path);
    rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    setlocale(LC_CTYPE, "C.UTF-8");
    if (!mkdtemp(folder))
        exit(2);
    snprintf(path, sizeof path, "%s/file", folder);
    atexit(remove_folder);
    return 0;
}

void target_try(const uint8_t *bytes, size_t length, void (*run)(Target *target)) {
    static Target target; /* is there after a jump */
    jmp_buf full;
    target = (Target){.path = path, .bytes = (const char *)bytes, .length = length};
    target.trial.patience = PATIENCE;
    target.trial.arena.recovery = target.scratch.recovery = &full;
    if (setjmp(full) == 0)
        run(&target);
    if (target.trial.fault) {
        fprintf(stderr, "fault: %s\n", target.trial.fault);
        abort();
    }
    arena_clear(&target.scratch);
    arena_clear(&target.trial.arena);
}
