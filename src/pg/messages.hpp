// Notifications of the running transaction, sent when it commits: of each row of the history the last one.
#pragma once

#include "server.hpp"

namespace leadscore {

// `change` is the number of the row; 0: not known, then nothing takes the place of the message.
void send_at_commit(Oid history, int64 change, const char *channel, const char *payload);

// The channel that a message of the row is to be sent to; null if none is.
const char *channel_in_line(Oid history, int64 change);

// Nothing is to be sent of the row.
void take_message_back(Oid history, int64 change);

} // namespace leadscore
