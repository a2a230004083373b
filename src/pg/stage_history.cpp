// Rows of the history that the running transaction wrote.
#include "stage_history.hpp"

#include "model_tables.hpp"

namespace leadscore {

struct StageHistory {
    Relation table;
    Oid index; // by key and moment; invalid if somebody dropped it: then all rows are looked at
    int key_count;
    ScanKeyData keys[INDEX_MAX_KEYS];
    AttrNumber id;
    AttrNumber old_stage;
    AttrNumber new_stage;
    AttrNumber old_since;
};

namespace {

bool is_btree(Oid index) {
    HeapTuple found = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
    const bool is = HeapTupleIsValid(found) && reinterpret_cast<Form_pg_class>(GETSTRUCT(found))->relam == BTREE_AM_OID;
    if (HeapTupleIsValid(found)) {
        ReleaseSysCache(found);
    }
    return is;
}

bool is_of_columns(Oid index, const ScanKeyData *keys, int count) {
    HeapTuple found = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
    if (!HeapTupleIsValid(found)) {
        return false;
    }
    const auto *form = reinterpret_cast<Form_pg_index>(GETSTRUCT(found));
    bool good = form->indisvalid && form->indnkeyatts == count && heap_attisnull(found, Anum_pg_index_indpred, nullptr) &&
                is_btree(index);
    for (int i = 0; good && i < count; ++i) {
        good = form->indkey.values[i] == keys[i].sk_attno;
    }
    ReleaseSysCache(found);
    return good;
}

Oid find_index(Relation table, const ScanKeyData *keys, int count) {
    Oid index = InvalidOid;
    List *all = RelationGetIndexList(table);
    ListCell *cell = nullptr;
    foreach (cell, all) {
        if (is_of_columns(lfirst_oid(cell), keys, count)) {
            index = lfirst_oid(cell);
            break;
        }
    }
    list_free(all);
    return index;
}

void make_key(ScanKey key, Relation table, const char *column, Oid type, Oid collation) {
    const TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_EQ_OPR);
    ScanKeyInit(key, require_column(table, column, type), BTEqualStrategyNumber, get_opcode(entry->eq_opr), static_cast<Datum>(0));
    key->sk_collation = collation;
}

} // namespace

StageHistory *open_stage_history(const Model *model) {
    auto *history = static_cast<StageHistory *>(palloc0(sizeof(StageHistory)));
    // As who writes to it does, for who reads it will: REINDEX locks a table and then its indexes.
    history->table = table_open(model->companions[0], RowExclusiveLock);
    history->key_count = model->key_count;
    for (int i = 0; i < model->key_count; ++i) {
        const KeyColumn &key = model->keys[i];
        make_key(&history->keys[i], history->table, NameStr(key.stored_name), key.type, key.collation);
    }
    make_key(&history->keys[model->key_count], history->table, "at", TIMESTAMPTZOID, InvalidOid);
    history->index = find_index(history->table, history->keys, model->key_count + 1);
    history->id = require_column(history->table, "id", INT8OID);
    history->old_stage = require_column(history->table, "old_stage", TEXTOID);
    history->new_stage = require_column(history->table, "new_stage", TEXTOID);
    history->old_since = require_column(history->table, "old_since", TIMESTAMPTZOID);
    return history;
}

void close_stage_history(StageHistory *history) {
    table_close(history->table, NoLock);
}

// Not by a snapshot of the transaction: SERIALIZABLE would hold what is read against other writers of the history.
bool find_own_change(StageHistory *history, const Datum *key, TimestampTz at, OwnChange *change) {
    TupleDesc columns = RelationGetDescr(history->table);
    ScanKeyData keys[INDEX_MAX_KEYS];
    memcpy(keys, history->keys, sizeof keys);
    for (int i = 0; i < history->key_count; ++i) {
        keys[i].sk_argument = key[i];
    }
    keys[history->key_count].sk_argument = TimestampTzGetDatum(at);
    SysScanDesc scan = systable_beginscan(history->table, history->index, OidIsValid(history->index), SnapshotSelf, history->key_count + 1, keys);
    HeapTuple last = nullptr;
    change->id = 0;
    bool is_null = false;
    while (HeapTuple row = systable_getnext(scan)) {
        const int64 id = DatumGetInt64(heap_getattr(row, history->id, columns, &is_null));
        if (TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(row->t_data)) && (last == nullptr || id > change->id)) {
            last = heap_copytuple(row);
            change->id = id;
        }
    }
    systable_endscan(scan);
    if (last == nullptr) {
        return false;
    }
    change->old_stage = heap_getattr(last, history->old_stage, columns, &change->old_stage_null);
    change->new_stage = heap_getattr(last, history->new_stage, columns, &change->new_stage_null);
    change->old_since = DatumGetTimestampTz(heap_getattr(last, history->old_since, columns, &change->old_since_null));
    return true;
}

} // namespace leadscore
