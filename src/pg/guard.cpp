// The one border between core and server.
#include "guard.hpp"

namespace leadscore {

ErrorData *kept_error = nullptr;

int sqlstate_of(Trouble trouble) noexcept {
    switch (trouble) {
    case Trouble::syntax:
        return ERRCODE_INVALID_TEXT_REPRESENTATION;
    case Trouble::value:
    case Trouble::no_evidence:
        return ERRCODE_INVALID_PARAMETER_VALUE;
    case Trouble::limit:
        return ERRCODE_PROGRAM_LIMIT_EXCEEDED;
    case Trouble::regex:
        return ERRCODE_INVALID_REGULAR_EXPRESSION;
    case Trouble::like_escape:
        return ERRCODE_INVALID_ESCAPE_SEQUENCE;
    case Trouble::nul_character:
        return ERRCODE_UNTRANSLATABLE_CHARACTER;
    case Trouble::bytes:
        return ERRCODE_INVALID_BINARY_REPRESENTATION;
    case Trouble::null_value:
        return ERRCODE_NULL_VALUE_NOT_ALLOWED;
    case Trouble::unsupported:
        return ERRCODE_FEATURE_NOT_SUPPORTED;
    case Trouble::host:
        break;
    }
    return ERRCODE_INTERNAL_ERROR;
}

void copy_text(char *out, size_t size, const char *text) noexcept {
    size_t length = strlen(text);
    if (length >= size) {
        length = size - 1;
        while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) {
            --length;
        }
    }
    memcpy(out, text, length);
    out[length] = '\0';
}

void set_failure(Failure &failure, int sqlstate, const char *message, const char *hint, const char *detail) noexcept {
    failure.failed = true;
    failure.sqlstate = sqlstate;
    copy_text(failure.message, sizeof failure.message, message);
    copy_text(failure.hint, sizeof failure.hint, hint);
    copy_text(failure.detail, sizeof failure.detail, detail);
}

void raise(const Failure &failure, Node *escontext) {
    if (kept_error != nullptr) {
        ErrorData *error = kept_error;
        kept_error = nullptr;
        ReThrowError(error);
    }
    LEADSCORE_RAISE(escontext, (errcode(failure.sqlstate), errmsg("%s", failure.message),
                                failure.detail[0] != '\0' ? errdetail("%s", failure.detail) : 0,
                                failure.hint[0] != '\0' ? errhint("%s", failure.hint) : 0));
}

void pass_over(Failure &failure) {
    const int sqlstate = kept_error != nullptr ? kept_error->sqlerrcode : failure.sqlstate;
    const int category = ERRCODE_TO_CATEGORY(sqlstate);
    if (category != ERRCODE_DATA_EXCEPTION && category != ERRCODE_PROGRAM_LIMIT_EXCEEDED &&
        sqlstate != ERRCODE_FEATURE_NOT_SUPPORTED) {
        raise(failure, nullptr);
    }
    if (kept_error != nullptr) {
        set_failure(failure, sqlstate, kept_error->message, "", "");
        FreeErrorData(kept_error);
        kept_error = nullptr;
    }
}

char *allocate(size_t size) {
    if (size > MaxAllocSize) {
        throw Problem(Trouble::limit, "", "a value would be larger than 1 GB");
    }
    void *memory = palloc_extended(size, MCXT_ALLOC_NO_OOM);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return static_cast<char *>(memory);
}

char *copy_out(std::string_view bytes, size_t head) {
    char *memory = allocate(bytes.size() + head + 1);
    bytes.copy(memory + head, bytes.size()); // not memcpy: no bytes may have a null address
    memory[head + bytes.size()] = '\0';
    return memory;
}

bool may_go_on() {
    if (InterruptPending) {
        protect([] { CHECK_FOR_INTERRUPTS(); });
    }
    return true;
}

} // namespace leadscore
