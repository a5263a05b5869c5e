#include "num/nudge.h"

#include <string.h>

enum {
    MOST_LANES = 24,             /* as many as there are differences in one extrapolation */
    MOST_LANE_ENTRIES = 1 << 20, /* of all lanes together; above that, one at a time */
};

/* A copy of the values, where they will not stay. */
static double *keep(Arena *arena, const Tape *tape) {
    if (!tape->loop_count)
        return NULL;
    double *kept = ARENA_ARRAY(arena, double, tape->entries);
    return memcpy(kept, tape->values, tape->entries * sizeof *kept);
}

static size_t entries_at(const Nudge *nudge, size_t place) {
    const TapeOp *op = tape_op(nudge->tape, place);
    return (size_t)op->rows * op->columns;
}

/* What an operation reads: operand i. A rowsum reads what its loop has from outside. */
static size_t read_count(const Tape *tape, const TapeOp *op) {
    const RowLoop *loop = tape_loop(tape, op);
    return loop ? loop->outside_count : op->count;
}

static size_t read_place(const Tape *tape, const TapeOp *op, size_t i) {
    const RowLoop *loop = tape_loop(tape, op);
    return loop ? tape_place(tape, loop->outside[i]) : op->operands[i];
}

static void find_readers(Nudge *nudge) {
    const Tape *tape = nudge->tape;
    uint32_t *first = ARENA_ARRAY(nudge->arena, uint32_t, tape->count + 2);
    for (size_t k = 0; k < tape->count; k++)
        for (size_t i = 0; i < read_count(tape, tape_op(tape, k)); i++)
            first[read_place(tape, tape_op(tape, k), i) + 2]++;
    for (size_t k = 2; k < tape->count + 2; k++)
        first[k] += first[k - 1];
    nudge->readers = ARENA_ARRAY(nudge->arena, uint32_t, first[tape->count + 1]);
    for (size_t k = 0; k < tape->count; k++)
        for (size_t i = 0; i < read_count(tape, tape_op(tape, k)); i++)
            nudge->readers[first[read_place(tape, tape_op(tape, k), i) + 1]++] = (uint32_t)k;
    nudge->first_reader = first;
}

Nudge nudge_new(Arena *arena, Tape *tape, Expr of) {
    Nudge nudge = {.arena = arena,
                   .tape = tape,
                   .of = tape_place(tape, of),
                   .marks = marks_new(arena, (Expr)tape->count),
                   .reached = ARENA_ARRAY(arena, uint32_t, tape->count),
                   .kept = keep(arena, tape),
                   .touched = ARENA_ARRAY(arena, uint32_t, tape->count),
                   .lane = ARENA_ARRAY(arena, size_t, tape->count)};
    find_readers(&nudge);
    return nudge;
}

static void touch(Nudge *nudge, size_t place) {
    if (nudge->lane[place])
        return;
    nudge->lane[place] = 1; /* room is given when all are known */
    nudge->touched[nudge->touched_count++] = (uint32_t)place;
}

/* What depends on the name: its readers, and theirs, in the order of the tape. */
static void find_reached(Nudge *nudge) {
    marks_add(&nudge->marks, (Expr)nudge->name + 1);
    for (Expr e = 0; (e = marks_next(&nudge->marks, e + 1)) != 0 && e <= nudge->of + 1;) {
        touch(nudge, e - 1);
        if (e > nudge->name + 1)
            nudge->reached[nudge->reached_count++] = e - 1;
        for (size_t i = nudge->first_reader[e - 1]; i < nudge->first_reader[e]; i++)
            marks_add(&nudge->marks, nudge->readers[i] + 1);
    }
    for (Expr e = 0; (e = marks_next(&nudge->marks, e + 1)) != 0;)
        marks_remove(&nudge->marks, e);
}

static double *lanes_of(const Nudge *nudge, size_t place) {
    return nudge->values + nudge->lane[place] - 1;
}

/* The present value of a place in all its lanes. */
static void spread(const Nudge *nudge, size_t place) {
    const double *value = nudge->tape->values + tape_op(nudge->tape, place)->offset;
    double *lanes = lanes_of(nudge, place);
    for (size_t i = 0; i < entries_at(nudge, place); i++)
        for (size_t lane = 0; lane < nudge->lanes; lane++)
            *lanes++ = value[i];
}

/* The name was touched first, then what depends on it, which nudge_run computes. */
static void give_room(Nudge *nudge) {
    size_t entries = 0, used = 0;
    for (size_t i = 0; i < nudge->touched_count; i++)
        entries += entries_at(nudge, nudge->touched[i]);
    nudge->lanes = entries * MOST_LANES <= MOST_LANE_ENTRIES ? MOST_LANES : 1;
    if (entries * nudge->lanes > nudge->capacity) {
        nudge->capacity = 2 * entries * nudge->lanes;
        nudge->values = ARENA_ARRAY(nudge->arena, double, nudge->capacity);
    }
    for (size_t i = 0; i < nudge->touched_count; i++) {
        size_t place = nudge->touched[i];
        nudge->lane[place] = used + 1;
        used += entries_at(nudge, place) * nudge->lanes;
        bool computed = i && i <= nudge->reached_count;
        if (!computed)
            spread(nudge, place);
    }
}

bool nudge_name(Nudge *nudge, Expr name) {
    for (size_t i = 0; i < nudge->touched_count; i++)
        nudge->lane[nudge->touched[i]] = 0;
    nudge->touched_count = nudge->reached_count = 0;
    nudge->name = tape_place(nudge->tape, name);
    if (nudge->name == SIZE_MAX || nudge->name > nudge->of)
        return false;
    find_reached(nudge);
    if (!nudge->lane[nudge->of])
        return false;
    for (size_t i = 0; i < nudge->reached_count; i++) {
        const TapeOp *op = tape_op(nudge->tape, nudge->reached[i]);
        for (size_t j = 0; j < read_count(nudge->tape, op); j++)
            touch(nudge, read_place(nudge->tape, op, j));
    }
    give_room(nudge);
    return true;
}

static Operand lane_operand(const Nudge *nudge, const TapeOp *op, size_t place) {
    return (Operand){lanes_of(nudge, place), NULL, op->rows, op->columns};
}

static void run_literal(const Nudge *nudge, const TapeOp *op, double *y) {
    for (size_t i = 0; i < op->count; i++)
        memcpy(y + i * nudge->lanes, lanes_of(nudge, op->operands[i]), nudge->lanes * sizeof *y);
}

/* Puts one lane of a place on the tape, or takes it from there. */
static void exchange(const Nudge *nudge, size_t place, size_t lane, bool take) {
    double *value = nudge->tape->values + tape_op(nudge->tape, place)->offset;
    double *lanes = lanes_of(nudge, place);
    for (size_t i = 0; i < entries_at(nudge, place); i++)
        if (take)
            lanes[i * nudge->lanes + lane] = value[i];
        else
            value[i] = lanes[i * nudge->lanes + lane];
}

static void restore(const Nudge *nudge, size_t place) {
    size_t offset = tape_op(nudge->tape, place)->offset;
    memcpy(nudge->tape->values + offset, nudge->kept + offset,
           entries_at(nudge, place) * sizeof *nudge->kept);
}

/* A rowsum runs on the tape itself, a lane at a time; then the tape gets its own values back. */
static void run_loop(const Nudge *nudge, const TapeOp *op, size_t place) {
    Tape *tape = nudge->tape;
    for (size_t lane = 0; lane < nudge->lanes; lane++) {
        for (size_t i = 0; i < read_count(tape, op); i++)
            exchange(nudge, read_place(tape, op, i), lane, false);
        tape_run(tape, op);
        exchange(nudge, place, lane, true);
    }
    for (size_t i = 0; i < read_count(tape, op); i++)
        restore(nudge, read_place(tape, op, i));
    restore(nudge, place);
}

static void run_op(const Nudge *nudge, size_t place) {
    const Tape *tape = nudge->tape;
    const TapeOp *op = tape_op(tape, place);
    if (op->kind == EXPR_MATRIX) {
        run_literal(nudge, op, lanes_of(nudge, place));
        return;
    }
    if (tape_loop(tape, op)) {
        run_loop(nudge, op, place);
        return;
    }
    OpFrame frame = tape_frame(tape, op);
    frame.y = lane_operand(nudge, op, place);
    frame.lanes = nudge->lanes;
    for (size_t i = 0; i < op->count; i++) {
        size_t read = op->operands[i];
        *(i ? &frame.b : &frame.a) = lane_operand(nudge, tape_op(tape, read), read);
    }
    OpSide *forward = op_find(op->code, op->kind, op->function).forward;
    if (forward)
        forward(&frame);
}

void nudge_run(Nudge *nudge, size_t entry, const double *values, size_t count, double *results) {
    size_t lanes = nudge->lanes, entries = entries_at(nudge, nudge->of);
    double *name = lanes_of(nudge, nudge->name) + entry * lanes;
    const double *result = lanes_of(nudge, nudge->of);
    for (size_t done = 0; done < count; done += lanes) {
        for (size_t lane = 0; lane < lanes; lane++)
            name[lane] = values[done + lane < count ? done + lane : count - 1];
        for (size_t i = 0; i < nudge->reached_count; i++)
            run_op(nudge, nudge->reached[i]);
        for (size_t i = 0; i < entries; i++)
            for (size_t lane = 0; lane < lanes && done + lane < count; lane++)
                results[i * count + done + lane] = result[i * lanes + lane];
    }
    for (size_t lane = 0; lane < lanes; lane++)
        name[lane] = nudge->tape->values[tape_op(nudge->tape, nudge->name)->offset + entry];
}
