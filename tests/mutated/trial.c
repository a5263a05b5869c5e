#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/load.h"
#include "base/utf8.h"

static void find_fault(Trial *trial, const char *fault) {
    if (!trial->fault)
        trial->fault = fault;
}

bool trial_make_file(char *path) {
    int file = mkstemp(path);
    return file >= 0 && close(file) == 0;
}

bool trial_write(Trial *trial, const char *path, const void *bytes, size_t length) {
    FILE *out = fopen(path, "wb");
    bool written = out && (length == 0 || fwrite(bytes, 1, length, out) == length);
    written = out && fclose(out) == 0 && written;
    if (!written)
        find_fault(trial, "it cannot be written");
    return written;
}

void trial_require_safe(Trial *trial, const char *text, const char *fault) {
    while (*text) {
        uint32_t character;
        size_t bytes = utf8_decode(text, &character);
        if (bytes == 0 || !utf8_is_safe(character) || (character < ' ' && character != '\n')) {
            find_fault(trial, fault);
            return;
        }
        text += bytes;
    }
}

void trial_draw(Trial *trial, Arena *arena, const Card *card, CardLayout layout,
                const char *fault) {
    Grid grid = card_draw(arena, card, layout);
    for (int row = 0; row < grid.rows; row++)
        trial_require_safe(trial, grid_line(arena, &grid, row), fault);
}

void trial_read_diags(Trial *trial, const Diags *diags) {
    for (size_t i = 0; i < diags->count; i++) {
        const Diag *diag = &diags->items[i];
        trial_require_safe(trial, diag->message, "an error shows what is not safe");
        if (diag->suggestion.text)
            trial_require_safe(trial, diag->suggestion.text, "a suggestion shows what is not safe");
    }
}

static bool wait_for_work(void *context, size_t done, size_t total) {
    (void)done, (void)total;
    Trial *trial = context;
    trial->patience -= trial->patience > 0;
    return trial->patience > 0;
}

static bool wait_for_training(void *context, const TrainMoment *moment) {
    return wait_for_work(context, moment->epoch, moment->epochs);
}

Task trial_task(Trial *trial) {
    return (Task){wait_for_work, trial};
}

Session *trial_open(Trial *trial, const char *path) {
    Diags diags;
    Lesson *lesson = load_lesson(&trial->arena, path, &diags);
    trial_read_diags(trial, &diags);
    if (!lesson)
        return NULL;
    Session *session = session_open(&trial->arena, lesson, (Settings){.digits = 4});
    session_set_progress(session, wait_for_training, trial);
    session_set_task(session, trial_task(trial));
    return session;
}
