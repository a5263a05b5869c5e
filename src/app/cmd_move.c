#include <math.h>
#include <string.h>
#include <strings.h>

#include "app/command.h"
#include "app/load.h"
#include "base/str.h"
#include "view/card_text.h"

/* The step that the session is at now, as data. */
static void record_step(Command *command) {
    Session *session = command->session;
    if (session->settings.keyed) /* it is on the screen */
        return;
    Card card = session_card(session, command->arena);
    Record *step = record_add_object(command->arena, command->record, "step");
    record_add_number(command->arena, step, "number", (double)session->position + 1);
    record_add_number(command->arena, step, "of", (double)session_step_count(session));
    record_add_text(command->arena, step, "section", session_section(session));
    if (card.title)
        record_add_text(command->arena, step, "title", card.title);
    record_add_text(command->arena, step, "text", card_plain(command->arena, &card));
}

static void move_to(Command *command, size_t position) {
    session_enter(command->session, position);
    command->reply->effect = REPLY_MOVED;
    record_step(command);
}

/* The lesson of the course that follows this one; NULL where there is none. */
static const char *next_lesson(const Command *command) {
    LessonFile *lessons;
    const size_t count = load_course(command->arena, &lessons);
    for (size_t i = 0; i + 1 < count; i++)
        if (str_equal(lessons[i].title, command->session->lesson->title))
            return lessons[i + 1].name;
    return NULL;
}

static void fail_at_end(Command *command) {
    const char *next = next_lesson(command);
    const char *help = next ? arena_format(command->arena, "`open %s` begins the next lesson", next)
                            : "`back` goes back, `restart` begins again, `quit` leaves";
    command_fail(command, help, "this was the last step");
}

/* Shows what was asked for, or goes on; where the mode asks, the next step hides its number. */
void cmd_next(Command *command) {
    Session *session = command->session;
    if (!command_end(command))
        return;
    if (session->hidden) {
        session->shown[session->position] = true;
        move_to(command, session->position);
    } else if (session->position + 1 == session_step_count(session)) {
        fail_at_end(command);
    } else {
        move_to(command, session->position + 1);
    }
}

void cmd_back(Command *command) {
    if (!command_end(command))
        return;
    if (command->session->position == 0)
        command_fail(command, "`next` goes on", "this is the first step");
    else
        move_to(command, command->session->position - 1);
}

void cmd_restart(Command *command) {
    if (!command_end(command))
        return;
    session_ask_again(command->session, 0);
    move_to(command, 0);
}

static void goto_number(Command *command, double number) {
    size_t count = session_step_count(command->session);
    if (number >= 1 && number <= (double)count && number == floor(number))
        move_to(command, (size_t)number - 1);
    else
        command_fail(command, arena_format(command->arena, "goto %zu is the last", count),
                     "the steps go from 1 to %zu", count);
}

void cmd_goto(Command *command) {
    const Lesson *lesson = command->session->lesson;
    if (!*command->rest) {
        command_fail(command, "goto 5, or goto and the beginning of a heading",
                     "goto needs a place");
        return;
    }
    const char *rest = command_rest(command);
    Token first = parser_take(&command->parser);
    if (first.kind == TOKEN_NUMBER && command_at_end(command)) {
        goto_number(command, first.number);
        return;
    }
    command_rest(command);
    for (size_t i = 0; i < lesson->section_count; i++)
        if (strncasecmp(lesson->sections[i].title, rest, strlen(rest)) == 0) {
            move_to(command, lesson->sections[i].step);
            return;
        }
    Nearest nearest = {.word = rest};
    for (size_t i = 0; i < lesson->section_count; i++)
        nearest_offer(&nearest, lesson->sections[i].title);
    command_fail(command,
                 nearest.best ? arena_format(command->arena, "did you mean %s?", nearest.best)
                              : "`contents` lists them",
                 "no heading begins with %s", rest);
}

/* ------------------------------------------------------------------------------ lessons */

void cmd_lessons(Command *command) {
    if (!command_end(command))
        return;
    LessonFile *lessons;
    size_t count = load_course(command->arena, &lessons);
    Record *list = record_add_list(command->arena, command->record, "lessons");
    Block *table = card_add(&command->reply->card, BLOCK_TABLE);
    table->columns = 2;
    for (size_t i = 0; i < count; i++) {
        Record *lesson = record_add_object(command->arena, list, NULL);
        record_add_text(command->arena, lesson, "name", lessons[i].name);
        record_add_text(command->arena, lesson, "title", lessons[i].title);
        block_part(&command->reply->card, table, NULL, math_text(command->arena, lessons[i].name));
        block_part(&command->reply->card, table, NULL, math_text(command->arena, lessons[i].title));
    }
    if (!count)
        command_fail(command, "open a lesson by its file name",
                     "the lessons of the course are not here");
    else
        card_text(&command->reply->card, "`open NAME` opens one.");
}

void cmd_open(Command *command) {
    const char *name = command_rest(command);
    const char *suggestion = NULL;
    if (!*name) {
        command_fail(command, "open w5; `lessons` lists them", "open needs the name of a lesson");
        return;
    }
    const char *path = load_find(command->arena, name, &suggestion);
    if (!path) {
        command_fail(command,
                     suggestion ? arena_format(command->arena, "did you mean %s?", suggestion)
                                : "`lessons` lists them",
                     "no such lesson: %s", name);
        return;
    }
    command->reply->effect = REPLY_OPEN;
    command->reply->open = arena_copy(command->arena, path);
    record_add_text(command->arena, command->record, "open", path);
}

void cmd_quit(Command *command) {
    if (command_end(command))
        command->reply->effect = REPLY_QUIT;
}

/* ------------------------------------------------------------------------------ help */

static void help_row(Command *command, Block *table, const CommandInfo *info, Record *list) {
    Card *card = &command->reply->card;
    const char *usage = *info->arguments
                            ? arena_format(command->arena, "%s %s", info->name, info->arguments)
                            : info->name;
    block_part(card, table, NULL, math_text(command->arena, usage));
    block_part(card, table, NULL, math_text(command->arena, info->help));
    Record *row = record_add_object(command->arena, list, NULL);
    record_add_text(command->arena, row, "name", info->name);
    record_add_text(command->arena, row, "usage", usage);
    record_add_text(command->arena, row, "help", info->help);
}

static void help_all(Command *command) {
    Card *card = &command->reply->card;
    Record *list = record_add_list(command->arena, command->record, "commands");
    Block *table = NULL;
    const char *group;
    const CommandInfo *info;
    for (size_t i = 0; (info = command_row(i, &group)); i++) {
        if (group) {
            Block *heading = card_add(card, BLOCK_HEADING);
            heading->level = 3;
            block_text(card, heading, "%s", group);
            table = card_add(card, BLOCK_TABLE);
            table->columns = 2;
        } else {
            help_row(command, table, info, list);
        }
    }
    card_text(card, "A command may be shortened while no other begins the same: g, v, expa.");
}

/* Reads on, off or nothing (then it stays as it is), and notes it; false after an error. */
static bool take_switch(Command *command, const char *name, bool *on) {
    if (!command_at_end(command)) {
        Token word = parser_take(&command->parser);
        *on = token_is_word(&word, "on");
        if (!*on && !token_is_word(&word, "off")) {
            command_fail(command, arena_format(command->arena, "%s on or %s off", name, name),
                         "no such word: %s", token_copy(command->arena, &word));
            return false;
        }
    }
    if (!command_end(command))
        return false;
    record_add_text(command->arena, command->record, name, *on ? "on" : "off");
    return true;
}

void cmd_mouse(Command *command) {
    bool on = session_mouse(command->session);
    if (!take_switch(command, "mouse", &on))
        return;
    session_set_mouse(command->session, on);
    card_text(
        &command->reply->card, "%s",
        on ? "On the full screen the mouse selects, scrolls and presses keys; your terminal's "
             "own selection needs shift now. `mouse off` ends this."
           : "The mouse is your terminal's own.");
}

void cmd_animation(Command *command) {
    bool on = session_animation(command->session);
    if (!take_switch(command, "animation", &on))
        return;
    session_set_animation(command->session, on);
    card_text(&command->reply->card, "%s",
              on ? "Pictures move where the terminal is quick enough." : "Pictures stand still.");
}

void cmd_help(Command *command) {
    command->reply->card.title = "help";
    if (command_at_end(command)) {
        help_all(command);
        return;
    }
    char *word = token_copy(command->arena, &command->parser.token);
    const CommandInfo *info = command_find(word);
    parser_take(&command->parser);
    if (!info) {
        command_fail(command, "`help` lists them", "no such command: %s", word);
        return;
    }
    Block *table = card_add(&command->reply->card, BLOCK_TABLE);
    table->columns = 2;
    help_row(command, table, info, record_add_list(command->arena, command->record, "commands"));
}
