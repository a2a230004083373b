// Notifications of the running transaction, sent when it commits: of each row of the history the last one.
//
// The server keeps what Async_Notify() was given until the end and takes nothing back. So it is given last.
#include "messages.hpp"

namespace leadscore {

namespace {

// What makes two messages one.
struct Subject {
    Oid history;
    uint32 unused; // no bytes between that nobody set
    int64 change;
};

// In memory of the transaction.
struct Message {
    Message *before;
    SubTransactionId subtransaction;
    Subject subject;
    char *payload; // null: nothing is to be sent
    char channel[NAMEDATALEN];
};
Message *messages = nullptr; // the latest first

// The last one of each subject, the latest first; null at the end.
Message **last_messages(MemoryContext memory) {
    HASHCTL control = {};
    control.keysize = sizeof(Subject);
    control.entrysize = sizeof(Subject);
    control.hcxt = memory;
    HTAB *met = hash_create("leadscore messages", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    size_t count = 0;
    for (const Message *message = messages; message != nullptr; message = message->before) {
        ++count;
    }
    auto **last = static_cast<Message **>(MemoryContextAllocExtended(memory, sizeof(Message *) * (count + 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO));
    count = 0;
    for (Message *message = messages; message != nullptr; message = message->before) {
        bool known = false;
        if (message->subject.change != 0) {
            hash_search(met, &message->subject, HASH_ENTER, &known);
        }
        if (!known && message->payload != nullptr) {
            last[count++] = message;
        }
    }
    return last;
}

void send_all() {
    MemoryContext memory = AllocSetContextCreate(TopTransactionContext, "leadscore messages", ALLOCSET_DEFAULT_SIZES);
    Message **last = last_messages(memory);
    size_t count = 0;
    while (last[count] != nullptr) {
        ++count;
    }
    while (count > 0) {
        const Message *message = last[--count];
        Async_Notify(message->channel, message->payload);
    }
    messages = nullptr;
    MemoryContextDelete(memory);
}

void transaction_ends(XactEvent event, void *) {
    switch (event) {
    case XACT_EVENT_PRE_COMMIT:
    case XACT_EVENT_PRE_PREPARE: // which the server then refuses
        if (messages != nullptr) {
            send_all();
        }
        break;
    case XACT_EVENT_COMMIT:
    case XACT_EVENT_ABORT:
    case XACT_EVENT_PREPARE:
        messages = nullptr;
        break;
    default:
        break;
    }
}

// Numbers of subtransactions rise: those of the one that is gone and of all within it are its own or higher, and came last.
void subtransaction_ends(SubXactEvent event, SubTransactionId gone, SubTransactionId, void *) {
    while (event == SUBXACT_EVENT_ABORT_SUB && messages != nullptr && messages->subtransaction >= gone) {
        Message *before = messages->before;
        if (messages->payload != nullptr) {
            pfree(messages->payload);
        }
        pfree(messages);
        messages = before;
    }
}

Message *add_message(Oid history, int64 change) {
    static bool registered = false;
    if (!registered) {
        RegisterXactCallback(transaction_ends, nullptr);
        RegisterSubXactCallback(subtransaction_ends, nullptr);
        registered = true;
    }
    auto *message = static_cast<Message *>(MemoryContextAllocZero(TopTransactionContext, sizeof(Message)));
    message->before = messages;
    message->subtransaction = GetCurrentSubTransactionId();
    message->subject = {history, 0, change};
    return message;
}

} // namespace

void send_at_commit(Oid history, int64 change, const char *channel, const char *payload) {
    Message *message = add_message(history, change);
    strlcpy(message->channel, channel, sizeof message->channel);
    message->payload = MemoryContextStrdup(TopTransactionContext, payload);
    messages = message;
}

void take_message_back(Oid history, int64 change) {
    if (messages != nullptr) {
        messages = add_message(history, change);
    }
}

} // namespace leadscore
