#include "view/card.h"

#include <stdarg.h>
#include <stdio.h>

Block *card_add(Card *card, BlockKind kind) {
    ARENA_RESERVE(card->arena, card->blocks, card->count, card->capacity);
    Block *block = &card->blocks[card->count++];
    *block = (Block){.kind = kind};
    return block;
}

Block *card_add_table(Card *card, size_t columns, const char *const *headings) {
    Block *table = card_add(card, BLOCK_TABLE);
    table->columns = columns;
    table->header = true;
    for (size_t i = 0; i < columns; i++)
        block_part(card, table, NULL, math_text(card->arena, headings[i]));
    return table;
}

static char *format_text(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = arena_alloc(arena, length < 0 ? 1 : (size_t)length + 1);
    if (length > 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void block_run(Card *card, Block *block, Run run) {
    ARENA_RESERVE(card->arena, block->runs, block->run_count, block->run_capacity);
    block->runs[block->run_count++] = run;
}

void block_text(Card *card, Block *block, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(card->arena, format, arguments);
    va_end(arguments);
    block_run(card, block, (Run){.kind = RUN_TEXT, .text = text});
}

void block_math(Card *card, Block *block, const Math *math) {
    block_run(card, block, (Run){.kind = RUN_MATH, .math = math});
}

void block_part(Card *card, Block *block, const char *sign, const Math *part) {
    size_t sign_capacity = block->part_capacity; /* the two arrays grow together */
    ARENA_RESERVE(card->arena, block->parts, block->count, block->part_capacity);
    ARENA_RESERVE(card->arena, block->signs, block->count, sign_capacity);
    block->parts[block->count] = part;
    block->signs[block->count++] = sign;
}

void card_text(Card *card, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(card->arena, format, arguments);
    va_end(arguments);
    block_run(card, card_add(card, BLOCK_TEXT), (Run){.kind = RUN_TEXT, .text = text});
}

void card_append(Card *card, const Card *more) {
    if (more->title) {
        Block *heading = card_add(card, BLOCK_HEADING);
        heading->level = 3;
        block_text(card, heading, "%s", more->title);
    }
    for (size_t i = 0; i < more->count; i++)
        *card_add(card, more->blocks[i].kind) = more->blocks[i];
}
