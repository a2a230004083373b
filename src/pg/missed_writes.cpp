// Writes that a model could not follow.
#include "missed_writes.hpp"

#include "care.hpp"
#include "owner_rights.hpp"

namespace leadscore {

namespace {

struct Missed {
    const char *model;
    Part part;
    int source;
    Oid written;
};

// Columns of missed_write.
enum MissedColumn { missed_model = 1, missed_part, missed_source };

const char *part_of(const Missed *missed) {
    return part_names[static_cast<int>(missed->part)];
}

bool is_of_source(HeapTuple row, TupleDesc columns, const Missed *missed) {
    bool part_is_null = false;
    bool source_is_null = false;
    const Datum part = heap_getattr(row, missed_part, columns, &part_is_null);
    const Datum source = heap_getattr(row, missed_source, columns, &source_is_null);
    return !part_is_null && !source_is_null && DatumGetInt32(source) == missed->source && strcmp(TextDatumGetCString(part), part_of(missed)) == 0;
}

// Of what others have not committed yet each writes a row of his own: to wait for one of them would be to wait for his transaction. Not by the
// transaction's snapshot, which may be old; and by none that a serializable transaction would answer for.
bool is_noted(Relation notes, Oid index, const Missed *missed) {
    ScanKeyData key;
    ScanKeyInit(&key, missed_model, BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(missed->model));
    SysScanDesc scan = systable_beginscan(notes, index, OidIsValid(index), SnapshotSelf, 1, &key);
    bool found = false;
    for (HeapTuple row = systable_getnext(scan); !found && HeapTupleIsValid(row); row = systable_getnext(scan)) {
        found = is_of_source(row, RelationGetDescr(notes), missed);
    }
    systable_endscan(scan);
    return found;
}

// Whose rights it takes; invalid if there is no such model, or no such table any more.
Oid owner_of_leads(const char *model) {
    Oid types[] = {TEXTOID};
    Datum values[] = {CStringGetTextDatum(model)};
    const char *sql = "SELECT c.relowner FROM leadscore.model m JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) m.leads "
                      "WHERE m.name OPERATOR(pg_catalog.=) $1";
    if (SPI_execute_with_args(sql, lengthof(types), types, values, nullptr, true, 1) != SPI_OK_SELECT || SPI_processed != 1) {
        return InvalidOid;
    }
    bool is_null = false;
    return DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
}

// As the owner of leads, who alone may write of his models. What runs is the extension's.
void write_note(void *argument) {
    const auto *missed = static_cast<const Missed *>(argument);
    SPI_connect();
    auto *model = static_cast<Model *>(palloc0(sizeof(Model)));
    model->owner = owner_of_leads(missed->model);
    if (OidIsValid(model->owner)) {
        const OwnerRights rights = become_owner(model);
        Oid types[] = {TEXTOID, TEXTOID, INT4OID, REGCLASSOID};
        Datum values[] = {CStringGetTextDatum(missed->model), CStringGetTextDatum(part_of(missed)), Int32GetDatum(missed->source),
                          ObjectIdGetDatum(missed->written)};
        SPI_execute_with_args("SELECT leadscore.note_missed($1, $2, $3, $4)", lengthof(types), types, values, nullptr, false, 0);
        become_self(rights);
    }
    SPI_finish();
}

bool must_note(const Missed *missed) {
    const Oid schema = get_namespace_oid("leadscore", true);
    const Oid table = OidIsValid(schema) ? get_relname_relid("missed_write", schema) : InvalidOid;
    Relation notes = OidIsValid(table) ? try_relation_open(table, AccessShareLock) : nullptr;
    if (notes == nullptr) {
        return false;
    }
    const bool found = is_noted(notes, get_relname_relid("missed_write_model_idx", schema), missed);
    relation_close(notes, AccessShareLock);
    return !found;
}

} // namespace

void note_missed(const char *model, Part part, int source, Oid written) {
    Missed missed = {model, part, source, written};
    const char *why = nullptr;
    if (must_note(&missed) && !run_with_care(write_note, &missed, &why)) {
        elog(DEBUG1, "leadscore: what model \"%s\" misses could not be noted: %s", model, why);
    }
}

namespace {

// The status tells of a table that is gone as long as it is bound.
bool is_unread(bool usable, Oid table) {
    return !usable && get_rel_relkind(table) != '\0';
}

} // namespace

void note_unread(const Model *model, bool recounted) {
    if (model->leads_lost) {
        note_missed(model->name, Part::leads, 0, model->leads);
    }
    for (int i = 0; i < model->attribute_source_count; ++i) {
        const AttributeSource &source = model->attribute_sources[i];
        if (source.lost || is_unread(source.usable, source.table)) {
            note_missed(model->name, Part::attributes, source.number, source.table);
        }
    }
    for (int i = 0; i < model->event_source_count; ++i) {
        const EventSource &source = model->event_sources[i];
        if (recounted && (source.lost || is_unread(source.usable, source.table))) {
            note_missed(model->name, Part::events, source.number, source.table);
        }
        if (source.via_lost) {
            note_missed(model->name, Part::via, source.number, source.via);
        }
    }
}

namespace {

bool is_disabled_of(const Trigger *trigger, const Model *model, Oid upkeep) {
    return trigger->tgenabled == TRIGGER_DISABLED && trigger->tgfoid == upkeep && trigger->tgnargs == 3 && strcmp(trigger->tgargs[0], model->name) == 0;
}

// Noted when the table is no longer looked at: what is read of the catalogs may make others of its triggers. False if there are none.
bool note_disabled_of(const Model *model, Oid table, Oid upkeep) {
    Relation relation = OidIsValid(table) ? RelationIdGetRelation(table) : nullptr;
    if (relation == nullptr) {
        return false;
    }
    const TriggerDesc *triggers = relation->trigdesc;
    const int all = triggers != nullptr ? triggers->numtriggers : 0;
    auto *missed = static_cast<Missed *>(palloc(sizeof(Missed) * static_cast<size_t>(all + 1)));
    int count = 0;
    for (int i = 0; i < all; ++i) {
        const Trigger *trigger = &triggers->triggers[i];
        if (is_disabled_of(trigger, model, upkeep) && read_part(trigger->tgargs[1], &missed[count].part)) {
            missed[count++].source = atoi(trigger->tgargs[2]);
        }
    }
    RelationClose(relation);
    for (int i = 0; i < count; ++i) {
        note_missed(model->name, missed[i].part, missed[i].source, table);
    }
    pfree(missed);
    return count > 0;
}

} // namespace

void note_disabled(Model *model, Oid upkeep) {
    if (model->none_disabled) {
        return;
    }
    bool found = note_disabled_of(model, model->leads, upkeep);
    for (int i = 0; i < model->event_source_count; ++i) {
        found = note_disabled_of(model, model->event_sources[i].table, upkeep) || found;
        found = note_disabled_of(model, model->event_sources[i].via, upkeep) || found;
    }
    for (int i = 0; i < model->attribute_source_count; ++i) {
        found = note_disabled_of(model, model->attribute_sources[i].table, upkeep) || found;
    }
    model->none_disabled = !found;
}

} // namespace leadscore
