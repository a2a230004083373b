// What a leads table may have against a write of its score columns: found once, when a model is read.
//
// Whatever was true of the row before stays true where it does not look at these columns. So a write without care is one of which
// nothing can come but an error of the server.
#include "lead_refusals.hpp"

namespace leadscore {

namespace {

constexpr int score_columns = 2;

// Rows of more columns, or of more bytes that stay in the row, may be so wide that there is no room for a score.
constexpr int most_columns = 400;
constexpr int most_bytes = BLCKSZ / 2;

struct Columns {
    AttrNumber number[score_columns];
    Bitmapset *set; // as pull_varattnos() has them
};

bool is_theirs(const Columns *columns, AttrNumber number) {
    return number == columns->number[0] || number == columns->number[1];
}

// A function of somebody's may refuse today what it took yesterday.
bool is_made_by_users(Oid function, void *) {
    return function >= FirstNormalObjectId;
}

} // namespace

bool calls_users_function(Node *node, void *context) {
    if (node == nullptr) {
        return false;
    }
    if (IsA(node, CoerceToDomain) || check_functions_in_node(node, is_made_by_users, context)) {
        return true;
    }
    return LEADSCORE_WALK_EXPRESSION(node, calls_users_function, context);
}

namespace {

// Whether an expression over the row might fail when only the score columns change.
bool may_fail(const Columns *columns, Node *expression) {
    Bitmapset *read = nullptr;
    pull_varattnos(expression, 1, &read);
    const bool whole_row = bms_is_member(-FirstLowInvalidHeapAttributeNumber, read);
    return whole_row || bms_overlap(read, columns->set) || calls_users_function(expression, nullptr);
}

// Entries of a changed row go into all indexes of the table.
bool may_index_refuse(Relation relation, Oid number, const Columns *columns) {
    Relation index = index_open(number, AccessShareLock);
    const Form_pg_index form = index->rd_index;
    bool theirs = false;
    bool wide = false;
    for (int i = 0; i < form->indnatts; ++i) {
        const AttrNumber column = form->indkey.values[i];
        theirs = theirs || is_theirs(columns, column);
        // Entries have a greatest size, and beside a long value a longer stage may pass it.
        wide = wide || column == 0 ||
               (!is_theirs(columns, column) && TupleDescAttr(RelationGetDescr(relation), column - 1)->attlen < 0);
    }
    const bool strict = form->indisunique || form->indisexclusion;
    const bool plain = index->rd_rel->relam == BTREE_AM_OID || index->rd_rel->relam == HASH_AM_OID;
    const bool found = (theirs && (strict || wide || !plain)) ||
                       may_fail(columns, reinterpret_cast<Node *>(RelationGetIndexExpressions(index))) ||
                       may_fail(columns, reinterpret_cast<Node *>(RelationGetIndexPredicate(index)));
    index_close(index, NoLock);
    return found;
}

bool may_indexes_refuse(Relation relation, const Columns *columns) {
    List *indexes = RelationGetIndexList(relation);
    bool found = false;
    ListCell *cell = nullptr;
    foreach (cell, indexes) {
        found = found || may_index_refuse(relation, lfirst_oid(cell), columns);
    }
    return found;
}

bool may_triggers_refuse(Relation relation) {
    const TriggerDesc *triggers = relation->trigdesc;
    const Oid upkeep =
        LookupFuncName(list_make2(makeString(pstrdup("leadscore")), makeString(pstrdup("upkeep"))), 0, nullptr, true);
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        const Trigger &trigger = triggers->triggers[i];
        if (TRIGGER_FOR_UPDATE(trigger.tgtype) && !trigger.tgisinternal && trigger.tgfoid != upkeep) {
            return true;
        }
    }
    return false;
}

bool may_foreign_keys_refuse(Relation relation, const Columns *columns) {
    ListCell *cell = nullptr;
    foreach (cell, RelationGetFKeyList(relation)) {
        const auto *key = lfirst_node(ForeignKeyCacheInfo, cell);
        for (int i = 0; i < key->nkeys; ++i) {
            if (is_theirs(columns, key->conkey[i])) {
                return true;
            }
        }
    }
    return false;
}

bool may_generated_columns_refuse(Relation relation, const Columns *columns) {
    TupleDesc row = RelationGetDescr(relation);
    if (row->constr == nullptr || !row->constr->has_generated_stored) {
        return false;
    }
    for (int i = 0; i < row->natts; ++i) {
        if (TupleDescAttr(row, i)->attgenerated == ATTRIBUTE_GENERATED_STORED &&
            may_fail(columns, build_column_default(relation, i + 1))) {
            return true;
        }
    }
    return false;
}

// As they are made, the columns hold any score and stage; narrower ones may not.
bool may_types_refuse(TupleDesc row, const Columns *columns) {
    static const Oid made[score_columns] = {NUMERICOID, TEXTOID};
    for (int i = 0; i < score_columns; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(row, columns->number[i] - 1);
        if (column->atttypid != made[i] || column->atttypmod >= 0 || column->attnotnull || column->attgenerated != '\0') {
            return true;
        }
    }
    return false;
}

// Of a table that is published, the server takes no update that subscribers could not follow.
enum class Published { not_at_all, well, without_identity, beyond_identity };

Published how_published(Relation relation) {
    bool updates = false;
    bool fit = true;
    LEADSCORE_FIND_PUBLISHED_UPDATES(relation, updates, fit);
    if (!updates) {
        return Published::not_at_all;
    }
    if (relation->rd_rel->relreplident != REPLICA_IDENTITY_FULL && !OidIsValid(RelationGetReplicaIndex(relation))) {
        return Published::without_identity;
    }
    return fit ? Published::well : Published::beyond_identity;
}

bool may_publications_refuse(Relation relation) {
    const Published how = how_published(relation);
    return how == Published::without_identity || how == Published::beyond_identity;
}

// Whether an index may be the replica identity of its table.
bool identifies_rows(Relation relation, Oid number) {
    HeapTuple found = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(number));
    if (!HeapTupleIsValid(found)) {
        return false;
    }
    const auto *form = reinterpret_cast<Form_pg_index>(GETSTRUCT(found));
    bool good = form->indisunique && form->indimmediate && form->indisvalid && heap_attisnull(found, Anum_pg_index_indpred, nullptr);
    for (int i = 0; good && i < form->indnkeyatts; ++i) {
        const AttrNumber column = form->indkey.values[i]; // 0: an expression
        good = column > 0 && TupleDescAttr(RelationGetDescr(relation), column - 1)->attnotnull;
    }
    ReleaseSysCache(found);
    return good;
}

const char *possible_identity(Relation relation) {
    ListCell *cell = nullptr;
    foreach (cell, RelationGetIndexList(relation)) {
        if (identifies_rows(relation, lfirst_oid(cell))) {
            return psprintf("USING INDEX %s", quote_identifier(get_rel_name(lfirst_oid(cell))));
        }
    }
    return "FULL";
}

// The rest of a row can be moved out of it, but for the pointers.
bool may_row_be_full(TupleDesc row) {
    int bytes = 0;
    for (int i = 0; i < row->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(row, i);
        if (column->attlen < 0 && column->attstorage == TYPSTORAGE_PLAIN && !column->attisdropped) {
            return true;
        }
        bytes += column->attlen > 0 ? column->attlen : 0;
    }
    return row->natts > most_columns || bytes > most_bytes;
}

bool may_refuse(Relation relation, const Columns *columns) {
    TupleDesc row = RelationGetDescr(relation);
    return may_publications_refuse(relation) || relation->rd_rel->relkind != RELKIND_RELATION || relation->rd_rel->relispartition || relation->rd_rules != nullptr ||
           may_row_be_full(row) || (row->constr != nullptr && row->constr->num_check > 0) || may_types_refuse(row, columns) ||
           may_triggers_refuse(relation) || may_foreign_keys_refuse(relation, columns) ||
           may_generated_columns_refuse(relation, columns) || may_indexes_refuse(relation, columns);
}

bool is_on_columns(HeapTuple constraint, TupleDesc row, const Columns *columns) {
    bool is_null = false;
    const Datum keys = heap_getattr(constraint, Anum_pg_constraint_conkey, row, &is_null);
    if (is_null) {
        return false;
    }
    Datum *numbers = nullptr;
    int count = 0;
    deconstruct_array(DatumGetArrayTypeP(keys), INT2OID, 2, true, TYPALIGN_SHORT, &numbers, nullptr, &count);
    for (int i = 0; i < count; ++i) {
        // 0 stands for an expression of an exclusion constraint.
        if (DatumGetInt16(numbers[i]) == 0 || is_theirs(columns, DatumGetInt16(numbers[i]))) {
            return true;
        }
    }
    return false;
}

// Triggers of users that wait for the end of the transaction are not asked: they may wait for what is still to come.
List *add_deferrable(List *found, Oid table, const char *score, const char *stage) {
    const Columns columns = {{get_attnum(table, score), get_attnum(table, stage)}, nullptr};
    Relation constraints = table_open(ConstraintRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
    SysScanDesc scan = systable_beginscan(constraints, ConstraintRelidTypidNameIndexId, true, nullptr, 1, &key);
    while (HeapTuple tuple = systable_getnext(scan)) {
        const auto *form = reinterpret_cast<Form_pg_constraint>(GETSTRUCT(tuple));
        const bool key_like =
            form->contype == CONSTRAINT_FOREIGN || form->contype == CONSTRAINT_UNIQUE || form->contype == CONSTRAINT_EXCLUSION;
        if (!form->condeferrable || !key_like || !is_on_columns(tuple, RelationGetDescr(constraints), &columns)) {
            continue;
        }
        auto *statement = makeNode(ConstraintsSetStmt);
        statement->constraints =
            list_make1(makeRangeVar(get_namespace_name(form->connamespace), pstrdup(NameStr(form->conname)), -1));
        statement->deferred = false;
        found = lappend(found, statement);
    }
    systable_endscan(scan);
    table_close(constraints, AccessShareLock);
    return found;
}

} // namespace

LeadRefusals find_lead_refusals(Oid leads, const char *score, const char *stage) {
    LeadRefusals refusals = {true, NIL};
    Relation relation = try_relation_open(leads, AccessShareLock);
    if (relation == nullptr) {
        return refusals;
    }
    Columns columns = {{get_attnum(leads, score), get_attnum(leads, stage)}, nullptr};
    if (columns.number[0] > 0 && columns.number[1] > 0) {
        for (const AttrNumber number : columns.number) {
            columns.set = bms_add_member(columns.set, number - FirstLowInvalidHeapAttributeNumber);
        }
        MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "leadscore refusals", ALLOCSET_DEFAULT_SIZES);
        MemoryContext old = MemoryContextSwitchTo(scratch);
        refusals.possible = may_refuse(relation, &columns);
        MemoryContextSwitchTo(old);
        MemoryContextDelete(scratch);
        ListCell *cell = nullptr;
        foreach (cell, find_all_inheritors(leads, AccessShareLock, nullptr)) {
            refusals.deferred = add_deferrable(refusals.deferred, lfirst_oid(cell), score, stage);
        }
        refusals.possible = refusals.possible || refusals.deferred != NIL;
    }
    relation_close(relation, NoLock);
    return refusals;
}

// Without a lock: writers of events of a queued model wait for nobody who has the leads.
const char *publication_refusal(Oid leads) {
    Relation relation = RelationIdGetRelation(leads);
    if (!RelationIsValid(relation)) {
        return nullptr;
    }
    const char *refusal = nullptr;
    switch (how_published(relation)) {
    case Published::without_identity:
        refusal = psprintf("its leads table has no replica identity, and a publication publishes its updates: ALTER TABLE %s REPLICA IDENTITY %s gives it one",
                           quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation)), possible_identity(relation));
        break;
    case Published::beyond_identity:
        refusal = "a publication of its leads table filters or leaves out columns that its replica identity does not go with";
        break;
    default:
        break;
    }
    RelationClose(relation);
    return refusal;
}

void ask_deferred(const List *deferred) {
    if (deferred == NIL) {
        return;
    }
    MemoryContext context = CurrentMemoryContext;
    ResourceOwner owner = CurrentResourceOwner;
    ErrorData *volatile error = nullptr;
    // Rolled back, it leaves the checks for the end and the constraints as the transaction set them.
    BeginInternalSubTransaction(nullptr);
    MemoryContextSwitchTo(context);
    PG_TRY();
    {
        ListCell *cell = nullptr;
        foreach (cell, deferred) {
            AfterTriggerSetState(lfirst_node(ConstraintsSetStmt, cell));
        }
    }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        error = CopyErrorData();
        FlushErrorState();
    }
    PG_END_TRY();
    RollbackAndReleaseCurrentSubTransaction();
    MemoryContextSwitchTo(context);
    CurrentResourceOwner = owner;
    if (error != nullptr) {
        ReThrowError(error);
    }
}

} // namespace leadscore
