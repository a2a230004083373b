// Scores as SQL values.
#include "score_result.hpp"

#include "guard.hpp"

namespace leadscore {

int64_t moment_argument(FunctionCallInfo fcinfo, int argument) {
    if (PG_ARGISNULL(argument)) {
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("as_of must not be null"),
                        errhint("Leave it out for the start of the transaction.")));
    }
    const TimestampTz moment = PG_GETARG_TIMESTAMPTZ(argument);
    if (TIMESTAMP_NOT_FINITE(moment)) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("as_of must be finite")));
    }
    return moment;
}

Datum score_numeric(int128 units, int places) {
    if (units >= PG_INT64_MIN && units <= PG_INT64_MAX) {
        return NumericGetDatum(int64_div_fast_to_numeric(static_cast<int64>(units), places));
    }
    char *text = nullptr;
    call_core([&text, units, places] { text = copy_out(fixed_text(units, places), 0); });
    return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

Datum micro_numeric(int128 micro) {
    int places = 6;
    if (static_cast<int64_t>(micro) == micro) {
        // Nearly all numbers fit 64 bits, whose division is many times faster.
        auto units = static_cast<int64_t>(micro);
        for (; places > 0 && units % 10 == 0; --places) {
            units /= 10;
        }
        return score_numeric(units, places);
    }
    for (; places > 0 && micro % 10 == 0; --places) {
        micro /= 10;
    }
    return score_numeric(micro, places);
}

TupleDesc result_type(FunctionCallInfo fcinfo, TupleDesc &known, MemoryContext context) {
    if (known == nullptr) {
        TupleDesc descriptor = nullptr;
        if (get_call_result_type(fcinfo, nullptr, &descriptor) != TYPEFUNC_COMPOSITE) {
            ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("a score is a row")));
        }
        MemoryContext old = MemoryContextSwitchTo(context);
        known = BlessTupleDesc(CreateTupleDescCopy(descriptor));
        MemoryContextSwitchTo(old);
    }
    return known;
}

namespace {

Datum text_datum(const std::string &text) {
    return PointerGetDatum(cstring_to_text_with_len(text.data(), static_cast<int>(text.size())));
}

Datum array_of(const Datum *values, const bool *nulls, size_t count, Oid type, int length, char alignment) {
    int size = static_cast<int>(count);
    int lower = 1;
    return PointerGetDatum(construct_md_array(const_cast<Datum *>(values), const_cast<bool *>(nulls), size > 0 ? 1 : 0, &size,
                                              &lower, type, length, false, alignment));
}

Datum dimensions_array(const Scored &scored) {
    const size_t count = scored.dimensions.size();
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    for (size_t d = 0; d < count; ++d) {
        values[d] = micro_numeric(scored.dimensions[d]);
    }
    return array_of(values, nullptr, count, NUMERICOID, -1, TYPALIGN_INT);
}

Datum labels_array(const Rules &rules, const Scored &scored) {
    const size_t count = scored.levels.size();
    auto *values = static_cast<Datum *>(palloc(sizeof(Datum) * (count + 1)));
    auto *nulls = static_cast<bool *>(palloc(sizeof(bool) * (count + 1)));
    for (size_t l = 0; l < count; ++l) {
        nulls[l] = scored.levels[l] < 0;
        values[l] =
            nulls[l] ? static_cast<Datum>(0) : text_datum(rules.labels[l].levels[static_cast<size_t>(scored.levels[l])].name);
    }
    return array_of(values, nulls, count, TEXTOID, -1, TYPALIGN_INT);
}

// Score, stage, qualification and probability: how rows of scores begin.
void fill_score(const Rules &rules, const Scored &scored, Datum *values, bool *nulls) {
    std::fill(nulls, nulls + 4, true);
    if (!scored.excluded) {
        nulls[0] = false;
        values[0] = score_numeric(scored.score, rules.score_decimals);
    } else {
        nulls[1] = false;
        values[1] = PointerGetDatum(cstring_to_text("excluded"));
    }
    if (scored.stage >= 0) {
        const Stage &stage = rules.stages[static_cast<size_t>(scored.stage)];
        nulls[1] = false;
        values[1] = text_datum(stage.name);
        if (stage.has_qualification) {
            nulls[2] = false;
            values[2] = text_datum(stage.qualification);
        }
    }
    if (scored.has_probability) {
        nulls[3] = false;
        values[3] = Float8GetDatum(scored.probability);
    }
}

} // namespace

Datum scored_lead(Program &program, const Scored &scored, TupleDesc descriptor) {
    const Rules &rules = program.rules;
    Datum values[6] = {};
    bool nulls[6] = {};
    fill_score(rules, scored, values, nulls);
    values[4] = dimensions_jsonb(program.json, rules, scored);
    values[5] = labels_jsonb(program.json, rules, scored);
    return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

void maintained_values(const Program &program, const Scored &scored, const Calendar &calendar, Datum *values, bool *nulls) {
    const Rules &rules = program.rules;
    std::fill(nulls, nulls + maintained_columns, false);
    fill_score(rules, scored, values, nulls);
    values[4] = dimensions_array(scored);
    nulls[5] = rules.labels.empty();
    values[5] = nulls[5] ? static_cast<Datum>(0) : labels_array(rules, scored);
    values[6] = TimestampTzGetDatum(calendar.next_change); // never is the server's infinity
    nulls[7] = !calendar.has_last_event || !IS_VALID_DATE(calendar.last_event);
    values[7] = nulls[7] ? static_cast<Datum>(0) : DateADTGetDatum(static_cast<DateADT>(calendar.last_event));
}

Datum maintained_lead(const Program &program, const Scored &scored, const Calendar &calendar, TupleDesc descriptor) {
    Datum values[maintained_columns] = {};
    bool nulls[maintained_columns] = {};
    maintained_values(program, scored, calendar, values, nulls);
    return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

} // namespace leadscore
