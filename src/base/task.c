#include "base/task.h"

bool task_goes_on(const Task *task, size_t done, size_t total) {
    return !task || !task->tell || task->tell(task->context, done, total);
}
