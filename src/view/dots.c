#include "view/dots.h"

#include <stdlib.h>

#include "base/utf8.h"

enum { BRAILLE = 0x2800 };

uint8_t dots_bit(int x, int y) {
    static const uint8_t bits[DOTS_DOWN][DOTS_ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    return bits[y][x];
}

void dots_glyph(uint8_t bits, char text[DOTS_GLYPH_SIZE]) {
    size_t length = utf8_encode(BRAILLE + (uint32_t)bits, text);
    text[length] = '\0';
}

int dots_divide(int64_t number, int64_t by) {
    return (int)(number >= 0 ? (number + by / 2) / by : -((-number + by / 2) / by));
}

DotLine dots_line(int x, int y, int to_x, int to_y) {
    int wide = to_x - x, tall = to_y - y;
    int steps = abs(tall) > abs(wide) ? abs(tall) : abs(wide);
    return (DotLine){x, y, wide, tall, steps};
}

int dots_line_x(const DotLine *line, int step) {
    return line->steps == 0 ? line->x
                            : line->x + dots_divide((int64_t)line->wide * step, line->steps);
}

int dots_line_y(const DotLine *line, int step) {
    return line->steps == 0 ? line->y
                            : line->y + dots_divide((int64_t)line->tall * step, line->steps);
}
