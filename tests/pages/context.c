/* What the examples of the pages take as known; the blocks of a page come in at the two marked places. */

#include <b24delete.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT_SUCCESS(error)                                                                                          \
    do {                                                                                                               \
        if ((error) != NULL) {                                                                                         \
            fprintf(stderr, "line %d: %s\n", __LINE__, b24_error_message(error));                                      \
            return 1;                                                                                                  \
        }                                                                                                              \
    } while (0)

/* A database for tokens. */
static char *stored = NULL;
static const char *select_tokens(void *database) {
    (void)database;
    return stored;
}
static int update_tokens(void *database, const char *tokens) {
    (void)database;
    free(stored);
    stored = malloc(strlen(tokens) + 1);
    if (stored == NULL) return -1;
    strcpy(stored, tokens);
    return 0;
}

/* Ten leads, once. */
static ptrdiff_t read_operations(void *input, b24_operation *operations, size_t capacity) {
    size_t *left = input;
    size_t count = 0;
    while (count < capacity && *left > 0) {
        operations[count++] = b24_operation_lead(20 + (int64_t)(*left)--);
    }
    return (ptrdiff_t)count;
}

/* the functions */

int main(void) {
    size_t ten = 10;
    size_t *input = &ten;
    void *request = malloc(1);
    const char *client_id = "local.0123456789abcd.01234567", *client_secret = "secret", *refresh_token = "token";
    FILE *file = fopen("cleanup.html", "w");
    b24_client_options *options = b24_client_options_new();
    b24_client_options_set_webhook(options, getenv("B24_WEBHOOK"));
    b24_client *client = NULL;
    EXPECT_SUCCESS(b24_client_new(options, &client));
    /* the blocks */
    fclose(file);
    return 0;
}
