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
    Message *after;
    Message *earlier; // of the same subject, whose place it takes
    SubTransactionId subtransaction;
    Subject subject;
    char *payload; // null: nothing is to be sent
    char channel[NAMEDATALEN];
};
Message *messages = nullptr; // the latest first

// The latest message of each subject there is one of.
struct Latest {
    Subject subject;
    Message *message;
};
HTAB *latest = nullptr; // null: none

Message *latest_of(const Subject &subject) {
    if (latest == nullptr || subject.change == 0) {
        return nullptr;
    }
    const auto *found = static_cast<const Latest *>(hash_search(latest, &subject, HASH_FIND, nullptr));
    return found != nullptr ? found->message : nullptr;
}

void set_latest(const Subject &subject, Message *message) {
    if (subject.change == 0) {
        return;
    }
    if (message == nullptr) {
        hash_search(latest, &subject, HASH_REMOVE, nullptr);
        return;
    }
    if (latest == nullptr) {
        HASHCTL control = {};
        control.keysize = sizeof(Subject);
        control.entrysize = sizeof(Latest);
        control.hcxt = TopTransactionContext;
        latest = hash_create("leadscore messages", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    }
    static_cast<Latest *>(hash_search(latest, &subject, HASH_ENTER, nullptr))->message = message;
}

void forget_all() {
    messages = nullptr;
    latest = nullptr;
}

void send_all() {
    Message *message = messages;
    while (message != nullptr && message->before != nullptr) {
        message = message->before;
    }
    Oid history = InvalidOid;
    bool there = false; // else the model was dropped after that
    for (; message != nullptr; message = message->after) {
        const bool is_last = message->subject.change == 0 || latest_of(message->subject) == message;
        if (message->subject.history != history) {
            history = message->subject.history;
            there = SearchSysCacheExists1(RELOID, ObjectIdGetDatum(history));
        }
        if (is_last && there && message->payload != nullptr) {
            Async_Notify(message->channel, message->payload);
        }
    }
    forget_all();
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
        forget_all();
        break;
    default:
        break;
    }
}

void take_out(Message *message) {
    if (message->after != nullptr) {
        message->after->before = message->before;
    } else {
        messages = message->before;
    }
    if (message->before != nullptr) {
        message->before->after = message->after;
    }
    if (message->payload != nullptr) {
        pfree(message->payload);
    }
    pfree(message);
}

// The latest of its subject: the one before it is that again.
void drop(Message *message) {
    set_latest(message->subject, message->earlier);
    take_out(message);
}

// One that would only come back where this one goes too.
void drop_earlier(Message *message) {
    while (message->earlier != nullptr && message->earlier->subtransaction >= message->subtransaction) {
        Message *earlier = message->earlier;
        message->earlier = earlier->earlier;
        take_out(earlier);
    }
}

// What it put in line is its parent's.
void pass_on(SubTransactionId released, SubTransactionId parent) {
    Message *message = messages;
    while (message != nullptr && message->subtransaction >= released) {
        message->subtransaction = parent;
        drop_earlier(message);
        Message *before = message->before;
        if (message->payload == nullptr && message->earlier == nullptr) {
            drop(message);
        }
        message = before;
    }
}

// Numbers of subtransactions rise: those of the one that ends and of all within it are its own or higher, and came last.
void subtransaction_ends(SubXactEvent event, SubTransactionId number, SubTransactionId parent, void *) {
    if (event == SUBXACT_EVENT_COMMIT_SUB) {
        pass_on(number, parent);
    }
    while (event == SUBXACT_EVENT_ABORT_SUB && messages != nullptr && messages->subtransaction >= number) {
        drop(messages);
    }
}

// `channel` and `payload` null: nothing is to be sent.
void put_in_line(const Subject &subject, const char *channel, const char *payload) {
    static bool registered = false;
    if (!registered) {
        RegisterXactCallback(transaction_ends, nullptr);
        RegisterSubXactCallback(subtransaction_ends, nullptr);
        registered = true;
    }
    auto *message = static_cast<Message *>(MemoryContextAllocZero(TopTransactionContext, sizeof(Message)));
    message->subtransaction = GetCurrentSubTransactionId();
    message->subject = subject;
    message->earlier = latest_of(subject);
    if (payload != nullptr) {
        strlcpy(message->channel, channel, sizeof message->channel);
        message->payload = MemoryContextStrdup(TopTransactionContext, payload);
    }
    set_latest(subject, message);
    message->before = messages;
    if (messages != nullptr) {
        messages->after = message;
    }
    messages = message;
    drop_earlier(message);
    if (payload == nullptr && message->earlier == nullptr) {
        drop(message);
    }
}

} // namespace

void send_at_commit(Oid history, int64 change, const char *channel, const char *payload) {
    put_in_line({history, 0, change}, channel, payload);
}

const char *channel_in_line(Oid history, int64 change) {
    const Message *message = latest_of({history, 0, change});
    return message != nullptr && message->payload != nullptr ? pstrdup(message->channel) : nullptr;
}

void take_message_back(Oid history, int64 change) {
    const Subject subject = {history, 0, change};
    if (latest_of(subject) != nullptr) {
        put_in_line(subject, nullptr, nullptr);
    }
}

} // namespace leadscore
