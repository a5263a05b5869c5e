#include <string.h>

#include "app/command.h"
#include "lesson/script.h"
#include "view/card_text.h"

void cmd_train(Command *command) {
    Session *session = command->session;
    TrainPlan *plan = ARENA_NEW(session->arena, TrainPlan);
    if (!script_parse_train(&command->parser, session->lesson->seed, plan))
        return;
    plan->loss = session_objective(session, command->arena, SYMBOL_NONE, session->position);
    if (plan->loss == SYMBOL_NONE) {
        command_fail(command, "`lessons` lists others",
                     "there is nothing to train: this lesson has no formula");
        return;
    }
    session_edit(session, (Edit){.kind = EDIT_TRAIN, .train = plan});
    const Trained *trained = session->present.training;
    explain_training(&command->explain, trained);
    const TrainHistory *history = &trained->history;
    static const char *const ends[] = {"finished", "reached", "cancelled", "diverged"};
    record_add_text(command->arena, command->record, "end", ends[history->end]);
    record_add_number(command->arena, command->record, "epochs", (double)history->epochs);
    record_add_number(command->arena, command->record, "first_loss", history->losses[0]);
    record_add_number(command->arena, command->record, "last_loss", history->last_loss);
}

void cmd_epoch(Command *command) {
    Session *session = command->session;
    size_t epochs = session_trained_epochs(session);
    double epoch = (double)epochs;
    if (!epochs) {
        command_fail(command, "train 100 epochs", "nothing has been trained yet");
        return;
    }
    if (!command_at_end(command) &&
        (!script_parse_whole(&command->parser, 0, epoch, "an epoch", &epoch) ||
         !command_end(command)))
        return;
    session_look_away(session);
    if ((size_t)epoch < epochs && !session_look_at(session, (size_t)epoch)) {
        command_fail(command, "answer it, or go on with next", "this step asks for a number");
        return;
    }
    const TrainHistory *history = &session->present.training->history;
    const Look *look = session_look(session);
    double loss = look ? look->loss : history->last_loss;
    record_add_number(command->arena, command->record, "epoch", epoch);
    record_add_number(command->arena, command->record, "loss", loss);
    explain_epoch(&command->explain, session->present.training, (size_t)epoch, loss);
}

static bool has_rows(Command *command) {
    if (command->explain.scope->data)
        return true;
    command_fail(command, "`set NAME = VALUE` changes an input",
                 "this lesson has no training rows");
    return false;
}

void cmd_row(Command *command) {
    double row;
    if (!has_rows(command) ||
        !script_parse_count(&command->parser, (double)command->explain.scope->data->rows, "a row",
                            &row) ||
        !command_end(command))
        return;
    session_edit(command->session, (Edit){.kind = EDIT_ROW, .row = (size_t)row - 1});
    explain_row(&command->explain, (size_t)row - 1);
    record_add_number(command->arena, command->record, "row", row);
}

void cmd_table(Command *command) {
    if (!command_end(command) || !has_rows(command))
        return;
    const Scope *scope = command->explain.scope;
    Record *rows = record_add_list(command->arena, command->record, "rows");
    for (size_t row = 0; row < scope->data->rows; row++)
        record_add_matrix(command->arena, rows, NULL,
                          scope->data->values + row * scope->data->width, 1, scope->data->width);
    explain_row_table(&command->explain, NULL, 0);
}

/* The command's arena ends with it. */
static const PlotRequest *plot_keep(Arena *arena, const PlotRequest *request) {
    PlotRequest *kept = ARENA_NEW(arena, PlotRequest);
    Expr *exprs = ARENA_ARRAY(arena, Expr, request->count);
    memcpy(exprs, request->exprs, request->count * sizeof *exprs);
    *kept = *request;
    kept->exprs = exprs;
    return kept;
}

void cmd_plot(Command *command) {
    Token start = command->parser.token;
    PlotRequest *request = ARENA_NEW(command->arena, PlotRequest);
    if (!script_parse_plot(&command->parser, request) || !command_end(command))
        return;
    if (request->axis_count == 2)
        command->session->map = plot_keep(command->session->arena, request);
    for (size_t i = 0; i < request->count; i++)
        command_about(command, request->exprs[i]);
    explain_plot(&command->explain, request, command->session->present.training);
    record_add_text(command->arena, command->record, "plot", start.text);
    record_add_text(command->arena, command->record, "words",
                    card_plain(command->arena, &command->reply->card));
}
