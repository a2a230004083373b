// Changes of stage: what the history says of them, and what listeners are told.
#include "lead_work.hpp"
#include "messages.hpp"
#include "model_plans.hpp"
#include "stage_history.hpp"

namespace leadscore {

namespace {

// At most so many bytes of a text, and quoted at most twice as many: the server takes 7999 in all, and a byte may be quoted as
// six.
void append_short(StringInfo out, char *text, int most) {
    const int start = out->len;
    for (int clip = most;; clip /= 2) {
        text[pg_mbcliplen(text, static_cast<int>(strlen(text)), clip)] = '\0';
        escape_json(out, text);
        if (out->len - start <= 2 * most + 2) {
            return;
        }
        out->len = start;
    }
}

// The text of the key; of a key of several columns an object of theirs.
void append_key(StringInfo out, const Model *model, const LeadWork *lead) {
    const bool single = model->key_count == 1;
    for (int i = 0; i < model->key_count; ++i) {
        Oid function = InvalidOid;
        bool is_varlena = false;
        getTypeOutputInfo(model->keys[i].type, &function, &is_varlena);
        if (!single) {
            appendStringInfoString(out, i == 0 ? "{" : ", ");
            escape_json(out, NameStr(model->keys[i].name));
            appendStringInfoString(out, ": ");
        }
        append_short(out, OidOutputFunctionCall(function, lead->touched->key[i]), 1000 / model->key_count);
    }
    appendStringInfoString(out, single ? "" : "}");
}

void append_text(StringInfo out, Datum datum, bool is_null, int most) {
    if (is_null) {
        appendStringInfoString(out, "null");
        return;
    }
    append_short(out, TextDatumGetCString(datum), most);
}

// In the current memory context.
char *payload_of(const Work *work, const LeadWork *lead) {
    StringInfoData payload;
    initStringInfo(&payload);
    appendStringInfoString(&payload, "{\"model\": ");
    escape_json(&payload, work->model->name);
    appendStringInfoString(&payload, ", \"lead\": ");
    append_key(&payload, work->model, lead);
    appendStringInfoString(&payload, ", \"from\": ");
    append_text(&payload, lead->before.stage, lead->before.stage_null, 1000);
    appendStringInfoString(&payload, ", \"to\": ");
    append_text(&payload, lead->values[column_stage], lead->nulls[column_stage], 1000);
    const bool no_score = lead->nulls[column_score];
    appendStringInfo(&payload, ", \"score\": %s, \"at\": ",
                     no_score ? "null" : DatumGetCString(DirectFunctionCall1(numeric_out, lead->values[column_score])));
    char at[128];
    escape_json(&payload, JsonEncodeDateTime(at, TimestampTzGetDatum(work->options->as_of), TIMESTAMPTZOID, nullptr));
    appendStringInfoString(&payload, ", \"why\": ");
    append_text(&payload, CStringGetTextDatum(lead->why), false, 500);
    appendStringInfoChar(&payload, '}');
    return payload.data;
}

// Those of which the history is to say this.
struct Chosen {
    LeadWork **leads;
    size_t count;
};

Chosen choose(Telling telling, LeadWork **leads, size_t count) {
    Chosen chosen = {static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count)), 0};
    for (size_t i = 0; i < count; ++i) {
        if (leads[i]->telling == telling) {
            chosen.leads[chosen.count++] = leads[i];
        }
    }
    return chosen;
}

// Columns of rows as statements over arrays take them: those of the first column for all rows, then the next.
struct Columns {
    Datum *values;
    bool *nulls;
    size_t rows;

    void set(size_t column, size_t row, Datum value, bool is_null = false) {
        values[column * rows + row] = value;
        nulls[column * rows + row] = is_null;
    }
};

Columns make_columns(size_t columns, size_t rows) {
    return {static_cast<Datum *>(palloc(sizeof(Datum) * columns * rows)), static_cast<bool *>(palloc0(sizeof(bool) * columns * rows)), rows};
}

void add(const Work *work, const Chosen &added) {
    Columns columns = make_columns(stage_change_column_count, added.count);
    for (size_t i = 0; i < added.count; ++i) {
        const LeadWork *lead = added.leads[i];
        columns.set(0, i, lead->before.stage, lead->before.stage_null);
        columns.set(1, i, lead->values[column_stage], lead->nulls[column_stage]);
        columns.set(2, i, lead->values[column_score], lead->nulls[column_score]);
        columns.set(3, i, TimestampTzGetDatum(work->options->as_of));
        columns.set(4, i, CStringGetTextDatum(lead->why));
        columns.set(5, i, Int32GetDatum(work->model->version));
        columns.set(6, i, TimestampTzGetDatum(lead->before.since), lead->before.since_null);
    }
    add_stage_changes(work->model, keys_of(added.leads, added.count), added.count, columns.values, columns.nulls, work->rows->holds_triggers);
}

void change(const Work *work, const Chosen &changed) {
    Columns columns = make_columns(changed_column_count, changed.count);
    for (size_t i = 0; i < changed.count; ++i) {
        const LeadWork *lead = changed.leads[i];
        columns.set(0, i, Int64GetDatum(lead->change));
        columns.set(1, i, lead->values[column_stage], lead->nulls[column_stage]);
        columns.set(2, i, lead->values[column_score], lead->nulls[column_score]);
        columns.set(3, i, CStringGetTextDatum(lead->why));
        columns.set(4, i, Int32GetDatum(work->model->version));
    }
    alter_stage_changes(work->model, changed.count, columns.values, columns.nulls, work->rows->holds_triggers);
}

void take_back(const Work *work, const Chosen &taken) {
    Columns ids = make_columns(1, taken.count);
    for (size_t i = 0; i < taken.count; ++i) {
        ids.set(0, i, Int64GetDatum(taken.leads[i]->change));
        take_message_back(work->model->companions[0], taken.leads[i]->change);
    }
    remove_stage_changes(work->model, taken.count, ids.values, work->rows->holds_triggers);
}

// Leads that are gone of which this transaction wrote more: what counts all leads anew has a row of its own. Their last ones are found from
// the end; one that somebody's trigger kept from being removed ends that.
Chosen left_of_gone(const Work *work, const Chosen &taken) {
    Chosen left = {taken.leads, 0};
    StageHistory *history = open_stage_history(work->model);
    for (size_t i = 0; i < taken.count; ++i) {
        LeadWork *lead = taken.leads[i];
        OwnChange row;
        if (!lead->there && find_own_change(history, lead->touched->key, work->options->as_of, &row) && row.id < lead->change) {
            lead->change = row.id;
            left.leads[left.count++] = lead;
        }
    }
    close_stage_history(history);
    return left;
}

// Where changes are sent; null: nowhere.
const char *channel_of(const Work *work) {
    return work->options->announce ? work->model->channel : nullptr;
}

bool leads_to(const OwnChange &row, const LeadWork *lead) {
    const bool is_null = lead->nulls[column_stage];
    return row.new_stage_null == is_null &&
           (is_null || DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, row.new_stage, lead->values[column_stage])));
}

void tell_added(const Work *work, const Chosen &added) {
    const char *channel = channel_of(work);
    if (channel == nullptr) {
        return;
    }
    StageHistory *history = open_stage_history(work->model);
    for (size_t i = 0; i < added.count; ++i) {
        const LeadWork *lead = added.leads[i];
        OwnChange row = {};
        if (find_own_change(history, lead->touched->key, work->options->as_of, &row) && !leads_to(row, lead)) {
            continue; // a trigger before the row has written what changed the lead again, and that was told
        }
        send_at_commit(work->model->companions[0], row.id, channel, payload_of(work, lead));
    }
    close_stage_history(history);
}

// By the number of its row in the history one message takes the place of another. One that is in line follows its row even where this
// change by itself would not be sent.
void tell_changed(const Work *work, const Chosen &changed) {
    const Oid history = work->model->companions[0];
    for (size_t i = 0; i < changed.count; ++i) {
        const LeadWork *lead = changed.leads[i];
        const char *channel = channel_of(work);
        if (channel == nullptr) {
            channel = channel_in_line(history, lead->change);
        }
        if (channel != nullptr) {
            send_at_commit(history, lead->change, channel, payload_of(work, lead));
        }
    }
}

} // namespace

void record_changes(Work *work, LeadWork **leads, size_t count) {
    if (!work->options->record) {
        return;
    }
    if (const Chosen added = choose(Telling::add, leads, count); added.count > 0) {
        add(work, added);
        tell_added(work, added);
    }
    if (const Chosen changed = choose(Telling::change, leads, count); changed.count > 0) {
        change(work, changed);
        tell_changed(work, changed);
    }
    for (Chosen taken = choose(Telling::take_back, leads, count); taken.count > 0; taken = left_of_gone(work, taken)) {
        take_back(work, taken);
    }
}

} // namespace leadscore
