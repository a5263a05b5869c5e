/* network_picture: a network drawn in layers, while it is made. network_place.c finds out where
 * everything stands, network_names.c where there is room for names above and below the nodes,
 * network_labels.c for what is written at the edges and for values, network.c draws. For these
 * files alone. */
#ifndef VIEW_NETWORK_PICTURE_H
#define VIEW_NETWORK_PICTURE_H

#include "view/network_canvas.h"
#include "view/network_layout.h"

typedef struct NodeText {
    const char *label, *value; /* value: NULL for none */
    int label_width, value_width;
    const char *shape; /* of a matrix, "4×1"; NULL where a number is meant */
    int shape_width;
} NodeText;

/* A place for a text: it begins at `column`. */
typedef struct TextPlace {
    int row, column;
    const char *text;
    int cost; /* for lines it would cover or come close to; negative: it cannot stand there */
} TextPlace;

typedef struct Picture {
    Arena *arena;
    const Network *network;
    Grid *grid;
    Canvas canvas;
    Layout layout;
    const size_t *edges; /* the network's edge of each edge in the layout */
    NodeText *texts;
    const char **edge_labels; /* by the layout's edges; NULL for none */
    const char **edge_longs;  /* the same with the values; NULL where they are not to be shown */
    int *lefts, *widths;      /* columns of each layer */
    int gap, top, spacing;
    bool blocks;             /* matrices are boxes with their shapes in them */
    bool roomy;              /* the grid grows: nothing is left out to save room */
    bool tight;              /* neighbours of one layer may stand in rows that follow each other */
    bool beside;             /* values stand to the right of their labels */
    bool apart;              /* names between the first and the last layer do not stand beside
                                their signs: they take no columns of the layers, but places */
    TextPlace *name_places;  /* by node, where apart; each has its value's place right behind it */
    bool spacious;           /* so do those of all weights, if it turns out that they can */
    TextPlace *label_places; /* by the layout's edges; where each label stands */
    TextPlace *value_places; /* by node */
    bool placed;             /* they are known */
    bool dark;               /* the network is, and this is the pass that shows it */
} Picture;

/* Where the slanted part of a link runs: from the left edge of one cell to the right of another. */
typedef struct Slant {
    int row, column, to_row, to_column;
} Slant;

/* --- network_place.c --- */

/* The labels and values, each cut to a length that can be placed. */
void picture_read_texts(Picture *picture, size_t edge_count);

/* Whether the layers fit into the grid side by side; then lefts, widths, gap, top and spacing are
 * set, and beside, blocks and spacious. */
bool picture_place(Picture *picture, size_t edge_count);

/* Whether they fit as far as the columns are concerned, with all there is to write. */
bool picture_columns_suffice(Picture *picture, size_t edge_count);

/* Only what is selected keeps the value beside its label. */
void picture_drop_longs(Picture *picture, size_t edge_count);

int picture_item_row(const Picture *picture, size_t item);
int picture_layer_end(const Picture *picture, size_t layer);
int picture_sign_column(const Picture *picture, size_t node);

/* The first column of the lines that leave a node. */
int picture_exit_column(const Picture *picture, size_t node);

/* Columns of what stands beside the sign of a node. */
int picture_text_width(const Picture *picture, size_t node);

/* In the first layer the text stands left of the sign, so that the lines start at the sign. */
bool picture_text_is_left(const Picture *picture, size_t layer);

/* Whether a node is drawn as a box. */
bool picture_is_block(const Picture *picture, size_t node);

/* Whether the name of a node stands above or below it. */
bool picture_is_apart(const Picture *picture, size_t node);

/* Where the line of a link runs: without an arrow, and with the one it may have. */
Slant picture_bare_slant(const Picture *picture, const LayoutLink *link);
Slant picture_link_slant(const Picture *picture, const LayoutLink *link);

/* --- network_names.c --- */

/* Finds places for the names and values of all nodes that are apart, whatever is lit; false where
 * there are none for some. */
bool picture_place_names(Picture *picture);

/* Writes the name and the value of a node that is apart. */
void picture_draw_name(Picture *picture, size_t node);

/* --- network_labels.c --- */

/* Everything written but the names of the nodes. */
void picture_draw_texts(Picture *picture, size_t edge_count);

/* The lit weights that found no place on their lines, or the selected one of which only the name
 * did, for the line below the picture: "on the lit line: w₈ 0.5". NULL where there are none, or too
 * many for that line. */
const char *picture_unplaced(const Picture *picture, size_t edge_count);

/* --- network.c --- */

/* Writes over the lines; returns the columns it took. */
int picture_write(Picture *picture, int row, int column, const char *text, Style style);

/* In the first of the two passes over a dark network it is drawn as if it were lit. */
Style picture_node_style(const Picture *picture, size_t node);
Style picture_edge_style(const Picture *picture, size_t edge);

/* Draws into `grid`; false where the network is too large, or the grid too small. Where `grow`, a
 * grid that is too small is replaced by a larger one, and more nodes are allowed; else what there
 * is to say stands in the last row, where that is free. */
bool network_draw_layers(Arena *arena, const Network *network, Grid *grid, bool grow);

#endif
