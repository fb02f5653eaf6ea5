/*
 * b24delete: deletes Bitrix24 CRM leads, contacts and lead-contact bindings, with one verified outcome per operation.
 *
 * Errors. A function that can fail returns `b24_error *`: NULL is success, anything else is an error that the caller frees
 * with `b24_error_free`. What to act on is its kind; `b24_error_effect` answers "may it have happened?". Nothing that is
 * passed wrongly as NULL crashes: functions that return an error say which argument it was, those that only read tell of
 * nothing (0, an empty text, NULL), and all others do nothing. A fault inside the library is an error of kind
 * `B24_KIND_INTERNAL`; nothing unwinds into C.
 *
 * Results. They come through the last parameters, which are set to NULL on an error, and may be NULL where the caller does
 * not care.
 *
 * Ownership. A pointer to something that is not `const` belongs to whoever gets it, and is freed with the `_free` function
 * of its type; every one of them takes NULL. A pointer to `const` is lent: each function says how long it lives. What is
 * passed in is copied, but callbacks with their `user_data`, which the library uses until their finalizer runs.
 *
 * Text is UTF-8 and ends with NUL. Functions that return text never return NULL. Ids are whole numbers from 1 to 2^53-1,
 * checked before anything is sent. Times are seconds.
 *
 * Threads. What a function takes as `const T *` may be used by several threads at once, `T *` may not. A client is meant to be
 * shared. A function waits only if its comment says so, and may then be called from any thread, also from callbacks, with
 * two exceptions that return an error: event callbacks and the callbacks of token stores. Callbacks say on which thread they
 * run. They must not throw, longjmp, or end their thread.
 *
 * Processes. The library starts two threads with the first client, which live as long as the process, and more while it
 * works on the files of jobs; they block all signals. It installs no signal handler and changes no disposition. No function
 * may be called from a signal handler. After fork() a client of the parent returns errors of kind `config` in the child, which
 * may make clients of its own. dlclose() leaves the library in memory.
 *
 * Versions. `B24DELETE_VERSION_NUMBER` is that of this header, `b24_version` tells that of the library. While the major version
 * is the same, functions, constants and structs stay as they are, and new ones may come: an enum may get new values.
 */

#ifndef B24DELETE_H
#define B24DELETE_H

/* Made from the comments in bindings/c/src by `cargo xtask generate`. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Version of this header. The number is major * 1000000 + minor * 1000 + patch. */
#define B24DELETE_VERSION "0.1.0"
#define B24DELETE_VERSION_MAJOR 0
#define B24DELETE_VERSION_MINOR 1
#define B24DELETE_VERSION_PATCH 0
#define B24DELETE_VERSION_NUMBER 1000

/**
 * What went wrong: a stable number, and a stable word in every language.
 */
typedef enum {
    /**
     * There is no error.
     */
    B24_KIND_NONE = 0,
    /**
     * The record, or the lead whose bindings were to go, does not exist.
     */
    B24_KIND_NOT_FOUND = 1,
    /**
     * An argument has a value that is not allowed.
     */
    B24_KIND_INVALID_ARGUMENT = 2,
    /**
     * An id is missing or is not a whole number from 1 to 2^53-1.
     */
    B24_KIND_INVALID_ID = 3,
    /**
     * A required field of the request is missing or not valid.
     */
    B24_KIND_MISSING_FIELDS = 4,
    /**
     * The portal does not know the REST method; self-hosted portals may lag behind the cloud.
     */
    B24_KIND_METHOD_NOT_FOUND = 5,
    /**
     * The method may not be called inside `batch`.
     */
    B24_KIND_BATCH_METHOD_NOT_ALLOWED = 6,
    /**
     * A `batch` held more than 50 commands.
     */
    B24_KIND_BATCH_TOO_LONG = 7,
    /**
     * The portal answers REST over https only.
     */
    B24_KIND_HTTPS_REQUIRED = 8,
    /**
     * The acting user may not do this; for a whole request also: REST is not part of the portal's plan.
     */
    B24_KIND_ACCESS_DENIED = 9,
    /**
     * The webhook or token lacks the scope `crm`.
     */
    B24_KIND_INSUFFICIENT_SCOPE = 10,
    /**
     * The acting user has no access to the application, or is not an intranet user.
     */
    B24_KIND_USER_ACCESS = 11,
    /**
     * The method refuses this way of authorization.
     */
    B24_KIND_WRONG_AUTH_TYPE = 12,
    /**
     * An administrator of the portal has yet to confirm, or has denied, the use of the method.
     */
    B24_KIND_CONFIRMATION_REQUIRED = 13,
    /**
     * The portal's subscription has ended.
     */
    B24_KIND_PAYMENT_REQUIRED = 14,
    /**
     * The request carried no authorization that the portal recognised.
     */
    B24_KIND_NO_AUTH = 15,
    /**
     * The webhook's user or code is wrong, or its user was dismissed.
     */
    B24_KIND_INVALID_CREDENTIALS = 16,
    /**
     * The access token belongs to no application of this portal.
     */
    B24_KIND_INVALID_TOKEN = 17,
    /**
     * The access token has expired.
     */
    B24_KIND_EXPIRED_TOKEN = 18,
    /**
     * The authorization server did not renew the access token; a new login is needed.
     */
    B24_KIND_REFRESH_FAILED = 19,
    /**
     * The application is not installed on the portal.
     */
    B24_KIND_APPLICATION_NOT_FOUND = 20,
    /**
     * Too many requests in a short time; nothing was executed.
     */
    B24_KIND_RATE_LIMITED = 21,
    /**
     * The method has used up its operating time of the last ten minutes; nothing was executed.
     */
    B24_KIND_OPERATION_TIME_LIMIT = 22,
    /**
     * The portal's support has blocked REST for overload; only support lifts it.
     */
    B24_KIND_OVERLOADED = 23,
    /**
     * The portal failed inside.
     */
    B24_KIND_INTERNAL_SERVER_ERROR = 24,
    /**
     * The portal reported an unexpected answer, or gave one that its documentation does not know.
     */
    B24_KIND_UNEXPECTED_ANSWER = 25,
    /**
     * The portal could not load a manifest.
     */
    B24_KIND_MANIFEST_NOT_AVAILABLE = 26,
    /**
     * The portal was deleted or its public part is closed.
     */
    B24_KIND_PORTAL_DELETED = 27,
    /**
     * Any other error that the portal reported; `code` and `description` are its own words.
     */
    B24_KIND_PORTAL_ERROR = 28,
    /**
     * No answer came within the request timeout.
     */
    B24_KIND_TIMEOUT = 29,
    /**
     * The connection could not be made, or broke before the answer was complete.
     */
    B24_KIND_CONNECTION = 30,
    /**
     * The portal's certificate was not accepted, or the TLS handshake failed.
     */
    B24_KIND_TLS = 31,
    /**
     * The portal pointed to another address; credentials are never sent after a redirect.
     */
    B24_KIND_REDIRECTED = 32,
    /**
     * The answer was not a reply of the REST interface: HTML, cut-off or malformed JSON, or too large.
     */
    B24_KIND_INVALID_RESPONSE = 33,
    /**
     * The operation may have been executed and this could not be settled; the cause is the error's source.
     */
    B24_KIND_OUTCOME_UNKNOWN = 34,
    /**
     * The configuration is incomplete or contradicts itself.
     */
    B24_KIND_CONFIG = 35,
    /**
     * The caller cancelled, or a stop rule ended the run.
     */
    B24_KIND_CANCELLED = 36,
    /**
     * The job file could not be used, or a backup could not be made.
     */
    B24_KIND_JOB = 37,
    /**
     * The record changed after the plan was made.
     */
    B24_KIND_CHANGED = 38,
    /**
     * A fault of this library.
     */
    B24_KIND_INTERNAL = 39,
} b24_kind;

/**
 * What a failed attempt may have done on the portal.
 */
typedef enum {
    /**
     * There is no error.
     */
    B24_EFFECT_NONE = 0,
    /**
     * Nothing left this machine.
     */
    B24_EFFECT_NOT_SENT = 1,
    /**
     * The portal refused before executing anything.
     */
    B24_EFFECT_REJECTED = 2,
    /**
     * The portal may have executed the operation, or may still do so: look before you act on it.
     */
    B24_EFFECT_MAY_HAVE_APPLIED = 3,
} b24_effect;

/**
 * What a client does.
 */
typedef enum {
    /**
     * There is no event.
     */
    B24_STEP_NONE = 0,
    /**
     * Nothing can be sent for a while: `b24_event_wait_reason`, `b24_event_wait_seconds`.
     */
    B24_STEP_WAITING = 1,
    /**
     * A request is sent: `b24_event_method`, `b24_event_operations`, `b24_event_is_lookup`.
     */
    B24_STEP_SENDING = 2,
    /**
     * A request, or operations of it, came to nothing and will be looked up or sent again: `b24_event_operations`,
     * `b24_event_error`.
     */
    B24_STEP_RETRYING = 3,
    /**
     * Something that this version has no name for.
     */
    B24_STEP_OTHER = 4,
} b24_step;

/**
 * The verdict on an operation.
 */
typedef enum {
    /**
     * There is no verdict: the handle was NULL.
     */
    B24_STATUS_NONE = 0,
    /**
     * The thing is gone: the portal said so, or an own attempt lost its answer and the thing is gone.
     */
    B24_STATUS_DELETED = 1,
    /**
     * There was nothing to delete.
     */
    B24_STATUS_ABSENT = 2,
    /**
     * Refused for good; the error says why.
     */
    B24_STATUS_FAILED = 3,
    /**
     * An attempt may have applied, and it could not be settled: look yourself before you act on it.
     */
    B24_STATUS_UNKNOWN = 4,
    /**
     * No attempt of this run can have executed it.
     */
    B24_STATUS_NOT_RUN = 5,
} b24_status;

/**
 * What a verdict rests on.
 */
typedef enum {
    /**
     * On nothing: the verdict is unknown or not run.
     */
    B24_CONFIRMED_BY_NONE = 0,
    /**
     * The portal's answer to the delete.
     */
    B24_CONFIRMED_BY_REPLY = 1,
    /**
     * A look at the portal after the answer was lost.
     */
    B24_CONFIRMED_BY_LOOKUP = 2,
} b24_confirmed_by;

/**
 * How far a job is.
 */
typedef enum {
    /**
     * There is no job: the handle was NULL.
     */
    B24_JOB_STATE_NONE = 0,
    /**
     * Nothing was sent yet.
     */
    B24_JOB_STATE_PLANNED = 1,
    /**
     * A run has begun and left something to do: it is at work, was interrupted, or its process ended.
     */
    B24_JOB_STATE_RUNNING = 2,
    /**
     * Every operation has an outcome.
     */
    B24_JOB_STATE_FINISHED = 3,
    /**
     * A stop rule or a refusal of the portal ended the last run. Running it again goes on.
     */
    B24_JOB_STATE_ABORTED = 4,
    /**
     * Something that this version does not know.
     */
    B24_JOB_STATE_OTHER = 5,
} b24_job_state;

/**
 * The four deletes.
 */
typedef enum {
    /**
     * Deletes a lead: `crm.lead.delete`.
     */
    B24_METHOD_LEAD = 1,
    /**
     * Deletes a contact: `crm.contact.delete`.
     */
    B24_METHOD_CONTACT = 2,
    /**
     * Takes one contact off a lead: `crm.lead.contact.delete`. Both records stay.
     */
    B24_METHOD_LEAD_CONTACT = 3,
    /**
     * Takes all contacts off a lead: `crm.lead.contact.items.delete`. All records stay.
     */
    B24_METHOD_LEAD_CONTACT_ITEMS = 4,
} b24_method;

/**
 * The forms of a report.
 */
typedef enum {
    /**
     * Counts, times and reasons for people, without single outcomes.
     */
    B24_REPORT_FORMAT_TEXT = 1,
    /**
     * Every operation in a line, after a line of names. Spreadsheets take nothing in it for a formula.
     */
    B24_REPORT_FORMAT_CSV = 2,
    /**
     * Every outcome as one JSON object a line, and the summary.
     */
    B24_REPORT_FORMAT_JSONL = 3,
    /**
     * One page that needs nothing else: everything in the text, a chart, and up to 10,000 outcomes.
     */
    B24_REPORT_FORMAT_HTML = 4,
} b24_report_format;

/**
 * How single calls behave. One may serve many calls.
 */
typedef struct b24_call_options b24_call_options;

/**
 * Cancels every call and every run that was given it, also those that begin later. It may be used from several threads
 * at once, but not from a signal handler.
 */
typedef struct b24_canceller b24_canceller;

/**
 * Deletes on one portal. All calls and runs of one client share the portal's limits: make one client for a portal, and
 * share it between threads.
 */
typedef struct b24_client b24_client;

/**
 * How a client reaches a portal and how it behaves there. It holds a secret.
 */
typedef struct b24_client_options b24_client_options;

/**
 * The answer of a single call that found nothing wrong. Free it with `b24_deletion_free`.
 */
typedef struct b24_deletion b24_deletion;

/**
 * What went wrong. Whoever gets one that is not `const` frees it with `b24_error_free`; after that its texts are gone.
 *
 * Every function that reads an error takes NULL, and then tells of no error at all.
 */
typedef struct b24_error b24_error;

/**
 * Something that happened while a client worked.
 */
typedef struct b24_event b24_event;

/**
 * A job: its operations, its plan, its record and its copies, in one file. What is about to be sent stands in it before it
 * is sent, so that a process that ends at any instant loses no outcome: running the job again goes on, and first looks up
 * what may have been sent.
 *
 * The handle keeps no file open. Reading a job does not disturb a process that runs it.
 */
typedef struct b24_job b24_job;

/**
 * How a job is run. One may serve several runs, one after the other.
 */
typedef struct b24_job_run_options b24_job_run_options;

/**
 * The authorization of an application on a portal by OAuth 2.0. It holds secrets.
 */
typedef struct b24_oauth_options b24_oauth_options;

/**
 * The final, single verdict of a run on one operation.
 */
typedef struct b24_outcome b24_outcome;

/**
 * What a job is and how far it is.
 */
typedef struct b24_overview b24_overview;

/**
 * What a job is to do beyond its operations.
 */
typedef struct b24_plan_options b24_plan_options;

/**
 * What a plan found, in sums. Without `b24_plan_options_set_look` only the first two are told.
 */
typedef struct b24_plan_summary b24_plan_summary;

/**
 * How a job is restored. One may serve several restores, one after the other.
 */
typedef struct b24_restore_options b24_restore_options;

/**
 * What a job can restore.
 */
typedef struct b24_restore_plan b24_restore_plan;

/**
 * The account of one restore.
 */
typedef struct b24_restore_summary b24_restore_summary;

/**
 * How runs behave. One may serve several runs, one after the other.
 */
typedef struct b24_run_options b24_run_options;

/**
 * Where a token store puts what it loads. It is there until the callback returns.
 */
typedef struct b24_tokens b24_tokens;

/**
 * The account of a run, final or so far.
 */
typedef struct b24_summary b24_summary;

/**
 * What a check of a job found. It can tell whether plan and record fit together as they were written. Whoever can write the
 * file can also compute the whole chain anew: only a head that was kept elsewhere shows that.
 */
typedef struct b24_verification b24_verification;

/**
 * Told of an event, which is there until the callback returns.
 */
typedef void (*b24_event_callback)(void *user_data, const b24_event *event);

/**
 * Frees what `user_data` points to, or does anything else that has to be done once nobody uses it any more. It may run
 * on any thread and must not call this library.
 */
typedef void (*b24_finalizer)(void *user_data);

/**
 * Gives the text that was saved last, by `b24_tokens_set`; without that call nothing is stored yet. Returns 0, or
 * anything else when the store failed.
 */
typedef int (*b24_load_tokens_callback)(void *user_data, b24_tokens *tokens);

/**
 * Keeps a text in place of all earlier ones. It holds secrets, and is there until the callback returns. It must be safe
 * by then: the new tokens are used only after it. Returns 0, or anything else when the store failed.
 */
typedef int (*b24_save_tokens_callback)(void *user_data, const char *tokens);

/**
 * One of the four deletes with its ids, each from 1 to 2^53-1. The ids are checked by the function that takes the
 * operation, before anything is sent.
 */
typedef struct {
    /**
     * A value of `b24_method`.
     */
    uint32_t method;
    /**
     * The lead; 0 for `B24_METHOD_CONTACT`.
     */
    int64_t lead_id;
    /**
     * The contact; 0 where the method takes none.
     */
    int64_t contact_id;
} b24_operation;

/**
 * Gets the answer of a call: either `error` or `deletion` is not NULL, and the callback frees it.
 *
 * It runs on the library's thread for callbacks, which calls one at a time, in the order in which calls end. It may take
 * its time and make any call, but the next callback waits for it.
 */
typedef void (*b24_deletion_callback)(void *user_data, b24_error *error, b24_deletion *deletion);

/**
 * Gets an outcome, which is there until the callback returns; `b24_outcome_copy` keeps it. Returns 0 to go on, and
 * anything else to cancel the run: no more callbacks then, and what is still to come is only counted in the summary.
 *
 * It runs on the thread that makes the call it was given to, may take its time and make any call. While it does, the run
 * goes no further than a few packs ahead.
 */
typedef int (*b24_outcome_callback)(void *user_data, const b24_outcome *outcome);

/**
 * Puts the next operations into `operations`, which has room for `capacity` of them. Returns how many there are: 0 at the
 * end, and a negative number when they cannot be had, which stops the run with the reason `source`.
 *
 * It runs on the thread that makes the call it was given to, when more is wanted. It may wait, but should not for long
 * once it has some: nothing is handed over meanwhile. It may make any call.
 */
typedef ptrdiff_t (*b24_operations_callback)(void *user_data,
                                             b24_operation *operations,
                                             size_t capacity);

/**
 * Told of the account so far, which is there until the callback returns.
 */
typedef void (*b24_progress_callback)(void *user_data, const b24_summary *so_far);

/**
 * Gets a record as a line of JSON without a line break, which is there until the callback returns. Returns 0 to go on, and
 * anything else to end the call.
 *
 * It runs on the thread that makes the call it was given to, may take its time and make any call.
 */
typedef int (*b24_line_callback)(void *user_data, const char *json);

/**
 * Gets the next `size` bytes of UTF-8, which are there until it returns and do not end with NUL. Returns 0 to go on, and
 * anything else when they cannot be written, which ends the call with an error.
 *
 * It runs on the thread that makes the call it was given to, and may take its time.
 */
typedef int (*b24_write_callback)(void *user_data, const char *bytes, size_t size);

/**
 * Told of the account of a restore so far, which is there until the callback returns.
 */
typedef void (*b24_restore_progress_callback)(void *user_data, const b24_restore_summary *so_far);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Version of the library that is loaded, such as `0.1.0`; `B24DELETE_VERSION` is that of the header. The text is static.
 */
const char *b24_version(void);

/**
 * The kind: what to act on.
 */
b24_kind b24_error_kind(const b24_error *error);

/**
 * The kind as a stable word, the same in every language, such as `not_found`; `none` for NULL. The text is static.
 */
const char *b24_error_kind_name(const b24_error *error);

/**
 * What the failed attempt may have done.
 */
b24_effect b24_error_effect(const b24_error *error);

/**
 * The effect as a stable word: `not_sent`, `rejected` or `may_have_applied`; `none` for NULL. The text is static.
 */
const char *b24_error_effect_name(const b24_error *error);

/**
 * The REST method that was called, such as `crm.lead.delete`; empty when none was. It lives as long as the error.
 */
const char *b24_error_method(const b24_error *error);

/**
 * The portal's own code; empty when it gave none or the error is of this side. It lives as long as the error.
 */
const char *b24_error_code(const b24_error *error);

/**
 * The portal's own words, or this library's where the error is of this side. Secrets are masked. They live as long as
 * the error.
 */
const char *b24_error_description(const b24_error *error);

/**
 * Everything about the error and its causes in one line for people. Secrets are masked, the wording is not stable. It
 * lives as long as the error.
 */
const char *b24_error_message(const b24_error *error);

/**
 * Status of the HTTP reply that carried the error, 200 inside a batch; 0 when there was no reply.
 */
int b24_error_http_status(const b24_error *error);

/**
 * How often the delete was sent in a way that could have executed it.
 */
uint32_t b24_error_attempts(const b24_error *error);

/**
 * The error that led to this one: of `outcome_unknown`, how the answer was lost. NULL when there is none. It lives as
 * long as the error.
 */
const b24_error *b24_error_source(const b24_error *error);

/**
 * A copy that outlives the original; NULL for NULL. Free it with `b24_error_free`.
 */
b24_error *b24_error_copy(const b24_error *error);

/**
 * Frees an error and its texts. NULL is fine.
 */
void b24_error_free(b24_error *error);

/**
 * Options with the defaults, which still need `b24_client_options_set_webhook` or `b24_client_options_set_oauth`. Free
 * them with `b24_client_options_free`, at any time after `b24_client_new`.
 */
b24_client_options *b24_client_options_new(void);

/**
 * Frees options. NULL is fine.
 */
void b24_client_options_free(b24_client_options *options);

/**
 * URL of an inbound webhook, `https://HOST/rest/USER_ID/CODE/`. It holds a secret. `b24_client_new` tells what is wrong
 * with it.
 */
void b24_client_options_set_webhook(b24_client_options *options,
                                    const char *url);

/**
 * Authorization as an application, instead of a webhook. The OAuth options are copied.
 */
b24_error *b24_client_options_set_oauth(b24_client_options *options,
                                        const b24_oauth_options *oauth);

/**
 * The portal's limit on requests: `standard` (the default: 50 at once, then 2 per second), `enterprise` (250 and 5),
 * `off`, or `X/Y`. Other texts are `config` errors.
 */
b24_error *b24_client_options_set_limits(b24_client_options *options,
                                         const char *limits);

/**
 * The portal's limit on execution time: `off`, or `S/W` for S seconds of work of a method within W seconds. The default
 * is `480/600`. Other texts are `config` errors.
 */
b24_error *b24_client_options_set_operating_limit(b24_client_options *options,
                                                  const char *limit);

/**
 * Which REST methods delete leads and contacts: `classic` (the default: `crm.lead.delete` and `crm.contact.delete`) or
 * `item` (`crm.item.delete`). Other texts are `config` errors.
 */
b24_error *b24_client_options_set_api(b24_client_options *options,
                                      const char *api);

/**
 * How many seconds to wait for a connection, 0.001 to 3600 and at most the request timeout. Default 10.
 *
 * A number that is no span of time is an `invalid_argument` at once, one out of range a `config` error of
 * `b24_client_new`; so for the other times.
 */
b24_error *b24_client_options_set_connect_timeout(b24_client_options *options,
                                                  double timeout);

/**
 * How many seconds to wait for the answer to a request, 0.001 to 3600. Default 150: a contact can take the portal 100.
 */
b24_error *b24_client_options_set_request_timeout(b24_client_options *options,
                                                  double timeout);

/**
 * How many seconds a lost request may still be at work on the portal, 0 to 86400. Default 300.
 */
b24_error *b24_client_options_set_settle_time(b24_client_options *options, double time);

/**
 * Requests at a time within one run, 1 to 64. Default 1. It counts only with the limit on requests off and on a portal
 * that does not count execution time. Other values are `config` errors of `b24_client_new`.
 */
void b24_client_options_set_concurrency(b24_client_options *options,
                                        size_t concurrency);

/**
 * Has `callback` told of waits, repeats and lookups of the client's calls and runs; NULL tells nobody.
 *
 * It runs on the library's own thread, one call at a time, and holds everything up until it returns: it must be quick,
 * and calls that wait return an `invalid_argument` error from there. `finalizer` runs once, when neither the options
 * nor a client needs `user_data` any more; it may be NULL.
 */
void b24_client_options_set_event_callback(b24_client_options *options,
                                           b24_event_callback callback,
                                           void *user_data,
                                           b24_finalizer finalizer);

/**
 * What the client does.
 */
b24_step b24_event_step(const b24_event *event);

/**
 * Why nothing can be sent, in a few words for people; empty unless it waits.
 */
const char *b24_event_wait_reason(const b24_event *event);

/**
 * For how many seconds nothing can be sent, as far as is known.
 */
double b24_event_wait_seconds(const b24_event *event);

/**
 * The REST method that is sent: `batch`, or the method of a single call; else empty.
 */
const char *b24_event_method(const b24_event *event);

/**
 * How many operations are concerned.
 */
size_t b24_event_operations(const b24_event *event);

/**
 * True when the request that is sent only reads.
 */
bool b24_event_is_lookup(const b24_event *event);

/**
 * What went wrong before a repeat; else NULL. It lives as long as the event.
 */
const b24_error *b24_event_error(const b24_event *event);

/**
 * Options for an application: REST root of the portal, `https://HOST/rest/`, and the application's id and key. Free them
 * with `b24_oauth_options_free`, at any time after `b24_client_options_set_oauth`.
 *
 * They still need tokens, from `b24_oauth_options_set_tokens`, a store, or `b24_client_log_in`.
 */
b24_error *b24_oauth_options_new(const char *rest,
                                 const char *client_id,
                                 const char *client_secret,
                                 b24_oauth_options **options);

/**
 * Frees options. NULL is fine.
 */
void b24_oauth_options_free(b24_oauth_options *options);

/**
 * Tokens to begin with; NULL for one that there is not. A refresh token is good for one renewal: without a store the
 * login is lost with the process. Tokens in a store that go back to this refresh token count instead of it.
 */
b24_error *b24_oauth_options_set_tokens(b24_oauth_options *options,
                                        const char *access_token,
                                        const char *refresh_token);

/**
 * Where requests for tokens go. Default: `https://oauth.bitrix.info/oauth/token/`.
 */
b24_error *b24_oauth_options_set_token_endpoint(b24_oauth_options *options, const char *url);

/**
 * How tokens are asked for: `post` (the default: secrets in the body) or `get`, for authorization servers only that
 * take nothing else: proxies and servers write queries to their logs. Other texts are `invalid_argument`.
 */
b24_error *b24_oauth_options_set_token_request(b24_oauth_options *options,
                                               const char *way);

/**
 * Lets the authorization server move the portal, or itself, to this host with an https address. The two authorization
 * servers of the cloud are allowed from the start.
 */
b24_error *b24_oauth_options_allow_host(b24_oauth_options *options,
                                        const char *host);

/**
 * Keeps the tokens in a file that only its owner can read, and that processes on one machine may share. `FILE.lock`
 * beside it keeps them from renewing the same token twice.
 */
b24_error *b24_oauth_options_set_token_file(b24_oauth_options *options,
                                            const char *path);

/**
 * Keeps the tokens wherever the caller wants. Nobody else may use the same tokens; where processes share them,
 * `b24_oauth_options_set_token_file` is the way.
 *
 * Both callbacks are needed. They run on threads of the library, may take their time, and are never called at the same
 * time for one client. Calls that wait return an `invalid_argument` error from there. `finalizer` runs once, when neither
 * the options nor a client needs `user_data` any more, also when this function returns an error; it may be NULL.
 */
b24_error *b24_oauth_options_set_token_store(b24_oauth_options *options,
                                             b24_load_tokens_callback load,
                                             b24_save_tokens_callback save,
                                             void *user_data,
                                             b24_finalizer finalizer);

/**
 * Gives a token store's text to the library: exactly what its `save` got. The text is copied.
 */
b24_error *b24_tokens_set(b24_tokens *tokens, const char *saved);

/**
 * Makes a client. Nothing is sent yet.
 *
 * `client` may be NULL, to check the options only. An option with a value that is not allowed is a `config` error that
 * names it.
 */
b24_error *b24_client_new(const b24_client_options *options,
                          b24_client **client);

/**
 * Frees a client. NULL is fine. No other call of this client may be under way but asynchronous ones, which go on.
 *
 * In a child that was forked after the client was made it does nothing.
 */
void b24_client_free(b24_client *client);

/**
 * Host of the portal, and its port where it is not the usual one. It lives as long as the client.
 */
const char *b24_client_host(const b24_client *client);

/**
 * The user in whose name calls are made: a webhook names it, an application learns it when it logs in or renews its
 * token. 0 while it is not known.
 */
uint64_t b24_client_user_id(const b24_client *client);

/**
 * The portal's page where a user lets the application in: open it in a browser. The portal then redirects to the address
 * in the application's settings, with `code` and `state` in the query.
 *
 * `url` gets a text to be freed with `b24_string_free`. A client with a webhook gets a `config` error.
 */
b24_error *b24_client_authorize_url(const b24_client *client,
                                    const char *state,
                                    char **url);

/**
 * Exchanges the code of that redirect for tokens and stores them, and waits for it. A code lives 30 seconds.
 *
 * Errors: `refresh_failed` when the server refuses the code or its answer was lost, `redirected` when it names another
 * portal, `config` when the store fails or the client has a webhook.
 */
b24_error *b24_client_log_in(const b24_client *client,
                             const char *code);

/**
 * Renews the access token although it may still be good, and waits for it. Calls do that by themselves when it is needed.
 *
 * Errors: as of `b24_client_log_in`.
 */
b24_error *b24_client_refresh(const b24_client *client);

/**
 * The operation that deletes a lead.
 */
b24_operation b24_operation_lead(int64_t lead_id);

/**
 * The operation that deletes a contact.
 */
b24_operation b24_operation_contact(int64_t contact_id);

/**
 * The operation that takes one contact off a lead. The lead comes first.
 */
b24_operation b24_operation_lead_contact(int64_t lead_id, int64_t contact_id);

/**
 * The operation that takes all contacts off a lead.
 */
b24_operation b24_operation_lead_contact_items(int64_t lead_id);

/**
 * Deletes a lead, `crm.lead.delete`, and waits for it. `deletion` may be NULL.
 *
 * Errors: `invalid_id` unless the id lies between 1 and 2^53-1; `not_found` when there is no such lead; else any kind, and
 * `b24_error_effect` tells what may have happened. So for the other three.
 */
b24_error *b24_delete_lead(const b24_client *client,
                           int64_t lead_id,
                           b24_deletion **deletion);

/**
 * Deletes a contact, `crm.contact.delete`, and waits for it. The portal may take 100 seconds. `deletion` may be NULL.
 */
b24_error *b24_delete_contact(const b24_client *client,
                              int64_t contact_id,
                              b24_deletion **deletion);

/**
 * Takes one contact off a lead, `crm.lead.contact.delete`, and waits for it. The lead comes first. Both records stay. When
 * it was not linked, the status is `B24_STATUS_ABSENT`. `deletion` may be NULL.
 *
 * Errors: `not_found` when there is no such lead.
 */
b24_error *b24_delete_lead_contact(const b24_client *client,
                                   int64_t lead_id,
                                   int64_t contact_id,
                                   b24_deletion **deletion);

/**
 * Takes all contacts off a lead, `crm.lead.contact.items.delete`, and waits for it. All records stay. `deletion` may be
 * NULL.
 *
 * Errors: `not_found` when there is no such lead.
 */
b24_error *b24_delete_lead_contact_items(const b24_client *client,
                                         int64_t lead_id,
                                         b24_deletion **deletion);

/**
 * Carries out one operation, with options, and waits for it. `options` and `deletion` may be NULL.
 *
 * Errors: as of the four functions above; with a deadline also the limit's error or `outcome_unknown`, with a canceller
 * `cancelled`.
 */
b24_error *b24_delete(const b24_client *client,
                      b24_operation operation,
                      const b24_call_options *options,
                      b24_deletion **deletion);

/**
 * Frees a deletion. NULL is fine.
 */
void b24_deletion_free(b24_deletion *deletion);

/**
 * `B24_STATUS_DELETED`, or `B24_STATUS_ABSENT` when the contact was not linked to the lead.
 */
b24_status b24_deletion_status(const b24_deletion *deletion);

/**
 * The status as a stable word: `deleted` or `absent`. The text is static.
 */
const char *b24_deletion_status_name(const b24_deletion *deletion);

/**
 * What the status rests on.
 */
b24_confirmed_by b24_deletion_confirmed_by(const b24_deletion *deletion);

/**
 * What the status rests on, as a stable word: `reply` or `lookup`. The text is static.
 */
const char *b24_deletion_confirmed_by_name(const b24_deletion *deletion);

/**
 * How often the delete was sent in a way that could have executed it, at least 1.
 */
uint32_t b24_deletion_attempts(const b24_deletion *deletion);

/**
 * When the portal began, in Unix seconds by its own clock. NaN where the reply did not say; so for the other times.
 */
double b24_deletion_time_start(const b24_deletion *deletion);

/**
 * When the portal finished, in Unix seconds by its own clock.
 */
double b24_deletion_time_finish(const b24_deletion *deletion);

/**
 * How many seconds the portal took.
 */
double b24_deletion_time_duration(const b24_deletion *deletion);

/**
 * How many seconds the method itself took.
 */
double b24_deletion_time_processing(const b24_deletion *deletion);

/**
 * Seconds of work of this method within the last ten minutes.
 */
double b24_deletion_time_operating(const b24_deletion *deletion);

/**
 * When the oldest part of that is forgotten, in Unix seconds by the portal's clock.
 */
double b24_deletion_time_operating_reset_at(const b24_deletion *deletion);

/**
 * When the portal began, as ISO 8601; empty where the reply did not say. It lives as long as the deletion.
 */
const char *b24_deletion_time_date_start(const b24_deletion *deletion);

/**
 * When the portal finished, as ISO 8601; empty where the reply did not say. It lives as long as the deletion.
 */
const char *b24_deletion_time_date_finish(const b24_deletion *deletion);

/**
 * Options with the defaults: no deadline, no canceller. Free them with `b24_call_options_free`, at any time after the
 * calls have begun.
 */
b24_call_options *b24_call_options_new(void);

/**
 * Frees options. NULL is fine.
 */
void b24_call_options_free(b24_call_options *options);

/**
 * Ends a call with all its waits after so many seconds: in the error of a limit (`rate_limited`, `operation_time_limit`)
 * when nothing was sent, else in `outcome_unknown`. Without it a call ends by the request timeout and after the waits that
 * the limits ask for.
 */
b24_error *b24_call_options_set_deadline(b24_call_options *options,
                                         double deadline);

/**
 * Lets `canceller` cancel the calls; NULL takes it away again. The canceller may be freed before the options.
 */
void b24_call_options_set_canceller(b24_call_options *options,
                                    const b24_canceller *canceller);

/**
 * As `b24_delete_lead`, without waiting: `callback` gets the answer, once. `options` may be NULL.
 *
 * An error that is returned is of the arguments, and then there is no callback. `finalizer` runs once in any case: after
 * the callback, or before an error is returned. It may be NULL. The client may be freed meanwhile, and to cancel the call
 * give its options a canceller. So for the other three.
 */
b24_error *b24_delete_lead_async(const b24_client *client,
                                 int64_t lead_id,
                                 const b24_call_options *options,
                                 b24_deletion_callback callback,
                                 void *user_data,
                                 b24_finalizer finalizer);

/**
 * As `b24_delete_contact`, without waiting.
 */
b24_error *b24_delete_contact_async(const b24_client *client,
                                    int64_t contact_id,
                                    const b24_call_options *options,
                                    b24_deletion_callback callback,
                                    void *user_data,
                                    b24_finalizer finalizer);

/**
 * As `b24_delete_lead_contact`, without waiting.
 */
b24_error *b24_delete_lead_contact_async(const b24_client *client,
                                         int64_t lead_id,
                                         int64_t contact_id,
                                         const b24_call_options *options,
                                         b24_deletion_callback callback,
                                         void *user_data,
                                         b24_finalizer finalizer);

/**
 * As `b24_delete_lead_contact_items`, without waiting.
 */
b24_error *b24_delete_lead_contact_items_async(const b24_client *client,
                                               int64_t lead_id,
                                               const b24_call_options *options,
                                               b24_deletion_callback callback,
                                               void *user_data,
                                               b24_finalizer finalizer);

/**
 * As `b24_delete`, without waiting.
 */
b24_error *b24_delete_async(const b24_client *client,
                            b24_operation operation,
                            const b24_call_options *options,
                            b24_deletion_callback callback,
                            void *user_data,
                            b24_finalizer finalizer);

/**
 * Makes a canceller that was not used yet. Free it with `b24_canceller_free`.
 */
b24_canceller *b24_canceller_new(void);

/**
 * Cancels, for good. A call under way ends with an error of kind `cancelled` whose effect says what may have happened; a
 * run sends nothing more, sees through what is on the wire, and gives every operation that it has read its outcome.
 *
 * NULL is fine, and so is a second time. In a child that was forked after the canceller was made it does nothing.
 */
void b24_canceller_cancel(const b24_canceller *canceller);

/**
 * Frees a canceller. NULL is fine. Calls, runs and options that were given it are not touched.
 */
void b24_canceller_free(b24_canceller *canceller);

/**
 * Carries out `count` operations in packs, waits for it, and hands over one outcome for each as it becomes final.
 *
 * `options`, `on_outcome` and `summary` may be NULL. All operations are checked before anything is sent, and they are
 * copied. Operations on one lead keep their order. An operation that fails is an outcome and not an error: what is
 * returned as an error is wrong with the arguments, and then nothing was sent. Why a run stopped early is in the summary.
 */
b24_error *b24_delete_many(const b24_client *client,
                           const b24_operation *operations,
                           size_t count,
                           const b24_run_options *options,
                           b24_outcome_callback on_outcome,
                           void *user_data,
                           b24_summary **summary);

/**
 * As `b24_delete_many`, over operations that a callback gives, as many as there are. `user_data` goes to both callbacks.
 *
 * An operation with a wrong id stops the run, as a negative number does; those before it are carried out if they were sent
 * by then, and are not run otherwise. What follows it was not read. The error is in the summary.
 */
b24_error *b24_delete_many_from(const b24_client *client,
                                b24_operations_callback read_operations,
                                const b24_run_options *options,
                                b24_outcome_callback on_outcome,
                                void *user_data,
                                b24_summary **summary);

/**
 * Options with the defaults: no stop rule, no canceller, no progress. Free them with `b24_run_options_free`, after the
 * run.
 */
b24_run_options *b24_run_options_new(void);

/**
 * Frees options. NULL is fine.
 */
void b24_run_options_free(b24_run_options *options);

/**
 * Stops a run when more operations fail or stay unknown: a count such as `10`, or `5%` of the outcomes once 100 are there.
 * Other texts are `config` errors.
 */
b24_error *b24_run_options_set_max_failures(b24_run_options *options,
                                            const char *max_failures);

/**
 * Stops a run when this many first answers are all `absent`: most likely the wrong portal. 0, the default, never does.
 */
void b24_run_options_set_stop_if_first_absent(b24_run_options *options,
                                              uint64_t count);

/**
 * Lets `canceller` cancel runs, from any thread; NULL takes it away again. The canceller may be freed before the options.
 */
void b24_run_options_set_canceller(b24_run_options *options,
                                   const b24_canceller *canceller);

/**
 * Has `callback` told of the account each time after the outcomes that are there were handed over; NULL tells nobody.
 *
 * It runs on the thread that makes the call with these options, may take its time and make any call. `finalizer` runs once,
 * when the options no longer need `user_data`; it may be NULL.
 */
void b24_run_options_set_progress_callback(b24_run_options *options,
                                           b24_progress_callback callback,
                                           void *user_data,
                                           b24_finalizer finalizer);

/**
 * A copy that outlives the callback; NULL for NULL. Free it with `b24_outcome_free`.
 */
b24_outcome *b24_outcome_copy(const b24_outcome *outcome);

/**
 * Frees a copy. NULL is fine.
 */
void b24_outcome_free(b24_outcome *outcome);

/**
 * Place of the operation among those that the run was given, from 0.
 */
uint64_t b24_outcome_seq(const b24_outcome *outcome);

/**
 * The classic REST method of the operation, such as `crm.lead.delete`. It lives as long as the outcome.
 */
const char *b24_outcome_method(const b24_outcome *outcome);

/**
 * The lead that the operation deletes or changes; 0 where there is none.
 */
int64_t b24_outcome_lead_id(const b24_outcome *outcome);

/**
 * The contact that the operation deletes or takes off a lead; 0 where there is none.
 */
int64_t b24_outcome_contact_id(const b24_outcome *outcome);

/**
 * The verdict.
 */
b24_status b24_outcome_status(const b24_outcome *outcome);

/**
 * The verdict as a stable word: `deleted`, `absent`, `failed`, `unknown` or `not_run`. The text is static.
 */
const char *b24_outcome_status_name(const b24_outcome *outcome);

/**
 * What the verdict rests on.
 */
b24_confirmed_by b24_outcome_confirmed_by(const b24_outcome *outcome);

/**
 * What the verdict rests on, as a stable word: `reply`, `lookup`, or `none` for unknown and not run. The text is static.
 */
const char *b24_outcome_confirmed_by_name(const b24_outcome *outcome);

/**
 * How often the delete was sent in a way that could have executed it.
 */
uint32_t b24_outcome_attempts(const b24_outcome *outcome);

/**
 * The reason of a refusal, of an absence that the portal reported, or of a doubt; else NULL. It lives as long as the
 * outcome.
 */
const b24_error *b24_outcome_error(const b24_outcome *outcome);

/**
 * The outcome as a line of JSON, the same in every language. `json` gets a text without a line break, to be freed with
 * `b24_string_free`.
 */
b24_error *b24_outcome_to_json(const b24_outcome *outcome,
                               char **json);

/**
 * Frees a summary. NULL is fine.
 */
void b24_summary_free(b24_summary *summary);

/**
 * Outcomes: the sum of deleted, absent, failed, unknown and not run.
 */
uint64_t b24_summary_total(const b24_summary *summary);

/**
 * Deleted, by reply or by lookup.
 */
uint64_t b24_summary_deleted(const b24_summary *summary);

/**
 * Those of the deleted that rest on a lookup.
 */
uint64_t b24_summary_deleted_by_lookup(const b24_summary *summary);

/**
 * Nothing to delete.
 */
uint64_t b24_summary_absent(const b24_summary *summary);

/**
 * Refused for good.
 */
uint64_t b24_summary_failed(const b24_summary *summary);

/**
 * Could not be settled.
 */
uint64_t b24_summary_unknown(const b24_summary *summary);

/**
 * Not carried out.
 */
uint64_t b24_summary_not_run(const b24_summary *summary);

/**
 * HTTP requests sent, with lookups and repeats.
 */
uint64_t b24_summary_requests(const b24_summary *summary);

/**
 * Seconds since the run began.
 */
double b24_summary_seconds(const b24_summary *summary);

/**
 * True when every operation is deleted or was absent, and nothing stopped the run.
 */
bool b24_summary_is_clean(const b24_summary *summary);

/**
 * What stopped the run before its end, as a stable word: `cancelled`, `max_failures`, `all_absent`, `source`, or the kind
 * of the portal's refusal; empty when nothing did. It lives as long as the summary.
 */
const char *b24_summary_stopped_by(const b24_summary *summary);

/**
 * The error behind the stop; NULL where there is none. It lives as long as the summary.
 */
const b24_error *b24_summary_error(const b24_summary *summary);

/**
 * The summary as a line of JSON, the same in every language. `json` gets a text without a line break, to be freed with
 * `b24_string_free`.
 */
b24_error *b24_summary_to_json(const b24_summary *summary,
                               char **json);

/**
 * Plans a job over `count` operations, and waits for it: makes its file at `path`, which must not exist yet, with mode
 * 0600. Operations that are given more than once are carried out once. Nothing is deleted yet. A plan that is not
 * completed leaves no file.
 *
 * `options` and `job` may be NULL.
 *
 * Errors: those of the ids; `job` when the file cannot be made or the number of operations is not the expected one; the
 * portal's when the plan looks at records.
 */
b24_error *b24_job_plan(const char *path,
                        const b24_client *client,
                        const b24_operation *operations,
                        size_t count,
                        const b24_plan_options *options,
                        b24_job **job);

/**
 * As `b24_job_plan`, over operations that a callback gives, as many as there are. A negative number and an operation with
 * a wrong id are errors that end the plan.
 */
b24_error *b24_job_plan_from(const char *path,
                             const b24_client *client,
                             b24_operations_callback read_operations,
                             void *user_data,
                             const b24_plan_options *options,
                             b24_job **job);

/**
 * Opens a job that was planned before. `job` may be NULL, to check the file only.
 *
 * Errors: `job` when the file is missing, of another program, damaged or of a newer version.
 */
b24_error *b24_job_open(const char *path, b24_job **job);

/**
 * Frees the handle. NULL is fine. The file stays.
 */
void b24_job_free(b24_job *job);

/**
 * The file, as it was given. It lives as long as the job.
 */
const char *b24_job_path(const b24_job *job);

/**
 * Removes titles and copies for good. Ids and outcomes stay, so that the job can still be accounted for; what it deleted
 * cannot be restored any more, and a job that spares changed records spares everything that is still to be done.
 *
 * Errors: `job` when the file cannot be written or another process runs the job.
 */
b24_error *b24_job_forget(const b24_job *job);

/**
 * Options with the defaults. Free them with `b24_plan_options_free`.
 */
b24_plan_options *b24_plan_options_new(void);

/**
 * Frees options. NULL is fine.
 */
void b24_plan_options_free(b24_plan_options *options);

/**
 * Looks at every record: title, owner, dates, bindings, activities, deals. This takes several requests for 50 records.
 * The default is false.
 */
void b24_plan_options_set_look(b24_plan_options *options,
                               bool look);

/**
 * Keeps a copy of every record and its bindings before it is deleted, from which `b24_job_restore` makes it anew; a record
 * that cannot be copied stays. The default is false.
 */
void b24_plan_options_set_backup(b24_plan_options *options,
                                 bool backup);

/**
 * Spares records that were modified since the plan: their outcome is `failed` with the kind `changed`. The default is
 * false.
 */
void b24_plan_options_set_if_unchanged(b24_plan_options *options,
                                       bool if_unchanged);

/**
 * Refuses to plan unless there are exactly `count` different operations. Without it any number will do.
 */
void b24_plan_options_set_expect(b24_plan_options *options,
                                 uint64_t count);

/**
 * Stops a run when more operations fail or stay unknown: a count such as `10`, or `5%` of the outcomes once 100 are there.
 * Other texts are `config` errors. Without it no run is stopped by failures.
 */
b24_error *b24_plan_options_set_max_failures(b24_plan_options *options,
                                             const char *max_failures);

/**
 * Stops a run when this many first answers are all `absent`: most likely the wrong portal. The default is 100; 0 never
 * does.
 */
void b24_plan_options_set_stop_if_first_absent(b24_plan_options *options,
                                               uint64_t count);

/**
 * Reads what the plan found, in sums. `summary` is freed with `b24_plan_summary_free`.
 *
 * Errors: `job` when the file cannot be read.
 */
b24_error *b24_job_plan_summary(const b24_job *job, b24_plan_summary **summary);

/**
 * Hands over every operation of the plan, in their order, on this thread, with what was found about its record.
 *
 * The lines are those of `b24delete ... --dry-run --output jsonl`: `seq`, `method`, `lead_id`, `contact_id`, `visible` (false
 * when the record is not there or hidden from the user: the portal does not tell which), `title` (as the portal has it:
 * made harmless by nobody), `owner`, `created`, `modified`, `bindings`, `activities`, `shared_activities` and `deals`. What is
 * null is not known: the plan did not look, or the portal did not tell.
 *
 * Errors: `job` when the file cannot be read. When `on_planned` does not return 0 that ends it, and is no error.
 */
b24_error *b24_job_planned(const b24_job *job,
                           b24_line_callback on_planned,
                           void *user_data);

/**
 * Frees a summary of a plan. NULL is fine.
 */
void b24_plan_summary_free(b24_plan_summary *summary);

/**
 * Different operations.
 */
uint64_t b24_plan_summary_operations(const b24_plan_summary *summary);

/**
 * Operations that were given more than once and left out.
 */
uint64_t b24_plan_summary_duplicates(const b24_plan_summary *summary);

/**
 * Operations whose records were looked at.
 */
uint64_t b24_plan_summary_looked_at(const b24_plan_summary *summary);

/**
 * Those of them whose record is not there or hidden from the user: the portal does not tell which.
 */
uint64_t b24_plan_summary_not_visible(const b24_plan_summary *summary);

/**
 * Bindings of leads that would go.
 */
uint64_t b24_plan_summary_bindings(const b24_plan_summary *summary);

/**
 * Links between the contacts and leads that would go.
 */
uint64_t b24_plan_summary_leads(const b24_plan_summary *summary);

/**
 * Deals that use the contacts.
 */
uint64_t b24_plan_summary_deals(const b24_plan_summary *summary);

/**
 * Activities that would go.
 */
uint64_t b24_plan_summary_activities(const b24_plan_summary *summary);

/**
 * Activities that would only lose a link.
 */
uint64_t b24_plan_summary_shared_activities(const b24_plan_summary *summary);

/**
 * Starts a job, or goes on where it stopped, and waits for it: `deleted`, `absent` and `failed` stand, everything else is
 * carried out, and what an earlier process may have sent is looked up first. Each outcome is in the file before
 * `on_outcome` gets it.
 *
 * `options`, `on_outcome` and `summary` may be NULL. The summary is that of this run; `b24_job_overview` tells that of the
 * job, and the head of its record.
 *
 * Errors: `job`, before anything is sent: the file cannot be opened, is damaged or read-only, another process runs it, it
 * was planned for another portal, or the number of operations is not the expected one.
 */
b24_error *b24_job_run(const b24_job *job,
                       const b24_client *client,
                       const b24_job_run_options *options,
                       b24_outcome_callback on_outcome,
                       void *user_data,
                       b24_summary **summary);

/**
 * Hands over the last outcome of every operation that has one, in the order of the operations, on this thread.
 *
 * Errors: `job` when the file cannot be read. When `on_outcome` does not return 0 that ends it, and is no error.
 */
b24_error *b24_job_outcomes(const b24_job *job,
                            b24_outcome_callback on_outcome,
                            void *user_data);

/**
 * Options with the defaults: what the plan says, no canceller, no progress. Free them with `b24_job_run_options_free`,
 * after the run.
 */
b24_job_run_options *b24_job_run_options_new(void);

/**
 * Frees options. NULL is fine.
 */
void b24_job_run_options_free(b24_job_run_options *options);

/**
 * Refuses to run unless the job has exactly `count` operations. Without it any number will do.
 */
void b24_job_run_options_set_expect(b24_job_run_options *options, uint64_t count);

/**
 * Instead of what the plan says: stops the run when more operations fail or stay unknown. The texts are those of
 * `b24_plan_options_set_max_failures`.
 */
b24_error *b24_job_run_options_set_max_failures(b24_job_run_options *options,
                                                const char *max_failures);

/**
 * Goes on even when the first answers are all `absent`. The default is false.
 */
void b24_job_run_options_set_allow_absent(b24_job_run_options *options, bool allow_absent);

/**
 * Lets `canceller` cancel runs, from any thread; NULL takes it away again. The canceller may be freed before the options.
 */
void b24_job_run_options_set_canceller(b24_job_run_options *options,
                                       const b24_canceller *canceller);

/**
 * As `b24_run_options_set_progress_callback`. The account is that of this run only.
 */
void b24_job_run_options_set_progress_callback(b24_job_run_options *options,
                                               b24_progress_callback callback,
                                               void *user_data,
                                               b24_finalizer finalizer);

/**
 * Reads what a job is and how far it is. `overview` is freed with `b24_overview_free`.
 *
 * Errors: `job` when the file cannot be read.
 */
b24_error *b24_job_overview(const b24_job *job, b24_overview **overview);

/**
 * Frees an overview. NULL is fine.
 */
void b24_overview_free(b24_overview *overview);

/**
 * Random name of the job, which restored records carry. It lives as long as the overview; so for the other texts.
 */
const char *b24_overview_name(const b24_overview *overview);

/**
 * Host of the portal.
 */
const char *b24_overview_host(const b24_overview *overview);

/**
 * The user in whose name it was planned; 0 where that is not known.
 */
uint64_t b24_overview_user_id(const b24_overview *overview);

/**
 * How far it is.
 */
b24_job_state b24_overview_state(const b24_overview *overview);

/**
 * How far it is, as a stable word: `planned`, `running`, `finished` or `aborted`. The text is static.
 */
const char *b24_overview_state_name(const b24_overview *overview);

/**
 * When it was planned, in Unix seconds. NaN where it did not happen yet; so for the other times.
 */
double b24_overview_created(const b24_overview *overview);

/**
 * When its first run began.
 */
double b24_overview_started(const b24_overview *overview);

/**
 * When its last operation got an outcome.
 */
double b24_overview_finished(const b24_overview *overview);

/**
 * When titles and copies were removed.
 */
double b24_overview_forgotten(const b24_overview *overview);

/**
 * Whether records are copied before they go.
 */
bool b24_overview_backup(const b24_overview *overview);

/**
 * Whether records that were modified since the plan are spared.
 */
bool b24_overview_if_unchanged(const b24_overview *overview);

/**
 * Different operations.
 */
uint64_t b24_overview_operations(const b24_overview *overview);

/**
 * Operations that were given more than once and left out.
 */
uint64_t b24_overview_duplicates(const b24_overview *overview);

/**
 * Operations that an earlier process may have sent and whose outcome is not known yet.
 */
uint64_t b24_overview_in_doubt(const b24_overview *overview);

/**
 * Copies of records that it holds.
 */
uint64_t b24_overview_backups(const b24_overview *overview);

/**
 * How often it was run.
 */
uint64_t b24_overview_runs(const b24_overview *overview);

/**
 * Bytes of the file.
 */
uint64_t b24_overview_size(const b24_overview *overview);

/**
 * Head of the hash chain over plan and record, 64 hexadecimal digits. Whoever keeps that of a job that does not run can tell
 * later, by `b24_job_verify`, whether its record was edited, cut or rewritten.
 */
const char *b24_overview_head(const b24_overview *overview);

/**
 * The last outcomes of all operations that have one; what stopped a run and its seconds are not told here. It lives as long
 * as the overview.
 */
const b24_summary *b24_overview_summary(const b24_overview *overview);

/**
 * Checks plan and record against their hash chain, and against `head`, one that was kept elsewhere, or NULL.
 * `verification` is freed with `b24_verification_free`.
 *
 * Errors: `job` when the file cannot be read; `invalid_argument` when `head` is not 64 hexadecimal digits. That something
 * does not fit is not an error.
 */
b24_error *b24_job_verify(const b24_job *job,
                          const char *head,
                          b24_verification **verification);

/**
 * Frees a verification. NULL is fine.
 */
void b24_verification_free(b24_verification *verification);

/**
 * True when everything fits.
 */
bool b24_verification_is_intact(const b24_verification *verification);

/**
 * How many things do not fit.
 */
size_t b24_verification_findings(const b24_verification *verification);

/**
 * What does not fit, in words for people; `index` counts from 0, and behind the last there is an empty text. It lives as long
 * as the verification.
 */
const char *b24_verification_finding(const b24_verification *verification,
                                     size_t index);

/**
 * The head, 64 hexadecimal digits. It lives as long as the verification.
 */
const char *b24_verification_head(const b24_verification *verification);

/**
 * How many recorded outcomes were checked, with those that later runs replaced.
 */
uint64_t b24_verification_entries(const b24_verification *verification);

/**
 * Where the head that was kept elsewhere stands: 0 after the plan, else after that run, the first of which is 1; -1 when it
 * is nowhere or none was given.
 */
int64_t b24_verification_kept_head_run(const b24_verification *verification);

/**
 * Writes the account of a job as it is now, also while it runs. `format` is a value of `b24_report_format`. Texts of the
 * portal cannot do anything but be read, in any of the forms.
 *
 * Errors: `job` when the file cannot be read or the report not be written.
 */
b24_error *b24_job_report(const b24_job *job,
                          uint32_t format,
                          b24_write_callback write,
                          void *user_data);

/**
 * Tells what `b24_job_restore` has to do. `plan` is freed with `b24_restore_plan_free`.
 *
 * Errors: `job` when the file cannot be read.
 */
b24_error *b24_job_restore_plan(const b24_job *job, b24_restore_plan **plan);

/**
 * Frees a plan. NULL is fine.
 */
void b24_restore_plan_free(b24_restore_plan *plan);

/**
 * Leads that were deleted, or may have been, and have a copy.
 */
uint64_t b24_restore_plan_leads(const b24_restore_plan *plan);

/**
 * Contacts that were deleted, or may have been, and have a copy.
 */
uint64_t b24_restore_plan_contacts(const b24_restore_plan *plan);

/**
 * Operations that took bindings off leads, or may have, and of which there is a copy.
 */
uint64_t b24_restore_plan_unlinked(const b24_restore_plan *plan);

/**
 * Operations that deleted something of which there is no copy.
 */
uint64_t b24_restore_plan_without_copy(const b24_restore_plan *plan);

/**
 * Puts back what a job deleted, or goes on where an earlier restore stopped, and waits for it: bindings as they were, from
 * copies or from the plan; leads and contacts with new ids, from copies only. What was restored is not restored again.
 * Timeline comments, activities, files and history do not return, and `b24_restore_summary_loss` says so.
 *
 * `options` and `summary` may be NULL. A record that cannot be restored is counted, and is no error.
 *
 * Errors: `job`, before anything is sent, as for `b24_job_run`, and when titles and copies were removed. The portal's, when
 * it refuses more than a single record: what was done until then is kept, and the next restore goes on.
 */
b24_error *b24_job_restore(const b24_job *job,
                           const b24_client *client,
                           const b24_restore_options *options,
                           b24_restore_summary **summary);

/**
 * Hands over what restores did, record by record and binding by binding, on this thread: the map from old ids to new ones.
 * The lines have `what` (`lead`, `contact` or `binding`), `lead_id`, `contact_id`, `new_id`, `status` (`restored`, `failed`
 * or `unsettled`) and `error`.
 *
 * Errors: `job` when the file cannot be read. When `on_restored` does not return 0 that ends it, and is no error.
 */
b24_error *b24_job_restored(const b24_job *job,
                            b24_line_callback on_restored,
                            void *user_data);

/**
 * Options with the defaults: no canceller, no progress. Free them with `b24_restore_options_free`, after the restore.
 */
b24_restore_options *b24_restore_options_new(void);

/**
 * Frees options. NULL is fine.
 */
void b24_restore_options_free(b24_restore_options *options);

/**
 * Lets `canceller` end restores after the record at hand, from any thread; NULL takes it away again. The canceller may be
 * freed before the options.
 */
void b24_restore_options_set_canceller(b24_restore_options *options,
                                       const b24_canceller *canceller);

/**
 * Has `callback` told of the account when it has changed; NULL tells nobody.
 *
 * It runs on the thread that runs `b24_job_restore`, may take its time and make any call; the restore does not wait for it.
 * `finalizer` runs once, when the options no longer need `user_data`; it may be NULL.
 */
void b24_restore_options_set_progress_callback(b24_restore_options *options,
                                               b24_restore_progress_callback callback,
                                               void *user_data,
                                               b24_finalizer finalizer);

/**
 * Frees a summary. NULL is fine.
 */
void b24_restore_summary_free(b24_restore_summary *summary);

/**
 * Leads that were created anew.
 */
uint64_t b24_restore_summary_leads(const b24_restore_summary *summary);

/**
 * Contacts that were created anew.
 */
uint64_t b24_restore_summary_contacts(const b24_restore_summary *summary);

/**
 * Bindings between leads and contacts that are as they were again.
 */
uint64_t b24_restore_summary_bindings(const b24_restore_summary *summary);

/**
 * Records that are still there, or there again under their old id.
 */
uint64_t b24_restore_summary_present(const b24_restore_summary *summary);

/**
 * Records and bindings that an earlier restore took care of.
 */
uint64_t b24_restore_summary_earlier(const b24_restore_summary *summary);

/**
 * Records and bindings that could not be restored.
 */
uint64_t b24_restore_summary_failed(const b24_restore_summary *summary);

/**
 * Operations that deleted something of which there is no copy.
 */
uint64_t b24_restore_summary_without_copy(const b24_restore_summary *summary);

/**
 * True when it was cancelled before its end.
 */
bool b24_restore_summary_cancelled(const b24_restore_summary *summary);

/**
 * How many sentences `b24_restore_summary_loss` has.
 */
size_t b24_restore_summary_losses(const b24_restore_summary *summary);

/**
 * What does not return with the records that were created anew, in a sentence; `index` counts from 0, and behind the last
 * there is an empty text. It lives as long as the summary.
 */
const char *b24_restore_summary_loss(const b24_restore_summary *summary,
                                     size_t index);

/**
 * The summary as a line of JSON. `json` gets a text without a line break, to be freed with `b24_string_free`.
 */
b24_error *b24_restore_summary_to_json(const b24_restore_summary *summary,
                                       char **json);

/**
 * Frees a text that this library handed over as `char *`. NULL is fine.
 */
void b24_string_free(char *text);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* B24DELETE_H */
