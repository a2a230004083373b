// Leads locked in one order over several models on their table, or over more leads than are done in one go.
#pragma once

#include "batch.hpp"

namespace leadscore {

// Leads of one model in the order of their keys, all of which matter.
struct LeadsOfModel {
    Model *model;
    Touched **leads;
    size_t count;
};

// Whether both lock rows of the same leads table.
bool are_locked_together(const Model *one, const Model *other);

// Whether applying goes over the leads in another order than that of the common key, so that they have to be locked before.
bool must_lock_before(const Model *model, size_t count);

// Each of the models goes over its leads after the other. Where those of the first one are not all, or its order is not that of the common key,
// all are locked before, and it tells so. With SPI connected, as the owner of the leads table.
bool lock_together(const LeadsOfModel *models, size_t count);

} // namespace leadscore
