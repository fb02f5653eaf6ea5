/* Deletes the leads whose ids come on stdin, one a line, until Ctrl-C. The webhook is in the environment, as B24_WEBHOOK. */

#define _POSIX_C_SOURCE 200809L
#include <b24delete.h>

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* The next ids. It returns after each line, so that leads go while others are still being typed. */
static ptrdiff_t read_leads(void *user_data, b24_operation *operations, size_t capacity) {
    (void)user_data;
    (void)capacity;
    int64_t lead_id = 0;
    int found = scanf("%" SCNd64, &lead_id);
    operations[0] = b24_operation_lead(lead_id);
    return found == EOF ? 0 : found == 1 ? 1 : -1;
}

static int print_outcome(void *user_data, const b24_outcome *outcome) {
    (void)user_data;
    const b24_error *error = b24_outcome_error(outcome);
    printf("%" PRId64 " %s %s\n", b24_outcome_lead_id(outcome), b24_outcome_status_name(outcome),
           b24_error_message(error));
    return 0;
}

/* Waits for Ctrl-C, which every other thread blocks. */
static void *cancel_on_interrupt(void *canceller) {
    sigset_t interrupt;
    int received = 0;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    while (sigwait(&interrupt, &received) == 0) {
        b24_canceller_cancel(canceller);
    }
    return NULL;
}

int main(void) {
    const char *webhook = getenv("B24_WEBHOOK");
    if (webhook == NULL) {
        fprintf(stderr, "usage: B24_WEBHOOK=URL delete_many < IDS\n");
        return 2;
    }
    b24_canceller *canceller = b24_canceller_new();
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, NULL);
    pthread_t watcher;
    pthread_create(&watcher, NULL, cancel_on_interrupt, canceller);

    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, webhook);
    b24_run_options *run_options = b24_run_options_new();
    b24_run_options_set_canceller(run_options, canceller);
    b24_client *client = NULL;
    b24_summary *summary = NULL;
    b24_error *error = b24_client_new(options, &client);
    if (error == NULL) {
        error = b24_delete_many_from(client, read_leads, run_options, print_outcome, NULL, &summary);
    }
    if (error != NULL) {
        fprintf(stderr, "%s\n", b24_error_message(error));
    } else {
        fprintf(stderr, "%" PRIu64 " of %" PRIu64 " deleted %s\n", b24_summary_deleted(summary),
                b24_summary_total(summary), b24_error_message(b24_summary_error(summary)));
    }

    int code = b24_summary_is_clean(summary) ? 0 : 1;
    pthread_cancel(watcher);
    pthread_join(watcher, NULL);
    b24_summary_free(summary);
    b24_error_free(error);
    b24_client_free(client);
    b24_run_options_free(run_options);
    b24_client_options_free(options);
    b24_canceller_free(canceller);
    return code;
}
