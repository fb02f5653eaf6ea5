/* portal: --leads 20 --contacts 20 --links-per-lead 2 --limits off --operating off */
/* The four deletes, what they answer, and what is wrong with arguments. */

#include "check.h"

#include <math.h>

static const int64_t BAD_IDS[] = {0, -1, INT64_MIN, INT64_MAX, INT64_C(9007199254740992)};

static void example_of_the_documentation(void) {
    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, setting("B24_WEBHOOK"));
    b24_client *client;
    b24_deletion *deletion;
    b24_error *error = b24_client_new(options, &client); /* NULL is success */
    CHECK(error == NULL);
    error = b24_delete_lead(client, 1, &deletion);
    CHECK(error == NULL);
    b24_deletion_free(deletion);
    b24_error_free(error);
    b24_client_free(client);
    b24_client_options_free(options);
}

static void deletions_tell_what_the_portal_said(const b24_client *client) {
    b24_deletion *deletion = NULL;
    CHECK_OK(b24_delete_lead(client, 2, &deletion));
    CHECK(b24_deletion_status(deletion) == B24_STATUS_DELETED);
    CHECK_TEXT(b24_deletion_status_name(deletion), "deleted");
    CHECK(b24_deletion_confirmed_by(deletion) == B24_CONFIRMED_BY_REPLY);
    CHECK_TEXT(b24_deletion_confirmed_by_name(deletion), "reply");
    CHECK(b24_deletion_attempts(deletion) == 1);
    CHECK(b24_deletion_time_finish(deletion) >= b24_deletion_time_start(deletion));
    CHECK(b24_deletion_time_duration(deletion) >= 0.0);
    CHECK(b24_deletion_time_processing(deletion) >= 0.0);
    CHECK(strlen(b24_deletion_time_date_start(deletion)) >= 19);
    CHECK(strlen(b24_deletion_time_date_finish(deletion)) >= 19);
    b24_deletion_free(deletion);

    CHECK_OK(b24_delete_contact(client, 20, NULL));
    CHECK_OK(b24_delete_lead_contact_items(client, 3, NULL));

    int deleted = 0;
    int absent = 0;
    for (int64_t contact_id = 1; contact_id < 20; contact_id++) {
        CHECK_OK(b24_delete_lead_contact(client, 4, contact_id, &deletion));
        deleted += b24_deletion_status(deletion) == B24_STATUS_DELETED;
        absent += b24_deletion_status(deletion) == B24_STATUS_ABSENT;
        b24_deletion_free(deletion);
    }
    CHECK(deleted == 2 && absent == 17);
}

static void errors_tell_what_is_known(const b24_client *client) {
    b24_deletion *deletion = (b24_deletion *)&deletion;
    b24_error *error = b24_delete_lead(client, 1, &deletion);
    CHECK(deletion == NULL);
    CHECK(b24_error_kind(error) == B24_KIND_NOT_FOUND);
    CHECK_TEXT(b24_error_kind_name(error), "not_found");
    CHECK(b24_error_effect(error) == B24_EFFECT_REJECTED);
    CHECK_TEXT(b24_error_effect_name(error), "rejected");
    CHECK_TEXT(b24_error_method(error), "crm.lead.delete");
    CHECK_TEXT(b24_error_description(error), "Not found");
    CHECK(b24_error_http_status(error) == 400);
    CHECK(b24_error_attempts(error) == 1);
    CHECK(b24_error_source(error) == NULL);
    CHECK(strstr(b24_error_message(error), "Not found") != NULL);

    b24_error *copy = b24_error_copy(error);
    b24_error_free(error);
    CHECK_TEXT(b24_error_description(copy), "Not found");
    CHECK(b24_error_attempts(copy) == 1);
    b24_error_free(copy);
}

static void wrong_ids_are_found_before_anything_is_sent(const b24_client *client) {
    for (size_t index = 0; index < sizeof BAD_IDS / sizeof *BAD_IDS; index++) {
        int64_t bad = BAD_IDS[index];
        CHECK_ERROR(b24_delete_lead(client, bad, NULL), B24_KIND_INVALID_ID, "is not a lead id");
        CHECK_ERROR(b24_delete_contact(client, bad, NULL), B24_KIND_INVALID_ID, "is not a contact id");
        CHECK_ERROR(b24_delete_lead_contact(client, bad, 1, NULL), B24_KIND_INVALID_ID, "lead");
        CHECK_ERROR(b24_delete_lead_contact(client, 1, bad, NULL), B24_KIND_INVALID_ID, "contact");
        CHECK_ERROR(b24_delete_lead_contact_items(client, bad, NULL), B24_KIND_INVALID_ID, "lead");
    }
    b24_error *error = b24_delete_lead(client, 0, NULL);
    CHECK(b24_error_effect(error) == B24_EFFECT_NOT_SENT && b24_error_http_status(error) == 0);
    b24_error_free(error);

    b24_operation operation = {7, 1, 0};
    CHECK_ERROR(b24_delete(client, operation, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`method` is 7");
    operation = b24_operation_lead(5);
    operation.contact_id = 6;
    CHECK_ERROR(b24_delete(client, operation, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`contact_id` is 6");
}

static void null_is_an_error_or_nothing(const b24_client *client) {
    CHECK_ERROR(b24_delete_lead(NULL, 1, NULL), B24_KIND_INVALID_ARGUMENT, "`client` is NULL");
    CHECK_ERROR(b24_client_new(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`options` is NULL");
    CHECK_ERROR(b24_client_log_in(client, NULL), B24_KIND_CONFIG, "only an application");
    CHECK_ERROR(b24_client_options_set_limits(NULL, "off"), B24_KIND_INVALID_ARGUMENT, "`options`");
    CHECK_ERROR(b24_call_options_set_deadline(NULL, 1), B24_KIND_INVALID_ARGUMENT, "`options`");
    CHECK_ERROR(b24_tokens_set(NULL, "{}"), B24_KIND_INVALID_ARGUMENT, "`tokens`");
    CHECK_ERROR(b24_outcome_to_json(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`outcome`");
    CHECK_ERROR(b24_summary_to_json(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`summary`");
    b24_client_options_set_webhook(NULL, NULL);
    b24_client_options_set_concurrency(NULL, 1);
    b24_client_options_set_event_callback(NULL, NULL, NULL, NULL);
    b24_call_options_set_canceller(NULL, NULL);
    b24_run_options_set_canceller(NULL, NULL);
    b24_run_options_set_stop_if_first_absent(NULL, 1);
    b24_run_options_set_progress_callback(NULL, NULL, NULL, NULL);
    b24_canceller_cancel(NULL);

    CHECK(b24_error_kind(NULL) == B24_KIND_NONE && b24_error_effect(NULL) == B24_EFFECT_NONE);
    CHECK_TEXT(b24_error_kind_name(NULL), "none");
    CHECK_TEXT(b24_error_effect_name(NULL), "none");
    CHECK_TEXT(b24_error_message(NULL), "");
    CHECK(b24_error_copy(NULL) == NULL && b24_error_source(NULL) == NULL);
    CHECK(b24_deletion_status(NULL) == B24_STATUS_NONE && isnan(b24_deletion_time_start(NULL)));
    CHECK(b24_outcome_lead_id(NULL) == 0 && b24_outcome_error(NULL) == NULL && b24_outcome_copy(NULL) == NULL);
    CHECK(b24_summary_total(NULL) == 0 && b24_summary_error(NULL) == NULL && !b24_summary_is_clean(NULL));
    CHECK(b24_event_step(NULL) == B24_STEP_NONE && b24_event_error(NULL) == NULL);
    CHECK_TEXT(b24_client_host(NULL), "");
    CHECK(b24_client_user_id(NULL) == 0);

    b24_client_free(NULL);
    b24_client_options_free(NULL);
    b24_oauth_options_free(NULL);
    b24_call_options_free(NULL);
    b24_run_options_free(NULL);
    b24_canceller_free(NULL);
    b24_deletion_free(NULL);
    b24_outcome_free(NULL);
    b24_summary_free(NULL);
    b24_error_free(NULL);
    b24_string_free(NULL);
}

static void options_are_checked(void) {
    b24_client_options *options = b24_client_options_new();
    b24_client *client = (b24_client *)&client;
    CHECK_ERROR(b24_client_new(options, &client), B24_KIND_CONFIG, "neither a webhook URL");
    CHECK(client == NULL);

    CHECK_ERROR(b24_client_options_set_limits(options, "50-2"), B24_KIND_CONFIG, "`50-2` is not a limit");
    CHECK_ERROR(b24_client_options_set_limits(options, NULL), B24_KIND_INVALID_ARGUMENT, "`limits` is NULL");
    CHECK_ERROR(b24_client_options_set_limits(options, "\xff"), B24_KIND_INVALID_ARGUMENT, "`limits` is not valid UTF-8");
    CHECK_ERROR(b24_client_options_set_operating_limit(options, "480"), B24_KIND_CONFIG, "`480`");
    CHECK_ERROR(b24_client_options_set_api(options, "new"), B24_KIND_CONFIG, "`new` is not an api");
    CHECK_ERROR(b24_client_options_set_request_timeout(options, -1.0), B24_KIND_INVALID_ARGUMENT, "`timeout` is -1");
    CHECK_ERROR(b24_client_options_set_connect_timeout(options, (double)NAN), B24_KIND_INVALID_ARGUMENT, "NaN");
    CHECK_ERROR(b24_client_options_set_settle_time(options, (double)INFINITY), B24_KIND_INVALID_ARGUMENT, "inf");
    CHECK_OK(b24_client_options_set_limits(options, "50/2"));
    CHECK_OK(b24_client_options_set_operating_limit(options, "480/600"));
    CHECK_OK(b24_client_options_set_api(options, "item"));
    CHECK_OK(b24_client_options_set_connect_timeout(options, 5.0));
    CHECK_OK(b24_client_options_set_settle_time(options, 0.0));

    b24_client_options_set_webhook(options, "https://example.bitrix24.com/rest/1/s3cret\xff/");
    CHECK_ERROR(b24_client_new(options, NULL), B24_KIND_INVALID_ARGUMENT, "`url` is not valid UTF-8");
    b24_client_options_set_webhook(options, NULL);
    CHECK_ERROR(b24_client_new(options, NULL), B24_KIND_INVALID_ARGUMENT, "`url` is NULL");
    b24_client_options_set_webhook(options, "http://example.bitrix24.com/rest/1/s3cretcode/");
    b24_error *error = b24_client_new(options, NULL);
    CHECK(strstr(b24_error_message(error), "s3cret") == NULL);
    CHECK_ERROR(error, B24_KIND_CONFIG, "unencrypted");
    b24_client_options_set_webhook(options, "https://example.bitrix24.com/rest/17/s3cretcode/");
    CHECK_OK(b24_client_options_set_request_timeout(options, 4000.0));
    CHECK_ERROR(b24_client_new(options, NULL), B24_KIND_CONFIG, "request timeout 4000s is not allowed");
    CHECK_OK(b24_client_options_set_request_timeout(options, 100.0));
    b24_client_options_set_concurrency(options, 65);
    CHECK_ERROR(b24_client_new(options, NULL), B24_KIND_CONFIG, "concurrency 65");
    b24_client_options_set_concurrency(options, 2);

    CHECK_OK(b24_client_new(options, NULL));
    CHECK_OK(b24_client_new(options, &client));
    CHECK_TEXT(b24_client_host(client), "example.bitrix24.com");
    CHECK(b24_client_user_id(client) == 17);
    b24_client_free(client);
    b24_client_options_free(options);
}

int main(void) {
    CHECK_TEXT(b24_version(), B24DELETE_VERSION);
    b24_client *client = portal_client();
    example_of_the_documentation();
    deletions_tell_what_the_portal_said(client);
    errors_tell_what_is_known(client);
    wrong_ids_are_found_before_anything_is_sent(client);
    null_is_an_error_or_nothing(client);
    options_are_checked();
    b24_client_free(client);
    return 0;
}
