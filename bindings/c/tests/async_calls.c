/* portal: --leads 50 --contacts 50 --links-per-lead 1 --limits off --operating off --cost crm.contact.delete=3 */
/* Calls that tell their answer to a callback. */

#include "check.h"

#include <semaphore.h>

typedef struct {
    const b24_client *client;
    sem_t answered;
    sem_t finalized;
    int answers;
    int deleted;
    int errors;
    char kind[40];
    b24_effect effect;
} account;

static void on_answer(void *user_data, b24_error *error, b24_deletion *deletion) {
    account *account = user_data;
    CHECK((error == NULL) != (deletion == NULL));
    account->answers++;
    account->deleted += b24_deletion_status(deletion) == B24_STATUS_DELETED;
    account->errors += error != NULL;
    snprintf(account->kind, sizeof account->kind, "%s", b24_error_kind_name(error));
    account->effect = b24_error_effect(error);
    b24_error_free(error);
    b24_deletion_free(deletion);
    sem_post(&account->answered);
}

static void finalize(void *user_data) {
    sem_post(&((account *)user_data)->finalized);
}

static void wait_for(sem_t *semaphore, int count) {
    while (count-- > 0) {
        CHECK(sem_wait(semaphore) == 0);
    }
}

static void all_four_answer(account *account) {
    const b24_client *client = account->client;
    CHECK_OK(b24_delete_lead_async(client, 1, NULL, on_answer, account, finalize));
    CHECK_OK(b24_delete_lead_contact_items_async(client, 2, NULL, on_answer, account, finalize));
    CHECK_OK(b24_delete_lead_contact_async(client, 2, 49, NULL, on_answer, account, finalize));
    CHECK_OK(b24_delete_contact_async(client, 48, NULL, on_answer, account, finalize));
    wait_for(&account->answered, 4);
    wait_for(&account->finalized, 4);
    CHECK(account->answers == 4 && account->errors == 0);
    CHECK(account->deleted == 3); /* the third was not linked any more */
}

static void wrong_arguments_have_no_callback(account *account) {
    int before = account->answers;
    CHECK_ERROR(b24_delete_lead_async(account->client, 0, NULL, on_answer, account, finalize),
                B24_KIND_INVALID_ID, "lead");
    CHECK_ERROR(b24_delete_lead_async(NULL, 1, NULL, on_answer, account, finalize),
                B24_KIND_INVALID_ARGUMENT, "`client`");
    CHECK_ERROR(b24_delete_lead_async(account->client, 1, NULL, NULL, account, finalize),
                B24_KIND_INVALID_ARGUMENT, "`callback`");
    wait_for(&account->finalized, 3);
    CHECK(account->answers == before);
}

static void a_canceller_ends_a_call(account *account) {
    b24_canceller *canceller = b24_canceller_new();
    b24_call_options *options = b24_call_options_new();
    b24_call_options_set_canceller(options, canceller);
    CHECK_OK(b24_delete_contact_async(account->client, 5, options, on_answer, account, finalize));
    b24_call_options_free(options);
    b24_canceller_cancel(canceller);
    b24_canceller_cancel(canceller);
    b24_canceller_free(canceller);
    wait_for(&account->finalized, 1);
    wait_for(&account->answered, 1);
    CHECK_TEXT(account->kind, "cancelled");
    CHECK(account->effect == B24_EFFECT_NOT_SENT || account->effect == B24_EFFECT_MAY_HAVE_APPLIED);
}

static void a_deadline_ends_a_call(account *account) {
    b24_call_options *options = b24_call_options_new();
    CHECK_ERROR(b24_call_options_set_deadline(options, -1.0), B24_KIND_INVALID_ARGUMENT, "`deadline` is -1");
    CHECK_OK(b24_call_options_set_deadline(options, 1.0));
    b24_error *error = b24_delete(account->client, b24_operation_contact(6), options, NULL);
    CHECK(b24_error_effect(error) == B24_EFFECT_MAY_HAVE_APPLIED);
    CHECK_ERROR(error, B24_KIND_OUTCOME_UNKNOWN, "deadline");
    b24_call_options_free(options);
}

static void call_again(void *user_data, b24_error *error, b24_deletion *deletion) {
    account *account = user_data;
    CHECK_OK(error);
    b24_deletion_free(deletion);
    CHECK_OK(b24_delete_lead(account->client, 11, NULL));
    CHECK_OK(b24_delete_lead_async(account->client, 12, NULL, on_answer, account, NULL));
}

static void a_callback_may_call_again(account *account) {
    CHECK_OK(b24_delete_lead_async(account->client, 10, NULL, call_again, account, finalize));
    wait_for(&account->answered, 1);
    wait_for(&account->finalized, 1);
    CHECK_TEXT(account->kind, "none");
}

static void a_client_may_be_freed_before_the_answer(account *account) {
    b24_client *client = portal_client();
    CHECK_OK(b24_delete_contact_async(client, 7, NULL, on_answer, account, finalize));
    b24_client_free(client);
    wait_for(&account->answered, 1);
    wait_for(&account->finalized, 1);
    CHECK_TEXT(account->kind, "none");
}

int main(void) {
    account account = {.answers = 0};
    b24_client *client = portal_client();
    account.client = client;
    CHECK(sem_init(&account.answered, 0, 0) == 0 && sem_init(&account.finalized, 0, 0) == 0);
    all_four_answer(&account);
    wrong_arguments_have_no_callback(&account);
    a_canceller_ends_a_call(&account);
    a_deadline_ends_a_call(&account);
    a_callback_may_call_again(&account);
    a_client_may_be_freed_before_the_answer(&account);
    b24_client_free(client);
    return 0;
}
