// What the firings of upkeep() of one statement found, model by model, and how it becomes scores.
#include "upkeep_work.hpp"

#include "apply.hpp"
#include "care.hpp"
#include "changed_model.hpp"
#include "firings.hpp"
#include "gather.hpp"
#include "joint_locks.hpp"
#include "turns.hpp"
#include "via.hpp"

namespace leadscore {

namespace {

// A contact whose events the same statement wrote may have none left: which of its leads had them nothing tells.
void recount_with_events(ModelWork *work, Gathered *via) {
    for (Gathered *other = work->gathered; other != nullptr; other = other->next) {
        Batch *events = other->collector.batch;
        if (other->gone || other->call.part != Part::events || other->call.source != via->call.source || events == nullptr || events == work->leads) {
            continue;
        }
        Touched **contacts = touched_in_order(via->collector.contacts);
        for (size_t i = 0; i < via->collector.contacts->count; ++i) {
            const size_t before = events->count;
            if (touch(events, contacts[i]->key, nullptr) != nullptr && events->count == before) {
                recount_contact(contacts[i]);
            }
        }
    }
}

// Which contacts have events tells little where events and contacts are written within each other: those that are gone were counted for the lead that the
// contact has by now, or will be.
void recount_in_circle(Gathered *via) {
    Touched **contacts = touched_in_order(via->collector.contacts);
    for (size_t i = 0; i < via->collector.contacts->count; ++i) {
        recount_contact(contacts[i]);
    }
}

// Leads that rows of other tables lead to. With SPI connected, as the owner of the leads table.
void find_leads(ModelWork *work, Gathered *gathered, bool in_circle) {
    Collector *collector = &gathered->collector;
    const UpkeepCall &call = gathered->call;
    if (call.part == Part::attributes) {
        touch_related_leads(collector, call.model, call.attributes);
    }
    if (collector->batch != work->leads) {
        spread_over_leads(call, collector->batch, work->leads);
    } else if (collector->contacts != nullptr) {
        recount_leads_of_contacts(call, collector->contacts);
        recount_with_events(work, gathered);
        if (in_circle) {
            recount_in_circle(gathered);
        }
    }
    note_refusals(work->model, work->table_name, &collector->refusals);
}

// Who writes to a table of the owner's lets him do what he likes; who writes to another's does not.
bool is_writer_guarded(const ModelWork *work) {
    const OwnerRights rights = rights_now();
    return (rights.context & SECURITY_RESTRICTED_OPERATION) != 0 || (work->foreign && is_guarded(rights, work->model->owner));
}

bool is_anything(const Gathered *gathered) {
    const Collector &collector = gathered->collector;
    return !gathered->gone && (collector.batch->count > 0 || collector.related_count > 0 || collector.refusals.first != nullptr);
}

void recount_if_counted(const Step *step) {
    if (step->work->recount || is_counted_since(step->work->model, step->works->begun)) {
        Touched **touched = touched_in_order(step->work->leads);
        for (size_t i = 0; i < step->work->leads->count; ++i) {
            touched[i]->recount = true;
        }
    }
}

// Such a table can be detached or dropped with nothing of it left in the scores.
void note_emptied(const Gathered *gathered) {
    Oid types[] = {TEXTOID, REGCLASSOID};
    Datum values[] = {CStringGetTextDatum(gathered->call.model->name), ObjectIdGetDatum(gathered->emptied)};
    SPI_execute_with_args("SELECT leadscore.note_emptied($1, $2)", lengthof(types), types, values, nullptr, false, 0);
}

bool has_found_anything(const ModelWork *work) {
    const Gathered *gathered = work->gathered;
    while (gathered != nullptr && !is_anything(gathered) && !OidIsValid(gathered->emptied)) {
        gathered = gathered->next;
    }
    return gathered != nullptr;
}

void find_all_leads(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    if (step->work->found) {
        return;
    }
    step->work->found = true;
    if (!has_found_anything(step->work)) {
        return;
    }
    const bool in_circle = is_taking_events(step->works) || is_spread_since(step->work->model, step->works->begun);
    SPI_connect();
    const bool guarded = is_writer_guarded(step->work);
    const OwnerRights rights = become_owner(step->work->model, guarded);
    for (Gathered *gathered = step->work->gathered; gathered != nullptr; gathered = gathered->next) {
        if (is_anything(gathered)) {
            find_leads(step->work, gathered, in_circle);
        }
        if (OidIsValid(gathered->emptied) && !gathered->gone) {
            note_emptied(gathered);
        }
    }
    recount_if_counted(step);
    become_self(rights, guarded);
    SPI_finish();
}

// Who reads scores of a model with queued upkeep looks for leads that wait to be counted anew only where contacts can make that necessary: elsewhere it
// takes a trigger that changes the model in mid-statement, and a look costs all readers 4 ms.
bool must_count_now(Batch *leads) {
    for (int i = 0; i < leads->model->event_source_count; ++i) {
        if (OidIsValid(leads->model->event_sources[i].via)) {
            return false;
        }
    }
    Touched **touched = touched_in_order(leads);
    for (size_t i = 0; i < leads->count; ++i) {
        if (touched[i]->recount) {
            return true;
        }
    }
    return false;
}

bool are_locked_as_leads(const Works *works, Oid table) {
    for (const ModelWork *work = works->first; work != nullptr; work = work->next) {
        if (!work->failed && work->model->leads == table && work->model->locks_leads && !work->model->queued) {
            return true;
        }
    }
    return false;
}

// Contacts are locked FOR SHARE before any lead, as whoever changes one has it before its leads. But where a model has them as its leads, their turn as such
// comes first: of two that share a row, none could have it alone.
void find_leads_of_contacts_first(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    const Model *model = step->work->model;
    for (int i = 0; i < model->event_source_count; ++i) {
        if (OidIsValid(model->event_sources[i].via) && are_locked_as_leads(step->works, model->event_sources[i].via)) {
            return;
        }
    }
    find_all_leads(argument);
}

void lock_contacts(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    if (step->work->gathered->next == nullptr) {
        return; // it locks its own
    }
    const bool guarded = is_writer_guarded(step->work);
    const OwnerRights rights = become_owner(step->work->model, guarded);
    lock_contacts_together(step->work);
    become_self(rights, guarded);
}

void apply(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    const ModelWork *work = step->work;
    if (work->leads->count == 0) {
        return;
    }
    recount_if_counted(step); // by triggers on what was written for the models before
    ApplyOptions options = {psprintf("%s on %s", work->why, work->table_name), GetCurrentTransactionStartTimestamp()};
    options.locked = work->locked;
    options.moved = work->moved;
    options.guarded = is_writer_guarded(work);
    SPI_connect();
    const OwnerRights rights = become_owner(work->model, options.guarded);
    if (work->model->queued && !must_count_now(work->leads)) {
        queue_batch(work->leads, options);
    } else {
        apply_batch(work->leads, options);
    }
    become_self(rights, options.guarded);
    SPI_finish();
}

void do_all(void *argument) {
    collect(argument);
    find_all_leads(argument);
    apply(argument);
}

struct Failure {
    ModelWork *work;
    const char *message;
};

void note_failure(void *argument) {
    const auto *failure = static_cast<const Failure *>(argument);
    Model *model = failure->work->model;
    SPI_connect();
    const bool guarded = is_writer_guarded(failure->work);
    const OwnerRights rights = become_owner(model, guarded);
    note_refused(model, failure->work->table_name, psprintf("scores not kept: %s", failure->message), 1);
    become_self(rights, guarded);
    SPI_finish();
}

// Where something is known that may make upkeep fail, its failure is not that of the write: the status tells of it. What nobody thought of
// fails once, and is known then.
void run(CareWork what, Step *step) {
    ModelWork *work = step->work;
    Model *model = work->model;
    if (model->doubts == nullptr) {
        PG_TRY();
        { what(step); }
        PG_CATCH();
        {
            if (!is_of_server(geterrcode())) {
                model->doubts = "it failed before";
            }
            PG_RE_THROW();
        }
        PG_END_TRY();
        return;
    }
    Failure failure = {work, nullptr};
    if (run_with_care(what, step, &failure.message)) {
        return;
    }
    work->failed = true;
    const char *again = nullptr;
    const bool noted = run_with_care(note_failure, &failure, &again);
    ereport(LOG, (errmsg("leadscore: model \"%s\" could not keep scores after a write to %s: %s", model->name, work->table_name, failure.message),
                  noted ? 0 : errdetail("Its table of refused events could not be written either: %s", again)));
}

// Those of the models that lock the same leads as this one; null if another one before it has done so.
LeadsOfModel *locked_together(const Step *step, size_t *count) {
    size_t most = 0;
    for (ModelWork *work = step->works->first; work != nullptr; work = work->next) {
        ++most;
    }
    auto *models = static_cast<LeadsOfModel *>(palloc(sizeof(LeadsOfModel) * most));
    *count = 0;
    for (ModelWork *work = step->works->first; work != nullptr; work = work->next) {
        if (work->failed || !are_locked_together(step->work->model, work->model)) {
            continue;
        }
        if (*count == 0 && work != step->work) {
            return nullptr;
        }
        LeadsOfModel *leads = &models[(*count)++];
        leads->model = work->model;
        leads->leads = touched_that_matter(work->leads, false, &leads->count);
    }
    return models;
}

void lock_leads_of_several(void *argument) {
    const auto *step = static_cast<const Step *>(argument);
    size_t count = 0;
    LeadsOfModel *models = locked_together(step, &count);
    if (models == nullptr || count < 2) {
        return;
    }
    SPI_connect();
    const bool guarded = is_writer_guarded(step->work);
    const OwnerRights rights = become_owner(step->work->model, guarded);
    const bool locked = lock_together(models, count);
    become_self(rights, guarded);
    SPI_finish();
    for (ModelWork *work = step->works->first; work != nullptr; work = work->next) {
        work->locked = work->locked || (locked && are_locked_together(step->work->model, work->model));
    }
}

// One part of the work, model by model.
void run_each(CareWork what, Works *works) {
    for (ModelWork *work = works->first; work != nullptr; work = work->next) {
        renew_stale(work);
        Step step = {works, work, nullptr, true};
        if (!work->failed) {
            run(what, &step);
        }
    }
}

} // namespace

void gather(Works *works, const UpkeepCall *call) {
    MemoryContext old = MemoryContextSwitchTo(works->memory);
    Step step = prepare(works, call);
    step.late = true;
    if (!step.work->failed) {
        run(collect, &step);
    }
    MemoryContextSwitchTo(old);
}

void bring_up_to_date(Works *works) {
    MemoryContext old = MemoryContextSwitchTo(works->memory);
    run_each(lock_contacts, works);
    run_each(find_leads_of_contacts_first, works);
    ModelWork *left = works->first;
    while (left != nullptr) {
        Works group = {works->memory, works->begun, take_group(&left)};
        run_each(find_all_leads, &group);
        if (group.first->next != nullptr) {
            run_each(lock_leads_of_several, &group);
        }
        run_each(apply, &group);
    }
    MemoryContextSwitchTo(old);
}

void gather_and_bring(Works *works, const UpkeepCall *call) {
    MemoryContext old = MemoryContextSwitchTo(works->memory);
    Step step = prepare(works, call);
    run(do_all, &step);
    MemoryContextSwitchTo(old);
}

} // namespace leadscore
