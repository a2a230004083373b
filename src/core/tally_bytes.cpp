// The stored form of a tally.
#include "tally_bytes.hpp"

#include "problem.hpp"
#include "tally_sections.hpp"

#include <cstring>

namespace leadscore {

namespace {

constexpr unsigned char version = 1;
constexpr unsigned char flag_unset = 1;
constexpr unsigned char flag_rules = 2;
constexpr size_t head_bytes = 4 + std::tuple_size<SetDigest>::value;

void write_ids(ByteWriter &out, const std::vector<EvidenceId> &ids) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    out.raw(ids.data(), ids.size() * sizeof(EvidenceId));
#else
    for (const EvidenceId id : ids) {
        const EvidenceId little = __builtin_bswap64(id);
        out.raw(&little, sizeof little);
    }
#endif
}

unsigned char read_head(ByteReader &in, SetDigest &digest) {
    const char *head = in.raw(head_bytes);
    if (head[0] != 'L' || head[1] != 'T') {
        reject_tally_bytes("it is not one");
    }
    const auto found = static_cast<unsigned char>(head[2]);
    if (found != version) {
        throw Problem(Trouble::unsupported, "", "lead_tally of version " + std::to_string(found) + " cannot be read here",
                      "It was written by a newer leadscore.");
    }
    const auto flags = static_cast<unsigned char>(head[3]);
    if ((flags & ~(flag_unset | flag_rules)) != 0) {
        reject_tally_bytes("unknown flags");
    }
    std::memcpy(digest.data(), head + 4, digest.size());
    return flags;
}

} // namespace

std::string write_tally_bytes(const Tally &tally) {
    ByteWriter out(head_bytes + 8 + tally.ids.size() * sizeof(EvidenceId) + expected_section_bytes(tally));
    const auto flags = static_cast<unsigned char>((tally.unset ? flag_unset : 0) | (tally.has_rules ? flag_rules : 0));
    const unsigned char head[] = {'L', 'T', version, flags};
    out.raw(head, sizeof head);
    out.raw(tally.digest.data(), tally.digest.size());
    out.number(tally.ids.size());
    write_ids(out, tally.ids);
    write_tally_sections(out, tally);
    if (tally.has_rules) {
        out.signed_number(tally.as_of);
        out.number(tally.rules.size());
        out.raw(tally.rules.data(), tally.rules.size());
    }
    return out.take();
}

void read_tally_bytes(std::string_view bytes, Tally &tally, const SetDigest *known) {
    tally.clear();
    ByteReader in(bytes);
    const unsigned char flags = read_head(in, tally.digest);
    tally.unset = (flags & flag_unset) != 0;
    tally.has_rules = (flags & flag_rules) != 0;
    const size_t evidence_count = in.size_number();
    if (evidence_count > most_evidence) {
        reject_tally_bytes("too much evidence");
    }
    const char *ids = in.raw(evidence_count * sizeof(EvidenceId));
    const auto id_at = [ids](size_t i) {
        EvidenceId id = 0;
        std::memcpy(&id, ids + i * sizeof id, sizeof id);
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
        id = __builtin_bswap64(id);
#endif
        return id;
    };
    if (known == nullptr || *known != tally.digest) {
        tally.ids.reserve(evidence_count);
        for (size_t i = 0; i < evidence_count; ++i) {
            tally.ids.push_back(id_at(i));
        }
    }
    read_tally_sections(in, evidence_count, id_at, tally);
    if (tally.has_rules) {
        tally.as_of = static_cast<int64_t>(in.signed_number(64));
        const size_t size = in.size_number();
        if (size > most_document_bytes) {
            reject_tally_bytes("its rules are too long");
        }
        tally.rules.assign(in.raw(size), size);
    }
    if (in.left() > 0) {
        reject_tally_bytes("there is something behind its end");
    }
}

SetDigest tally_digest(std::string_view bytes) {
    ByteReader in(bytes);
    SetDigest digest;
    read_head(in, digest);
    return digest;
}

std::optional<std::string_view> tally_section_bytes(std::string_view bytes) {
    ByteReader in(bytes);
    SetDigest digest;
    if (read_head(in, digest) != 0) {
        return std::nullopt;
    }
    in.raw(in.size_number() * sizeof(EvidenceId));
    const size_t size = in.left();
    return std::string_view(in.raw(size), size);
}

} // namespace leadscore
