// Related rows locked FOR SHARE, or their keys where they are not there.
#include "related_locks.hpp"

#include "event_columns.hpp"
#include "key_locks.hpp"
#include "model_plans.hpp"

namespace leadscore {

namespace {

uint64 place_of_source(const Model *model, const AttributeSource *source) {
    return hash_combine64(place_of(model->leads, source->table), static_cast<uint64>(source->number));
}

// What leads point to.
struct Pointed {
    uint64 shared;  // rows that are locked
    size_t missing; // keys of rows that are not there
    uint64 *hashes; // of these
};

uint64 hash_of_pointer(const Model *model, const AttributeSource *source, const SPITupleTable *rows, uint64 row) {
    uint64 hash = 0;
    for (int i = 0; i < source->column_count; ++i) {
        bool is_null = false;
        const Datum value = SPI_getbinval(rows->vals[row], rows->tupdesc, i + 1, &is_null);
        hash = hash_combine64(hash, hash_of_value(getBaseType(SPI_gettypeid(rows->tupdesc, i + 1)), related_key_collation(model, source, i), value));
    }
    return hash | 1;
}

bool is_there(const AttributeSource *source, const SPITupleTable *rows, uint64 row) {
    bool is_null = false;
    return DatumGetBool(SPI_getbinval(rows->vals[row], rows->tupdesc, source->column_count + 1, &is_null));
}

// False if others came since rows were locked.
bool find_missing(Model *model, int index, Datum *keys, Pointed *pointed) {
    const AttributeSource *source = &model->attribute_sources[index];
    const uint64 count = run_plan(pointed_plan(model, index), keys, nullptr, SPI_OK_SELECT);
    SPITupleTable *rows = SPI_tuptable;
    pointed->missing = 0;
    pointed->hashes = static_cast<uint64 *>(MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * (count + 1), MCXT_ALLOC_HUGE));
    for (uint64 row = 0; row < count; ++row) {
        if (!is_there(source, rows, row)) {
            pointed->hashes[pointed->missing++] = hash_of_pointer(model, source, rows, row);
        }
    }
    SPI_freetuptable(rows);
    return count - pointed->missing <= pointed->shared;
}

// Locks related rows of so many leads.
Pointed share_rows(Model *model, int index, Datum *keys, size_t leads) {
    Pointed pointed;
    do {
        pointed = {};
        pointed.shared = run_plan(share_plan(model, index), keys, nullptr, SPI_OK_SELECT);
        SPI_freetuptable(SPI_tuptable);
    } while (pointed.shared < leads && !find_missing(model, index, keys, &pointed));
    return pointed;
}

uint64 count_there_now(Model *model, int index, Datum *keys) {
    Snapshot now = RegisterSnapshot(GetLatestSnapshot());
    const uint64 count = run_plan_at(pointed_plan(model, index), keys, now, SPI_OK_SELECT);
    UnregisterSnapshot(now);
    uint64 there = 0;
    for (uint64 row = 0; row < count; ++row) {
        there += is_there(&model->attribute_sources[index], SPI_tuptable, row) ? 1 : 0;
    }
    SPI_freetuptable(SPI_tuptable);
    return there;
}

} // namespace

void lock_related(Work *work, LeadWork **leads, size_t all_count) {
    Model *model = work->model;
    // Of the others, who has their related row alone may want the lead next.
    auto **moved = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * all_count));
    size_t count = 0;
    for (size_t i = 0; i < all_count; ++i) {
        if (leads[i]->touched->moved) {
            moved[count++] = leads[i];
        }
    }
    if (count == 0) {
        return;
    }
    Datum keys[INDEX_MAX_KEYS];
    key_parameters(model, keys_of(moved, count), count, true, keys);
    for (int i = 0; i < model->attribute_source_count; ++i) {
        if (share_plan(model, i) == nullptr) {
            continue;
        }
        const uint64 place = place_of_source(model, &model->attribute_sources[i]);
        for (Pointed pointed = share_rows(model, i, keys, count); pointed.missing > 0; pointed = share_rows(model, i, keys, count)) {
            const bool all = lock_keys(KeyLock::related, place, pointed.hashes, pointed.missing, KeyUse::looked_for);
            // Who brought such a row has been waited for.
            if (count_there_now(model, i, keys) <= pointed.shared) {
                break;
            }
            if (IsolationUsesXactSnapshot()) {
                fail_serialization("Another transaction brought a row that a lead refers to.");
            }
            // Who changes that row may want its key: nobody may have the key and wait for the row.
            unlock_keys(KeyLock::related, place, pointed.hashes, pointed.missing, all);
        }
    }
}

void lock_coming_related(const Model *model, const AttributeSource *source, ArrayBuildState *const *keys, size_t count) {
    auto *hashes =
        static_cast<uint64 *>(MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * (count + 1), MCXT_ALLOC_HUGE));
    for (size_t n = 0; n < count; ++n) {
        uint64 hash = 0;
        for (int i = 0; i < source->column_count; ++i) {
            hash = hash_combine64(hash, hash_of_value(keys[i]->element_type, related_key_collation(model, source, i), keys[i]->dvalues[n]));
        }
        hashes[n] = hash | 1;
    }
    lock_keys(KeyLock::related, place_of_source(model, source), hashes, count, KeyUse::comes);
    pfree(hashes);
}

} // namespace leadscore
