/* structure: what a lesson's network is drawn as: which names are nodes, which weights on lines. It
 * is the same at every step. */
#ifndef APP_STRUCTURE_H
#define APP_STRUCTURE_H

#include "lesson/lesson.h"

typedef struct Structure {
    const Lesson *lesson;
    SymbolId *drawn_as; /* a name → the name it is drawn as: itself, or the activation around it */
    bool *stands_alone; /* parameters that are nodes of their own, not weights or biases */
    bool *gathered;     /* weights with another way to act that share a node, beside their lines; */
    SymbolId gatherer;  /* the first of them, which is drawn as that node; or SYMBOL_NONE */
    SymbolId *weight_of; /* by edge of the graph, once somebody has asked: see structure_weight */
} Structure;

enum { STRUCTURE_MOST_NAMES = 400 }; /* of more, all parameters are taken for weights and biases */

/* Lives in `arena`. */
Structure *structure_new(const Lesson *lesson, Arena *arena);

/* Whether a name is no node: a target, a weight, a bias. */
bool structure_hides(const Structure *structure, SymbolId symbol);

/* Whether it is the name of a parameter; not SYMBOL_NONE. */
bool structure_is_parameter(const Structure *structure, SymbolId symbol);

/* The weight on an edge of the graph, or SYMBOL_NONE; none on one from a parameter that is no node.
 */
SymbolId structure_weight(Structure *structure, size_t edge);

/* Whether the parameter is the weight on a line into `to`. */
bool structure_is_weight_into(Structure *structure, SymbolId symbol, SymbolId to);

#endif
