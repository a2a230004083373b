// Time zones of the server's own tz database.
#include "host_zone.hpp"

namespace leadscore {

namespace {

constexpr pg_time_t seconds_to_2000 = static_cast<pg_time_t>(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;

pg_tz *find_zone(const char *name) {
    if (strlen(name) > TZ_STRLEN_MAX) {
        return nullptr;
    }
    pg_tz *zone = pg_tzset(name);
    return zone != nullptr && pg_tz_acceptable(zone) ? zone : nullptr;
}

// Newer time zone databases have these as other names of the cities; older ones give them a history of their own. AT TIME ZONE
// takes the names for abbreviations, so SQL must ask for the cities. local_zone() in sql/52_model_statements.sql does the same.
const char *place_of_zone(const char *name) {
    static const struct {
        const char *name;
        const char *place;
    } places[] = {{"CET", "Europe/Brussels"}, {"MET", "Europe/Brussels"},  {"EET", "Europe/Athens"},  {"WET", "Europe/Lisbon"},
                  {"EST", "America/Panama"},  {"HST", "Pacific/Honolulu"}, {"MST", "America/Phoenix"}};
    for (const auto &zone : places) {
        if (strcmp(name, zone.name) == 0) {
            return zone.place;
        }
    }
    return name;
}

} // namespace

const char *server_zone_name(const char *name) {
    pg_tz *zone = find_zone(name);
    return zone == nullptr ? nullptr : pg_get_timezone_name(zone);
}

Zone::Span *server_zone_spans(const char *name, size_t *count) {
    pg_tz *zone = find_zone(place_of_zone(name));
    if (zone == nullptr) {
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("timezone: unknown time zone \"%s\"", name),
                        errhint("The time zone database of this server lacks it; see pg_timezone_names.")));
    }
    // 1800 lies before every change of any zone; the table ends where the 400-year cycle has been seen whole, and a day more.
    pg_time_t at = -static_cast<pg_time_t>(170) * 366 * SECS_PER_DAY;
    const pg_time_t end = seconds_to_2000 + zone_cycle_from + zone_cycle_length + SECS_PER_DAY;
    size_t capacity = 512;
    auto *spans = static_cast<Zone::Span *>(palloc(capacity * sizeof(Zone::Span)));
    *count = 0;
    for (;;) {
        long int before = 0;
        long int after = 0;
        int before_dst = 0;
        int after_dst = 0;
        pg_time_t boundary = 0;
        const int found = pg_next_dst_boundary(&at, &before, &before_dst, &boundary, &after, &after_dst, zone);
        if (*count == 0) {
            spans[(*count)++] = {0, static_cast<int32_t>(before)};
        }
        if (found != 1 || boundary > end) {
            return spans;
        }
        if (after != before) {
            if (*count == capacity) {
                capacity *= 2;
                spans = static_cast<Zone::Span *>(repalloc(spans, capacity * sizeof(Zone::Span)));
            }
            spans[(*count)++] = {boundary - seconds_to_2000, static_cast<int32_t>(after)};
        }
        at = boundary;
    }
}

} // namespace leadscore
