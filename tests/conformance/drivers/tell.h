/*
 * How the driver for C answers: lines of a name and a value. ../README.md describes them.
 */

#ifndef CONFORMANCE_TELL_H
#define CONFORMANCE_TELL_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <b24delete.h>

static void fail(const char *what, const char *value) {
    fprintf(stderr, "the driver for C cannot go on: %s `%s`\n", what, value);
    exit(EXIT_FAILURE);
}

static void tell(const char *name, const char *value) {
    printf("%s\t", name);
    for (; *value != '\0'; value++) {
        if (strchr("%\t\r\n", *value) != NULL) {
            printf("%%%02X", (unsigned)*value);
        } else {
            putchar(*value);
        }
    }
    putchar('\n');
}

static void tell_some(const char *name, const char *value) {
    if (*value != '\0') tell(name, value);
}

static void tell_count(const char *name, uint64_t value) {
    printf("%s\t%llu\n", name, (unsigned long long)value);
}

static void tell_number(const char *name, double value) {
    if (!isnan(value)) printf("%s\t%.17g\n", name, value);
}

static void tell_json(b24_error *error, char *json) {
    if (error != NULL) fail("no JSON", b24_error_message(error));
    tell("json", json);
    b24_string_free(json);
}

static void tell_error(const b24_error *error) {
    tell("record", "error");
    tell("kind", b24_error_kind_name(error));
    tell("effect", b24_error_effect_name(error));
    tell_some("method", b24_error_method(error));
    tell("code", b24_error_code(error));
    tell("description", b24_error_description(error));
    if (b24_error_http_status(error) != 0) tell_count("http_status", (uint64_t)b24_error_http_status(error));
    tell_count("attempts", b24_error_attempts(error));
    tell("message", b24_error_message(error));
    tell("debug", b24_error_message(error));
    for (const b24_error *cause = b24_error_source(error); cause != NULL; cause = b24_error_source(cause)) {
        tell("cause", b24_error_kind_name(cause));
    }
}

static void tell_deletion(const b24_deletion *deletion) {
    tell("record", "deletion");
    tell("status", b24_deletion_status_name(deletion));
    tell("confirmed_by", b24_deletion_confirmed_by_name(deletion));
    tell_count("attempts", b24_deletion_attempts(deletion));
    tell("record", "time");
    tell_number("start", b24_deletion_time_start(deletion));
    tell_number("finish", b24_deletion_time_finish(deletion));
    tell_number("duration", b24_deletion_time_duration(deletion));
    tell_number("processing", b24_deletion_time_processing(deletion));
    tell_number("operating", b24_deletion_time_operating(deletion));
    tell_number("operating_reset_at", b24_deletion_time_operating_reset_at(deletion));
    tell_some("date_start", b24_deletion_time_date_start(deletion));
    tell_some("date_finish", b24_deletion_time_date_finish(deletion));
}

static int tell_outcome(void *user_data, const b24_outcome *outcome) {
    char *json = NULL;
    (void)user_data;
    tell("record", "outcome");
    tell_count("seq", b24_outcome_seq(outcome));
    tell("method", b24_outcome_method(outcome));
    if (b24_outcome_lead_id(outcome) != 0) tell_count("lead_id", (uint64_t)b24_outcome_lead_id(outcome));
    if (b24_outcome_contact_id(outcome) != 0) tell_count("contact_id", (uint64_t)b24_outcome_contact_id(outcome));
    tell("status", b24_outcome_status_name(outcome));
    if (b24_outcome_confirmed_by(outcome) != B24_CONFIRMED_BY_NONE) {
        tell("confirmed_by", b24_outcome_confirmed_by_name(outcome));
    }
    tell_count("attempts", b24_outcome_attempts(outcome));
    b24_error *error = b24_outcome_to_json(outcome, &json);
    tell_json(error, json);
    if (b24_outcome_error(outcome) != NULL) tell_error(b24_outcome_error(outcome));
    return 0;
}

static void tell_summary(const b24_summary *summary) {
    char *json = NULL;
    tell("record", "summary");
    tell_count("total", b24_summary_total(summary));
    tell_count("deleted", b24_summary_deleted(summary));
    tell_count("deleted_by_lookup", b24_summary_deleted_by_lookup(summary));
    tell_count("absent", b24_summary_absent(summary));
    tell_count("failed", b24_summary_failed(summary));
    tell_count("unknown", b24_summary_unknown(summary));
    tell_count("not_run", b24_summary_not_run(summary));
    tell_count("requests", b24_summary_requests(summary));
    tell_number("seconds", b24_summary_seconds(summary));
    tell_some("stopped_by", b24_summary_stopped_by(summary));
    b24_error *error = b24_summary_to_json(summary, &json);
    tell_json(error, json);
}

#endif
