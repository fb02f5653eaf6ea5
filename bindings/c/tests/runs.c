/* portal: --leads 1000 --contacts 50 --links-per-lead 1 --limits off --operating off */
/* Runs over arrays and callbacks: every operation has one outcome, whatever ends the run. */

#include "check.h"

typedef struct {
    const b24_client *client;
    const b24_canceller *canceller;
    int64_t next;        /* id of the next lead that is read */
    int64_t last;        /* where the leads end */
    int64_t fails_after; /* reading fails behind this lead; 0 for never */
    int64_t stops_after; /* so many outcomes are wanted; 0 for all */
    int64_t cancels_after;
    int64_t outcomes;
    int64_t by_status[6];
    int64_t told; /* total of the last progress */
    int finalized;
} account;

static int on_outcome(void *user_data, const b24_outcome *outcome) {
    account *account = user_data;
    CHECK(account->stops_after == 0 || account->outcomes < account->stops_after);
    account->outcomes++;
    account->by_status[b24_outcome_status(outcome)]++;
    if (account->outcomes == account->cancels_after) {
        b24_canceller_cancel(account->canceller);
    }
    return account->outcomes == account->stops_after;
}

static ptrdiff_t read_leads(void *user_data, b24_operation *operations, size_t capacity) {
    account *account = user_data;
    size_t count = 0;
    CHECK(capacity > 0);
    if (account->fails_after != 0 && account->next > account->fails_after) {
        return -5;
    }
    while (count < capacity && count < 7 && account->next <= account->last) {
        operations[count++] = b24_operation_lead(account->next++);
    }
    return (ptrdiff_t)count;
}

static void on_progress(void *user_data, const b24_summary *so_far) {
    account *account = user_data;
    CHECK((int64_t)b24_summary_total(so_far) >= account->told);
    account->told = (int64_t)b24_summary_total(so_far);
}

static void finalize(void *user_data) {
    ((account *)user_data)->finalized++;
}

static void check_sums(const account *account, const b24_summary *summary) {
    CHECK((int64_t)b24_summary_total(summary) == account->outcomes);
    CHECK((int64_t)b24_summary_deleted(summary) == account->by_status[B24_STATUS_DELETED]);
    CHECK((int64_t)b24_summary_absent(summary) == account->by_status[B24_STATUS_ABSENT]);
    CHECK((int64_t)b24_summary_failed(summary) == account->by_status[B24_STATUS_FAILED]);
    CHECK((int64_t)b24_summary_unknown(summary) == account->by_status[B24_STATUS_UNKNOWN]);
    CHECK((int64_t)b24_summary_not_run(summary) == account->by_status[B24_STATUS_NOT_RUN]);
}

static b24_outcome *kept;

static int keep(void *user_data, const b24_outcome *outcome) {
    CHECK(user_data == NULL);
    b24_outcome_free(kept);
    kept = b24_outcome_copy(outcome);
    return 0;
}

static void an_array_has_an_outcome_for_each(const b24_client *client) {
    b24_operation operations[] = {
        b24_operation_lead(1),
        b24_operation_lead_contact_items(2),
        b24_operation_contact(50),
        b24_operation_lead(1),
    };
    account account = {0};
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many(client, operations, 4, NULL, on_outcome, &account, &summary));
    check_sums(&account, summary);
    CHECK(account.outcomes == 4 && account.by_status[B24_STATUS_DELETED] == 3);
    CHECK(account.by_status[B24_STATUS_ABSENT] == 1);
    CHECK(b24_summary_is_clean(summary) && b24_summary_requests(summary) > 0 && b24_summary_seconds(summary) > 0);
    CHECK_TEXT(b24_summary_stopped_by(summary), "");
    char *json = NULL;
    CHECK_OK(b24_summary_to_json(summary, &json));
    CHECK(strstr(json, "{\"v\":1,\"type\":\"summary\",\"total\":4,\"deleted\":3,") == json);
    b24_string_free(json);
    b24_summary_free(summary);

    CHECK_OK(b24_delete_many(client, operations, 1, NULL, keep, NULL, NULL));
    CHECK(b24_outcome_status(kept) == B24_STATUS_ABSENT && b24_outcome_attempts(kept) == 1);
    CHECK_TEXT(b24_outcome_status_name(kept), "absent");
    CHECK(b24_outcome_confirmed_by(kept) == B24_CONFIRMED_BY_REPLY);
    CHECK_TEXT(b24_outcome_confirmed_by_name(kept), "reply");
    CHECK_TEXT(b24_outcome_method(kept), "crm.lead.delete");
    CHECK(b24_outcome_seq(kept) == 0 && b24_outcome_lead_id(kept) == 1 && b24_outcome_contact_id(kept) == 0);
    CHECK_TEXT(b24_error_kind_name(b24_outcome_error(kept)), "not_found");
    CHECK_OK(b24_outcome_to_json(kept, &json));
    CHECK(strstr(json, "{\"v\":1,\"type\":\"outcome\",\"seq\":0,\"method\":\"crm.lead.delete\",\"lead_id\":1,") == json);
    b24_string_free(json);
    b24_outcome_free(kept);

    CHECK_OK(b24_delete_many(client, NULL, 0, NULL, on_outcome, &account, &summary));
    CHECK(b24_summary_total(summary) == 0 && b24_summary_is_clean(summary));
    b24_summary_free(summary);
}

static void a_wrong_array_is_refused_as_a_whole(const b24_client *client) {
    b24_operation operations[] = {b24_operation_lead(3), b24_operation_lead(0)};
    b24_summary *summary = (b24_summary *)&summary;
    CHECK_ERROR(b24_delete_many(client, operations, 2, NULL, NULL, NULL, &summary), B24_KIND_INVALID_ID,
                "`operations[1]`: `0` is not a lead id");
    CHECK(summary == NULL);
    CHECK_ERROR(b24_delete_many(client, NULL, 2, NULL, NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT,
                "`operations` is not an array");
    CHECK_ERROR(b24_delete_many(client, operations, SIZE_MAX, NULL, NULL, NULL, NULL),
                B24_KIND_INVALID_ARGUMENT, "`operations` is not an array");
    CHECK_ERROR(b24_delete_many(NULL, operations, 1, NULL, NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT,
                "`client` is NULL");
    CHECK_ERROR(b24_delete_many_from(client, NULL, NULL, NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT,
                "`read_operations` is NULL");
    CHECK_OK(b24_delete_lead(client, 3, NULL)); /* nobody touched it */
}

static void a_callback_gives_as_many_as_there_are(const b24_client *client) {
    account account = {.next = 10, .last = 209};
    b24_run_options *options = b24_run_options_new();
    b24_run_options_set_progress_callback(options, on_progress, &account, finalize);
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many_from(client, read_leads, options, on_outcome, &account, &summary));
    check_sums(&account, summary);
    CHECK(account.by_status[B24_STATUS_DELETED] == 200 && account.told == 200);
    CHECK(account.finalized == 0);
    b24_run_options_free(options);
    CHECK(account.finalized == 1);
    b24_summary_free(summary);
}

static void a_source_that_fails_stops_the_run(const b24_client *client) {
    account account = {.next = 210, .last = 400, .fails_after = 220};
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many_from(client, read_leads, NULL, on_outcome, &account, &summary));
    check_sums(&account, summary);
    CHECK(account.outcomes == 14 && !b24_summary_is_clean(summary));
    CHECK_TEXT(b24_summary_stopped_by(summary), "source");
    CHECK(strstr(b24_error_message(b24_summary_error(summary)), "returned -5") != NULL);
    b24_summary_free(summary);

    account.next = -3; /* ids that are none */
    account.fails_after = 0;
    CHECK_OK(b24_delete_many_from(client, read_leads, NULL, NULL, &account, &summary));
    CHECK(b24_summary_total(summary) == 0);
    CHECK_TEXT(b24_error_kind_name(b24_summary_error(summary)), "invalid_id");
    b24_summary_free(summary);
}

static void an_outcome_callback_stops_the_run(const b24_client *client) {
    account account = {.next = 400, .last = 1000000, .stops_after = 3};
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many_from(client, read_leads, NULL, on_outcome, &account, &summary));
    CHECK(account.outcomes == 3 && account.next < 1000);
    CHECK_TEXT(b24_summary_stopped_by(summary), "cancelled");
    CHECK((int64_t)b24_summary_total(summary) == account.next - 400); /* all that was read */
    b24_summary_free(summary);
}

static void a_canceller_stops_a_run_and_loses_nothing(const b24_client *client) {
    account account = {.next = 600, .last = 1000000, .cancels_after = 20};
    b24_canceller *canceller = b24_canceller_new();
    account.canceller = canceller;
    b24_run_options *options = b24_run_options_new();
    b24_run_options_set_canceller(options, canceller);
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many_from(client, read_leads, options, on_outcome, &account, &summary));
    check_sums(&account, summary);
    CHECK(account.by_status[B24_STATUS_UNKNOWN] == 0 && account.outcomes == account.next - 600);
    CHECK_TEXT(b24_summary_stopped_by(summary), "cancelled");
    b24_summary_free(summary);

    /* It stays used: a run that begins later is cancelled at once. */
    b24_operation operation = b24_operation_lead(999);
    CHECK_OK(b24_delete_many(client, &operation, 1, options, NULL, NULL, &summary));
    CHECK(b24_summary_deleted(summary) == 0);
    CHECK_TEXT(b24_summary_stopped_by(summary), "cancelled");
    b24_summary_free(summary);
    b24_run_options_set_canceller(options, NULL);
    CHECK_OK(b24_delete_many(client, &operation, 1, options, NULL, NULL, &summary));
    CHECK(b24_summary_deleted(summary) == 1);
    b24_summary_free(summary);
    b24_run_options_free(options);
    b24_canceller_free(canceller);
}

static void stop_rules_stop(const b24_client *client) {
    b24_run_options *options = b24_run_options_new();
    CHECK_ERROR(b24_run_options_set_max_failures(options, "many"), B24_KIND_CONFIG, "`many`");
    CHECK_OK(b24_run_options_set_max_failures(options, "5%"));
    b24_run_options_set_stop_if_first_absent(options, 10);
    account account = {.next = 10, .last = 209}; /* they are gone */
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many_from(client, read_leads, options, on_outcome, &account, &summary));
    check_sums(&account, summary);
    CHECK_TEXT(b24_summary_stopped_by(summary), "all_absent");
    CHECK(b24_summary_error(summary) == NULL);
    b24_summary_free(summary);
    b24_run_options_free(options);
}

/* Callbacks of a run may make calls that wait, and start runs. */
static int delete_the_contact_too(void *user_data, const b24_outcome *outcome) {
    account *account = user_data;
    b24_operation operation = b24_operation_contact(b24_outcome_seq(outcome) == 0 ? 1 : 2);
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_contact(account->client, 3 + (int64_t)b24_outcome_seq(outcome), NULL));
    CHECK_OK(b24_delete_many(account->client, &operation, 1, NULL, NULL, NULL, &summary));
    CHECK(b24_summary_deleted(summary) == 1);
    b24_summary_free(summary);
    account->outcomes++;
    return 0;
}

static void callbacks_may_call_again(const b24_client *client) {
    b24_operation operations[] = {b24_operation_lead(5), b24_operation_lead(6)};
    account account = {.client = client};
    CHECK_OK(b24_delete_many(client, operations, 2, NULL, delete_the_contact_too, &account, NULL));
    CHECK(account.outcomes == 2);
}

int main(void) {
    b24_client *client = portal_client();
    an_array_has_an_outcome_for_each(client);
    a_wrong_array_is_refused_as_a_whole(client);
    a_callback_gives_as_many_as_there_are(client);
    a_source_that_fails_stops_the_run(client);
    an_outcome_callback_stops_the_run(client);
    a_canceller_stops_a_run_and_loses_nothing(client);
    stop_rules_stop(client);
    callbacks_may_call_again(client);
    b24_client_free(client);
    return 0;
}
