// in_transaction_block(): whether a procedure that commits cannot.
#include "guard.hpp"

extern "C" {

LEADSCORE_FUNCTION(leadscore_in_transaction_block);

Datum leadscore_in_transaction_block(PG_FUNCTION_ARGS) {
    static_cast<void>(fcinfo);
    PG_RETURN_BOOL(IsTransactionBlock());
}

} // extern "C"
