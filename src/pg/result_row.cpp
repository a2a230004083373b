// Rows of the composite type that a function returns.
#include "result_row.hpp"

#include <cmath>

namespace leadscore {

namespace {

// The row type of the call's result, or of the elements if that is an array.
TupleDesc find_type(FunctionCallInfo fcinfo) {
    Oid type = get_func_rettype(fcinfo->flinfo->fn_oid);
    if (const Oid element = get_element_type(type); OidIsValid(element)) {
        type = element;
    }
    MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
    TupleDesc found = lookup_rowtype_tupdesc_copy(type, -1);
    MemoryContextSwitchTo(old);
    return found;
}

} // namespace

ResultRow::ResultRow(FunctionCallInfo fcinfo) {
    if (fcinfo->flinfo->fn_extra == nullptr) {
        fcinfo->flinfo->fn_extra = find_type(fcinfo);
    }
    type_ = static_cast<TupleDesc>(fcinfo->flinfo->fn_extra);
}

void ResultRow::number(double number) {
    add(Float8GetDatum(number), std::isnan(number));
}

void ResultRow::add(Datum datum, bool is_null) {
    if (used_ >= type_->natts || used_ >= most_columns) {
        elog(ERROR, "too many columns for type %u", type_->tdtypeid);
    }
    values_[used_] = datum;
    nulls_[used_] = is_null;
    ++used_;
}

Datum ResultRow::finish() {
    if (used_ != type_->natts) {
        elog(ERROR, "too few columns for type %u", type_->tdtypeid);
    }
    used_ = 0;
    return HeapTupleGetDatum(heap_form_tuple(type_, values_, nulls_));
}

Datum ResultRow::array(Datum *rows, size_t count) const {
    if (count == 0) {
        return PointerGetDatum(construct_empty_array(type_->tdtypeid));
    }
    return PointerGetDatum(construct_array(rows, static_cast<int>(count), type_->tdtypeid, -1, false, TYPALIGN_DOUBLE));
}

} // namespace leadscore
