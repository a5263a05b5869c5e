#include "ui/search.h"

#include "base/str.h"

void search_begin(Search *search, const Session *session, const char *text) {
    search_end(search);
    search->needle = find_needle(&search->arena, text);
    search->count = contents_search(session, &search->arena, text, &search->matches);
    search->text = search->count ? arena_copy(&search->arena, text) : NULL;
}

void search_end(Search *search) {
    arena_clear(&search->arena);
    search->text = NULL;
    search->count = 0;
}

bool search_is_on(const Search *search) {
    return search->text != NULL;
}

size_t search_at(const Search *search, size_t position) {
    for (size_t i = 0; i < search->count; i++)
        if (search->matches[i].step >= position)
            return i;
    return 0;
}

size_t search_from(const Search *search, size_t position, int direction) {
    size_t at = search_at(search, direction > 0 ? position + 1 : position);
    return direction > 0 ? at : (at + search->count - 1) % search->count;
}

static void light_row(Grid *grid, int row) {
    for (int column = 0; row < grid->rows && column < grid->columns; column++)
        if (!str_equal(grid_cell(grid, row, column)->text, " "))
            grid_cell(grid, row, column)->style = STYLE_FOUND;
}

void search_light(const Search *search, Arena *arena, size_t position, Grid *grid) {
    if (!search_is_on(search))
        return;
    bool found = search->matches[search_at(search, position)].step == position;
    if (find_light(arena, &search->needle, grid, STYLE_FOUND) == 0 && found)
        light_row(grid, 0);
}
