// A row of the composite type that a function returns, or an array of such rows, filled in column by column.
#pragma once

#include "server.hpp"

namespace leadscore {

// Plain data. The type is looked up once per call of a query.
class ResultRow {
public:
    explicit ResultRow(FunctionCallInfo fcinfo);

    void value(Datum datum) {
        add(datum, false);
    }
    void whole(int64 number) {
        add(Int64GetDatum(number), false);
    }
    void whole32(int32 number) {
        add(Int32GetDatum(number), false);
    }
    // What cannot be told (NaN) is NULL.
    void number(double number);

    // The row; the next one begins.
    Datum finish();
    // An array of rows.
    Datum array(Datum *rows, size_t count) const;

private:
    static constexpr int most_columns = 32;

    void add(Datum datum, bool is_null);

    TupleDesc type_;
    int used_ = 0;
    Datum values_[most_columns];
    bool nulls_[most_columns];
};

} // namespace leadscore
