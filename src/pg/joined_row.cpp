// joined_row(): a row of leads with the columns of a related row, put together without a statement that names them.
#include "field_fetch.hpp"

namespace leadscore {

namespace {

constexpr int leads_argument = 0;
constexpr int prefix_argument = 1;
constexpr int related_argument = 2;

// A row type as rows show it; `identifier` changes when the table does.
struct RowType {
    Oid type;
    int32 typmod;
    uint64 identifier;
    TupleDesc descriptor;
};

// Plain data of one call in one query.
struct Joining {
    RowType leads;
    RowType related;
    char *prefix;
    bool *has_place;       // of the related row's columns
    TupleDesc joined;      // null: not made yet
    MemoryContext context; // of all this; reset when a row type changes
};

bool take_type(RowType *known, Oid type, int32 typmod) {
    const uint64 identifier = assign_record_type_identifier(type, typmod);
    if (known->descriptor != nullptr && known->type == type && known->typmod == typmod && known->identifier == identifier) {
        return false;
    }
    known->type = type;
    known->typmod = typmod;
    known->identifier = identifier;
    return true;
}

// With its constraints: they hold the defaults of columns that old rows are too short to have.
TupleDesc copy_of_type(const RowType &known) {
    TupleDesc descriptor = lookup_rowtype_tupdesc(known.type, known.typmod);
    TupleDesc copy = CreateTupleDescCopyConstr(descriptor);
    ReleaseTupleDesc(descriptor);
    return copy;
}

void add_column(TupleDesc joined, int number, const char *name, const FormData_pg_attribute *column) {
    TupleDescInitEntry(joined, static_cast<AttrNumber>(number), name, column->atttypid, column->atttypmod, column->attndims);
    TupleDescInitEntryCollation(joined, static_cast<AttrNumber>(number), column->attcollation);
}

// Null if the column is left out.
const char *joined_name(const Joining *joining, const FormData_pg_attribute *column) {
    const char *name = psprintf("%s.%s", joining->prefix, NameStr(column->attname));
    const size_t size = strlen(name);
    const bool fits = size < NAMEDATALEN && !column->attisdropped;
    return fits && column_named(joining->leads.descriptor, name, static_cast<int>(size)) == InvalidAttrNumber ? name : nullptr;
}

void make_joined_type(Joining *joining) {
    const TupleDesc leads = joining->leads.descriptor;
    const TupleDesc related = joining->related.descriptor;
    int count = 0;
    for (int i = 0; i < leads->natts; ++i) {
        count += TupleDescAttr(leads, i)->attisdropped ? 0 : 1;
    }
    joining->has_place = static_cast<bool *>(palloc0(sizeof(bool) * static_cast<size_t>(related->natts + 1)));
    for (int i = 0; i < related->natts; ++i) {
        joining->has_place[i] = joined_name(joining, TupleDescAttr(related, i)) != nullptr;
        count += joining->has_place[i] ? 1 : 0;
    }
    TupleDesc joined = CreateTemplateTupleDesc(count);
    int number = 0;
    for (int i = 0; i < leads->natts; ++i) {
        const FormData_pg_attribute *column = TupleDescAttr(leads, i);
        if (!column->attisdropped) {
            add_column(joined, ++number, NameStr(column->attname), column);
        }
    }
    for (int i = 0; i < related->natts; ++i) {
        if (joining->has_place[i]) {
            add_column(joined, ++number, joined_name(joining, TupleDescAttr(related, i)), TupleDescAttr(related, i));
        }
    }
    joining->joined = BlessTupleDesc(joined);
}

// Of the related row's type while it is null, if the call tells it: so all rows of a query have one type.
bool related_type(FunctionCallInfo fcinfo, Oid *type, int32 *typmod) {
    if (!PG_ARGISNULL(related_argument)) {
        HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(related_argument);
        *type = HeapTupleHeaderGetTypeId(row);
        *typmod = HeapTupleHeaderGetTypMod(row);
        return true;
    }
    *type = get_fn_expr_argtype(fcinfo->flinfo, related_argument);
    *typmod = -1;
    return OidIsValid(*type) && *type != RECORDOID;
}

// Appends the values of the columns that have a place (null: all but dropped ones) to a row's values.
void append_values(TupleDesc descriptor, HeapTupleHeader row, const bool *has_place, Datum *values, bool *nulls, int *number) {
    auto *found = static_cast<Datum *>(palloc0(sizeof(Datum) * static_cast<size_t>(descriptor->natts + 1)));
    auto *missing = static_cast<bool *>(palloc(sizeof(bool) * static_cast<size_t>(descriptor->natts + 1)));
    if (row != nullptr) {
        HeapTupleData tuple = {};
        tuple.t_len = HeapTupleHeaderGetDatumLength(row);
        tuple.t_data = row;
        heap_deform_tuple(&tuple, descriptor, found, missing);
    }
    for (int i = 0; i < descriptor->natts; ++i) {
        if (has_place != nullptr ? has_place[i] : !TupleDescAttr(descriptor, i)->attisdropped) {
            values[*number] = found[i];
            nulls[*number] = row == nullptr || missing[i];
            ++*number;
        }
    }
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_joined_row);

Datum leadscore_joined_row(PG_FUNCTION_ARGS) {
    if (PG_ARGISNULL(leads_argument)) {
        PG_RETURN_NULL();
    }
    HeapTupleHeader leads = PG_GETARG_HEAPTUPLEHEADER(leads_argument);
    Oid type = InvalidOid;
    int32 typmod = -1;
    if (PG_ARGISNULL(prefix_argument) || !related_type(fcinfo, &type, &typmod)) {
        PG_RETURN_DATUM(HeapTupleHeaderGetDatum(leads));
    }
    auto *joining = static_cast<Joining *>(fcinfo->flinfo->fn_extra);
    if (joining == nullptr) {
        joining = static_cast<Joining *>(MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Joining)));
        joining->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "leadscore joined row", ALLOCSET_SMALL_SIZES);
        fcinfo->flinfo->fn_extra = joining;
    }
    const bool changed = take_type(&joining->leads, HeapTupleHeaderGetTypeId(leads), HeapTupleHeaderGetTypMod(leads));
    if (take_type(&joining->related, type, typmod) || changed || joining->joined == nullptr) {
        joining->joined = nullptr;
        MemoryContextReset(joining->context);
        MemoryContext old = MemoryContextSwitchTo(joining->context);
        joining->prefix = text_to_cstring(PG_GETARG_TEXT_PP(prefix_argument));
        joining->leads.descriptor = copy_of_type(joining->leads);
        joining->related.descriptor = copy_of_type(joining->related);
        make_joined_type(joining);
        MemoryContextSwitchTo(old);
    }
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<size_t>(joining->joined->natts + 1)));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * static_cast<size_t>(joining->joined->natts + 1)));
    int number = 0;
    append_values(joining->leads.descriptor, leads, nullptr, values, nulls, &number);
    append_values(joining->related.descriptor,
                  PG_ARGISNULL(related_argument) ? nullptr : PG_GETARG_HEAPTUPLEHEADER(related_argument), joining->has_place,
                  values, nulls, &number);
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(joining->joined, values, nulls)));
}
}
