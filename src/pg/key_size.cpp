// What an index can hold of a key.
#include "key_size.hpp"

extern "C" {
#include "access/heaptoast.h"
#include "access/toast_internals.h"
}

namespace leadscore {

namespace {

bool is_compressible(const FormData_pg_attribute *column) {
    return column->attstorage == TYPSTORAGE_EXTENDED || column->attstorage == TYPSTORAGE_MAIN;
}

} // namespace

// As index_form_tuple() does it. That itself raises an error for what is longer than 8 kB.
size_t index_row_size(const Oid *types, const Datum *values, int count) {
    TupleDesc row = CreateTemplateTupleDesc(count);
    Datum stored[INDEX_MAX_KEYS];
    bool nulls[INDEX_MAX_KEYS] = {};
    for (int i = 0; i < count; ++i) {
        TupleDescInitEntry(row, static_cast<AttrNumber>(i + 1), "key", types[i], -1, 0);
        stored[i] = values[i];
        const FormData_pg_attribute *column = TupleDescAttr(row, i);
        if (column->attlen == -1 && is_compressible(column) && VARSIZE_ANY(DatumGetPointer(values[i])) > TOAST_INDEX_TARGET) {
            const Datum compressed = toast_compress_datum(values[i], InvalidCompressionMethod);
            stored[i] = DatumGetPointer(compressed) != nullptr ? compressed : values[i];
        }
    }
    const size_t size = MAXALIGN(MAXALIGN(sizeof(IndexTupleData)) + heap_compute_data_size(row, stored, nulls));
    for (int i = 0; i < count; ++i) {
        if (stored[i] != values[i]) {
            pfree(DatumGetPointer(stored[i]));
        }
    }
    FreeTupleDesc(row);
    return size;
}

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_key_fits);

// As batches have it, of the values of a key.
Datum leadscore_key_fits(PG_FUNCTION_ARGS) {
    Oid types[INDEX_MAX_KEYS];
    Datum values[INDEX_MAX_KEYS];
    size_t size = 0;
    for (int i = 0; i < PG_NARGS(); ++i) {
        if (i == INDEX_MAX_KEYS || PG_ARGISNULL(i)) {
            PG_RETURN_BOOL(false);
        }
        types[i] = get_fn_expr_argtype(fcinfo->flinfo, i);
        values[i] = PG_GETARG_DATUM(i);
        if (get_typlen(types[i]) == -1) {
            size += toast_raw_datum_size(values[i]);
            if (size > most_raw_bytes) {
                PG_RETURN_BOOL(false);
            }
            values[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(values[i]));
        }
    }
    PG_RETURN_BOOL(size <= always_fitting_bytes || index_row_size(types, values, PG_NARGS()) <= most_score_key_bytes);
}
}
