// Leads of several models on one table, locked in one order.
#include "joint_locks.hpp"

#include "lead_locks.hpp"

namespace leadscore {

namespace {

constexpr size_t chunk_size = 500;

// The leads that matter to any of the models; null if they are those of the first one.
Batch *all_leads(Batch *const *batches, size_t count) {
    Batch *all = make_batch(batches[0]->model, CurrentMemoryContext);
    size_t of_first = 0;
    for (size_t n = 0; n < count; ++n) {
        size_t touched_count = 0;
        Touched **touched = touched_that_matter(batches[n], false, &touched_count);
        for (size_t i = 0; i < touched_count; ++i) {
            Touched *lead = touch(all, touched[i]->key, nullptr);
            lead->comes = lead->comes || touched[i]->comes;
            lead->recount = lead->recount || touched[i]->recount || is_recounting(batches[n]->model);
        }
        of_first = n == 0 ? all->count : of_first;
    }
    return all->count > of_first ? all : nullptr;
}

void lock_chunk(Work *work, Touched **touched, size_t count) {
    auto *leads = static_cast<LeadWork *>(palloc0(sizeof(LeadWork) * count));
    auto **pointers = static_cast<LeadWork **>(palloc(sizeof(LeadWork *) * count));
    for (size_t i = 0; i < count; ++i) {
        leads[i].touched = touched[i];
        pointers[i] = &leads[i];
    }
    lock_leads_in_order(work, pointers, count);
}

} // namespace

bool are_locked_together(const Model *one, const Model *other) {
    bool same = one->leads == other->leads && one->key_count == other->key_count;
    for (const Model *model : {one, other}) {
        same = same && model->locks_leads && !model->queued;
    }
    for (int i = 0; same && i < one->key_count; ++i) {
        same = strcmp(NameStr(one->keys[i].name), NameStr(other->keys[i].name)) == 0;
    }
    return same;
}

void lock_together(Batch *const *batches, size_t count) {
    Batch *all = all_leads(batches, count);
    if (all == nullptr) {
        return;
    }
    Touched **touched = touched_in_order(all);
    for (size_t i = 0; i < all->count; ++i) {
        if (touched[i]->recount) {
            lock_event_tables(all->model);
            break;
        }
    }
    const RowWrites no_writes = {};
    Work work = {all->model, nullptr, open_lead_table(all->model, no_writes), nullptr, nullptr, 0, false};
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore locks", ALLOCSET_DEFAULT_SIZES);
    for (size_t from = 0; from < all->count; from += chunk_size) {
        MemoryContext old = MemoryContextSwitchTo(memory);
        // As in apply_batch(): results of statements go with this inner level.
        SPI_connect();
        MemoryContextSwitchTo(memory);
        lock_chunk(&work, touched + from, all->count - from < chunk_size ? all->count - from : chunk_size);
        SPI_finish();
        MemoryContextSwitchTo(old);
        MemoryContextReset(memory);
    }
    if (work.table != nullptr) {
        close_lead_table(work.table);
    }
    MemoryContextDelete(memory);
}

} // namespace leadscore
