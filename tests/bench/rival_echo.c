/* The least that a program can do at a terminal: it writes a byte at the start, and one for each
 * key. */
#include <termios.h>
#include <unistd.h>

int main(void) {
    struct termios settings;
    char key = '.';
    tcgetattr(STDIN_FILENO, &settings);
    cfmakeraw(&settings);
    tcsetattr(STDIN_FILENO, TCSANOW, &settings);
    while (write(STDOUT_FILENO, &key, 1) == 1 && read(STDIN_FILENO, &key, 1) == 1 && key != 'q')
        continue;
    return 0;
}
