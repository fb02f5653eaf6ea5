/* Deletes one lead: delete_lead ID. The webhook is in the environment, as B24_WEBHOOK. */

#include <b24delete.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    const char *webhook = getenv("B24_WEBHOOK");
    if (argc != 2 || webhook == NULL) {
        fprintf(stderr, "usage: B24_WEBHOOK=URL delete_lead ID\n");
        return 2;
    }
    int64_t lead_id = strtoll(argv[1], NULL, 10);

    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, webhook);
    b24_client *client = NULL;
    b24_deletion *deletion = NULL;
    b24_error *error = b24_client_new(options, &client);
    if (error == NULL) {
        error = b24_delete_lead(client, lead_id, &deletion);
    }
    if (error == NULL) {
        printf("lead %" PRId64 " is %s, confirmed by %s\n", lead_id, b24_deletion_status_name(deletion),
               b24_deletion_confirmed_by_name(deletion));
    } else if (b24_error_effect(error) == B24_EFFECT_MAY_HAVE_APPLIED) {
        fprintf(stderr, "it may have happened, look at the lead: %s\n", b24_error_message(error));
    } else {
        fprintf(stderr, "nothing happened: %s\n", b24_error_message(error));
    }

    int code = error == NULL ? 0 : 1;
    b24_deletion_free(deletion);
    b24_error_free(error);
    b24_client_free(client);
    b24_client_options_free(options);
    return code;
}
