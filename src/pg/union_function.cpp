// union_rules(): the document by which events are counted while a new version of a model's rules is on its way.
#include "../core/union_rules.hpp"

#include "guard.hpp"
#include "program.hpp"
#include "rules_value.hpp"

using namespace leadscore;

extern "C" {

LEADSCORE_FUNCTION(leadscore_union_rules);

Datum leadscore_union_rules(PG_FUNCTION_ARGS) {
    const auto *left = reinterpret_cast<struct varlena *>(PG_GETARG_VARLENA_PP(0));
    const auto *right = reinterpret_cast<struct varlena *>(PG_GETARG_VARLENA_PP(1));
    const std::string_view left_text = rules_text(left);
    const std::string_view right_text = rules_text(right);
    struct varlena *value = nullptr;
    call_core([&left_text, &right_text, &value] {
        value = make_rules_value(write_rules(union_rules(read_stored_rules(left_text), read_stored_rules(right_text))));
    });
    PG_RETURN_POINTER(value);
}
}
