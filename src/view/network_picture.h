/* network_picture: a network drawn in layers, while it is made. network_place.c finds out where
 * everything stands, network_names.c where there is room for names above and below the nodes,
 * network_rooms.c where there is some for weights and values, network_labels.c what stands there
 * now, network.c draws, network_plan.c keeps. For these files alone.
 *
 * The picture does not move while a lesson goes on. Where something stands depends on the graph,
 * its names and the size of the grid alone, not on what is lit, nor on which numbers are known or
 * how long they are: all values and weights have their rooms from the beginning. Only what finds
 * none looks for a place among what is drawn just now. */
#ifndef VIEW_NETWORK_PICTURE_H
#define VIEW_NETWORK_PICTURE_H

#include "view/network_canvas.h"

/* Columns kept for a number: "−0.04280", and where there are few, "0.1234". */
enum { MOST_VALUE = 8, LEAST_VALUE = 6 };

typedef struct NodeText {
    const char *label, *value; /* value: NULL for none */
    int label_width, value_width;
    const char *shape; /* of a matrix, "4×1"; NULL where a number is meant */
    int shape_width;
    bool long_value; /* where values stand beside their labels, this one is too long to do so */
} NodeText;

/* Columns of a row for a text. */
typedef struct TextRoom {
    int row, column;
    int width; /* 0: there is no room */
    int cost;  /* for lines that are covered or come close, while rooms are compared */
} TextRoom;

/* Where a text stands; NULL: nowhere. */
typedef struct TextPlace {
    int row, column;
    const char *text;
} TextPlace;

typedef struct Picture {
    Arena *arena;
    const Network *network;
    Grid *grid;
    int rows, columns; /* of the grid, when the picture was planned */
    bool ascii, placed;
    size_t node_count;
    LayoutEdge *ends; /* of each edge in the layout */
    Canvas canvas;
    Layout layout;
    const size_t *edges; /* the network's edge of each edge in the layout */
    NodeText *texts;
    size_t edge_count;        /* in the layout */
    size_t *edge_links;       /* the first link of each, and behind the last their count */
    const char **edge_labels; /* by the layout's edges; NULL for none */
    int widest_label;
    const char **edge_values; /* of the weights, NULL where they are not known */
    int *lefts, *widths;      /* columns of each layer */
    int gap, top, spacing;
    bool blocks;             /* matrices are boxes with their shapes in them */
    bool roomy;              /* the grid grows: nothing is left out to save room */
    bool tight;              /* neighbours of one layer may stand in rows that follow each other */
    int value_room;          /* columns kept for each number, */
    bool beside;             /* to the right of the label of its node, */
    bool spacious;           /* and for that of each weight, if it turns out that there is room */
    bool crammed;            /* not a column is left free */
    bool bare;               /* no values but of what is lit, below the picture */
    bool apart;              /* names between the first and the last layer do not stand beside
                                their signs: they take no columns of the layers, but rooms */
    Canvas plan;             /* every line, and text wherever there may be some */
    TextRoom *name_rooms;    /* by node, where apart */
    TextRoom *value_rooms;   /* by node, where values do not stand beside */
    TextRoom *label_rooms;   /* by the layout's edges */
    TextPlace *value_places; /* by node */
    TextPlace *label_places; /* by the layout's edges */
    bool dark;               /* the network is, and this is the pass that shows it */
} Picture;

/* Where the slanted part of a link runs: from the left edge of one cell to the right of another. */
typedef struct Slant {
    int row, column, to_row, to_column;
} Slant;

/* --- network_place.c --- */

/* The labels and values, each cut to a length that can be placed. */
void picture_read_texts(Picture *picture);

/* Whether the layers fit into the grid side by side; then lefts, widths, gap, top and spacing are
 * set, and how values are shown. */
bool picture_place(Picture *picture);

/* Whether they fit as far as the columns are concerned, with all there is to write. */
bool picture_columns_suffice(Picture *picture);

int picture_item_row(const Picture *picture, size_t item);
int picture_layer_end(const Picture *picture, size_t layer);
int picture_sign_column(const Picture *picture, size_t node);

/* The first column of the lines that leave a node. */
int picture_exit_column(const Picture *picture, size_t node);

/* Columns of what stands beside the sign of a node now, and of what may ever stand there. */
int picture_text_width(const Picture *picture, size_t node);
int picture_text_room(const Picture *picture, size_t node);

/* Columns in which the value of a node can stand beside its label. */
int picture_value_limit(const Picture *picture, size_t node);

/* In the first layer the text stands left of the sign, so that the lines start at the sign. */
bool picture_text_is_left(const Picture *picture, size_t layer);

/* Whether a node is drawn as a box. */
bool picture_is_block(const Picture *picture, size_t node);

/* Whether the name of a node stands above or below it. */
bool picture_is_apart(const Picture *picture, size_t node);

/* Where the line of a link runs: without an arrow, and with the one it may have. */
Slant picture_bare_slant(const Picture *picture, const LayoutLink *link);
Slant picture_link_slant(const Picture *picture, const LayoutLink *link);

/* --- network_plan.c --- */

/* Takes what was planned for the same picture before, or plans it; false where the layers do not
 * fit. */
bool picture_use_plan(Picture *picture, NetworkPlan *plan);

/* --- network_names.c --- */

/* Finds rooms for the names and values of all nodes that are apart; false where there are none for
 * some. */
bool picture_place_names(Picture *picture);

/* All lines as if they were lit, and text wherever there may be some in the rows of the nodes. */
void picture_draw_plan(Picture *picture);

/* --- network_rooms.c --- */

/* Finds rooms for the values and labels that have none yet. */
void picture_find_rooms(Picture *picture);

/* Room for so many columns of text on the lines of an edge: in the plan, where something is left of
 * the line at both sides; or else on the canvas as it is `now`, where it may stand beside the line
 * if there is none on it, and take all of a lit one. */
TextRoom picture_room_on_edge(const Picture *picture, bool now, size_t edge, int width);

/* Makes a room in the plan wider, if that covers no other line. */
bool picture_widen_label(const Picture *picture, size_t edge, TextRoom *room, int width);

/* Whether a text there would cover another line. */
bool picture_room_covers(TextRoom room);

/* Room for the value of a node above or below it, in the plan or on the canvas. */
TextRoom picture_room_at_node(const Picture *picture, bool now, size_t node, int width);

/* Whether no text and no line is there; where `apart`, no line touches the ends either. */
bool picture_is_free(const Canvas *canvas, int row, int first, int last, bool apart);

/* Makes the cells of a room known as text, or free again. */
void picture_mark_room(const Canvas *canvas, TextRoom room, bool text);

/* --- network_labels.c --- */

/* Finds out what stands in the rooms, and where what has none may stand on the canvas as it is
 * drawn now: that is another matter, and asked first. */
void picture_place_texts(Picture *picture);
bool picture_lacks_rooms(const Picture *picture);
void picture_place_others(Picture *picture);

/* Writes all of it. */
void picture_write_texts(Picture *picture);

/* What of the lit nodes and weights found no place in the picture, for the line below it: "on the
 * lit line: w₈ 0.5". NULL where there is none, or too much for that line. */
const char *picture_unplaced(const Picture *picture);

/* --- network.c --- */

/* Finds out where everything stands, once the texts are read; false where the layers do not fit. */
bool picture_plan(Picture *picture);

/* Writes over the lines. */
void picture_write(Picture *picture, int row, int column, const char *text, Style style);

/* In the first of the two passes over a dark network it is drawn as if it were lit. */
Style picture_node_style(const Picture *picture, size_t node);
Style picture_edge_style(const Picture *picture, size_t edge);

/* Draws into `grid`; false where the network is too large, or the grid too small. Where `grow`, a
 * grid that is too small is replaced by a larger one, and more nodes are allowed; else what there
 * is to say stands in the last row, where that is free. */
bool network_draw_layers(Arena *arena, const Network *network, Grid *grid, bool grow);

#endif
