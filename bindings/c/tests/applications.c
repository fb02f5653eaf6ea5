/* portal: --leads 20 --limits off --operating off */
/* Applications: token stores, and what happens when they fail. */

#include "check.h"

#include <pthread.h>

typedef struct {
    pthread_mutex_t mutex;
    char *saved;
    int loads;
    int saves;
    int load_fails;
    int save_fails;
    int finalized;
    b24_client *client; /* to call from inside, which must not work */
} store;

static int load(void *user_data, b24_tokens *tokens) {
    store *store = user_data;
    pthread_mutex_lock(&store->mutex);
    store->loads++;
    int code = store->load_fails;
    if (code == 0 && store->saved != NULL) {
        CHECK_OK(b24_tokens_set(tokens, store->saved));
    }
    CHECK_ERROR(b24_tokens_set(tokens, NULL), B24_KIND_INVALID_ARGUMENT, "`saved` is NULL");
    if (store->client != NULL) {
        CHECK_ERROR(b24_delete_lead(store->client, 1, NULL), B24_KIND_INVALID_ARGUMENT, "token store's callback");
        CHECK_ERROR(b24_delete_many(store->client, NULL, 0, NULL, NULL, NULL, NULL),
                    B24_KIND_INVALID_ARGUMENT, "token store's callback");
    }
    pthread_mutex_unlock(&store->mutex);
    return code;
}

static int save(void *user_data, const char *tokens) {
    store *store = user_data;
    pthread_mutex_lock(&store->mutex);
    int code = store->save_fails;
    if (code == 0) {
        free(store->saved);
        store->saved = malloc(strlen(tokens) + 1);
        CHECK(store->saved != NULL);
        strcpy(store->saved, tokens);
        store->saves++;
    }
    pthread_mutex_unlock(&store->mutex);
    return code;
}

static void finalize(void *user_data) {
    ((store *)user_data)->finalized++;
}

static b24_oauth_options *application(int with_tokens) {
    b24_oauth_options *oauth = NULL;
    CHECK_OK(b24_oauth_options_new(setting("B24_REST"), setting("B24_CLIENT_ID"), setting("B24_CLIENT_SECRET"), &oauth));
    CHECK_OK(b24_oauth_options_set_token_endpoint(oauth, setting("B24_OAUTH_TOKEN")));
    if (with_tokens) {
        CHECK_OK(b24_oauth_options_set_tokens(oauth, NULL, setting("B24_REFRESH_TOKEN")));
    }
    return oauth;
}

/* Frees the options. */
static b24_client *client_of(b24_oauth_options *oauth) {
    b24_client_options *options = b24_client_options_new();
    CHECK_OK(b24_client_options_set_oauth(options, oauth));
    CHECK_OK(b24_client_options_set_limits(options, "off"));
    b24_oauth_options_free(oauth);
    b24_client *client = NULL;
    CHECK_OK(b24_client_new(options, &client));
    b24_client_options_free(options);
    return client;
}

static void options_are_checked(void) {
    CHECK_ERROR(b24_oauth_options_new(NULL, "id", "s3cret", NULL), B24_KIND_INVALID_ARGUMENT, "`rest` is NULL");
    b24_oauth_options *oauth = application(0);
    CHECK_ERROR(b24_oauth_options_set_token_request(oauth, "put"), B24_KIND_INVALID_ARGUMENT, "`put`");
    CHECK_OK(b24_oauth_options_set_token_request(oauth, "post"));
    CHECK_OK(b24_oauth_options_allow_host(oauth, "oauth.example.org"));
    store store = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    CHECK_ERROR(b24_oauth_options_set_token_store(oauth, NULL, save, &store, finalize),
                B24_KIND_INVALID_ARGUMENT, "`load` is NULL");
    CHECK_ERROR(b24_oauth_options_set_token_store(oauth, load, NULL, &store, finalize),
                B24_KIND_INVALID_ARGUMENT, "`save` is NULL");
    CHECK(store.finalized == 2);

    b24_client *client = client_of(oauth);
    CHECK(b24_client_user_id(client) == 0);
    char *url = NULL;
    CHECK_OK(b24_client_authorize_url(client, "a b", &url));
    CHECK(strstr(url, "/oauth/authorize/?client_id=") != NULL && strstr(url, "state=a+b") != NULL);
    b24_string_free(url);
    CHECK_OK(b24_client_authorize_url(client, "x", NULL));
    CHECK_ERROR(b24_client_log_in(client, "0123456789"), B24_KIND_REFRESH_FAILED, "");
    CHECK_ERROR(b24_delete_lead(client, 1, NULL), B24_KIND_CONFIG, "no tokens yet");
    b24_client_free(client);
}

static void a_store_that_fails_fails_the_call(store *store) {
    b24_oauth_options *oauth = application(1);
    CHECK_OK(b24_oauth_options_set_token_store(oauth, load, save, store, finalize));
    b24_client *client = client_of(oauth);
    store->load_fails = 12;
    b24_error *error = b24_delete_lead(client, 1, NULL);
    CHECK(b24_error_effect(error) == B24_EFFECT_NOT_SENT);
    CHECK_ERROR(error, B24_KIND_CONFIG, "`load` failed with 12");
    CHECK(store->saves == 0);
    b24_client_free(client);
    store->load_fails = 0;
}

static void tokens_are_saved_before_they_are_used(store *store) {
    b24_oauth_options *oauth = application(1);
    CHECK_OK(b24_oauth_options_set_token_store(oauth, load, save, store, finalize));
    b24_client *client = client_of(oauth);
    store->client = client;
    CHECK_OK(b24_delete_lead(client, 1, NULL));
    CHECK(store->saves == 1 && strstr(store->saved, "refresh_token") != NULL);
    CHECK_OK(b24_client_refresh(client));
    CHECK(store->saves == 2 && b24_client_user_id(client) > 0);
    store->save_fails = 3;
    CHECK_ERROR(b24_client_refresh(client), B24_KIND_CONFIG, "`save` failed with 3");
    store->save_fails = 0;
    CHECK_OK(b24_client_refresh(client));
    store->client = NULL;
    b24_client_free(client);
}

static void another_client_goes_on_with_them(store *store) {
    int saves = store->saves;
    b24_oauth_options *oauth = application(1);
    CHECK_OK(b24_oauth_options_set_token_store(oauth, load, save, store, finalize));
    b24_client *client = client_of(oauth);
    CHECK_OK(b24_delete_lead(client, 2, NULL));
    CHECK(store->saves >= saves);
    b24_client_free(client);
}

static void a_damaged_store_is_named(store *store) {
    b24_oauth_options *oauth = application(1);
    CHECK_OK(b24_oauth_options_set_token_store(oauth, load, save, store, finalize));
    b24_client *client = client_of(oauth);
    strcpy(store->saved, "{\"s3cret");
    b24_error *error = b24_delete_lead(client, 3, NULL);
    CHECK(strstr(b24_error_message(error), "s3cret") == NULL);
    CHECK_ERROR(error, B24_KIND_CONFIG, "damaged");
    b24_client_free(client);
}

static void a_file_keeps_tokens(void) {
    char path[600];
    snprintf(path, sizeof path, "%s/applications-tokens.json", setting("B24_SCRATCH"));
    remove(path);
    b24_oauth_options *oauth = application(0);
    CHECK_OK(b24_oauth_options_set_token_file(oauth, path));
    b24_client *client = client_of(oauth);
    CHECK_ERROR(b24_delete_lead(client, 4, NULL), B24_KIND_CONFIG, "no tokens yet");
    b24_client_free(client);
}

int main(void) {
    store store = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    options_are_checked();
    a_store_that_fails_fails_the_call(&store);
    tokens_are_saved_before_they_are_used(&store);
    another_client_goes_on_with_them(&store);
    a_damaged_store_is_named(&store);
    CHECK(store.finalized == 4);
    a_file_keeps_tokens();
    free(store.saved);
    return 0;
}
