/* What all tests share. The portal's addresses are in the environment. */
#ifndef CHECK_H
#define CHECK_H

#include "b24delete.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                        \
    do {                                                                        \
        if (!(condition)) {                                                     \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                            \
        }                                                                       \
    } while (0)

#define CHECK_TEXT(actual, wanted) check_text(__FILE__, __LINE__, actual, wanted)
#define CHECK_OK(call) check_ok(__FILE__, __LINE__, call)
#define CHECK_ERROR(call, kind, part) check_error(__FILE__, __LINE__, call, kind, part)

static inline void check_text(const char *file, int line, const char *actual, const char *wanted) {
    if (strcmp(actual, wanted) != 0) {
        fprintf(stderr, "%s:%d: `%s`, wanted `%s`\n", file, line, actual, wanted);
        exit(1);
    }
}

static inline void check_ok(const char *file, int line, b24_error *error) {
    if (error != NULL) {
        fprintf(stderr, "%s:%d: %s\n", file, line, b24_error_message(error));
        exit(1);
    }
}

/* The error is of this kind, and its text has this part. It is freed. */
static inline void check_error(const char *file, int line, b24_error *error, int kind,
                               const char *part) {
    if ((int)b24_error_kind(error) != kind || strstr(b24_error_message(error), part) == NULL) {
        fprintf(stderr, "%s:%d: %s `%s`, wanted kind %d with `%s`\n", file, line,
                b24_error_kind_name(error), b24_error_message(error), kind, part);
        exit(1);
    }
    b24_error_free(error);
}

static inline const char *setting(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        fprintf(stderr, "`%s` is not set: run this with `cargo xtask test`\n", name);
        exit(1);
    }
    return value;
}

/* A client of the portal behind the webhook, without limits on this side. What a lost request may still do shows at once. */
static inline b24_client *portal_client(void) {
    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, setting("B24_WEBHOOK"));
    CHECK_OK(b24_client_options_set_limits(options, "off"));
    CHECK_OK(b24_client_options_set_operating_limit(options, "off"));
    CHECK_OK(b24_client_options_set_settle_time(options, 0.5));
    b24_client *client = NULL;
    CHECK_OK(b24_client_new(options, &client));
    b24_client_options_free(options);
    return client;
}

#endif
