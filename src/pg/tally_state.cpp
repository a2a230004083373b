// The state of the aggregates.
#include "tally_state.hpp"

#include "../core/tally_bytes.hpp"
#include "guard.hpp"
#include "log_room.hpp"

namespace leadscore {

namespace {

constexpr uint32 state_magic = 0x4C535453;

TallyState *state_at(ExpandedObjectHeader *header) {
    return reinterpret_cast<TallyState *>(header);
}

// Called by the server before it copies a state into a tuple.
Size flat_size(ExpandedObjectHeader *header) {
    TallyState *state = state_at(header);
    hand_over(state->site->waiting);
    if (state->flat != nullptr) {
        return VARSIZE(state->flat);
    }
    char *flat = nullptr;
    size_t size = 0;
    MemoryContext old = MemoryContextSwitchTo(header->eoh_context);
    call_core([state, &flat, &size] {
        Tally &tally = *state->site->tally;
        read_state(state, tally);
        read_rules_of_state(state, tally);
        const std::string bytes = write_tally_bytes(tally);
        flat = copy_out(bytes, VARHDRSZ);
        size = bytes.size() + VARHDRSZ;
    });
    MemoryContextSwitchTo(old);
    SET_VARSIZE(flat, size);
    state->flat = reinterpret_cast<struct varlena *>(flat);
    return size;
}

void flatten(ExpandedObjectHeader *header, void *result, Size allocated) {
    TallyState *state = state_at(header);
    if (flat_size(header) != allocated) {
        elog(ERROR, "a lead_tally changed while it was copied");
    }
    memcpy(result, state->flat, allocated);
    pfree(state->flat);
    state->flat = nullptr;
}

const ExpandedObjectMethods methods = {flat_size, flatten};

void forget_flat(TallyState *state) {
    if (state->flat != nullptr) {
        pfree(state->flat);
        state->flat = nullptr;
    }
}

} // namespace

void hand_over(WaitingHits *waiting) {
    if (waiting == nullptr || waiting->used == 0) {
        return;
    }
    // In runs: an event may bring many hits to one state.
    constexpr size_t state_distance = 24;
    constexpr size_t log_distance = 12;
    const size_t used = waiting->used;
    waiting->used = 0;
    WaitingHits::Hit *hits = waiting->hits;
    uint16 starts[WaitingHits::capacity + 1];
    size_t runs = 0;
    for (size_t i = 0; i < used; ++i) {
        if (i == 0 || hits[i].state != hits[i - 1].state) {
            starts[runs++] = static_cast<uint16>(i);
        }
    }
    starts[runs] = static_cast<uint16>(used);
    for (size_t i = 0; i < runs + state_distance; ++i) {
        if (i < runs) {
            __builtin_prefetch(&hits[starts[i]].state->logs.counts, 1, 0);
        }
        if (i >= log_distance && i - log_distance < runs) {
            const Log<CountEntry> &log = hits[starts[i - log_distance]].state->logs.counts;
            __builtin_prefetch(log.entries + log.used, 1, 0);
        }
        if (i >= state_distance) {
            const size_t first = starts[i - state_distance];
            const size_t count = starts[i - state_distance + 1] - first;
            TallyState *state = hits[first].state;
            Log<CountEntry> &log = state->logs.counts;
            if (count > log.capacity - log.used || state->flat != nullptr) {
                make_room(state, count, 0, 0);
            }
            for (size_t n = 0; n < count; ++n) {
                log.entries[log.used++] = hits[first + n].entry;
            }
        }
    }
}

void drop_waiting(WaitingHits *waiting, MemoryContext context) {
    size_t kept = 0;
    for (size_t i = 0; i < waiting->used; ++i) {
        if (waiting->hits[i].state->header.eoh_context != context) {
            waiting->hits[kept++] = waiting->hits[i];
        }
    }
    waiting->used = kept;
}

TallyState *make_state(CallSite *site, MemoryContext aggregate_context) {
    MemoryContext context = site->context_for_states(aggregate_context);
    auto *state = static_cast<TallyState *>(MemoryContextAllocZero(context, sizeof(TallyState)));
    EOH_init_header(&state->header, &methods, context);
    state->magic = state_magic;
    state->site = site;
    state->logs.counts = {state->first_counts, 0, lengthof(state->first_counts)};
    return state;
}

TallyState *state_of(Datum datum) {
    auto *pointer = reinterpret_cast<struct varlena *>(DatumGetPointer(datum));
    if (!VARATT_IS_EXTERNAL_EXPANDED(pointer)) {
        return nullptr;
    }
    ExpandedObjectHeader *header = DatumGetEOHP(datum);
    return header->eoh_methods == &methods && state_at(header)->magic == state_magic ? state_at(header) : nullptr;
}

void make_room(TallyState *state, size_t counts, size_t wides, size_t values) {
    forget_flat(state);
    MemoryContext context = state->header.eoh_context;
    make_room_in<CountEntry>(context, state->logs.counts, counts, state->first_counts);
    make_room_in(context, state->logs.wides, wides);
    make_room_in(context, state->logs.values, values);
}

void set_evidence(TallyState *state, SharedSet *set) {
    if (state->set == set) {
        return;
    }
    if (state->set != nullptr && state->set->digest != set->digest) {
        const SharedSet *had = state->set;
        call_core([had, set] { check_same_evidence({had->ids, had->ids + had->count}, {set->ids, set->ids + set->count}); });
    }
    state->set = set;
}

void add_to_state(CallSite *site, TallyState *state, const Tally &tally, int sign) {
    if (tally.unset) {
        return;
    }
    set_evidence(state, site->share_set(tally.ids.data(), tally.ids.size(), tally.digest));
    constexpr int64_t few = 200000; // never wide
    size_t many = 0;
    for (const CountCell &cell : tally.counts) {
        many += cell.count > few || cell.count < -few ? 1 : 0;
    }
    make_room(state, tally.counts.size(), tally.sums.size() + many, tally.values.size());
    for (const CountCell &cell : tally.counts) {
        append_count(state->logs, cell.evidence, cell.tick, sign * cell.count);
    }
    for (const SumCell &cell : tally.sums) {
        append_sum(state->logs, cell.evidence, cell.tick, sign * cell.sum);
    }
    for (const ValueCell &cell : tally.values) {
        append_value(state->logs, cell.evidence, cell.value, cell.tick, sign * cell.count);
    }
}

void read_state(TallyState *state, Tally &tally, const SetDigest *known) {
    tally.clear();
    tally.unset = state->set == nullptr;
    tally.digest = state->set != nullptr ? state->set->digest : digest_of(nullptr, 0);
    const bool sums = state->logs.wides.used > 0; // only the ids tell sums from counts
    if (state->set != nullptr && (known == nullptr || *known != tally.digest || sums)) {
        tally.ids.assign(state->set->ids, state->set->ids + state->set->count);
    }
    read_logs(state->logs, tally, state->site->hit_sets);
}

void read_rules_of_state(const TallyState *state, Tally &tally) {
    if (state->rules != nullptr) {
        tally.has_rules = true;
        tally.as_of = state->as_of;
        tally.rules = rules_text(state->rules->value);
    }
}

// A pointer by itself, for up to 15 the server copies what does not lie in the memory of the result, and asks by the pointer. To
// be read only, so nobody takes the state over.
Datum result_of_state(const TallyState *state) {
    void *pointer = palloc(EXPANDED_POINTER_SIZE);
    memcpy(pointer, state->header.eoh_ro_ptr, EXPANDED_POINTER_SIZE);
    return PointerGetDatum(pointer);
}

} // namespace leadscore
