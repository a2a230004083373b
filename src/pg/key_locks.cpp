// Locks on keys: advisory locks of the transaction in classes of their own.
#include "key_locks.hpp"

namespace leadscore {

namespace {

// Keys of one statement that are locked one by one.
constexpr size_t most_keys = 128;

// Those who lock all keys meet those who lock single ones here: on the first if they bring all, on the second if they look for
// all.
constexpr uint64 all_come = 0;
constexpr uint64 all_are_looked_for = 2;

// Locks on single keys that the transaction has, those of subtransactions undone included.
int locks_taken = 0;

void transaction_ends(XactEvent event, void *) {
    if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE) {
        locks_taken = 0;
    }
}

void count_locks() {
    static bool registered = false;
    if (!registered) {
        RegisterXactCallback(transaction_ends, nullptr);
        registered = true;
    }
}

LOCKTAG tag_of(KeyLock what, uint64 place, uint64 key) {
    LOCKTAG tag;
    const uint64 hash = hash_combine64(place, key);
    SET_LOCKTAG_ADVISORY(tag, MyDatabaseId, static_cast<uint32>(hash >> 32), static_cast<uint32>(hash),
                         static_cast<uint16>(what));
    return tag;
}

LOCKTAG tag_of_lead(const Model *model, const Datum *key) {
    return tag_of(KeyLock::lead, place_of(model->leads, InvalidOid), hash_of_key(model->keys, model->key_count, key));
}

// False if the transaction had it.
bool lock_one(const LOCKTAG &tag, LOCKMODE mode) {
    const bool taken = LockAcquire(&tag, mode, false, false) == LOCKACQUIRE_OK;
    locks_taken += taken ? 1 : 0;
    return taken;
}

void unlock_one(const LOCKTAG &tag, LOCKMODE mode) {
    LockRelease(&tag, mode, false);
    locks_taken -= LEADSCORE_HOLDS_LOCK(&tag, mode) ? 0 : 1;
}

LOCKMODE mode_of(KeyUse use) {
    switch (use) {
    case KeyUse::looked_for:
        return ShareLock;
    case KeyUse::comes:
        return RowExclusiveLock;
    case KeyUse::comes_of_several:
        return ShareRowExclusiveLock;
    }
    return ShareRowExclusiveLock;
}

int compare_hashes(const void *left, const void *right) {
    const uint64 a = *static_cast<const uint64 *>(left);
    const uint64 b = *static_cast<const uint64 *>(right);
    return a < b ? -1 : a > b ? 1 : 0;
}

} // namespace

uint64 hash_of_value(Oid type, Oid collation, Datum value) {
    TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_HASH_EXTENDED_PROC_FINFO);
    // A type that cannot be hashed: one lock for all its keys.
    return OidIsValid(entry->hash_extended_proc)
               ? DatumGetUInt64(FunctionCall2Coll(&entry->hash_extended_proc_finfo, collation, value, UInt64GetDatum(0)))
               : 0;
}

uint64 hash_of_key(const KeyColumn *keys, int count, const Datum *key) {
    uint64 hash = 0;
    for (int i = 0; i < count; ++i) {
        hash = hash_combine64(hash, hash_of_value(keys[i].type, keys[i].collation, key[i]));
    }
    return hash | 1; // the even ones are those of all keys
}

uint64 place_of(Oid one, Oid other) {
    return hash_combine64(hash_bytes_uint32_extended(one, 0), hash_bytes_uint32_extended(other, 0));
}

bool lock_keys(KeyLock what, uint64 place, uint64 *hashes, size_t count, KeyUse use) {
    if (count == 0) {
        return false;
    }
    count_locks();
    const bool comes = use != KeyUse::looked_for;
    const LOCKMODE mode = mode_of(use);
    // A transaction of very many statements must not use up what room there is for locks.
    const bool all = count > most_keys || locks_taken > max_locks_per_xact * 4;
    // In this order: who brings a single key may look for it next.
    if (all || comes) {
        lock_one(tag_of(what, place, all_are_looked_for), all ? mode : RowExclusiveLock);
    }
    if (all || !comes) {
        lock_one(tag_of(what, place, all_come), mode);
    }
    if (all) {
        return true;
    }
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    for (size_t i = 0; i < count; ++i) {
        lock_one(tag_of(what, place, hashes[i]), mode);
    }
    return false;
}

void unlock_keys(KeyLock what, uint64 place, const uint64 *hashes, size_t count, bool all) {
    const LOCKMODE mode = mode_of(KeyUse::looked_for);
    for (size_t i = 0; !all && i < count; ++i) {
        unlock_one(tag_of(what, place, hashes[i]), mode);
    }
    if (all) {
        unlock_one(tag_of(what, place, all_are_looked_for), mode);
    }
    unlock_one(tag_of(what, place, all_come), mode);
}

bool lock_lead_key(const Model *model, const Datum *key) {
    count_locks();
    return locks_taken <= max_locks_per_xact / 2 && lock_one(tag_of_lead(model, key), ExclusiveLock);
}

bool try_lead_key(const Model *model, const Datum *key) {
    count_locks();
    const LOCKTAG tag = tag_of_lead(model, key);
    const LockAcquireResult result = locks_taken > max_locks_per_xact / 2 ? LOCKACQUIRE_ALREADY_HELD : LockAcquire(&tag, ExclusiveLock, false, true);
    locks_taken += result == LOCKACQUIRE_OK ? 1 : 0;
    return result != LOCKACQUIRE_NOT_AVAIL;
}

void wait_for_lead_key(const Model *model, const Datum *key) {
    const LOCKTAG tag = tag_of_lead(model, key);
    LockAcquire(&tag, ExclusiveLock, false, false);
    LockRelease(&tag, ExclusiveLock, false);
}

void unlock_lead_key(const Model *model, const Datum *key) {
    const LOCKTAG tag = tag_of_lead(model, key);
    LockRelease(&tag, ExclusiveLock, false);
    --locks_taken;
}

} // namespace leadscore
