/* fused_parts: what a lowered loss is made of. For the files fused*.c alone: fused_neurons.c finds
 * neurons and layers on a tape, fused.c lays them out, fused_run.c runs them. */
#ifndef NUM_FUSED_PARTS_H
#define NUM_FUSED_PARTS_H

#include "num/fused.h"
#include "num/tape.h"

#define PLACE_NONE UINT32_MAX

/* A neuron as it stands on a tape: a sum of weight·input terms with at most one bias. Places are
 * those of operations of the tape. */
typedef struct Neuron {
    uint32_t root;     /* the last addition, or the matrix product or sum of a whole layer */
    uint32_t lowest;   /* the first operation that is part of it */
    uint32_t bias;     /* a parameter, or PLACE_NONE */
    uint32_t *weights; /* parameters; of a matrix layer one, W */
    uint32_t *inputs;  /* what they multiply; of a matrix layer one, x */
    size_t terms;
    bool bias_first;
    bool matrix; /* W @ x, W @ x + b or b + W @ x */
} Neuron;

/* Neurons with the same inputs; or one matrix product. */
typedef struct NeuronGroup {
    uint32_t *members; /* neurons, in the order of the tape */
    size_t count, capacity;
    uint32_t curve; /* the operation of one operand that all z go into and nothing else does: its
                       OpCode; OP_COUNT for none */
} NeuronGroup;

/* A tape, and what was found on it. All arrays are by place. */
typedef struct Findings {
    Arena *arena;
    const Tape *tape;
    uint32_t root;     /* the place of the loss */
    uint32_t *alias;   /* where the value stands: of a name, that of its formula if nothing else
                          uses that; else its own place */
    uint32_t *uses;    /* how often the value is used */
    bool *matters;     /* depends on a parameter */
    uint32_t *part_of; /* the neuron + 1 that an operation was taken up in; 0 for none */
    uint32_t *readers; /* operations that use value v: readers[first_reader[v] …
                          first_reader[v + 1]), ascending */
    uint32_t *first_reader;
    Neuron *neurons;
    size_t neuron_count, neuron_capacity;
    NeuronGroup *groups;
    size_t group_count, group_capacity;
    bool *is_curve;     /* runs with the group whose z it takes */
    uint32_t *group_at; /* the group + 1 that begins with the neuron of this root */
} Findings;

/* Finds neurons and groups on the tape of one loss. */
Findings fused_find(Arena *arena, const Tape *tape, uint32_t root);

typedef enum InstructionKind {
    /* 0 … OP_COUNT − 1: that operation on single numbers */
    RUN_STRETCH = OP_COUNT, /* that of `code`, on `count` numbers */
    RUN_LAYER,
    RUN_NARROW_2,  /* a layer of two neurons and the curve they go into, on one row; */
    RUN_NARROW_4,  /* of three or four; */
    RUN_PRODUCT_2, /* the same of a layer that fuses */
    RUN_PRODUCT_4,
    RUN_ERRORS, /* a sum of squared errors on one row, each halved or not */
    RUN_FRAME,  /* any operation, with broadcasting */
    RUN_GATHER, /* a matrix literal: entries from different places */
    RUN_END
} InstructionKind;

enum { SIDE_A = 1, SIDE_B = 2 }; /* which operands need their adjoints */

/* One of a sum of squared errors. The difference, its square and the half, where there is one,
 * stand together. */
typedef struct ErrorTerm {
    double *a, *b;
    double *last; /* the half, or the square */
    double *sum;  /* of the terms so far; of the first, `last` */
    bool halved;
    uint8_t sides;
} ErrorTerm;

typedef struct Instruction {
    uint8_t kind;   /* InstructionKind or OpCode */
    uint8_t code;   /* OpCode, or RUN_END where the kind says all */
    uint8_t sides;  /* 0: nothing flows back through it */
    uint32_t count; /* numbers, of RUN_STRETCH; entries, of RUN_GATHER; terms, of RUN_ERRORS */
    union {
        struct {
            double *y, *a, *b; /* values; adjoints stand `apart` further on */
        };
        struct {
            const Layer *layer;
            double *curve; /* of narrow layers: what `code` makes of z; NULL where code is
                              RUN_END */
        };
        struct {
            double *sum; /* of RUN_ERRORS: the last one */
            ErrorTerm *errors;
        };
        struct {
            OpFrame *frame;
            OpSide *forward, *backward;
        };
        struct {
            double *gathered;
            double **entries; /* NULL for one without adjoint */
            bool *entry_matters;
        };
    };
} Instruction;

/* An input, target or parameter that does not stand in a layer. */
typedef struct Loose {
    size_t leaf; /* its first entry among the leaves */
    size_t entries;
    double *value; /* entries × lanes, all rows the same */
    double *sums;  /* of a parameter's gradient: entries × KERNEL_SUMS; NULL for others */
    size_t column; /* of a data column: its place in a row */
    bool is_column;
} Loose;

/* Where the entries of a layer's parameters stand among the leaves. */
typedef struct LayerLeaves {
    size_t *weights; /* inputs × outputs, by inputs */
    size_t *bias;    /* outputs, or NULL */
} LayerLeaves;

struct Fused {
    const Scope *scope;
    const Kernels *kernels;
    const struct Runner *runner;
    const Tape *tape;          /* that it was made from; only its structure is used */
    Instruction *instructions; /* ends with RUN_END */
    size_t instruction_count;
    Layer *layers;
    LayerLeaves *layer_leaves;
    size_t layer_count;
    Loose *loose;        /* parameters first */
    size_t loose_params; /* so many */
    size_t loose_count;
    size_t lanes;
    size_t apart;     /* doubles between a value and its adjoint */
    double *values;   /* apart values, then apart adjoints; first a data row's columns, then
                         other inputs and numbers */
    size_t computed;  /* how many of those, which have no use for adjoints */
    double *loss;     /* the value of the root: a number for each row */
    double **places;  /* by place on the tape: its value, or NULL */
    size_t numbers;   /* doubles in the block */
    bool takes_table; /* a rowsum or rowmean was taken off the top */
    double share;
    bool several_blocks; /* in one batch */
};

/* The loops over instructions, compiled for one kind of processor. */
typedef struct Runner {
    void (*forward)(const Fused *fused);
    void (*backward)(const Fused *fused, size_t rows, Descent descent);
    void (*each)(const Fused *fused, const size_t *rows, size_t count, double rate, double *sum);
} Runner;

/* The one that goes with these kernels. */
const Runner *fused_runner(const Kernels *kernels);

/* Runs all instructions up, on what the values hold. */
void fused_forward(Fused *fused);

/* Whether RUN_NARROW_2 … RUN_PRODUCT_4 can run this layer, and whether they know this curve. */
bool fused_is_narrow(const Layer *layer);
bool fused_narrow_has(OpCode curve);

/* And down, from adjoints of 1 for the first `rows` lanes of the loss; updates layers on the way.
 */
void fused_backward(Fused *fused, size_t rows, Descent descent);

#endif
