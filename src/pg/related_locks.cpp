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

// Locks related rows of so many leads; tells how many point to one that is not there.
size_t share_rows(Model *model, int index, Datum *keys, size_t leads, uint64 **hashes) {
    const AttributeSource *source = &model->attribute_sources[index];
    const uint64 shared = run_plan(share_plan(model, index), keys, nullptr, SPI_OK_SELECT);
    SPI_freetuptable(SPI_tuptable);
    if (shared >= leads) {
        return 0;
    }
    const uint64 count = run_plan(pointless_plan(model, index), keys, nullptr, SPI_OK_SELECT);
    SPITupleTable *rows = SPI_tuptable;
    *hashes =
        static_cast<uint64 *>(MemoryContextAllocExtended(CurrentMemoryContext, sizeof(uint64) * (count + 1), MCXT_ALLOC_HUGE));
    for (uint64 row = 0; row < count; ++row) {
        uint64 hash = 0;
        for (int i = 0; i < source->column_count; ++i) {
            bool is_null = false;
            const Datum value = SPI_getbinval(rows->vals[row], rows->tupdesc, i + 1, &is_null);
            hash = hash_combine64(hash, hash_of_value(getBaseType(SPI_gettypeid(rows->tupdesc, i + 1)),
                                                      related_key_collation(model, source, i), value));
        }
        (*hashes)[row] = hash | 1;
    }
    SPI_freetuptable(rows);
    return count;
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
        uint64 *hashes = nullptr;
        const size_t pointless = share_rows(model, i, keys, count, &hashes);
        if (pointless == 0) {
            continue;
        }
        lock_keys(KeyLock::related, place_of_source(model, &model->attribute_sources[i]), hashes, pointless, KeyUse::looked_for);
        // Who brought such a row has been waited for.
        const size_t still = share_rows(model, i, keys, count, &hashes);
        if (IsolationUsesXactSnapshot() && still > 0) {
            Snapshot now = RegisterSnapshot(GetLatestSnapshot());
            const bool come = run_plan_at(pointless_plan(model, i), keys, now, SPI_OK_SELECT) < still;
            UnregisterSnapshot(now);
            SPI_freetuptable(SPI_tuptable);
            if (come) {
                fail_serialization("Another transaction brought a row that a lead refers to.");
            }
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
