// upkeep_triggers(): the triggers of a table that keep models current. In C, so that those of one table are found by the index of
// pg_trigger whatever the planner thinks of its size: with many models there are many triggers.
#include "result_rows.hpp"

namespace leadscore {

namespace {

constexpr int columns = 8;
constexpr int arguments = 3; // model, part, number of the source

Oid upkeep_function(FunctionCallInfo fcinfo) {
    char *schema = get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid));
    return LookupFuncName(list_make2(makeString(schema), makeString(pstrdup("upkeep"))), 0, nullptr, false);
}

const char *event_of(int16 type) {
    if (TRIGGER_FOR_BEFORE(type) && !TRIGGER_FOR_TRUNCATE(type)) {
        return "before";
    }
    return TRIGGER_FOR_INSERT(type)   ? "insert"
           : TRIGGER_FOR_DELETE(type) ? "delete"
           : TRIGGER_FOR_UPDATE(type) ? "update"
                                      : "truncate";
}

// The arguments stand one behind the other, each with a null byte at its end.
void split_arguments(const bytea *packed, const char *words[arguments]) {
    const char *next = VARDATA_ANY(packed);
    for (int i = 0; i < arguments; ++i) {
        words[i] = next;
        next += strlen(next) + 1;
    }
}

void put_trigger(HeapTuple tuple, TupleDesc type, ReturnSetInfo *result) {
    const auto *trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));
    bool is_null = false;
    const Datum packed = heap_getattr(tuple, Anum_pg_trigger_tgargs, type, &is_null);
    if (is_null || trigger->tgnargs != arguments) {
        return;
    }
    const char *words[arguments];
    split_arguments(DatumGetByteaPP(packed), words);
    const Datum values[columns] = {ObjectIdGetDatum(trigger->tgrelid),
                                   NameGetDatum(&trigger->tgname),
                                   CStringGetTextDatum(words[0]),
                                   CStringGetTextDatum(words[1]),
                                   Int32GetDatum(atoi(words[2])),
                                   BoolGetDatum(TRIGGER_FOR_ROW(trigger->tgtype)),
                                   CStringGetTextDatum(event_of(trigger->tgtype)),
                                   CharGetDatum(trigger->tgenabled)};
    const bool nulls[columns] = {};
    tuplestore_putvalues(result->setResult, result->setDesc, const_cast<Datum *>(values), const_cast<bool *>(nulls));
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_upkeep_triggers);

Datum leadscore_upkeep_triggers(PG_FUNCTION_ARGS) {
    ReturnSetInfo *result = begin_rows(fcinfo);
    const Oid upkeep = upkeep_function(fcinfo);
    const bool of_all = PG_NARGS() == 0;
    ScanKeyData key;
    if (of_all) {
        ScanKeyInit(&key, Anum_pg_trigger_tgfoid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(upkeep));
    } else {
        ScanKeyInit(&key, Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, PG_GETARG_DATUM(0));
    }
    Relation triggers = table_open(TriggerRelationId, AccessShareLock);
    SysScanDesc scan = systable_beginscan(triggers, of_all ? InvalidOid : TriggerRelidNameIndexId, !of_all, nullptr, 1, &key);
    for (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple); tuple = systable_getnext(scan)) {
        const auto *trigger = reinterpret_cast<Form_pg_trigger>(GETSTRUCT(tuple));
        // Partitions have copies of their parent's row triggers.
        if (trigger->tgfoid == upkeep && !OidIsValid(trigger->tgparentid)) {
            put_trigger(tuple, RelationGetDescr(triggers), result);
        }
    }
    systable_endscan(scan);
    table_close(triggers, AccessShareLock);
    return static_cast<Datum>(0);
}
}
