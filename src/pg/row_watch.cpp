// Which columns of a row matter to a score, and whether an update changed one of them.
#include "row_watch.hpp"

namespace leadscore {

namespace {

void watch_prefixes(RowWatch *watch, TupleDesc row, const char *field, size_t size) {
    for (size_t end = size; end > 0; --end) {
        if (end >= NAMEDATALEN || (end < size && field[end] != '.')) {
            continue;
        }
        const AttrNumber column = column_named(row, field, static_cast<int>(end));
        if (column != InvalidAttrNumber) {
            watch->columns = bms_add_member(watch->columns, column);
        }
    }
}

bool is_same_value(const FormData_pg_attribute *column, Datum before, Datum after) {
    // What an update leaves alone keeps its place on disk, and need not be fetched from there.
    if (column->attlen == -1) {
        const auto *a = reinterpret_cast<const struct varlena *>(DatumGetPointer(before));
        const auto *b = reinterpret_cast<const struct varlena *>(DatumGetPointer(after));
        if (VARSIZE_ANY(a) == VARSIZE_ANY(b) && memcmp(a, b, VARSIZE_ANY(a)) == 0) {
            return true;
        }
    }
    return datum_image_eq(before, after, column->attbyval, column->attlen);
}

} // namespace

void watch_column(RowWatch *watch, TupleDesc row, const char *column) {
    const AttrNumber number = column_named(row, column, static_cast<int>(strlen(column)));
    if (number != InvalidAttrNumber) {
        watch->columns = bms_add_member(watch->columns, number);
    }
}

void unwatch_column(RowWatch *watch, TupleDesc row, const char *column) {
    const AttrNumber number = column_named(row, column, static_cast<int>(strlen(column)));
    if (number != InvalidAttrNumber) {
        watch->columns = bms_del_member(watch->columns, number);
    }
}

void watch_fields(RowWatch *watch, TupleDesc row, const std::vector<std::string> &fields, const char *prefix) {
    const size_t skipped = prefix != nullptr ? strlen(prefix) : 0;
    for (const std::string &field : fields) {
        if (prefix == nullptr) {
            watch_prefixes(watch, row, field.data(), field.size());
        } else if (field.size() > skipped + 1 && field[skipped] == '.' && memcmp(field.data(), prefix, skipped) == 0) {
            watch_prefixes(watch, row, field.data() + skipped + 1, field.size() - skipped - 1);
        }
    }
}

bool is_changed(const RowWatch *watch, TupleTableSlot *before, TupleTableSlot *after) {
    TupleDesc row = before->tts_tupleDescriptor;
    for (int number = bms_next_member(watch->columns, 0); number > 0; number = bms_next_member(watch->columns, number)) {
        bool was_null = false;
        bool is_null = false;
        const Datum old = slot_getattr(before, number, &was_null);
        const Datum fresh = slot_getattr(after, number, &is_null);
        if (was_null != is_null || (!is_null && !is_same_value(TupleDescAttr(row, number - 1), old, fresh))) {
            return true;
        }
    }
    return false;
}

} // namespace leadscore
