/* portal: --leads 20000 --limits off --operating off */
/* One client, sixteen threads, and a thousand cancellations from another one: fewer where every step is watched. */

#include "check.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

enum { THREADS = 16, CALLS = 50 };

static b24_client *client;
static atomic_int deleted;

static void wait_for(sem_t *semaphore) {
    while (sem_wait(semaphore) != 0) {
        CHECK(errno == EINTR);
    }
}

static void *delete_some(void *argument) {
    int64_t first = 1 + *(const int *)argument * CALLS;
    b24_operation operations[CALLS / 2];
    for (int64_t id = first; id < first + CALLS / 2; id++) {
        b24_deletion *deletion = NULL;
        CHECK_OK(b24_delete_lead(client, id, &deletion));
        deleted += b24_deletion_status(deletion) == B24_STATUS_DELETED;
        b24_deletion_free(deletion);
        operations[id - first] = b24_operation_lead(id + CALLS / 2);
    }
    b24_summary *summary = NULL;
    CHECK_OK(b24_delete_many(client, operations, CALLS / 2, NULL, NULL, NULL, &summary));
    CHECK(b24_summary_is_clean(summary));
    deleted += (int)b24_summary_deleted(summary);
    b24_summary_free(summary);
    return NULL;
}

static void sixteen_threads_share_a_client(void) {
    pthread_t threads[THREADS];
    int numbers[THREADS];
    for (int number = 0; number < THREADS; number++) {
        numbers[number] = number;
        CHECK(pthread_create(&threads[number], NULL, delete_some, &numbers[number]) == 0);
    }
    for (int number = 0; number < THREADS; number++) {
        CHECK(pthread_join(threads[number], NULL) == 0);
    }
    CHECK(deleted == THREADS * CALLS);
}

static b24_canceller *to_cancel;
static sem_t handed_over;
static sem_t used;
static int cancellations;

/* Cancels whatever it is given. */
static void *cancel_all(void *argument) {
    CHECK(argument == NULL);
    for (int number = 0; number < cancellations; number++) {
        wait_for(&handed_over);
        b24_canceller_cancel(to_cancel);
        b24_canceller_free(to_cancel);
        CHECK(sem_post(&used) == 0);
    }
    return NULL;
}

static void hand_over(b24_canceller *canceller) {
    to_cancel = canceller;
    CHECK(sem_post(&handed_over) == 0);
}

typedef struct {
    int64_t next;
    int64_t read;
    int64_t outcomes;
} account;

static ptrdiff_t read_lead(void *user_data, b24_operation *operations, size_t capacity) {
    account *account = user_data;
    CHECK(capacity > 0);
    operations[0] = b24_operation_lead(account->next++);
    account->read++;
    return 1;
}

static int on_outcome(void *user_data, const b24_outcome *outcome) {
    account *account = user_data;
    CHECK(b24_outcome_status(outcome) != B24_STATUS_UNKNOWN && b24_outcome_status(outcome) != B24_STATUS_FAILED);
    account->outcomes++;
    return 0;
}

/* A run without an end, which only the other thread ends. */
static void run_until_cancelled(account *account) {
    b24_canceller *canceller = b24_canceller_new();
    b24_run_options *options = b24_run_options_new();
    b24_run_options_set_canceller(options, canceller);
    hand_over(canceller);
    b24_summary *summary = NULL;
    int64_t before = account->outcomes;
    CHECK_OK(b24_delete_many_from(client, read_lead, options, on_outcome, account, &summary));
    CHECK_TEXT(b24_summary_stopped_by(summary), "cancelled");
    CHECK(account->outcomes - before == (int64_t)b24_summary_total(summary));
    b24_summary_free(summary);
    b24_run_options_free(options);
    wait_for(&used);
}

/* A call that the other thread may or may not end in time. */
static void call_until_cancelled(account *account) {
    b24_canceller *canceller = b24_canceller_new();
    b24_call_options *options = b24_call_options_new();
    b24_call_options_set_canceller(options, canceller);
    hand_over(canceller);
    b24_error *error = b24_delete(client, b24_operation_lead(account->next++), options, NULL);
    b24_kind kind = b24_error_kind(error);
    CHECK(kind == B24_KIND_NONE || kind == B24_KIND_NOT_FOUND || kind == B24_KIND_CANCELLED);
    b24_error_free(error);
    b24_call_options_free(options);
    wait_for(&used);
}

static void cancellations_lose_nothing(void) {
    pthread_t thread;
    account account = {.next = THREADS * CALLS + 1};
    CHECK(sem_init(&handed_over, 0, 0) == 0 && sem_init(&used, 0, 0) == 0);
    CHECK(pthread_create(&thread, NULL, cancel_all, NULL) == 0);
    for (int number = 0; number < cancellations; number++) {
        if (number % 2 == 0) {
            run_until_cancelled(&account);
        } else {
            call_until_cancelled(&account);
        }
    }
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK(account.outcomes == account.read);
}

int main(void) {
    cancellations = atoi(setting("B24_CANCELLATIONS"));
    CHECK(cancellations > 0);
    client = portal_client();
    sixteen_threads_share_a_client();
    cancellations_lose_nothing();
    b24_client_free(client);
    return 0;
}
