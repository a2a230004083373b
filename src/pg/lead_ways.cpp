// What of a leads table can be done without SQL.
#include "lead_ways.hpp"

#include "model_load.hpp"

namespace leadscore {

namespace {

// Whether the index finds by the operator that a statement would use.
bool finds_by_equality(Relation index, int column, const KeyColumn *key) {
    const Oid family = index->rd_opfamily[column];
    const Oid type = index->rd_opcintype[column];
    const TypeCacheEntry *entry = lookup_type_cache(key->type, TYPECACHE_EQ_OPR);
    return OidIsValid(entry->eq_opr) && get_opfamily_member(family, type, type, BTEqualStrategyNumber) == entry->eq_opr;
}

int key_named(const Model *model, const char *name) {
    for (int k = 0; k < model->key_count; ++k) {
        if (strcmp(NameStr(model->keys[k].name), name) == 0) {
            return k;
        }
    }
    return -1;
}

// Fills in the columns of the index; false unless they are those of the key.
bool match_columns(const Model *model, Relation table, Relation index, LeadWays *ways) {
    uint32 met = 0;
    for (int i = 0; i < model->key_count; ++i) {
        const AttrNumber number = index->rd_index->indkey.values[i];
        if (number <= 0) {
            return false;
        }
        const FormData_pg_attribute *column = TupleDescAttr(RelationGetDescr(table), number - 1);
        const int k = key_named(model, NameStr(column->attname));
        if (k < 0 || (met & (1U << k)) != 0 || getBaseType(column->atttypid) != model->keys[k].type ||
            index->rd_indcollation[i] != column->attcollation || !finds_by_equality(index, i, &model->keys[k])) {
            return false;
        }
        met |= 1U << k;
        ways->key_of[i] = k;
        ways->column_of[i] = number;
    }
    return true;
}

bool is_on_key(const Model *model, Relation table, Relation index, LeadWays *ways) {
    const Form_pg_index form = index->rd_index;
    return form->indisunique && form->indisvalid && form->indisready && form->indislive && form->indimmediate &&
           index->rd_rel->relam == BTREE_AM_OID && form->indnkeyatts == model->key_count && RelationGetIndexExpressions(index) == NIL &&
           RelationGetIndexPredicate(index) == NIL && match_columns(model, table, index, ways);
}

void make_scan_keys(const Model *model, Relation index, LeadWays *ways) {
    MemoryContext old = MemoryContextSwitchTo(model->memory);
    for (int i = 0; i < model->key_count; ++i) {
        const Oid type = index->rd_opcintype[i];
        const RegProcedure equal = get_opcode(get_opfamily_member(index->rd_opfamily[i], type, type, BTEqualStrategyNumber));
        ScanKeyInit(&ways->scan_keys[i], static_cast<AttrNumber>(i + 1), BTEqualStrategyNumber, equal, static_cast<Datum>(0));
        ways->scan_keys[i].sk_collation = index->rd_indcollation[i];
    }
    MemoryContextSwitchTo(old);
}

bool find_index(const Model *model, Relation table, LeadWays *ways) {
    ListCell *cell = nullptr;
    foreach (cell, RelationGetIndexList(table)) {
        Relation index = index_open(lfirst_oid(cell), AccessShareLock);
        const bool found = is_on_key(model, table, index, ways);
        if (found) {
            ways->index = RelationGetRelid(index);
            make_scan_keys(model, index, ways);
        }
        index_close(index, NoLock);
        if (found) {
            return true;
        }
    }
    return false;
}

// The types that a statement would cast to.
bool find_score_columns(const Model *model, TupleDesc row, LeadWays *ways) {
    const NameData *names[] = {&model->score_column, &model->stage_column};
    AttrNumber *numbers[] = {&ways->score, &ways->stage};
    const Oid types[] = {NUMERICOID, TEXTOID};
    for (int i = 0; i < 2; ++i) {
        *numbers[i] = column_named(row, NameStr(*names[i]), static_cast<int>(strlen(NameStr(*names[i]))));
        if (*numbers[i] == InvalidAttrNumber || TupleDescAttr(row, *numbers[i] - 1)->atttypid != types[i]) {
            return false;
        }
    }
    return true;
}

bool may_find(const Model *model, Relation table, LeadWays *ways) {
    const Form_pg_class form = table->rd_rel;
    TupleDesc row = RelationGetDescr(table);
    return form->relkind == RELKIND_RELATION && form->relam == HEAP_TABLE_AM_OID && !form->relhassubclass && table->rd_rules == nullptr &&
           !LEADSCORE_HAS_VIRTUAL_COLUMNS(row) && (!model->mirror || find_score_columns(model, row, ways)) && find_index(model, table, ways);
}

// Whether a trigger would do nothing for a write of this model's score columns: our own for this model, and those of foreign keys, whose
// columns stay as they are.
bool is_idle(const Model *model, const Trigger *trigger, Oid upkeep) {
    if (!TRIGGER_FOR_UPDATE(trigger->tgtype)) {
        return true;
    }
    if (trigger->tgisinternal) {
        return RI_FKey_trigger_type(trigger->tgfoid) != RI_TRIGGER_NONE;
    }
    return trigger->tgfoid == upkeep && trigger->tgnargs == 3 && strcmp(trigger->tgargs[0], model->name) == 0;
}

bool are_triggers_idle(const Model *model, Relation table) {
    const TriggerDesc *triggers = table->trigdesc;
    const Oid upkeep =
        LookupFuncName(list_make2(makeString(pstrdup("leadscore")), makeString(pstrdup("upkeep"))), 0, nullptr, true);
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; ++i) {
        if (!is_idle(model, &triggers->triggers[i], upkeep)) {
            return false;
        }
    }
    return true;
}

// None whose check comes later, or looks at other rows than a unique index does.
bool are_indexes_plain(Relation table) {
    bool plain = true;
    ListCell *cell = nullptr;
    foreach (cell, RelationGetIndexList(table)) {
        Relation index = index_open(lfirst_oid(cell), AccessShareLock);
        plain = plain && index->rd_index->indimmediate && !index->rd_index->indisexclusion;
        index_close(index, NoLock);
    }
    return plain;
}

bool may_write(Model *model, Relation table) {
    const TupleConstr *constraints = RelationGetDescr(table)->constr;
    return model->mirror && !table->rd_rel->relispartition && (constraints == nullptr || !constraints->has_generated_stored) &&
           !leads_may_refuse(model) && are_triggers_idle(model, table) && are_indexes_plain(table);
}

bool has_grants(Oid table) {
    HeapTuple found = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
    bool is_null = true;
    if (HeapTupleIsValid(found)) {
        SysCacheGetAttr(RELOID, found, Anum_pg_class_relacl, &is_null);
        ReleaseSysCache(found);
    }
    return !is_null;
}

} // namespace

const LeadWays *lead_ways(Model *model, Relation table) {
    if (model->lead_ways != nullptr) {
        return model->lead_ways;
    }
    auto *ways = static_cast<LeadWays *>(MemoryContextAllocZero(model->memory, sizeof(LeadWays)));
    ways->find = may_find(model, table, ways);
    ways->write = ways->find && may_write(model, table);
    ways->has_grants = has_grants(RelationGetRelid(table));
    ways->has_foreign_keys = RelationGetFKeyList(table) != NIL;
    if (ways->find) {
        ways->fields = make_field_fetch(model->program->scores->field_names(), model->memory);
        set_row_type(ways->fields, RelationGetDescr(table));
    }
    model->lead_ways = ways;
    return ways;
}

} // namespace leadscore
