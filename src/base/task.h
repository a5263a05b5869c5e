/* task: something that takes long. It says how far it is, and asks whether it shall go on; who
 * waits for it shows that, and may stop it (ui/training.h). */
#ifndef BASE_TASK_H
#define BASE_TASK_H

#include <stdbool.h>
#include <stddef.h>

/* Called often: `done` of `total` parts are behind. False stops the work. */
typedef bool TaskTell(void *context, size_t done, size_t total);

typedef struct Task {
    TaskTell *tell; /* NULL: nobody waits */
    void *context;
} Task;

/* Whether to go on; it does where nobody waits. `task` may be NULL. */
bool task_goes_on(const Task *task, size_t done, size_t total);

#endif
