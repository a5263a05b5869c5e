#include "num/nudge.h"

#include <string.h>

#include "num/kernel.h"

enum { MOST_LANE_ENTRIES = 1 << 21 }; /* of all lanes together */

/* A copy of the values, where they will not stay. */
static double *keep(Arena *arena, const Tape *tape) {
    if (!tape->loop_count)
        return NULL;
    double *kept = ARENA_ARRAY(arena, double, tape->entries);
    return memcpy(kept, tape->values, tape->entries * sizeof *kept);
}

static size_t entries_at(const Nudge *nudge, size_t place) {
    const Tape *tape = nudge->tape;
    if (tape->codes[place] != TAPE_WIDE)
        return 1;
    const TapeOp *op = &tape->wide[tape->reads[place].at[0]];
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

static void find_reads(Nudge *nudge) {
    const Tape *tape = nudge->tape;
    nudge->first_read = ARENA_ARRAY(nudge->arena, uint32_t, tape->count + 1);
    size_t count = 0, capacity = 0;
    for (size_t k = 0; k < tape->count; k++) {
        const TapeOp *op = tape_op(tape, k);
        for (size_t i = 0; i < read_count(tape, op); i++) {
            ARENA_RESERVE(nudge->arena, nudge->reads, count, capacity);
            nudge->reads[count++] = (uint32_t)read_place(tape, op, i);
        }
        nudge->first_read[k + 1] = (uint32_t)count;
    }
}

/* The same the other way round. */
static void find_readers(Nudge *nudge) {
    const size_t places = nudge->tape->count, count = nudge->first_read[places];
    uint32_t *first = ARENA_ARRAY(nudge->arena, uint32_t, places + 2);
    for (size_t i = 0; i < count; i++)
        first[nudge->reads[i] + 2]++;
    for (size_t k = 2; k < places + 2; k++)
        first[k] += first[k - 1];
    nudge->readers = ARENA_ARRAY(nudge->arena, uint32_t, count);
    for (size_t k = 0; k < places; k++)
        for (size_t i = nudge->first_read[k]; i < nudge->first_read[k + 1]; i++)
            nudge->readers[first[nudge->reads[i] + 1]++] = (uint32_t)k;
    nudge->first_reader = first;
}

Nudge nudge_new(Arena *arena, Tape *tape, Expr of) {
    Nudge nudge = {.arena = arena,
                   .tape = tape,
                   .of = tape_place(tape, of),
                   .marks = marks_new(arena, (Expr)tape->count),
                   .named = marks_new(arena, (Expr)tape->count),
                   .reached = ARENA_ARRAY(arena, uint32_t, tape->count),
                   .kept = keep(arena, tape),
                   .touched = ARENA_ARRAY(arena, uint32_t, tape->count),
                   .reached_by = ARENA_ARRAY(arena, SpotSet, tape->count),
                   .lane = ARENA_ARRAY(arena, size_t, tape->count)};
    find_reads(&nudge);
    find_readers(&nudge);
    return nudge;
}

static void touch(Nudge *nudge, size_t place) {
    if (nudge->lane[place])
        return;
    nudge->lane[place] = 1; /* room is given when all are known */
    nudge->touched[nudge->touched_count++] = (uint32_t)place;
}

/* Those that are entries of the value at a place. */
static SpotSet spots_at(const Nudge *nudge, size_t place) {
    SpotSet set = 0;
    if (!marks_have(&nudge->named, (Expr)place + 1))
        return set;
    for (size_t i = 0; i < nudge->spot_count; i++)
        set |= (SpotSet)((nudge->places[i] == place) << i);
    return set;
}

SpotSet nudge_reaching(const Nudge *nudge, size_t place) {
    return nudge->reached_by[place] & (SpotSet)~spots_at(nudge, place);
}

bool nudge_matters(const Nudge *nudge, size_t spot) {
    return nudge->reached_by[nudge->of] >> spot & 1;
}

/* What depends on the spots: the readers of their names, and theirs, in the order of the tape. A
 * reader stands after what it reads, so all the spots of a place are known when it is come to. */
static void find_reached(Nudge *nudge) {
    for (Expr e = 0; (e = marks_next(&nudge->marks, e + 1)) != 0 && e <= nudge->of + 1;) {
        const size_t place = e - 1;
        touch(nudge, place);
        if (nudge->most && nudge->reached_count == nudge->most) {
            nudge->is_far = true;
            break;
        }
        if (nudge_reaching(nudge, place)) {
            if (marks_have(&nudge->named, e))
                nudge->stops[nudge->stop_count++] = nudge->reached_count;
            nudge->reached[nudge->reached_count++] = (uint32_t)place;
        }
        for (size_t i = nudge->first_reader[place]; i < nudge->first_reader[place + 1]; i++) {
            marks_add(&nudge->marks, nudge->readers[i] + 1);
            nudge->reached_by[nudge->readers[i]] |= nudge->reached_by[place];
        }
    }
    for (Expr e = 0; (e = marks_next(&nudge->marks, e + 1)) != 0;) {
        marks_remove(&nudge->marks, e);
        if (!nudge->lane[e - 1])
            nudge->reached_by[e - 1] = 0;
    }
}

static void forget(Nudge *nudge) {
    for (size_t i = 0; i < nudge->touched_count; i++) {
        nudge->lane[nudge->touched[i]] = 0;
        nudge->reached_by[nudge->touched[i]] = 0;
    }
    for (size_t i = 0; i < nudge->spot_count; i++)
        if (nudge->places[i] != SIZE_MAX)
            marks_remove(&nudge->named, (Expr)nudge->places[i] + 1);
    nudge->touched_count = nudge->reached_count = nudge->stop_count = 0;
    nudge->is_far = false;
}

/* The entries that are touched when so many spots are varied. */
static size_t touch_all(Nudge *nudge, const Spot *spots, size_t count) {
    forget(nudge);
    nudge->spot_count = count;
    for (size_t i = 0; i < count; i++) {
        const size_t place = tape_place(nudge->tape, spots[i].name);
        const bool reads = place != SIZE_MAX && place <= nudge->of;
        nudge->entries[i] = spots[i].entry;
        nudge->places[i] = reads ? place : SIZE_MAX;
        if (!reads)
            continue;
        marks_add(&nudge->marks, (Expr)place + 1);
        marks_add(&nudge->named, (Expr)place + 1);
        nudge->reached_by[place] |= (SpotSet)(1u << i);
    }
    find_reached(nudge);
    for (size_t i = 0; i < nudge->reached_count && !nudge->is_far; i++) {
        const size_t place = nudge->reached[i];
        for (size_t j = nudge->first_read[place]; j < nudge->first_read[place + 1]; j++)
            touch(nudge, nudge->reads[j]);
    }
    touch(nudge, nudge->of);
    size_t entries = 0;
    for (size_t i = 0; i < nudge->touched_count; i++)
        entries += entries_at(nudge, nudge->touched[i]);
    return entries;
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

static void give_room(Nudge *nudge, size_t entries) {
    if (entries * nudge->lanes > nudge->capacity) {
        const size_t needed = entries * nudge->lanes;
        nudge->capacity = needed;
        if (needed <= MOST_LANE_ENTRIES) /* so often there is room for the next */
            nudge->capacity = 2 * needed < MOST_LANE_ENTRIES ? 2 * needed : MOST_LANE_ENTRIES;
        nudge->values = ARENA_ARRAY(nudge->arena, double, nudge->capacity);
    }
    size_t used = 0;
    for (size_t i = 0; i < nudge->touched_count; i++) {
        const size_t place = nudge->touched[i];
        nudge->lane[place] = used + 1;
        used += entries_at(nudge, place) * nudge->lanes;
        if (!nudge_reaching(nudge, place)) /* else it is computed */
            spread(nudge, place);
    }
}

size_t nudge_choose(Nudge *nudge, const Spot *spots, size_t count, size_t each) {
    const size_t most = nudge->taken ? 2 * nudge->taken : NUDGE_SPOTS;
    count = count < most ? count : most;
    count = count < NUDGE_SPOTS ? count : NUDGE_SPOTS;
    size_t entries = touch_all(nudge, spots, count);
    while (count > 1 && !nudge->is_far && entries * count * each > MOST_LANE_ENTRIES)
        entries = touch_all(nudge, spots, count /= 2);
    nudge->taken = count;
    if (nudge->is_far)
        return count;
    nudge->lanes = entries * count * each <= MOST_LANE_ENTRIES ? count * each : 1;
    give_room(nudge, entries);
    return count;
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

static void run_wide(const Nudge *nudge, size_t place) {
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

static void run_op(const Nudge *nudge, size_t place) {
    const Tape *tape = nudge->tape;
    const uint8_t code = tape->codes[place];
    if (code == TAPE_WIDE) {
        run_wide(nudge, place);
        return;
    }
    const TapeReads reads = tape->reads[place];
    const double *a = lanes_of(nudge, reads.at[0]);
    const bool two = tape->kernels->backward_b[code] != NULL;
    tape->kernels->forward[code](nudge->lanes, lanes_of(nudge, place), a,
                                 two ? lanes_of(nudge, reads.at[1]) : NULL);
}

/* The values from number `first` on of the spots at a place, each in the lanes of its own. */
static void put_values(const Nudge *nudge, size_t place, size_t each, const double *values,
                       size_t first) {
    const size_t lanes = nudge->lanes / nudge->spot_count;
    for (size_t i = 0; i < nudge->spot_count; i++)
        if (nudge->places[i] == place)
            memcpy(lanes_of(nudge, place) + nudge->entries[i] * nudge->lanes + i * lanes,
                   values + i * each + first, lanes * sizeof *values);
}

/* From operation `from` of those reached up to number `to`. */
static void run_reached(const Nudge *nudge, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        run_op(nudge, nudge->reached[i]);
}

static void run_all(const Nudge *nudge, size_t each, const double *values, size_t first) {
    for (size_t i = 0; i < nudge->spot_count; i++)
        if (nudge->places[i] != SIZE_MAX)
            put_values(nudge, nudge->places[i], each, values, first);
    size_t done = 0;
    for (size_t i = 0; i < nudge->stop_count; i++) {
        const size_t stop = nudge->stops[i];
        run_reached(nudge, done, stop + 1);
        put_values(nudge, nudge->reached[stop], each, values, first);
        done = stop + 1;
    }
    run_reached(nudge, done, nudge->reached_count);
}

void nudge_run(Nudge *nudge, size_t each, const double *values, double *results) {
    const size_t lanes = nudge->lanes, spots = nudge->spot_count, apart = lanes / spots;
    const double *result = lanes_of(nudge, nudge->of);
    for (size_t first = 0; first < each; first += apart) {
        run_all(nudge, each, values, first);
        for (size_t i = 0; i < entries_at(nudge, nudge->of); i++)
            for (size_t spot = 0; spot < spots; spot++)
                memcpy(results + (i * spots + spot) * each + first,
                       result + i * lanes + spot * apart, apart * sizeof *results);
    }
}
