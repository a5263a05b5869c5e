/* hand_graph: the formulas of the section "graph", their gradient and the step, by hand. */
#ifndef BENCH_HAND_GRAPH_H
#define BENCH_HAND_GRAPH_H

#include "workload.h"

/* So many steps, an update after each row. */
void hand_graph_online(const Workload *workload, double *parameters, size_t steps);

/* So many steps, each with the mean gradient of all rows. */
void hand_graph_block(const Workload *workload, double *parameters, size_t steps);

#endif
