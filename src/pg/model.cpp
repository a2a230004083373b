// What a backend knows of a model: the cache.
#include "model.hpp"

#include "lead_locks.hpp"
#include "model_load.hpp"
#include "rules_lock.hpp"

namespace leadscore {

namespace {

// When something was last done: its number, and the start of the client's statement.
struct Last {
    uint64 number;
    TimestampTz statement;
};
uint64 counts = 0;

// By name. Lives as long as the backend: in the cache's memory context, as the server's own caches do.
struct Entry {
    char name[NAMEDATALEN];
    Model *model; // null: to be loaded
    Last counted; // leads anew
    Last spread;  // events over the leads of their contacts
};
HTAB *models = nullptr;
Model *stale_models = nullptr; // out of the table, to be freed when the transaction ends

// Tables that changed while a model is being loaded: it is not in the cache yet, and what was read of it may be from before.
struct Changes {
    bool watching;
    bool any; // too many to tell, or it may be any table
    int count;
    Oid tables[32];
};
Changes changes = {};

bool uses(const Model *model, Oid table) {
    if (table == model->leads || table == model->scores || table == model->in_order->scores) {
        return true;
    }
    for (const Oid companion : model->companions) {
        if (table == companion) {
            return true;
        }
    }
    for (int i = 0; i < model->event_source_count; ++i) {
        if (model->event_sources[i].table == table || model->event_sources[i].via == table) {
            return true;
        }
    }
    for (int i = 0; i < model->attribute_source_count; ++i) {
        if (model->attribute_sources[i].table == table) {
            return true;
        }
    }
    return false;
}

void note_change(Oid table) {
    if (table == InvalidOid || changes.count == lengthof(changes.tables)) {
        changes.any = true;
    } else {
        changes.tables[changes.count++] = table;
    }
}

// Called at any time: only marks.
void table_changed(Datum, Oid table) {
    if (changes.watching) {
        note_change(table);
    }
    HASH_SEQ_STATUS scan;
    hash_seq_init(&scan, models);
    while (auto *entry = static_cast<Entry *>(hash_seq_search(&scan))) {
        if (entry->model != nullptr && (table == InvalidOid || uses(entry->model, table))) {
            entry->model->stale = true;
        }
    }
}

// Names of schemas stand in the statements of models.
void schema_changed(Datum, int, uint32) {
    table_changed(static_cast<Datum>(0), InvalidOid);
}

void transaction_ends(XactEvent event, void *) {
    if (event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE) {
        return;
    }
    while (stale_models != nullptr) {
        Model *gone = stale_models;
        stale_models = gone->next_stale;
        free_plans(gone);
        if (gone->in_order != gone) {
            free_plans(gone->in_order);
        }
        MemoryContextDelete(gone->memory);
    }
}

void make_cache() {
    HASHCTL control = {};
    control.keysize = NAMEDATALEN;
    control.entrysize = sizeof(Entry);
    control.hcxt = CacheMemoryContext;
    models = hash_create("leadscore models", 16, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
    CacheRegisterRelcacheCallback(table_changed, static_cast<Datum>(0));
    CacheRegisterSyscacheCallback(NAMESPACEOID, schema_changed, static_cast<Datum>(0));
    RegisterXactCallback(transaction_ends, nullptr);
}

// That of the name, which may be new.
Entry *make_entry(const char *name) {
    bool found = false;
    auto *entry = static_cast<Entry *>(hash_search(models, name, HASH_ENTER, &found));
    if (!found) {
        entry->model = nullptr;
        entry->counted = entry->spread = {};
    }
    return entry;
}

// As load_model(), but what changed on the way makes the model stale.
Model *load_watched(const char *name, const char **why) {
    const bool inside_other = changes.watching;
    changes = {};
    changes.watching = true;
    Model *model = load_model(name, why);
    if (model != nullptr) {
        model->stale = changes.any;
        for (int i = 0; i < changes.count && !model->stale; ++i) {
            model->stale = uses(model, changes.tables[i]);
        }
    }
    changes = {};
    changes.watching = changes.any = inside_other;
    return model;
}

// Whoever renames a column, or gives it another type, is waited for before it is asked whether what is known of the tables still holds.
void lock_what_is_read(const Model *model, bool leads_too) {
    LockRelationOid(model->scores, RowExclusiveLock);
    if (leads_too) {
        LockRelationOid(model->leads, leads_lock(model));
        for (int i = 0; i < model->attribute_source_count; ++i) {
            LockRelationOid(model->attribute_sources[i].table, AccessShareLock);
        }
    }
    for (int i = 0; i < model->event_source_count; ++i) {
        if (OidIsValid(model->event_sources[i].via)) {
            LockRelationOid(model->event_sources[i].via, AccessShareLock);
            LockRelationOid(model->event_sources[i].table, AccessShareLock); // whether a contact has events
        }
    }
}

} // namespace

LOCKMODE leads_lock(const Model *model) {
    return model->mirror ? RowExclusiveLock : model->locks_leads ? RowShareLock : AccessShareLock;
}

bool must_mark(const Model *model) {
    return !share_rules(model->scores) || (model->is_settling && !holds_rules(model->scores));
}

Model *find_model(const char *name, const char **why, bool folds) {
    *why = "there is no such model";
    if (strlen(name) >= NAMEDATALEN) {
        return nullptr;
    }
    if (models == nullptr) {
        make_cache();
    }
    // Loading and locking may bring news that make what was loaded stale: then once more.
    for (int attempt = 0; attempt < 100; ++attempt) {
        bool found = false;
        auto *entry = static_cast<Entry *>(hash_search(models, name, HASH_FIND, &found));
        if (found && entry->model != nullptr) {
            Model *model = entry->model;
            lock_what_is_read(model, folds || !model->queued);
            model->rules_change = (folds || !model->queued) && must_mark(model);
            if (!model->stale) {
                return model;
            }
            entry->model = nullptr;
            model->next_stale = stale_models;
            stale_models = model;
        }
        Model *fresh = load_watched(name, why);
        if (fresh == nullptr) {
            return nullptr;
        }
        entry = make_entry(name);
        entry->model = fresh; // nothing between load_model() and here can have made another
    }
    *why = "its tables keep changing";
    return nullptr;
}

void lock_before_statement(const char *name) {
    const auto *entry = models == nullptr || strlen(name) >= NAMEDATALEN ? nullptr : static_cast<Entry *>(hash_search(models, name, HASH_FIND, nullptr));
    const Model *model = entry != nullptr ? entry->model : nullptr;
    if (model == nullptr || model->stale) {
        const char *why = nullptr;
        model = find_model(name, &why);
    }
    if (model != nullptr && !model->queued && must_count_new(model)) {
        lock_event_tables(model);
    }
}

namespace {

Entry *entry_of(const Model *model) {
    return static_cast<Entry *>(hash_search(models, model->name, HASH_FIND, nullptr));
}

void note(Last *last) {
    *last = {++counts, GetCurrentStatementStartTimestamp()};
}

bool is_since(const Last &last, uint64 since) {
    return last.number > 0 && (since == any_count ? last.statement == GetCurrentStatementStartTimestamp() : last.number > since);
}

} // namespace

uint64 counts_so_far() {
    return counts;
}

void note_count(const char *model) {
    if (strlen(model) >= NAMEDATALEN) {
        return;
    }
    if (models == nullptr) {
        make_cache();
    }
    note(&make_entry(model)->counted);
}

bool is_counted_since(const Model *model, uint64 since) {
    const Entry *entry = entry_of(model);
    return entry != nullptr && is_since(entry->counted, since);
}

void note_spread(const Model *model) {
    if (Entry *entry = entry_of(model); entry != nullptr) {
        note(&entry->spread);
    }
}

bool is_spread_since(const Model *model, uint64 since) {
    const Entry *entry = entry_of(model);
    return entry != nullptr && is_since(entry->spread, since);
}

} // namespace leadscore
