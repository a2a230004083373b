// Lead rows that came, went or changed in what their score looks at.
#include "collect.hpp"

namespace leadscore {

namespace {

Touched *touch_lead(Collector *collector, TupleTableSlot *slot) {
    Datum key[INDEX_MAX_KEYS];
    if (!read_key(collector->columns, slot, key)) {
        return nullptr;
    }
    Touched *touched = touch(collector->batch, key, nullptr);
    if (touched != nullptr) {
        touched->input_changed = true;
    }
    return touched;
}

} // namespace

void collect_lead(Collector *collector, TupleTableSlot *before, TupleTableSlot *after) {
    if (!may_matter(collector, before, after) && (collector->own_write || !is_changed(&collector->columns->mirrored, before, after))) {
        return;
    }
    const Touched *old = before != nullptr ? touch_lead(collector, before) : nullptr;
    if (after != nullptr) {
        const bool moved = before == nullptr || is_changed(&collector->columns->pointers, before, after);
        if (Touched *fresh = touch_lead(collector, after); fresh != nullptr) {
            fresh->comes = fresh->comes || fresh != old;
            fresh->moved = fresh->moved || moved;
        }
        collector->moved = collector->moved || moved;
    }
}

void touch_pointing_lead(Collector *collector, TupleTableSlot *before, TupleTableSlot *) {
    const AttributeSource *source = collector->pointing_by;
    for (int i = 0; i < source->column_count; ++i) {
        const char *name = NameStr(source->on[i]);
        const AttrNumber column = column_named(before->tts_tupleDescriptor, name, static_cast<int>(strlen(name)));
        if (column == InvalidAttrNumber || slot_attisnull(before, column)) {
            return;
        }
    }
    touch_lead(collector, before);
}

} // namespace leadscore
