/* fused_parts: what a lowered loss is made of. For the files fused*.c alone: fused_neurons.c and
 * fused_errors.c find neurons, layers and squared errors on a tape, fused_place.c gives values
 * their places, fused_layers.c and fused.c make instructions, fused_adjoints.c sees which adjoints
 * need no clearing, fused_columns.c reads data rows, fused_run.c and fused_rows.c run them. */
#ifndef NUM_FUSED_PARTS_H
#define NUM_FUSED_PARTS_H

#include "num/fused.h"
#include "num/narrow.h"

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

/* One of a sum of squared errors, by the places of its parts. */
typedef struct ErrorTerm {
    uint32_t difference, square;
    uint32_t half; /* PLACE_NONE where it is not halved */
    uint32_t a, b; /* the difference is a − b */
    uint32_t sum;  /* of the terms up to this one; of the first, none */
} ErrorTerm;

/* Squared errors, all halved or none, and their sum. What they are of stands in no two of them. */
typedef struct ErrorGroup {
    uint32_t root; /* the last sum, or the only term */
    ErrorTerm *terms;
    size_t count;
    bool matters_a, matters_b; /* the same in all terms */
} ErrorGroup;

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
    ErrorGroup *errors;
    size_t error_count, error_capacity;
    uint32_t *error_of; /* the group of errors + 1 that an operation was taken up in */
} Findings;

/* Finds neurons, groups and errors on the tape of one loss. */
Findings fused_find(Arena *arena, const Tape *tape, uint32_t root);

/* By place: whether the value depends on a parameter. */
bool *fused_matters(Arena *arena, const Tape *tape);

/* The part of it that finds errors. */
void fused_find_errors(Findings *found);

typedef enum InstructionKind {
    /* 0 … OP_COUNT − 1: that operation on single numbers */
    RUN_STRETCH = OP_COUNT, /* that of `code`, on `count` numbers */
    RUN_LAYER,
    RUN_NARROW,     /* a layer of a few neurons and the curve they go into, on a block of rows */
    RUN_NARROW_2_2, /* the same on one row: two neurons with two inputs, */
    RUN_NARROW_2,   /* two neurons, */
    RUN_NARROW_4,   /* or three or four; */
    RUN_PRODUCT_2,  /* of layers that fuse */
    RUN_PRODUCT_4,
    RUN_ERRORS,   /* a sum of squared errors, on a block of rows or one row; */
    RUN_ERRORS_2, /* of two on one row, where what they are of stands in pairs */
    RUN_FRAME,    /* any operation, with broadcasting */
    RUN_GATHER,   /* a matrix literal: entries from different places */
    RUN_END
} InstructionKind;

/* Which operands need their adjoints; and of instructions for one row what is done with them. */
enum {
    SIDE_A = 1,
    SIDE_B = 2,
    ASSIGNS = 4,    /* nothing has reached those adjoints before: they are set */
    HAS_BIAS = 8,   /* that is updated */
    BIAS_LAST = 16, /* the sums end with the bias, and begin with a zero */
    FOLLOWS = 32,   /* its two inputs, or what its errors are of, the instruction before makes; */
    FOLLOWED = 64,  /* and the other way round: the instruction after hands that back */
    FOLLOWS_B = 128 /* of single numbers: its second operand; FOLLOWS is the first */
};

typedef struct Instruction {
    uint8_t kind;  /* InstructionKind or OpCode */
    uint8_t code;  /* OpCode, or RUN_END where the kind says all */
    uint8_t sides; /* SIDE_A …; without SIDE_A and SIDE_B nothing flows back through it */
    uint32_t count; /* numbers, of RUN_STRETCH; entries, of RUN_GATHER; inputs, of RUN_NARROW_2 … */
    union {
        struct {
            double *y, *a, *b; /* values; adjoints stand `apart` further on */
        };
        const Layer *layer;
        NarrowLayer *narrow; /* of RUN_NARROW */
        struct {
            double *net; /* of RUN_NARROW_2 …: z, then what `code` makes of it, where it is not
                            RUN_END */
            double *x;
            double *first; /* what the sums begin with, then the weights, by inputs; then the bias
                              where it comes last */
        };
        NarrowErrors *errors; /* of RUN_ERRORS */
        struct {
            double *difference; /* of RUN_ERRORS_2: two differences, two squares, their halves where
                                   `code` is OP_halve, and the sum */
            double *left, *right;
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
} Loose;

/* Where the entries of a layer's parameters stand among the leaves. */
typedef struct LayerLeaves {
    size_t *weights; /* inputs × outputs, by inputs */
    size_t *bias;    /* outputs, or NULL */
} LayerLeaves;

/* A pointer of an instruction to a column of the data: `place` in the block, or the table itself.
 */
typedef struct ColumnUse {
    double **pointer;
    double *place;
    size_t column;
} ColumnUse;

/* Adjoints that have to be 0 before the sweep. */
typedef struct Cleared {
    double *first;
    size_t count;
} Cleared;

struct Fused {
    const Scope *scope;
    const Kernels *kernels;
    const NarrowKernels *narrow;
    const struct Runner *runner;
    const Tape *tape;          /* that it was made from; only its structure is used */
    Instruction *instructions; /* between two RUN_END, of which the second is counted */
    size_t instruction_count;
    Layer *layers;
    LayerLeaves *layer_leaves;
    size_t layer_count;
    Loose *loose;        /* parameters first */
    size_t loose_params; /* so many */
    size_t loose_count;
    size_t lanes;
    size_t apart;   /* doubles between a value and its adjoint */
    double *values; /* apart values, then apart adjoints; first a data row's columns, then
                       other inputs and numbers */
    Cleared *cleared;
    size_t cleared_count;
    double *parameters; /* of all narrow layers, each with what its sums begin with before them */
    double *sums;       /* in blocks, of their gradient: KERNEL_SUMS each */
    size_t parameter_count;
    double *columns;               /* the data table by columns; NULL where it is too large */
    size_t read_first, read_count; /* rows of it that stand in the block, or in the table with
                                      `in_place`; none where count is 0 */
    ColumnUse *uses;               /* what reads data columns; NULL where more than pointers would
                                      have to be changed */
    size_t use_count;
    bool in_place;    /* the uses point into the table */
    double *loss;     /* the value of the root: a number for each row */
    size_t seeded;    /* lanes whose adjoint of the root is 1; the others' is 0 */
    bool same_seeds;  /* so many had it in the pass before */
    bool wild;        /* the last pass had a number out of range (NARROW_TAME) in a narrow layer */
    double **places;  /* by place on the tape: its value, or NULL */
    size_t numbers;   /* doubles in the block */
    bool takes_table; /* a rowsum or rowmean was taken off the top */
    double share;
    bool several_blocks; /* in one batch */
};

/* The loops over instructions, compiled for one kind of processor. */
typedef struct Runner {
    void (*forward)(Fused *fused, bool descends);
    void (*backward)(Fused *fused, size_t rows, Descent descent, bool fresh);
    void (*each)(Fused *fused, DataRows rows, double rate, double *sum);
} Runner;

/* The one that goes with these kernels. */
const Runner *fused_runner(const Kernels *kernels);

/* Turns the data table and finds who reads its columns, of all instructions but RUN_END. */
void fused_turn_columns(Arena *arena, Fused *fused);

/* Puts `count` training rows side by side; what is left of the block repeats the first. */
void fused_read_rows(Fused *fused, DataRows rows);

/* A value of the block, to be looked at; data columns that stood in the table alone are there then,
 * too. */
const double *fused_row_values(const Fused *fused, const double *value);

/* Finds out which adjoints the sweep sets and which it adds to; for a block laid out and all
 * instructions but RUN_END. */
void fused_plan_adjoints(Arena *arena, Fused *fused);

/* Runs all instructions up, on what the values hold. Where it `descends` fused_backward must
 * follow, after which alone the loss is known. */
void fused_forward(Fused *fused, bool descends);

/* And down, from adjoints of 1 for the first `rows` lanes of the loss; updates layers on the way,
 * but narrow ones in blocks: their gradient goes to the sums, of which the first block of a batch
 * is to make `fresh` ones. */
void fused_backward(Fused *fused, size_t rows, Descent descent, bool fresh);

#endif
