// Which columns of a row matter to a score, and whether an update changed one of them.
#pragma once

#include "field_fetch.hpp"

#include <string>
#include <vector>

namespace leadscore {

// Plain data.
struct RowWatch {
    Bitmapset *columns; // numbers, of ordinary columns only
};

// In the current memory context. A column that is not there is left out.
void watch_column(RowWatch *watch, TupleDesc row, const char *column);
void unwatch_column(RowWatch *watch, TupleDesc row, const char *column);

// Every column that one of the fields may be read from: of "a.b" both the column of that name and what stands in "a". With a
// prefix, only fields that start with it and a dot count, and by what follows.
void watch_fields(RowWatch *watch, TupleDesc row, const std::vector<std::string> &fields, const char *prefix = nullptr);

bool is_changed(const RowWatch *watch, TupleTableSlot *before, TupleTableSlot *after);

} // namespace leadscore
