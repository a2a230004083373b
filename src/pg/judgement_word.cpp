// judgement_word(): what in the name of a column speaks of a judgement.
#include "../core/fit_screen.hpp"

#include "guard.hpp"

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_judgement_word);

Datum leadscore_judgement_word(PG_FUNCTION_ARGS) {
    const text *given = PG_GETARG_TEXT_PP(0);
    const std::string_view field(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given));
    char *word = nullptr;
    call_core([&field, &word] { word = copy_out(word_of_judgement(std::string(field)), 0); });
    if (*word == '\0') {
        PG_RETURN_NULL();
    }
    PG_RETURN_TEXT_P(cstring_to_text(word));
}

} // extern "C"
