// The leads that a statement touched, in key order.
#include "batch.hpp"

#include "key_size.hpp"
#include "log_room.hpp"

namespace leadscore {

namespace {

Touched *entry_at(RBTNode *node) {
    return reinterpret_cast<Touched *>(node);
}

int compare(const RBTNode *left, const RBTNode *right, void *argument) {
    auto *batch = static_cast<Batch *>(argument);
    const auto *a = reinterpret_cast<const Touched *>(left);
    const auto *b = reinterpret_cast<const Touched *>(right);
    for (int i = 0; i < batch->key_count; ++i) {
        const int order = ApplySortComparator(a->key[i], false, b->key[i], false, &batch->keys[i].order);
        if (order != 0) {
            return order;
        }
    }
    return 0;
}

// Keys are found again, never combined or deleted.
void combine(RBTNode *, const RBTNode *, void *) {
}

size_t entry_size(const Batch *batch) {
    return offsetof(Touched, key) + sizeof(Datum) * static_cast<size_t>(batch->key_count);
}

RBTNode *make_entry(void *argument) {
    auto *batch = static_cast<Batch *>(argument);
    return static_cast<RBTNode *>(MemoryContextAlloc(batch->memory, entry_size(batch)));
}

// The same bytes; keys that are equal by the order of their type may still differ in them.
bool is_same(const Batch *batch, const Touched *entry, const Datum *key) {
    for (int i = 0; i < batch->key_count; ++i) {
        const KeyColumn &column = batch->keys[i];
        if (column.by_value ? entry->key[i] != key[i] : !datumIsEqual(entry->key[i], key[i], false, column.length)) {
            return false;
        }
    }
    return true;
}

// Values as the entries have them: not compressed, not stored elsewhere. False if no lead can have the key.
bool read_key(const Batch *batch, const Datum *key, const bool *nulls, Datum *out) {
    size_t size = 0;
    for (int i = 0; i < batch->key_count; ++i) {
        if (nulls != nullptr && nulls[i]) {
            return false;
        }
        out[i] = key[i];
        if (batch->keys[i].length == -1) {
            size += toast_raw_datum_size(key[i]);
            if (size > most_raw_bytes) {
                return false;
            }
            out[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(key[i]));
        }
    }
    if (size <= always_fitting_bytes) {
        return true;
    }
    Oid types[INDEX_MAX_KEYS];
    for (int i = 0; i < batch->key_count; ++i) {
        types[i] = batch->keys[i].type;
    }
    return index_row_size(types, out, batch->key_count) <= (batch->own ? most_score_key_bytes : most_index_row_bytes);
}

template <typename Entry> bool comes_to_nothing(Log<Entry> &log) {
    if (log.used > 0) {
        order(log);
    }
    return log.used == 0;
}

// Whether its events make any. Puts the logs in order: one that was changed where no rule looks adds what it takes away.
bool has_difference(Touched *touched) {
    const bool counts = comes_to_nothing(touched->delta.counts);
    const bool wides = comes_to_nothing(touched->delta.wides);
    const bool values = comes_to_nothing(touched->delta.values);
    return !(counts && wides && values);
}

} // namespace

Batch *make_batch(Model *model, MemoryContext parent) {
    Batch *batch = make_batch_by(model, model->keys, model->key_count, parent);
    batch->own = true;
    return batch;
}

Batch *make_batch_by(Model *model, KeyColumn *keys, int key_count, MemoryContext parent) {
    MemoryContext memory = AllocSetContextCreate(parent, "leadscore batch", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    auto *batch = static_cast<Batch *>(palloc0(sizeof(Batch)));
    batch->model = model;
    batch->rules_change = model->rules_change;
    batch->keys = keys;
    batch->key_count = key_count;
    batch->memory = memory;
    batch->tree = rbt_create(entry_size(batch), compare, combine, make_entry, nullptr, batch);
    MemoryContextSwitchTo(old);
    return batch;
}

Touched *touch(Batch *batch, const Datum *key, const bool *nulls) {
    alignas(Touched) char memory[sizeof(Touched) + sizeof(Datum) * INDEX_MAX_KEYS];
    auto *wanted = reinterpret_cast<Touched *>(memory);
    if (!read_key(batch, key, nulls, wanted->key)) {
        return nullptr;
    }
    if (batch->last != nullptr && is_same(batch, batch->last, wanted->key)) {
        return batch->last;
    }
    wanted->delta = {};
    wanted->input_changed = false;
    wanted->comes = false;
    wanted->moved = false;
    wanted->recount = false;
    wanted->done = false;
    wanted->work = nullptr;
    bool is_new = false;
    Touched *entry = entry_at(rbt_insert(batch->tree, &wanted->node, &is_new));
    batch->last = nullptr; // should copying fail
    if (is_new) {
        MemoryContext old = MemoryContextSwitchTo(batch->memory);
        for (int i = 0; i < batch->key_count; ++i) {
            entry->key[i] = datumCopy(entry->key[i], batch->keys[i].by_value, batch->keys[i].length);
        }
        MemoryContextSwitchTo(old);
        ++batch->count;
    }
    batch->last = entry;
    return entry;
}

Touched **touched_in_order(Batch *batch) {
    auto **entries = static_cast<Touched **>(
        MemoryContextAllocExtended(batch->memory, sizeof(Touched *) * (batch->count + 1), MCXT_ALLOC_HUGE));
    RBTreeIterator walk;
    rbt_begin_iterate(batch->tree, LeftRightWalk, &walk);
    size_t count = 0;
    while (RBTNode *node = rbt_iterate(&walk)) {
        entries[count++] = entry_at(node);
    }
    return entries;
}

Touched **touched_that_matter(Batch *batch, bool all, size_t *count) {
    Touched **touched = touched_in_order(batch);
    *count = 0;
    for (size_t i = 0; i < batch->count; ++i) {
        if (all || touched[i]->input_changed || touched[i]->recount || has_difference(touched[i])) {
            touched[(*count)++] = touched[i];
        }
    }
    return touched;
}

void make_room(Batch *batch, Touched *touched, size_t counts, size_t wides, size_t values) {
    make_room_in(batch->memory, touched->delta.counts, counts);
    make_room_in(batch->memory, touched->delta.wides, wides);
    make_room_in(batch->memory, touched->delta.values, values);
}

namespace {

template <typename Entry> void append_log(Log<Entry> *to, const Log<Entry> *from) {
    if (from->used > 0) {
        memcpy(static_cast<void *>(to->entries + to->used), from->entries, sizeof(Entry) * from->used);
        to->used += from->used;
    }
}

} // namespace

void add_difference(Batch *batch, Touched *touched, const Touched *more) {
    make_room(batch, touched, more->delta.counts.used, more->delta.wides.used, more->delta.values.used);
    append_log(&touched->delta.counts, &more->delta.counts);
    append_log(&touched->delta.wides, &more->delta.wides);
    append_log(&touched->delta.values, &more->delta.values);
}

} // namespace leadscore
