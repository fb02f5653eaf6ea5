/* portal: --leads 20 --limits off --operating off */
/* links: dl */
/* A program that loads the library while it runs, and lets go of it with threads alive. */

#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <dlfcn.h>
#include <time.h>

static void *symbol(void *library, const char *name) {
    void *address = dlsym(library, name);
    CHECK(address != NULL);
    return address;
}

/* ISO C has no cast from an object pointer to a function pointer. */
#define LOAD(library, name, pointer)                       \
    do {                                                   \
        void *address = symbol(library, name);             \
        memcpy(&(pointer), &address, sizeof address);      \
    } while (0)

static void delete_a_lead(int64_t lead_id) {
    void *library = dlopen("libb24delete.so.0", RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    b24_client_options *(*options_new)(void);
    void (*options_free)(b24_client_options *);
    void (*set_webhook)(b24_client_options *, const char *);
    b24_error *(*client_new)(const b24_client_options *, b24_client **);
    void (*client_free)(b24_client *);
    b24_error *(*delete_lead)(const b24_client *, int64_t, b24_deletion **);
    LOAD(library, "b24_client_options_new", options_new);
    LOAD(library, "b24_client_options_free", options_free);
    LOAD(library, "b24_client_options_set_webhook", set_webhook);
    LOAD(library, "b24_client_new", client_new);
    LOAD(library, "b24_client_free", client_free);
    LOAD(library, "b24_delete_lead", delete_lead);
    b24_client_options *options = options_new();
    set_webhook(options, setting("B24_WEBHOOK"));
    b24_client *client = NULL;
    CHECK(client_new(options, &client) == NULL);
    CHECK(delete_lead(client, lead_id, NULL) == NULL);
    client_free(client);
    options_free(options);
    CHECK(dlclose(library) == 0);
}

int main(void) {
    for (int64_t lead_id = 1; lead_id <= 3; lead_id++) {
        delete_a_lead(lead_id);
        /* Threads that wake up in code that is gone would crash. */
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    }
    return 0;
}
