// The key in whose order all models on a leads table lock its rows.
//
// Rows have one order only if all agree on it. Models may name leads by different keys, an id or an address: then it is the key of the oldest of them,
// and the others look up first what their leads are called by it.
#pragma once

#include "batch.hpp"

namespace leadscore {

// The same leads by that key, of the types that it has in the score table of the oldest model: only for locking rows, whose score columns and attributes it
// does not know. The model itself if that is its own key, or if its columns are gone.
Model *by_common_key(Model *model, Oid scores, const NameData *names, int count);

inline bool has_common_key(const Model *model) {
    return model->in_order == model;
}

// Touches in a batch by the common key those of the leads that are there, and marks these as done, the others as not. With SPI connected.
void touch_by_common_key(Batch *all, Model *model, Touched **leads, size_t count);

} // namespace leadscore
