/* portal: --leads 20 --limits off --operating off */
/* faults: [{"method": "crm.lead.delete", "count": 1, "where": "after", "fault": {"kind": "reset"}}, {"method": "crm.lead.delete", "count": 3, "fault": {"kind": "html"}}] */
/* Answers that get lost: what errors and events tell about them. */

#include "check.h"

typedef struct {
    b24_client *client;
    int sent;
    int lookups;
    int retries;
    int waits;
    int finalized;
} account;

static void on_event(void *user_data, const b24_event *event) {
    account *account = user_data;
    switch (b24_event_step(event)) {
    case B24_STEP_WAITING:
        account->waits++;
        CHECK(strlen(b24_event_wait_reason(event)) > 0 && b24_event_wait_seconds(event) > 0);
        break;
    case B24_STEP_SENDING:
        account->sent += !b24_event_is_lookup(event);
        account->lookups += b24_event_is_lookup(event);
        CHECK(strlen(b24_event_method(event)) > 0 && b24_event_operations(event) == 1);
        break;
    case B24_STEP_RETRYING:
        account->retries++;
        CHECK(b24_error_effect(b24_event_error(event)) == B24_EFFECT_MAY_HAVE_APPLIED);
        break;
    default:
        CHECK(b24_event_step(event) == B24_STEP_OTHER);
    }
    /* Calls that wait would never end here. */
    CHECK_ERROR(b24_delete_lead(account->client, 9, NULL), B24_KIND_INVALID_ARGUMENT, "event callback");
    CHECK_ERROR(b24_delete_many(account->client, NULL, 0, NULL, NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT,
                "event callback");
}

static void finalize(void *user_data) {
    ((account *)user_data)->finalized++;
}

int main(void) {
    account account = {.client = NULL};
    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, setting("B24_WEBHOOK"));
    CHECK_OK(b24_client_options_set_limits(options, "off"));
    CHECK_OK(b24_client_options_set_settle_time(options, 0.5));
    b24_client_options_set_event_callback(options, on_event, &account, finalize);
    CHECK_OK(b24_client_new(options, &account.client));
    b24_client_options_free(options);

    b24_deletion *deletion = NULL;
    CHECK_OK(b24_delete_lead(account.client, 1, &deletion));
    CHECK(b24_deletion_status(deletion) == B24_STATUS_DELETED);
    CHECK(b24_deletion_confirmed_by(deletion) == B24_CONFIRMED_BY_LOOKUP);
    b24_deletion_free(deletion);
    CHECK(account.sent == 1 && account.lookups == 1 && account.retries == 1);

    b24_error *error = b24_delete_lead(account.client, 2, NULL);
    CHECK(b24_error_kind(error) == B24_KIND_OUTCOME_UNKNOWN && b24_error_attempts(error) == 3);
    CHECK(b24_error_effect(error) == B24_EFFECT_MAY_HAVE_APPLIED);
    const b24_error *source = b24_error_source(error);
    CHECK_TEXT(b24_error_kind_name(source), "invalid_response");
    CHECK(b24_error_http_status(source) == 502);
    CHECK(strstr(b24_error_message(error), b24_error_description(source)) != NULL);
    b24_error_free(error);
    CHECK(account.waits > 0);

    CHECK(account.finalized == 0);
    b24_client_free(account.client);
    CHECK(account.finalized == 1);
    return 0;
}
