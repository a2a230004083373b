// Events of a statement, added to the differences of their leads or taken back.
#include "apply.hpp"
#include "collect.hpp"

namespace leadscore {

namespace {

// Messages of malformed events are few; should they not be, memory stays small.
constexpr int most_reasons = 64;

void refuse(Refusals *refusals, const char *text, int sign) {
    for (Refusals::Reason *reason = refusals->first; reason != nullptr; reason = reason->next) {
        if (strcmp(reason->text, text) == 0) {
            reason->events += sign;
            return;
        }
    }
    constexpr const char *others = "malformed";
    if (refusals->count >= most_reasons && text != others) {
        refuse(refusals, others, sign);
        return;
    }
    auto *fresh = static_cast<Refusals::Reason *>(MemoryContextAlloc(refusals->memory, sizeof(Refusals::Reason)));
    fresh->text = MemoryContextStrdup(refusals->memory, text);
    fresh->events = sign;
    fresh->next = refusals->first;
    refusals->first = fresh;
    ++refusals->count;
}

// The fields that the evidence of the plan looks at, into the program's scratch.
void fetch_event_fields(TableColumns *columns, Program *program, const KindPlan *plan, TupleTableSlot *slot) {
    const std::vector<size_t> *fields = nullptr;
    call_core([program, plan, &fields] { fields = &program->events->fields_for(*plan); });
    Value *values = program->event_values.data();
    if (columns->properties == InvalidAttrNumber) {
        fetch_slot_fields(columns->fields, slot, fields->data(), fields->size(), values);
        return;
    }
    bool is_null = false;
    const Datum properties = slot_getattr(slot, columns->properties, &is_null);
    if (!is_null) {
        fetch_fields(columns->fields, columns->properties_type, properties, fields->data(), fields->size(), values);
        return;
    }
    for (const size_t field : *fields) {
        values[field].type = Value::Type::missing;
    }
}

void count_event(Collector *collector, TupleTableSlot *slot, int sign) {
    TableColumns *columns = collector->columns;
    Model *model = collector->batch->model;
    Program *program = model->collecting;
    Datum key[INDEX_MAX_KEYS];
    if (is_deleted(&columns->deleted, slot) || !read_key(columns, slot, key)) {
        return; // none, or of no lead
    }
    int64_t at = 0;
    const char *no_moment = read_moment(&columns->at, slot, program->events->zone(), &at);
    if (no_moment != nullptr) {
        refuse(&collector->refusals, no_moment, sign);
        return;
    }
    std::string_view kind(columns->kind, columns->kind_size);
    if (columns->kind == nullptr && !read_kind(&columns->kind_from, slot, &kind)) {
        refuse(&collector->refusals, "no kind", sign);
        return;
    }
    const KindPlan *plan = program->events->plan_for(kind);
    if (plan == nullptr) {
        return;
    }
    if (program->events->looks_at_fields(*plan)) {
        fetch_event_fields(columns, program, plan, slot);
    }
    // From here on no server function runs that could call us again: the program's scratch is ours.
    Met met = {nullptr, 0};
    Failure failure;
    const bool good =
        try_core([program, plan,
                  &met] { met = program->events->match(*plan, program->event_values.data(), program->event_surroundings()); },
                 failure);
    if (!good) {
        refuse(&collector->refusals, psprintf("malformed: %s", failure.message), sign);
        return;
    }
    if (met.count == 0) {
        return;
    }
    Touched *touched = touch(collector->batch, key, nullptr);
    if (touched == nullptr) {
        return;
    }
    const EventProgram::Room room = program->events->room_for(met.evidence, met.count, program->event_values.data());
    make_room(collector->batch, touched, room.counts, room.wides, room.values);
    call_core([program, &met, at, sign, touched] {
        program->events->append(met.evidence, met.count, at, program->event_values.data(), sign, touched->delta);
    });
}

} // namespace

void collect_event(Collector *collector, TupleTableSlot *before, TupleTableSlot *after) {
    if (before != nullptr && after != nullptr && !is_changed(&collector->columns->watch, before, after)) {
        return;
    }
    if (before != nullptr) {
        count_event(collector, before, -1);
    }
    if (after != nullptr) {
        count_event(collector, after, 1);
    }
}

void note_refusals(Model *model, const char *source, const Refusals *refusals) {
    for (const Refusals::Reason *reason = refusals->first; reason != nullptr; reason = reason->next) {
        if (reason->events != 0) {
            note_refused(model, source, reason->text, reason->events);
        }
    }
}

} // namespace leadscore
