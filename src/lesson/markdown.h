/* markdown: the prose of a lesson, as a flat list of blocks. cmark reads the CommonMark; this turns
 * its tree into what backstep needs and keeps the place of every fenced block. */
#ifndef LESSON_MARKDOWN_H
#define LESSON_MARKDOWN_H

#include "base/diag.h"

typedef struct MarkdownRun {
    enum { MARKDOWN_TEXT, MARKDOWN_EMPHASIS, MARKDOWN_STRONG, MARKDOWN_CODE, MARKDOWN_BREAK } kind;
    const char
        *text; /* never NULL; "" for MARKDOWN_BREAK. A link's address follows its text in <> */
    int line;  /* of MARKDOWN_CODE: where its paragraph begins */
} MarkdownRun;

typedef enum MarkdownKind {
    MARKDOWN_HEADING,
    MARKDOWN_PARAGRAPH, /* also the paragraphs of list items and quotations */
    MARKDOWN_FENCE,     /* a fenced or indented code block */
    MARKDOWN_RULE
} MarkdownKind;

typedef struct MarkdownBlock {
    MarkdownKind kind;
    int level;          /* heading: 1 … 6 */
    int depth;          /* lists around it; 0 for none */
    bool quote;         /* in a quotation */
    const char *marker; /* "•" or "3." at the first paragraph of a list item, else NULL */
    int line;           /* of the block; of a fence: the line of its opening ``` */
    int column;         /* columns of indentation before a fence's content */
    const char *info;   /* fence: the first word of its info string, or "" */
    const char *words;  /* fence: what follows that word: what it shows, in words; or "" */
    const char *text;   /* fence: its content */
    MarkdownRun *runs;  /* heading, paragraph */
    size_t run_count;
} MarkdownBlock;

typedef struct Markdown {
    MarkdownBlock *blocks;
    size_t count, capacity;
} Markdown;

/* Parses sanitised text of at most LIMIT_FILE_BYTES. Raw HTML is kept as text. Errors: a fence that
 * is never closed; nesting deeper than LIMIT_NESTING. */
Markdown markdown_parse(Arena *arena, const char *text, Diags *diags);

#endif
