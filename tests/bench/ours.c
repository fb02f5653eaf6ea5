/* This project's C library at the work that `cargo xtask bench` measures. Arguments: `many` or `calls`, the webhook's URL, the
   first lead's id, how many leads. Prints one line of JSON. */

#define _POSIX_C_SOURCE 200809L
#include <b24delete.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
    int64_t next;
    int64_t end;
    uint64_t deleted;
} work;

static ptrdiff_t read_leads(void *user_data, b24_operation *operations, size_t capacity) {
    work *to_do = user_data;
    size_t count = 0;
    while (count < capacity && to_do->next < to_do->end) {
        operations[count++] = b24_operation_lead(to_do->next++);
    }
    return (ptrdiff_t)count;
}

static int count_outcome(void *user_data, const b24_outcome *outcome) {
    work *to_do = user_data;
    to_do->deleted += b24_outcome_status(outcome) == B24_STATUS_DELETED;
    return 0;
}

/* The most memory that this process has held, in MiB. */
static double peak(void) {
    FILE *status = fopen("/proc/self/status", "r");
    char line[256];
    long kibibytes = 0;
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (sscanf(line, "VmHWM: %ld", &kibibytes) == 1) {
            break;
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return (double)kibibytes / 1024;
}

static b24_error *many(const b24_client *client, work *to_do) {
    b24_error *error = b24_delete_many_from(client, read_leads, NULL, count_outcome, to_do, NULL);
    printf("{\"done\":%" PRIu64 ",\"peak\":%.2f}\n", to_do->deleted, peak());
    return error;
}

static double now(void) {
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static int compare(const void *one, const void *other) {
    double first = *(const double *)one, second = *(const double *)other;
    return (first > second) - (first < second);
}

static b24_error *calls(const b24_client *client, work *to_do) {
    size_t count = (size_t)(to_do->end - to_do->next);
    double *took = calloc(count + 1, sizeof(double));
    if (took == NULL) {
        abort();
    }
    for (size_t call = 0; call < count; call++) {
        double started = now();
        b24_error *error = b24_delete_lead(client, to_do->next++, NULL);
        if (error != NULL) {
            free(took);
            return error;
        }
        took[call] = now() - started;
    }
    qsort(took, count, sizeof(double), compare);
    printf("{\"done\":%zu,\"median_seconds\":%.9f}\n", count, took[count / 2]);
    free(took);
    return NULL;
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: ours many|calls WEBHOOK FIRST COUNT\n");
        return 2;
    }
    work to_do = {.next = atoll(argv[3])};
    to_do.end = to_do.next + atoll(argv[4]);
    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, argv[2]);
    b24_error_free(b24_client_options_set_limits(options, "off"));
    b24_error_free(b24_client_options_set_operating_limit(options, "off"));
    b24_client *client = NULL;
    b24_error *error = b24_client_new(options, &client);
    if (error == NULL) {
        error = strcmp(argv[1], "many") == 0 ? many(client, &to_do) : calls(client, &to_do);
    }
    if (error != NULL) {
        fprintf(stderr, "%s\n", b24_error_message(error));
    }
    int code = error == NULL ? 0 : 1;
    b24_error_free(error);
    b24_client_free(client);
    b24_client_options_free(options);
    return code;
}
