// Events that name a row of another table, a contact, which names the lead.
#include "via.hpp"

#include "contact_plans.hpp"
#include "key_locks.hpp"
#include "model_plans.hpp"

namespace leadscore {

namespace {

// Contacts that are looked up in one statement.
constexpr size_t lookup_size = 1000;

struct LockedKeys {
    uint64 place;
    uint64 *hashes;
    size_t count;
    bool all;
};

// An event whose contact is not there and the contact that comes at the same time do not see each other: a lock on the key makes one of them
// wait.
LockedKeys lock_contacts(const EventSource *source, Touched **contacts, size_t count, KeyUse use) {
    auto *hashes = static_cast<uint64 *>(MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * (count + 1), MCXT_ALLOC_HUGE));
    for (size_t i = 0; i < count; ++i) {
        hashes[i] = hash_of_key(source->via_keys, source->lead_count, contacts[i]->key);
    }
    const uint64 place = place_of(source->table, source->via);
    return {place, hashes, count, lock_keys(KeyLock::contact, place, hashes, count, use)};
}

KeyUse use_by_rows(const EventSource *source) {
    return source->via_many ? KeyUse::comes_of_several : KeyUse::comes;
}

// What a firing locks before it looks for leads: contacts whose rows it writes; those of its events only where a contact may have several rows.
Batch *contacts_to_lock(const ModelWork *work, const Gathered *gathered) {
    const UpkeepCall &call = gathered->call;
    if (gathered->gone || call.events == nullptr || call.events->via_keys == nullptr) {
        return nullptr;
    }
    const Collector &collector = gathered->collector;
    if (call.part == Part::via) {
        return collector.contacts;
    }
    return call.events->via_many && collector.batch != work->leads ? collector.batch : nullptr;
}

// Of its source.
bool is_first_to_lock(const ModelWork *work, const Gathered *gathered) {
    const Gathered *first = work->gathered;
    while (first != gathered && (first->call.events != gathered->call.events || contacts_to_lock(work, first) == nullptr)) {
        first = first->next;
    }
    return first == gathered;
}

// A list of the leads of one contact, before and after.
struct ContactLead {
    Touched *lead;
    ContactLead *next;
};

void mark_for_recount(Touched *lead) {
    if (lead != nullptr) {
        lead->recount = true;
    }
}

Touched *touch_lead_of(Collector *collector, TupleTableSlot *contact) {
    Datum key[INDEX_MAX_KEYS];
    if (contact == nullptr || !read_key(collector->columns, contact, key)) {
        return nullptr;
    }
    return touch(collector->batch, key, nullptr);
}

// Marks those that are found as done.
void look_up(const UpkeepCall &call, Touched **contacts, size_t count, Batch *leads) {
    const int key_count = leads->key_count;
    const uint64 found = find_leads_of_contacts(call.model, call.events, contacts, count);
    for (uint64 row = 0; row < found; ++row) {
        Datum key[INDEX_MAX_KEYS];
        bool nulls[INDEX_MAX_KEYS];
        bool is_null = false;
        const Datum ord = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, ord_column, &is_null);
        for (int i = 0; i < key_count; ++i) {
            key[i] = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, ord_column + 1 + i, &nulls[i]);
        }
        Touched *contact = contacts[static_cast<size_t>(DatumGetInt64(ord)) - 1];
        contact->done = true;
        if (Touched *lead = touch(leads, key, nulls); lead != nullptr) {
            add_difference(leads, lead, contact);
            lead->recount = lead->recount || contact->recount;
        }
    }
    SPI_freetuptable(SPI_tuptable);
}

void look_up_all(const UpkeepCall &call, Touched **contacts, size_t count, Batch *leads) {
    for (size_t from = 0; from < count; from += lookup_size) {
        look_up(call, contacts + from, count - from < lookup_size ? count - from : lookup_size, leads);
    }
}

// Puts those that are not done first; tells how many.
size_t count_missing(Touched **contacts, size_t count) {
    size_t missing = 0;
    for (size_t i = 0; i < count; ++i) {
        if (!contacts[i]->done) {
            contacts[missing++] = contacts[i];
        }
    }
    return missing;
}

bool are_any_there(const UpkeepCall &call, Touched **contacts, size_t count) {
    bool any = false;
    for (size_t from = 0; from < count && !any; from += lookup_size) {
        any = find_contacts_there(call.model, call.events, contacts + from, count - from < lookup_size ? count - from : lookup_size) > 0;
        SPI_freetuptable(SPI_tuptable);
    }
    return any;
}

// Contacts that were not there, until none of them is while their keys are locked. Whoever changes one has its row and then wants its key: so
// nobody may have a key and wait for a row, and the keys are given back before rows are locked.
void look_up_missing(const UpkeepCall &call, Touched **contacts, size_t count, Batch *leads) {
    while (count > 0) {
        const LockedKeys keys = lock_contacts(call.events, contacts, count, KeyUse::looked_for);
        const bool come = are_any_there(call, contacts, count);
        if (come) {
            unlock_keys(KeyLock::contact, keys.place, keys.hashes, keys.count, keys.all);
        }
        pfree(keys.hashes);
        if (!come) {
            return;
        }
        look_up_all(call, contacts, count, leads);
        count = count_missing(contacts, count);
    }
}

// The contact of a row; null if part of its key is null.
Touched *touch_contact(Collector *collector, TupleTableSlot *row) {
    TableColumns *columns = collector->columns;
    Datum key[INDEX_MAX_KEYS];
    for (int i = 0; i < columns->contact_count; ++i) {
        if (!read_key_column(&columns->contact[i], row, &key[i])) {
            return nullptr;
        }
    }
    return touch(collector->contacts, key, nullptr);
}

void note_lead(Collector *collector, Touched *contact, Touched *lead) {
    if (contact == nullptr || lead == nullptr) {
        return;
    }
    auto *entry = static_cast<ContactLead *>(MemoryContextAlloc(collector->contacts->memory, sizeof(ContactLead)));
    *entry = {lead, static_cast<ContactLead *>(contact->work)};
    contact->work = entry;
}

} // namespace

void spread_over_leads(const UpkeepCall &call, Batch *contacts, Batch *leads) {
    const EventSource *source = call.events;
    note_spread(leads->model);
    Touched **all = touched_in_order(contacts);
    if (source->via_many) {
        lock_contacts(source, all, contacts->count, KeyUse::looked_for);
        look_up_all(call, all, contacts->count, leads);
        return;
    }
    look_up_all(call, all, contacts->count, leads);
    look_up_missing(call, all, count_missing(all, contacts->count), leads);
}

void lock_contacts_together(const ModelWork *work) {
    for (const Gathered *one = work->gathered; one != nullptr; one = one->next) {
        Batch *contacts = contacts_to_lock(work, one);
        if (contacts == nullptr || !is_first_to_lock(work, one)) {
            continue;
        }
        const EventSource *source = one->call.events;
        Batch *all = make_batch_by(contacts->model, contacts->keys, contacts->key_count, CurrentMemoryContext);
        bool comes = false;
        for (const Gathered *other = one; other != nullptr; other = other->next) {
            Batch *more = other->call.events == source ? contacts_to_lock(work, other) : nullptr;
            if (more == nullptr) {
                continue;
            }
            comes = comes || other->call.part == Part::via;
            Touched **touched = touched_in_order(more);
            for (size_t i = 0; i < more->count; ++i) {
                touch(all, touched[i]->key, nullptr);
            }
        }
        lock_contacts(source, touched_in_order(all), all->count, comes ? use_by_rows(source) : KeyUse::looked_for);
        MemoryContextDelete(all->memory);
    }
}

void collect_contact(Collector *collector, TupleTableSlot *before, TupleTableSlot *after) {
    TableColumns *columns = collector->columns;
    if (before != nullptr && after != nullptr && !is_changed(&columns->watch, before, after)) {
        return;
    }
    Touched *old_lead = touch_lead_of(collector, before);
    Touched *new_lead = touch_lead_of(collector, after);
    const bool same_contact = before != nullptr && after != nullptr && !is_changed(&columns->contact_key, before, after);
    // Events of a contact that is gone may be gone with it already, by a cascade: nothing tells whether it had any. So may be those of one that
    // goes from lead to lead, by what other triggers of the statement write meanwhile.
    if (before != nullptr && (!same_contact || (collector->late && old_lead != new_lead))) {
        mark_for_recount(old_lead);
        mark_for_recount(collector->late ? new_lead : nullptr);
    }
    if (before != nullptr && !same_contact && columns->contact_has_many) {
        touch_contact(collector, before); // for its key to be locked
    }
    if (after == nullptr) {
        return;
    }
    Touched *contact = touch_contact(collector, after);
    note_lead(collector, contact, same_contact ? old_lead : nullptr);
    note_lead(collector, contact, new_lead);
}

void recount_contact(Touched *contact) {
    for (auto *entry = static_cast<ContactLead *>(contact->work); entry != nullptr; entry = entry->next) {
        mark_for_recount(entry->lead);
    }
}

void recount_leads_of_contacts(const UpkeepCall &call, Batch *contacts) {
    Touched **all = touched_in_order(contacts);
    lock_contacts(call.events, all, contacts->count, use_by_rows(call.events));
    for (size_t from = 0; from < contacts->count; from += lookup_size) {
        const size_t count = contacts->count - from < lookup_size ? contacts->count - from : lookup_size;
        const uint64 found = find_contacts_with_events(call.model, call.events, all + from, count);
        for (uint64 row = 0; row < found; ++row) {
            bool is_null = false;
            const Datum ord = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, ord_column, &is_null);
            recount_contact(all[from + static_cast<size_t>(DatumGetInt64(ord)) - 1]);
        }
        SPI_freetuptable(SPI_tuptable);
    }
}

} // namespace leadscore
