/* network: a computational graph drawn in layers, left to right, or as rails, one row a node. */
#ifndef VIEW_NETWORK_H
#define VIEW_NETWORK_H

#include "view/math.h"
#include "view/network_layout.h"

enum {
    NETWORK_LAYERED = 30,     /* nodes that are drawn in layers; of more, each has a row, */
    NETWORK_MOST_LAYERED = 60 /* unless layers are asked for: then up to so many */
};

/* How near one stands. */
typedef enum NetworkZoom {
    NETWORK_FIT,   /* all of it as it fits: in layers, else as rails */
    NETWORK_RAILS, /* a row each node */
    NETWORK_WIDE,  /* layers as large as they need; a part is seen */
    NETWORK_NEAR   /* one node and its neighbours */
} NetworkZoom;

typedef struct NetworkNode {
    const Math *label; /* h₁ */
    const char *value; /* "0.5854", or NULL: not known yet */
    const char *shape; /* of a matrix: "4×1"; NULL of a number */
    bool changed;      /* the value, just now: it is drawn in STYLE_CHANGED */
    Style style;       /* STYLE_NORMAL, STYLE_LIT, STYLE_SELECTED, STYLE_BACKWARD, STYLE_DIM */
} NetworkNode;

/* How large a gradient is beside the largest. */
typedef enum NetworkStrength {
    STRENGTH_UNKNOWN,
    STRENGTH_FAINT,  /* drawn dotted */
    STRENGTH_MEDIUM, /* thin: from NETWORK_MEDIUM of the largest on, */
    STRENGTH_STRONG  /* heavy: from NETWORK_STRONG of it */
} NetworkStrength;

#define NETWORK_MEDIUM 0.1
#define NETWORK_STRONG 0.5

typedef struct NetworkEdge {
    size_t from, to;   /* indices of nodes; from is used by to, so from < to */
    const Math *label; /* the weight, w₅, drawn on the edge where there is room; or NULL */
    const char *value; /* of the weight: beside its label where there is room; or NULL */
    Style style;
    NetworkStrength strength; /* of the gradient of the weight */
} NetworkEdge;

typedef struct Network Network;

/* Where a network is large, only what is drawn gets its texts: these fill in the label and value of
 * a node, or of an edge, that has none yet. They live as long as the network. */
typedef struct NetworkTexts {
    void (*name_node)(const Network *network, size_t node);
    void (*name_edge)(const Network *network, size_t edge);
    void *context;
} NetworkTexts;

/* Where everything stands in a picture, kept from one drawing to the next: it is the same as long
 * as the graph, its names and the size of the grid are. Begins as {0}; the owner releases it. */
typedef struct NetworkPlan {
    Arena arena;
    struct Picture *planned; /* NULL: nothing is */
} NetworkPlan;

void network_plan_release(NetworkPlan *plan);

struct Network {
    NetworkNode *nodes; /* in an order in which every edge goes forward */
    size_t node_count;
    NetworkEdge *edges;
    size_t edge_count;
    const char *measured, *strong, *medium; /* "∂E", and from which |∂E/∂w| on an edge is strong or
                                               medium; NULL where nothing is measured */
    const char *caption; /* a line below the picture, before any legend; or NULL */
    NetworkZoom zoom;
    bool backward; /* arrows of lit edges point right to left */
    bool dark;     /* lit ones look like the others: the picture before light has come */
    const NetworkTexts *texts; /* NULL: all texts are there */
    NetworkPlan *plan;         /* of who draws it again and again; or NULL */
};

typedef struct NetworkPicture {
    Grid grid;
    bool down; /* made of rows: from cause to effect is down, not to the right */
} NetworkPicture;

/* Draws into a grid of exactly rows × columns. Layers by longest path, with few crossings, long
 * edges straight (view/network_layout.h), slanted lines; matrices as boxes where there is room.
 * Where room is short the values give up theirs, then the weights, then the names, which stand
 * above and below the nodes; then lines become shorter, and rows of nodes follow each other. Rails
 * with more than NETWORK_LAYERED nodes, or where the layers do not fit; rather than rails that do
 * not fit either, layers without values, whose last line tells those of what is lit. Of rails that
 * do not fit the rows around the lit nodes are shown and a last line says how many there are. What
 * is lit, and which values are known or how long they are, moves no node. Of a picture
 * larger than the grid the part around what is selected, else lit, is shown, and signs say where it
 * goes on. The cells of node i have the mark i + 1. Never fails, whatever the size. */
NetworkPicture network_draw(Arena *arena, const Network *network, int rows, int columns,
                            bool ascii);

/* Where its nodes stand in layers, whether it is drawn so or not. */
Layout network_layout(Arena *arena, const Network *network);

/* The styles in which a node and an edge are drawn: their own, unless the network is dark. */
Style network_node_style(const Network *network, size_t node);
Style network_edge_style(const Network *network, size_t edge);

/* The style of the value of a node that is drawn in `style`. */
Style network_value_style(const Network *network, size_t node, Style style);

#endif
