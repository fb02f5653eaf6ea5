/*
 * The conformance driver for C: carries out questions from stdin with nothing but the public header. ../README.md
 * describes the protocol.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tell.h"

enum { MOST_FIELDS = 32, MOST_OPERATIONS = 256, LONGEST_LINE = 1 << 16 };

/* The fields of a question. `operation` may come often, and stands apart. */
struct question {
    char *names[MOST_FIELDS];
    char *values[MOST_FIELDS];
    size_t fields;
    b24_operation operations[MOST_OPERATIONS];
    size_t count;
};

static char *copy_of(const char *text) {
    char *copy = malloc(strlen(text) + 1);
    if (copy == NULL) fail("no memory for", text);
    return strcpy(copy, text);
}

/* --- asking -------------------------------------------------------------------------------------------------------- */

static void decode(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; to++) {
        unsigned symbol = 0;
        if (*from == '%' && sscanf(from, "%%%2X", &symbol) == 1) {
            *to = (char)symbol;
            from += 3;
        } else {
            *to = *from++;
        }
    }
    *to = '\0';
}

static b24_operation operation_of(const char *text) {
    char word[32];
    long long first = 0, second = 0;
    if (sscanf(text, "%31[^:]:%lld:%lld", word, &first, &second) < 2) fail("not an operation", text);
    if (strcmp(word, "lead") == 0) return b24_operation_lead(first);
    if (strcmp(word, "contact") == 0) return b24_operation_contact(first);
    if (strcmp(word, "lead_contact") == 0) return b24_operation_lead_contact(first, second);
    if (strcmp(word, "lead_contact_items") == 0) return b24_operation_lead_contact_items(first);
    fail("not an operation", text);
    abort();
}

static void add(struct question *question, char *line) {
    char *value = strchr(line, '\t');
    *value++ = '\0';
    decode(value);
    if (strcmp(line, "operation") == 0) {
        if (question->count == MOST_OPERATIONS) fail("too many operations", value);
        question->operations[question->count++] = operation_of(value);
        return;
    }
    if (question->fields == MOST_FIELDS) fail("too many fields", line);
    question->names[question->fields] = copy_of(line);
    question->values[question->fields++] = copy_of(value);
}

/* The value of a field, which is then done with; NULL when it is not there. It is to be freed. */
static char *take(struct question *question, const char *name) {
    for (size_t index = 0; index < question->fields; index++) {
        if (strcmp(question->names[index], name) == 0) {
            char *value = question->values[index];
            free(question->names[index]);
            question->fields--;
            question->names[index] = question->names[question->fields];
            question->values[index] = question->values[question->fields];
            return value;
        }
    }
    return NULL;
}

/* The number of a field; NaN when it is not there. */
static double take_number(struct question *question, const char *name) {
    char *text = take(question, name);
    double number = text == NULL ? NAN : atof(text);
    free(text);
    return number;
}

/* An id such as `int:7`. */
static int64_t take_id(struct question *question, const char *name) {
    char *text = take(question, name);
    long long id = 0;
    if (text != NULL && sscanf(text, "int:%lld", &id) != 1) fail("C has no such id", text);
    free(text);
    return id;
}

static void forget(struct question *question) {
    while (question->fields > 0) {
        question->fields--;
        free(question->names[question->fields]);
        free(question->values[question->fields]);
    }
    question->count = 0;
}

/* --- a store of tokens as a user may write it ------------------------------------------------------------------------ */

struct store {
    bool used, fails;
    char *text;
    uint64_t saves;
};

static int load_tokens(void *user_data, b24_tokens *tokens) {
    const struct store *store = user_data;
    if (store->text == NULL) return 0;
    b24_error *error = b24_tokens_set(tokens, store->text);
    b24_error_free(error);
    return error != NULL;
}

static int save_tokens(void *user_data, const char *tokens) {
    struct store *store = user_data;
    if (store->fails) return 28;
    free(store->text);
    store->text = copy_of(tokens);
    store->saves++;
    return 0;
}

/* --- the client ------------------------------------------------------------------------------------------------------ */

static b24_error *application(struct question *question, char *rest, struct store *store, b24_oauth_options **oauth) {
    char *client_id = take(question, "client_id"), *secret = take(question, "client_secret");
    char *access = take(question, "access_token"), *refresh = take(question, "refresh_token");
    char *endpoint = take(question, "token_endpoint"), *way = take(question, "token_request");
    char *kept = take(question, "store"), *file = take(question, "token_file");
    b24_error *error = b24_oauth_options_new(rest, client_id, secret, oauth);
    if (error == NULL) error = b24_oauth_options_set_tokens(*oauth, access, refresh);
    if (error == NULL) error = b24_oauth_options_set_token_endpoint(*oauth, endpoint);
    if (error == NULL && way != NULL) error = b24_oauth_options_set_token_request(*oauth, way);
    if (error == NULL && file != NULL) error = b24_oauth_options_set_token_file(*oauth, file);
    if (error == NULL && kept != NULL && file == NULL) {
        store->used = true;
        store->fails = strcmp(kept, "failing") == 0;
        error = b24_oauth_options_set_token_store(*oauth, load_tokens, save_tokens, store, NULL);
    }
    char *texts[] = {client_id, secret, access, refresh, endpoint, way, kept, file};
    for (size_t index = 0; index < sizeof texts / sizeof *texts; index++) free(texts[index]);
    return error;
}

static b24_error *set_text(b24_client_options *options, struct question *question, const char *name,
                           b24_error *(*set)(b24_client_options *, const char *)) {
    char *text = take(question, name);
    b24_error *error = text == NULL ? NULL : set(options, text);
    free(text);
    return error;
}

static b24_error *set_number(b24_client_options *options, struct question *question, const char *name,
                             b24_error *(*set)(b24_client_options *, double)) {
    double number = take_number(question, name);
    return isnan(number) ? NULL : set(options, number);
}

static b24_error *configure(b24_client_options *options, struct question *question, struct store *store) {
    char *webhook = take(question, "webhook"), *rest = take(question, "rest");
    b24_error *error = NULL;
    if (rest != NULL) {
        b24_oauth_options *oauth = NULL;
        error = application(question, rest, store, &oauth);
        if (error == NULL) error = b24_client_options_set_oauth(options, oauth);
        b24_oauth_options_free(oauth);
    } else {
        b24_client_options_set_webhook(options, webhook);
    }
    free(webhook);
    free(rest);
    if (error == NULL) error = set_text(options, question, "limits", b24_client_options_set_limits);
    if (error == NULL) error = set_text(options, question, "operating", b24_client_options_set_operating_limit);
    if (error == NULL) error = set_text(options, question, "api", b24_client_options_set_api);
    if (error == NULL) error = set_number(options, question, "request_timeout", b24_client_options_set_request_timeout);
    if (error == NULL) error = set_number(options, question, "connect_timeout", b24_client_options_set_connect_timeout);
    if (error == NULL) error = set_number(options, question, "settle_time", b24_client_options_set_settle_time);
    double concurrency = take_number(question, "concurrency");
    if (!isnan(concurrency)) b24_client_options_set_concurrency(options, (size_t)concurrency);
    return error;
}

/* --- calls ----------------------------------------------------------------------------------------------------------- */

struct alarm {
    b24_canceller *canceller;
    double seconds;
    pthread_t thread;
};

static void *ring(void *argument) {
    const struct alarm *alarm = argument;
    double whole = floor(alarm->seconds);
    struct timespec pause = {(time_t)whole, (long)((alarm->seconds - whole) * 1e9)};
    nanosleep(&pause, NULL);
    b24_canceller_cancel(alarm->canceller);
    return NULL;
}

/* Cancels after the seconds that the question names, if it does. */
static void set_alarm(struct alarm *alarm, struct question *question) {
    alarm->seconds = take_number(question, "cancel_after");
    alarm->canceller = b24_canceller_new();
    if (!isnan(alarm->seconds) && pthread_create(&alarm->thread, NULL, ring, alarm) != 0) fail("no thread", "");
}

static void end_alarm(struct alarm *alarm) {
    if (!isnan(alarm->seconds)) pthread_join(alarm->thread, NULL);
    b24_canceller_free(alarm->canceller);
}

static b24_error *single(const b24_client *client, const char *call, struct question *question) {
    int64_t lead_id = take_id(question, "lead_id"), contact_id = take_id(question, "contact_id");
    double deadline = take_number(question, "deadline");
    b24_call_options *options = b24_call_options_new();
    b24_deletion *deletion = NULL;
    b24_operation operation;
    struct alarm alarm;
    set_alarm(&alarm, question);
    b24_call_options_set_canceller(options, alarm.canceller);
    b24_error *error = isnan(deadline) ? NULL : b24_call_options_set_deadline(options, deadline);
    if (strcmp(call, "lead") == 0) {
        operation = b24_operation_lead(lead_id);
    } else if (strcmp(call, "contact") == 0) {
        operation = b24_operation_contact(contact_id);
    } else if (strcmp(call, "lead_contact") == 0) {
        operation = b24_operation_lead_contact(lead_id, contact_id);
    } else {
        operation = b24_operation_lead_contact_items(lead_id);
    }
    if (error == NULL) error = b24_delete(client, operation, options, &deletion);
    if (error == NULL) tell_deletion(deletion);
    b24_deletion_free(deletion);
    b24_call_options_free(options);
    end_alarm(&alarm);
    return error;
}

static b24_error *many(const b24_client *client, struct question *question) {
    char *max_failures = take(question, "max_failures");
    double first_absent = take_number(question, "stop_if_first_absent");
    b24_run_options *options = b24_run_options_new();
    b24_summary *summary = NULL;
    struct alarm alarm;
    set_alarm(&alarm, question);
    b24_run_options_set_canceller(options, alarm.canceller);
    if (!isnan(first_absent)) b24_run_options_set_stop_if_first_absent(options, (uint64_t)first_absent);
    b24_error *error = max_failures == NULL ? NULL : b24_run_options_set_max_failures(options, max_failures);
    if (error == NULL) {
        error = b24_delete_many(client, question->operations, question->count, options, tell_outcome, NULL, &summary);
    }
    if (error == NULL) tell_summary(summary);
    b24_summary_free(summary);
    b24_run_options_free(options);
    end_alarm(&alarm);
    free(max_failures);
    return error;
}

static b24_error *plan(const b24_client *client, struct question *question) {
    char *file = take(question, "job_file"), *if_unchanged = take(question, "if_unchanged");
    double expect = take_number(question, "expect");
    b24_plan_options *options = b24_plan_options_new();
    b24_plan_options_set_if_unchanged(options, if_unchanged != NULL && strcmp(if_unchanged, "true") == 0);
    if (!isnan(expect)) b24_plan_options_set_expect(options, (uint64_t)expect);
    b24_error *error = b24_job_plan(file, client, question->operations, question->count, options, NULL);
    if (error == NULL) tell("record", "planned");
    b24_plan_options_free(options);
    free(file);
    free(if_unchanged);
    return error;
}

/* Runs a job, and tells what its file holds then. */
static b24_error *run_job(const b24_client *client, struct question *question) {
    char *file = take(question, "job_file"), *max_failures = take(question, "max_failures");
    double expect = take_number(question, "expect");
    b24_job_run_options *options = b24_job_run_options_new();
    b24_summary *summary = NULL;
    b24_job *job = NULL;
    if (!isnan(expect)) b24_job_run_options_set_expect(options, (uint64_t)expect);
    b24_error *error = max_failures == NULL ? NULL : b24_job_run_options_set_max_failures(options, max_failures);
    if (error == NULL) error = b24_job_open(file, &job);
    if (error == NULL) error = b24_job_run(job, client, options, NULL, NULL, &summary);
    if (error == NULL) error = b24_job_outcomes(job, tell_outcome, NULL);
    if (error == NULL) tell_summary(summary);
    b24_summary_free(summary);
    b24_job_free(job);
    b24_job_run_options_free(options);
    free(file);
    free(max_failures);
    return error;
}

static void carry_out(struct question *question) {
    char *call = take(question, "call");
    struct store store = {0};
    b24_client *client = NULL;
    b24_client_options *options = b24_client_options_new();
    free(take(question, "vector"));
    b24_error *error = configure(options, question, &store);
    if (error == NULL) error = b24_client_new(options, &client);
    if (error == NULL && strcmp(call, "open") == 0) tell("record", "opened");
    else if (error == NULL && strcmp(call, "many") == 0) error = many(client, question);
    else if (error == NULL && strcmp(call, "plan") == 0) error = plan(client, question);
    else if (error == NULL && strcmp(call, "run") == 0) error = run_job(client, question);
    else if (error == NULL) error = single(client, call, question);
    if (error != NULL) tell_error(error);
    else if (question->fields > 0) fail("unknown field", question->names[0]);
    if (store.used) {
        tell("record", "store");
        tell_count("saves", store.saves);
    }
    b24_error_free(error);
    b24_client_free(client);
    b24_client_options_free(options);
    free(call);
    /* `store` is used until the client has let it go, which it has: no call is under way. */
    free(store.text);
    forget(question);
}

int main(void) {
    static struct question question;
    static char line[LONGEST_LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '\0') {
            add(&question, line);
            continue;
        }
        carry_out(&question);
        putchar('\n');
        fflush(stdout);
    }
    return EXIT_SUCCESS;
}
