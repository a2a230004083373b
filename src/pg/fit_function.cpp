// fit_query(): rules learned from the leads that a query gives.
#include "../core/fit_references.hpp"
#include "../core/fit_settings.hpp"
#include "../core/fit_table.hpp"

#include "fit_reader.hpp"
#include "guard.hpp"
#include "program.hpp"
#include "rules_value.hpp"
#include "score_result.hpp"

namespace leadscore {

namespace {

// Plain data of one call; the program is deleted with the memory.
struct Fitting {
    MemoryContext memory;
    MemoryContextCallback on_release;
    Program *candidates;
    FitReader *reader;
    std::string_view settings;
    struct varlena *rules;
    char *report;
};

void release(void *argument) {
    auto *fitting = static_cast<Fitting *>(argument);
    delete fitting->candidates;
    fitting->candidates = nullptr;
}

void tell(const std::string &what) {
    const char *text = what.c_str();
    protect([text] { ereport(NOTICE, (errmsg("%s", text))); });
}

void fit(Fitting *fitting) {
    call_core([fitting] {
        FitSettings settings = read_fit_settings(fitting->settings);
        settings.go_on = may_go_on;
        settings.progress = tell;
        FitTable table = collected(fitting->reader);
        settle_references(table, settings);
        const FitResult result = fit_table(table, settings);
        static_cast<void>(read_stored_rules(result.document)); // within the limits of a document
        fitting->rules = make_rules_value(result.document);
        fitting->report = copy_out(result.report, 0);
    });
}

// That of the extension the function is of.
Oid tally_type(FunctionCallInfo fcinfo) {
    const Oid schema = get_func_namespace(fcinfo->flinfo->fn_oid);
    return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("lead_tally"), ObjectIdGetDatum(schema));
}

} // namespace

} // namespace leadscore

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_fit_query);

Datum leadscore_fit_query(PG_FUNCTION_ARGS) {
    const char *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
    const auto *candidates = reinterpret_cast<struct varlena *>(PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1)));
    Jsonb *settings = PG_GETARG_JSONB_P(2);
    const int64 expected = PG_GETARG_INT64(3);
    TupleDesc known = nullptr;
    TupleDesc result = result_type(fcinfo, known, CurrentMemoryContext);
    MemoryContext memory = AllocSetContextCreate(CurrentMemoryContext, "leadscore fitting", ALLOCSET_DEFAULT_SIZES);
    MemoryContext old = MemoryContextSwitchTo(memory);
    auto *fitting = static_cast<Fitting *>(palloc0(sizeof(Fitting)));
    fitting->memory = memory;
    fitting->on_release.func = release;
    fitting->on_release.arg = fitting;
    MemoryContextRegisterResetCallback(memory, &fitting->on_release);
    fitting->settings = JsonbToCString(nullptr, &settings->root, VARSIZE(settings));
    call_core([fitting] { static_cast<void>(read_fit_settings(fitting->settings)); }); // before much is read
    compile_program(fitting->candidates, candidates, memory);
    fitting->reader = make_fit_reader(fitting->candidates, tally_type(fcinfo), static_cast<size_t>(expected > 0 ? expected : 0), memory);
    ereport(NOTICE, (errmsg("reading " INT64_FORMAT " leads", expected)));
    SPI_connect();
    read_leads(fitting->reader, query);
    SPI_finish();
    fit(fitting);
    MemoryContextSwitchTo(old);
    Datum values[] = {PointerGetDatum(fitting->rules), DirectFunctionCall1(jsonb_in, CStringGetDatum(fitting->report))};
    bool nulls[] = {false, false};
    const Datum row = HeapTupleGetDatum(heap_form_tuple(result, values, nulls));
    MemoryContextDelete(memory);
    PG_RETURN_DATUM(row);
}
}
