#include "lesson/markdown.h"

#include <cmark.h>
#include <string.h>

#include "base/limits.h"
#include "base/str.h"
#include "base/utf8.h"

/* Where cmark's time would grow with the square of the text: columns before a line's text, by
 * which lists nest, and beginnings of images. */
enum { MOST_INDENT = 4 * LIMIT_NESTING, MOST_IMAGES = 1000 };

typedef struct Reader {
    Arena *arena;
    Diags *diags;
    Markdown markdown;
    const char **lines; /* where each line of the source begins */
    size_t line_count, line_capacity;
    int depth;                          /* nodes around the current one */
    int lists, quotes;                  /* of these: lists, quotations */
    int next_number[LIMIT_NESTING + 1]; /* of each open list's next item; 0 in a bullet list */
    const char *marker; /* of the list item whose first block is still to come, or NULL */
    int emphases, strongs;
    MarkdownBlock block; /* the heading or paragraph being read */
    size_t run_capacity;
    Buffer text; /* of its last run, of kind `kind` */
    int kind;
} Reader;

static void split_lines(Reader *reader, const char *text) {
    while (text) {
        ARENA_RESERVE(reader->arena, reader->lines, reader->line_count, reader->line_capacity);
        reader->lines[reader->line_count++] = text;
        text = strchr(text, '\n');
        if (text)
            text++;
    }
}

/* Line `number`, from 1; "" behind the last. */
static const char *line_at(const Reader *reader, int number) {
    bool inside = number >= 1 && (size_t)number <= reader->line_count;
    return inside ? reader->lines[number - 1] : "";
}

/* --- What would take cmark too long ---------------------------------------------------------- */

/* The bytes of the list or quotation marker at `text`, blanks after it included; 0 for none. */
static size_t marker_length(const char *text) {
    size_t digits = strspn(text, "0123456789");
    bool bullet = *text == '-' || *text == '*' || *text == '+';
    size_t length = digits && strchr(".)", text[digits]) && text[digits] ? digits + 1 : bullet;
    if (*text == '>')
        return 1 + strspn(text + 1, " \t");
    size_t blanks = length ? strspn(text + length, " \t") : 0;
    return blanks ? length + blanks : 0;
}

/* A rule: "- - -" is not a list in a list. */
static bool is_rule(const char *line) {
    size_t length = strcspn(line, "\n");
    return strspn(line, "- \t") == length || strspn(line, "* \t") == length;
}

/* Whether more quotations and lists than allowed stand before the line's text: "> - > text" is in
 * three. Blanks count too, for they continue the lists of the lines above. */
static bool is_too_deep(const char *line) {
    int markers = 0, columns = 0;
    for (; *line == ' ' || *line == '\t'; line++)
        columns += *line == '\t' ? 4 : 1;
    for (size_t length; markers <= LIMIT_NESTING && !is_rule(line); line += length, markers++) {
        length = marker_length(line);
        if (!length)
            break;
        for (const char *at = line; at < line + length; at++)
            columns += *at == '\t' ? 4 : 1;
    }
    bool blank = *line == '\n' || !*line;
    return markers > LIMIT_NESTING || (columns > MOST_INDENT && !blank);
}

/* Looks for text that is nested absurdly, without parsing it. Code blocks are not spared: what is
 * one cannot be known before. */
static bool is_reasonable(Reader *reader, const char *text) {
    for (int number = 1; (size_t)number <= reader->line_count; number++)
        if (is_too_deep(line_at(reader, number))) {
            diag_add(reader->diags, number, 1, 1, "write fewer blanks, > or list markers before it",
                     "this line is nested in more than %d quotations and lists", LIMIT_NESTING);
            return false;
        }
    int images = 0;
    for (const char *at = text; (at = strstr(at, "![")); at += 2)
        images++;
    if (images > MOST_IMAGES)
        diag_add(reader->diags, 0, 1, 1, NULL, "the lesson has more than %d images", MOST_IMAGES);
    return images <= MOST_IMAGES;
}

/* The length of the fence that `line` opens where `open` is 0, or closes where `open` is the
 * length of the open one and `mark` its character; else 0. */
static size_t fence_length(const char *line, size_t open, char mark) {
    size_t length = strspn(line, *line == '`' ? "`" : "~");
    if (!open)
        return length >= 3 ? length : 0;
    const char *rest = line + length;
    bool closes = *line == mark && length >= open && strspn(rest, " \t") == strcspn(rest, "\n");
    return closes ? length : 0;
}

/* --- Blocks ---------------------------------------------------------------------------------- */

static MarkdownBlock new_block(Reader *reader, MarkdownKind kind, cmark_node *node) {
    MarkdownBlock block = {
        .kind = kind,
        .depth = reader->lists,
        .quote = reader->quotes > 0,
        .marker = reader->marker,
        .line = cmark_node_get_start_line(node),
        .info = "",
        .words = "",
        .text = "",
    };
    reader->marker = NULL;
    return block;
}

static void add_block(Reader *reader, MarkdownBlock block) {
    Markdown *markdown = &reader->markdown;
    ARENA_RESERVE(reader->arena, markdown->blocks, markdown->count, markdown->capacity);
    markdown->blocks[markdown->count++] = block;
}

/* A list item that does not begin with a paragraph still shows its marker. */
static void add_lone_marker(Reader *reader, cmark_node *node) {
    if (reader->marker)
        add_block(reader, new_block(reader, MARKDOWN_PARAGRAPH, node));
}

static void open_list(Reader *reader, cmark_node *list) {
    bool ordered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST;
    add_lone_marker(reader, list);
    reader->next_number[reader->lists++] = ordered ? cmark_node_get_list_start(list) : -1;
}

static void open_item(Reader *reader, cmark_node *item) {
    int *number = &reader->next_number[reader->lists - 1];
    bool bracket = cmark_node_get_list_delim(cmark_node_parent(item)) == CMARK_PAREN_DELIM;
    if (*number < 0)
        reader->marker = "•";
    else
        reader->marker = arena_format(reader->arena, "%d%c", (*number)++, bracket ? ')' : '.');
}

/* --- Runs ------------------------------------------------------------------------------------ */

static void add_run(Reader *reader, int kind, const char *text) {
    MarkdownBlock *block = &reader->block;
    ARENA_RESERVE(reader->arena, block->runs, block->run_count, reader->run_capacity);
    MarkdownRun *run = &block->runs[block->run_count++];
    run->kind = (unsigned)kind;
    run->text = text;
    run->line = block->line;
}

/* Ends the run that is being collected. */
static void end_run(Reader *reader) {
    if (reader->text.length)
        add_run(reader, reader->kind, reader->text.text);
    reader->text = (Buffer){.arena = reader->arena};
}

/* Text as cmark gives it: entities may have become characters that must not reach a terminal, and
 * HTML and entities may hold line breaks. */
static char *clean(Reader *reader, const char *text) {
    char *copy = utf8_sanitise(reader->arena, text, strlen(text));
    for (char *at = copy; (at = strpbrk(at, "\n\t"));)
        *at = ' ';
    return copy;
}

static void add_text(Reader *reader, const char *text) {
    int kind = reader->strongs    ? MARKDOWN_STRONG
               : reader->emphases ? MARKDOWN_EMPHASIS
                                  : MARKDOWN_TEXT;
    if (kind != reader->kind)
        end_run(reader);
    reader->kind = kind;
    buffer_add(&reader->text, clean(reader, text));
}

static void add_code(Reader *reader, const char *text) {
    end_run(reader);
    add_run(reader, MARKDOWN_CODE, clean(reader, text));
}

static void add_break(Reader *reader) {
    end_run(reader);
    add_run(reader, MARKDOWN_BREAK, "");
}

/* " <address>" after a link's text, unless the text is the address. */
static void add_address(Reader *reader, cmark_node *link) {
    const char *address = cmark_node_get_url(link);
    cmark_node *child = cmark_node_first_child(link);
    const char *text = child ? cmark_node_get_literal(child) : NULL;
    bool itself = text && !cmark_node_next(child) &&
                  (str_equal(text, address) ||
                   (str_starts(address, "mailto:") && str_equal(text, address + 7)));
    if (!*address || itself)
        return;
    add_text(reader, " <");
    add_text(reader, address);
    add_text(reader, ">");
}

static void open_text(Reader *reader, MarkdownBlock block) {
    reader->block = block;
    reader->run_capacity = 0;
    reader->text = (Buffer){.arena = reader->arena};
}

static void close_text(Reader *reader) {
    end_run(reader);
    add_block(reader, reader->block);
}

/* A block of HTML is a paragraph that keeps its lines. */
static void add_html(Reader *reader, cmark_node *node) {
    const char *html = cmark_node_get_literal(node);
    open_text(reader, new_block(reader, MARKDOWN_PARAGRAPH, node));
    while (*html) {
        size_t length = strcspn(html, "\n");
        add_text(reader, arena_copy_n(reader->arena, html, length));
        html += length;
        html += *html == '\n';
        if (*html)
            add_break(reader);
    }
    close_text(reader);
}

/* --- Code blocks ----------------------------------------------------------------------------- */

/* cmark does not tell a fenced block from an indented one. The source does, where the block
 * begins: an indented block's first line is content and four columns deep. */
static bool is_fenced(const Reader *reader, cmark_node *node) {
    const char *line = line_at(reader, cmark_node_get_start_line(node));
    size_t column = (size_t)cmark_node_get_start_column(node) - 1;
    if (column > strcspn(line, "\n"))
        return false;
    const char *start = line + column;
    if (!fence_length(start, 0, 0))
        return false;
    bool deep =
        (column >= 4 && strncmp(start - 4, "    ", 4) == 0) || (column >= 1 && start[-1] == '\t');
    size_t length = strcspn(start, "\n");
    const char *content = cmark_node_get_literal(node);
    return !(deep && strncmp(content, start, length) == 0 && content[length] == '\n');
}

/* The columns that come before the content in its lines, by the first that is not blank. */
static int content_column(const Reader *reader, int first_line, const char *content) {
    for (; *content; first_line++) {
        size_t length = strcspn(content, "\n");
        size_t whole = strcspn(line_at(reader, first_line), "\n");
        if (strspn(content, " \t") < length)
            return whole > length ? (int)(whole - length) : 0;
        content += length + (content[length] == '\n');
    }
    return 0;
}

static bool is_closing(const char *line, const char *opening, size_t length) {
    char mark = *opening;
    line += strspn(line, " \t>");
    return fence_length(line, length, mark) > 0;
}

static int count_lines(const char *text) {
    int count = 0;
    for (; (text = strchr(text, '\n')); text++)
        count++;
    return count;
}

/* A fence that ends with its file or its list item, and not with ``` of its own. What ends a
 * quotation or an item may be another opening fence: then a block begins there. */
static void check_closed(Reader *reader, const MarkdownBlock *fence, int next_block_line,
                         size_t start, bool ran_on) {
    const char *opening = line_at(reader, fence->line) + start;
    size_t length = fence_length(opening, 0, 0);
    int last = fence->line + count_lines(fence->text) + 1;
    if (!ran_on && is_closing(line_at(reader, last), opening, length) && next_block_line != last)
        return;
    const char *closing = arena_copy_n(reader->arena, opening, length);
    diag_add(reader->diags, fence->line, (int)start + 1, (int)length,
             *fence->info ? arena_format(reader->arena, "close it with %s", closing)
                          : arena_format(reader->arena,
                                         "close it with %s; or is it the end of a block? Then that "
                                         "begins with %slesson, at the left edge",
                                         closing, closing),
             "this code block is never closed");
}

/* The line of the first block after `node` in the text, 0 where none follows. */
static int following_line(cmark_node *node) {
    while (node && !cmark_node_next(node))
        node = cmark_node_parent(node);
    return node ? cmark_node_get_start_line(cmark_node_next(node)) : 0;
}

/* What ended the statements of a block, if not the ``` that ought to. */
typedef enum BlockEnd { END_CLOSED, END_NEXT_BLOCK, END_SHORT_FENCE } BlockEnd;

/* Cuts the statements of a block off where the next one opens: the ``` that closes it was
 * forgotten, and that of the next block taken for it. Or where one or two ` were to close it. */
static BlockEnd cut_at_fence(char *statements) {
    for (char *line = statements; *line; line += *line == '\n') {
        size_t marks = strspn(line, "`"), length = strcspn(line, "\n");
        bool short_fence = marks && marks < 3 && marks == length;
        if (short_fence || fence_length(line, 0, 0)) {
            *line = '\0';
            return short_fence ? END_SHORT_FENCE : END_NEXT_BLOCK;
        }
        line += length;
    }
    return END_CLOSED;
}

static void add_code_block(Reader *reader, cmark_node *node) {
    add_lone_marker(reader, node);
    MarkdownBlock block = new_block(reader, MARKDOWN_FENCE, node);
    bool fenced = is_fenced(reader, node);
    char *text = arena_copy(reader->arena, cmark_node_get_literal(node));
    block.text = text;
    block.column = content_column(reader, block.line + fenced, block.text);
    if (fenced) {
        char *info = clean(reader, cmark_node_get_fence_info(node));
        size_t word = strcspn(info, " ");
        block.words = info + word + strspn(info + word, " ");
        info[word] = '\0';
        block.info = info;
        BlockEnd end = str_equal(info, "lesson") ? cut_at_fence(text) : END_CLOSED;
        if (end == END_SHORT_FENCE)
            diag_add(reader->diags, block.line + count_lines(text) + 1, block.column + 1, 1,
                     "write ```", "a block ends with three signs `");
        else
            check_closed(reader, &block, following_line(node),
                         (size_t)cmark_node_get_start_column(node) - 1, end == END_NEXT_BLOCK);
    }
    add_block(reader, block);
}

/* --- The walk -------------------------------------------------------------------------------- */

static void enter(Reader *reader, cmark_node *node) {
    const char *literal = cmark_node_get_literal(node);
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_LIST: open_list(reader, node); break;
    case CMARK_NODE_ITEM: open_item(reader, node); break;
    case CMARK_NODE_BLOCK_QUOTE: reader->quotes++; break;
    case CMARK_NODE_CODE_BLOCK: add_code_block(reader, node); break;
    case CMARK_NODE_HTML_BLOCK: add_html(reader, node); break;
    case CMARK_NODE_THEMATIC_BREAK:
        add_lone_marker(reader, node);
        add_block(reader, new_block(reader, MARKDOWN_RULE, node));
        break;
    case CMARK_NODE_HEADING:
        open_text(reader, new_block(reader, MARKDOWN_HEADING, node));
        reader->block.level = cmark_node_get_heading_level(node);
        break;
    case CMARK_NODE_PARAGRAPH:
        open_text(reader, new_block(reader, MARKDOWN_PARAGRAPH, node));
        break;
    case CMARK_NODE_EMPH: reader->emphases++; break;
    case CMARK_NODE_STRONG: reader->strongs++; break;
    case CMARK_NODE_TEXT:
    case CMARK_NODE_HTML_INLINE: add_text(reader, literal); break;
    case CMARK_NODE_CODE: add_code(reader, literal); break;
    case CMARK_NODE_SOFTBREAK: add_text(reader, " "); break;
    case CMARK_NODE_LINEBREAK: add_break(reader); break;
    default: break;
    }
}

static void leave(Reader *reader, cmark_node *node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_LIST: reader->lists--; break;
    case CMARK_NODE_ITEM: add_lone_marker(reader, node); break;
    case CMARK_NODE_BLOCK_QUOTE: reader->quotes--; break;
    case CMARK_NODE_HEADING:
    case CMARK_NODE_PARAGRAPH: close_text(reader); break;
    case CMARK_NODE_EMPH: reader->emphases--; break;
    case CMARK_NODE_STRONG: reader->strongs--; break;
    case CMARK_NODE_LINK: add_address(reader, node); break;
    default: break;
    }
}

static bool is_leaf(cmark_node *node) {
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_CODE_BLOCK:
    case CMARK_NODE_HTML_BLOCK:
    case CMARK_NODE_THEMATIC_BREAK:
    case CMARK_NODE_TEXT:
    case CMARK_NODE_HTML_INLINE:
    case CMARK_NODE_CODE:
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK: return true;
    default: return false;
    }
}

static void walk(Reader *reader, cmark_iter *events) {
    int line = 1;
    for (cmark_event_type event; (event = cmark_iter_next(events)) != CMARK_EVENT_DONE;) {
        cmark_node *node = cmark_iter_get_node(events);
        if (event == CMARK_EVENT_EXIT) {
            reader->depth--;
            leave(reader, node);
            continue;
        }
        if (cmark_node_get_type(node) <= CMARK_NODE_LAST_BLOCK)
            line = cmark_node_get_start_line(node);
        if (!is_leaf(node) && ++reader->depth > LIMIT_NESTING) {
            diag_add(reader->diags, line, 1, 1, "take some of them apart",
                     "more than %d quotations, lists and emphases lie inside each other here",
                     LIMIT_NESTING);
            return;
        }
        enter(reader, node);
    }
}

/* Where the arena runs out of memory it jumps past the clean-up, and cmark's tree, which is at
 * most a few megabytes, is lost: cmark's allocator has no place to pass an arena through. */
Markdown markdown_parse(Arena *arena, const char *text, Diags *diags) {
    Reader *reader = ARENA_NEW(arena, Reader);
    reader->arena = arena;
    reader->diags = diags;
    split_lines(reader, text);
    if (!is_reasonable(reader, text))
        return reader->markdown;
    cmark_node *document = cmark_parse_document(text, strlen(text), CMARK_OPT_DEFAULT);
    cmark_iter *events = cmark_iter_new(document);
    walk(reader, events);
    cmark_iter_free(events);
    cmark_node_free(document);
    return reader->markdown;
}
