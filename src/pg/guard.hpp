// The one border between core and server.
//
// Core is called through call_core() only: no exception leaves it, and the server's error is raised after the last C++ object is
// gone. The other way, core reaches the server through protect() only: a server error is kept, core unwinds by a Problem(host),
// and call_core() raises what was kept.
#pragma once

#include "../core/problem.hpp"
#include "../core/text_match.hpp"
#include "server.hpp"

#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

namespace leadscore {

// Plain data, so that it may stay on the stack while the server jumps.
struct Failure {
    bool failed;
    int sqlstate;
    char message[1024];
    char hint[512];
    char detail[2048];
};

int sqlstate_of(Trouble trouble) noexcept;

// Copies as much as fits, cut between characters.
void copy_text(char *out, size_t size, const char *text) noexcept;

void set_failure(Failure &failure, int sqlstate, const char *message, const char *hint, const char *detail) noexcept;

// A server error met inside core, until it can be raised.
extern ErrorData *kept_error;

template <typename Work> void guard(Failure &failure, Work &&work) noexcept {
    failure.failed = false;
    try {
        work();
    } catch (const Problem &problem) {
        set_failure(failure, sqlstate_of(problem.trouble()), problem.what(), problem.hint().c_str(), problem.detail().c_str());
    } catch (const Interrupted &) {
        set_failure(failure, ERRCODE_QUERY_CANCELED, "canceling statement", "", "");
    } catch (const std::bad_alloc &) {
        set_failure(failure, ERRCODE_OUT_OF_MEMORY, "out of memory", "", "");
    } catch (const std::exception &error) {
        set_failure(failure, ERRCODE_INTERNAL_ERROR, error.what(), "", "");
    } catch (...) {
        set_failure(failure, ERRCODE_INTERNAL_ERROR, "unknown error in leadscore", "", "");
    }
}

// Raises the failure; returns only if it was reported softly.
void raise(const Failure &failure, Node *escontext);

// False if `work` failed and `escontext` took the error. Captures must be references and plain data: the server's error jumps
// over them.
template <typename Work> bool call_core(Work &&work, Node *escontext = nullptr) {
    static_assert(std::is_trivially_destructible_v<std::remove_reference_t<Work>>, "captures must be plain");
    Failure failure;
    guard(failure, work);
    if (!failure.failed) {
        return true;
    }
    raise(failure, escontext);
    return false;
}

// Raises the failure unless it is about the data at hand: cancellation, memory and mistakes of ours must not be passed over. What
// the server had raised is in `failure` then.
void pass_over(Failure &failure);

// As call_core(), but trouble with the data at hand is handed back: false then.
template <typename Work> bool try_core(Work &&work, Failure &failure) {
    static_assert(std::is_trivially_destructible_v<std::remove_reference_t<Work>>, "captures must be plain");
    guard(failure, work);
    if (failure.failed) {
        pass_over(failure);
    }
    return !failure.failed;
}

// Runs `work`, which calls the server and holds plain data only, from inside core.
template <typename Work> void protect(Work &&work) {
    static_assert(std::is_trivially_destructible_v<std::remove_reference_t<Work>>, "captures must be plain");
    MemoryContext context = CurrentMemoryContext;
    volatile bool failed = false;
    PG_TRY();
    { work(); }
    PG_CATCH();
    {
        MemoryContextSwitchTo(context);
        kept_error = CopyErrorData();
        FlushErrorState();
        failed = true;
    }
    PG_END_TRY();
    if (failed) {
        throw Problem(Trouble::host, "", "server error");
    }
}

// Memory of the current context, from inside core: throws bad_alloc instead of raising. `head` bytes are left free in front.
char *allocate(size_t size);
char *copy_out(std::string_view bytes, size_t head);

// What long work in core asks now and then: serves interrupts, and throws if one of them ends the query.
bool may_go_on();

} // namespace leadscore
