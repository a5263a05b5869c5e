/* The least that can be done with ncurses: a frame, and for each key another character in it. */
#include <curses.h>
#include <locale.h>

int main(void) {
    setlocale(LC_ALL, "");
    initscr();
    raw();
    noecho();
    keypad(stdscr, TRUE);
    box(stdscr, 0, 0);
    mvaddstr(1, 2, "Nothing");
    refresh();
    for (int key, count = 0; (key = getch()) != 'q' && key != ERR; count++) {
        mvaddch(2, 2, (chtype)('A' + count % 26));
        refresh();
    }
    endwin();
    return 0;
}
