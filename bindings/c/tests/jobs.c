/* portal: --leads 1000 --contacts 20 --links-per-lead 2 --limits off --operating off */
/* Jobs: plans, runs that are interrupted and resumed, and what their files tell. */

#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    b24_job *job;
    b24_client *client;
    int64_t next; /* id of the next lead that is read */
    int64_t last; /* where the leads end */
    int outcomes;
    int ends_after; /* so many outcomes; 0 for never */
    int told;
    int finalized;
} account;

static char path[4096]; /* of the last new job */

/* A place for a new job. */
static const char *fresh(const char *name) {
    CHECK(snprintf(path, sizeof path, "%s/%s.b24job-wal", setting("B24_SCRATCH"), name) < (int)sizeof path);
    unlink(path);
    path[strlen(path) - strlen("-wal")] = '\0';
    unlink(path);
    return path;
}

static ptrdiff_t read_leads(void *user_data, b24_operation *operations, size_t capacity) {
    account *account = user_data;
    size_t count = 0;
    while (count < capacity && account->next <= account->last) {
        operations[count++] = b24_operation_lead(account->next++);
    }
    return (ptrdiff_t)count;
}

static ptrdiff_t fail_to_read(void *user_data, b24_operation *operations, size_t capacity) {
    CHECK(user_data == NULL && operations != NULL && capacity > 0);
    return -1;
}

static int count_until(void *user_data, const b24_outcome *outcome) {
    account *account = user_data;
    CHECK(b24_outcome_status(outcome) != B24_STATUS_NONE);
    account->outcomes++;
    return account->outcomes == account->ends_after;
}

static int die_after(void *user_data, const b24_outcome *outcome) {
    if (count_until(user_data, outcome)) {
        kill(getpid(), SIGKILL);
    }
    return 0;
}

static void on_progress(void *user_data, const b24_summary *so_far) {
    account *account = user_data;
    CHECK((int)b24_summary_total(so_far) >= account->told);
    account->told = (int)b24_summary_total(so_far);
}

static void finalize(void *user_data) {
    ((account *)user_data)->finalized++;
}

static b24_job *planned(const char *name, const b24_client *client, int64_t first, int64_t last) {
    account account = {.next = first, .last = last};
    b24_job *job = NULL;
    CHECK_OK(b24_job_plan_from(fresh(name), client, read_leads, &account, NULL, &job));
    CHECK(account.next == last + 1);
    return job;
}

/* What the file tells about every operation. */
static int recorded(const b24_job *job) {
    account account = {0};
    CHECK_OK(b24_job_outcomes(job, count_until, &account));
    return account.outcomes;
}

static void check_state(const b24_job *job, b24_job_state state, uint64_t deleted) {
    b24_overview *overview = NULL;
    CHECK_OK(b24_job_overview(job, &overview));
    CHECK(b24_overview_state(overview) == state);
    CHECK(b24_summary_deleted(b24_overview_summary(overview)) == deleted);
    b24_overview_free(overview);
}

/* Comes first: a child can make clients of its own, but it is simpler to follow when the parent has none. */
static void a_killed_process_loses_nothing(void) {
    fresh("killed");
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        account account = {.ends_after = 60};
        b24_client *client = portal_client();
        CHECK_OK(b24_job_run(planned("killed", client, 1, 150), client, NULL, die_after, &account, NULL));
        _exit(1);
    }
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    b24_client *client = portal_client();
    b24_job *job = NULL;
    b24_summary *summary = NULL;
    CHECK_OK(b24_job_open(path, &job));
    CHECK_TEXT(b24_job_path(job), path);
    int before = recorded(job);
    CHECK(before >= 60);
    CHECK_OK(b24_job_run(job, client, NULL, NULL, NULL, &summary));
    CHECK(b24_summary_is_clean(summary) && (int)b24_summary_total(summary) == 150 - before);
    CHECK(recorded(job) == 150);
    check_state(job, B24_JOB_STATE_FINISHED, 150);
    b24_summary_free(summary);
    b24_job_free(job);
    b24_client_free(client);
}

static void a_plan_is_a_file(const b24_client *client) {
    b24_operation operations[] = {b24_operation_lead(201), b24_operation_contact(1), b24_operation_lead(201)};
    b24_plan_options *options = b24_plan_options_new();
    b24_plan_options_set_expect(options, 3);
    b24_job *job = (b24_job *)&job;
    CHECK_ERROR(b24_job_plan(fresh("plan"), client, operations, 3, options, &job), B24_KIND_JOB, "not 3 as expected");
    CHECK(job == NULL && access(path, F_OK) != 0);
    CHECK_ERROR(b24_plan_options_set_max_failures(options, "some"), B24_KIND_CONFIG, "`some`");
    CHECK_OK(b24_plan_options_set_max_failures(options, "1%"));
    b24_plan_options_set_expect(options, 2);
    CHECK_OK(b24_job_plan(path, client, operations, 3, options, &job));
    b24_plan_options_free(options);

    struct stat file;
    CHECK(stat(path, &file) == 0 && (file.st_mode & 0777) == 0600);
    b24_overview *overview = NULL;
    CHECK_OK(b24_job_overview(job, &overview));
    CHECK(b24_overview_state(overview) == B24_JOB_STATE_PLANNED);
    CHECK_TEXT(b24_overview_state_name(overview), "planned");
    CHECK(b24_overview_operations(overview) == 2 && b24_overview_duplicates(overview) == 1);
    CHECK(b24_overview_user_id(overview) == 1 && b24_overview_runs(overview) == 0);
    CHECK(b24_overview_in_doubt(overview) == 0 && b24_overview_backups(overview) == 0);
    CHECK(!b24_overview_backup(overview) && !b24_overview_if_unchanged(overview));
    CHECK(b24_overview_created(overview) > 1.6e9 && b24_overview_size(overview) > 0);
    CHECK(isnan(b24_overview_started(overview)) && isnan(b24_overview_finished(overview)));
    CHECK(isnan(b24_overview_forgotten(overview)));
    CHECK_TEXT(b24_overview_host(overview), b24_client_host(client));
    CHECK(strlen(b24_overview_name(overview)) == 16 && strlen(b24_overview_head(overview)) == 64);
    CHECK(b24_summary_total(b24_overview_summary(overview)) == 0);
    b24_overview_free(overview);
    b24_job_free(job);

    CHECK_ERROR(b24_job_plan(path, client, operations, 1, NULL, NULL), B24_KIND_JOB, "exist");
    CHECK_ERROR(b24_job_plan_from(fresh("none"), client, fail_to_read, NULL, NULL, &job),
                B24_KIND_INVALID_ARGUMENT, "returned -1");
    CHECK(job == NULL && access(path, F_OK) != 0);
    account account = {.next = -1, .last = 5};
    CHECK_ERROR(b24_job_plan_from(path, client, read_leads, &account, NULL, NULL), B24_KIND_INVALID_ID, "`-1`");
    CHECK_ERROR(b24_job_plan(NULL, client, operations, 1, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`path` is NULL");
    CHECK_ERROR(b24_job_plan("\xff", client, operations, 1, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "UTF-8");
    CHECK_ERROR(b24_job_plan(path, NULL, operations, 1, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`client` is NULL");
    CHECK_ERROR(b24_job_plan_from(path, client, NULL, NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT,
                "`read_operations` is NULL");
}

static void what_an_earlier_job_left_is_refused(const b24_client *client) {
    b24_operation operation = b24_operation_lead(202);
    fresh("left");
    strcat(path, "-wal");
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs("changes of a job that was removed", file) >= 0 && fclose(file) == 0);
    path[strlen(path) - strlen("-wal")] = '\0';
    CHECK_ERROR(b24_job_plan(path, client, &operation, 1, NULL, NULL), B24_KIND_JOB, "is left of an earlier job");
    CHECK_OK(b24_job_plan(fresh("left"), client, &operation, 1, NULL, NULL));
}

static void other_files_are_refused(void) {
    b24_job *job = (b24_job *)&job;
    CHECK_ERROR(b24_job_open(fresh("foreign"), &job), B24_KIND_JOB, "foreign.b24job");
    CHECK(job == NULL);
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs("not a job\n", file) >= 0 && fclose(file) == 0);
    CHECK_ERROR(b24_job_open(path, &job), B24_KIND_JOB, "foreign.b24job");
    CHECK(job == NULL && unlink(path) == 0);
}

static void an_interrupted_run_goes_on(const b24_client *client) {
    b24_job *job = planned("resumed", client, 210, 409);
    account account = {.ends_after = 30};
    b24_job_run_options *options = b24_job_run_options_new();
    b24_job_run_options_set_expect(options, 7);
    CHECK_ERROR(b24_job_run(job, client, options, NULL, NULL, NULL), B24_KIND_JOB, "not 7 as expected");
    b24_job_run_options_set_expect(options, 200);
    b24_job_run_options_set_progress_callback(options, on_progress, &account, finalize);

    b24_summary *summary = NULL;
    CHECK_OK(b24_job_run(job, client, options, count_until, &account, &summary));
    CHECK_TEXT(b24_summary_stopped_by(summary), "cancelled");
    CHECK(account.outcomes == 30);
    uint64_t deleted = b24_summary_deleted(summary);
    CHECK(deleted >= 30 && deleted < 200);
    b24_summary_free(summary);
    check_state(job, B24_JOB_STATE_RUNNING, deleted);

    /* A canceller that was used before finds nothing sent. */
    b24_canceller *canceller = b24_canceller_new();
    b24_canceller_cancel(canceller);
    b24_job_run_options_set_canceller(options, canceller);
    b24_canceller_free(canceller);
    CHECK_OK(b24_job_run(job, client, options, NULL, NULL, &summary));
    CHECK(b24_summary_requests(summary) == 0 && b24_summary_deleted(summary) == 0);
    CHECK_TEXT(b24_summary_stopped_by(summary), "cancelled");
    b24_summary_free(summary);

    b24_job_run_options_set_canceller(options, NULL);
    account.told = 0;
    account.ends_after = 0;
    CHECK_OK(b24_job_run(job, client, options, count_until, &account, &summary));
    CHECK(b24_summary_is_clean(summary) && b24_summary_deleted(summary) == 200 - deleted);
    CHECK((uint64_t)account.told == 200 - deleted && account.finalized == 0);
    b24_job_run_options_free(options);
    CHECK(account.finalized == 1 && recorded(job) == 200);
    b24_summary_free(summary);
    check_state(job, B24_JOB_STATE_FINISHED, 200);
    b24_job_free(job);
}

static int run_once_more(void *user_data, const b24_outcome *outcome) {
    account *account = user_data;
    CHECK(b24_outcome_status(outcome) == B24_STATUS_DELETED);
    if (account->outcomes++ == 0) {
        CHECK_ERROR(b24_job_run(account->job, account->client, NULL, NULL, NULL, NULL), B24_KIND_JOB, "in use");
        CHECK_ERROR(b24_job_forget(account->job), B24_KIND_JOB, "in use");
        CHECK(recorded(account->job) > 0); /* reading disturbs nobody */
    }
    return 0;
}

static void a_job_runs_once_at_a_time(b24_client *client) {
    /* More than a run does ahead of the first callback. */
    account account = {.client = client, .job = planned("locked", client, 500, 999)};
    CHECK_OK(b24_job_run(account.job, client, NULL, run_once_more, &account, NULL));
    CHECK(account.outcomes == 500);
    b24_job_free(account.job);
}

static void a_wrong_portal_stops_a_run(const b24_client *client) {
    account account = {.next = 210, .last = 229}; /* they are gone */
    b24_plan_options *options = b24_plan_options_new();
    b24_plan_options_set_stop_if_first_absent(options, 5);
    b24_job *job = NULL;
    CHECK_OK(b24_job_plan_from(fresh("absent"), client, read_leads, &account, options, &job));
    b24_plan_options_free(options);
    b24_summary *summary = NULL;
    CHECK_OK(b24_job_run(job, client, NULL, NULL, NULL, &summary));
    CHECK_TEXT(b24_summary_stopped_by(summary), "all_absent");
    b24_summary_free(summary);
    check_state(job, B24_JOB_STATE_ABORTED, 0);
    b24_job_run_options *run_options = b24_job_run_options_new();
    CHECK_OK(b24_job_run_options_set_max_failures(run_options, "3"));
    b24_job_run_options_set_allow_absent(run_options, true);
    CHECK_OK(b24_job_run(job, client, run_options, NULL, NULL, &summary));
    CHECK(b24_summary_is_clean(summary));
    b24_summary_free(summary);
    b24_job_run_options_free(run_options);
    check_state(job, B24_JOB_STATE_FINISHED, 0);
    b24_job_free(job);
}

static void the_record_can_be_verified(const b24_client *client) {
    b24_job *job = planned("verified", client, 420, 425);
    b24_verification *verification = NULL;
    CHECK_OK(b24_job_verify(job, NULL, &verification));
    CHECK(b24_verification_is_intact(verification) && b24_verification_findings(verification) == 0);
    CHECK(b24_verification_entries(verification) == 0 && b24_verification_kept_head_run(verification) == -1);
    char head[65];
    CHECK(snprintf(head, sizeof head, "%s", b24_verification_head(verification)) == 64);
    b24_verification_free(verification);

    CHECK_OK(b24_job_run(job, client, NULL, NULL, NULL, NULL));
    CHECK_OK(b24_job_verify(job, head, &verification));
    CHECK(b24_verification_is_intact(verification) && b24_verification_entries(verification) == 6);
    CHECK(b24_verification_kept_head_run(verification) == 0);
    CHECK_TEXT(b24_verification_finding(verification, 0), "");
    CHECK(strcmp(b24_verification_head(verification), head) != 0);
    b24_verification_free(verification);

    memset(head, '0', 64);
    CHECK_OK(b24_job_verify(job, head, &verification));
    CHECK(!b24_verification_is_intact(verification) && b24_verification_findings(verification) == 1);
    CHECK(strstr(b24_verification_finding(verification, 0), "head") != NULL);
    b24_verification_free(verification);
    CHECK_ERROR(b24_job_verify(job, "0", NULL), B24_KIND_INVALID_ARGUMENT, "not a head");
    b24_job_free(job);
}

static void nothing_is_asked_of_null(void) {
    CHECK_ERROR(b24_job_run(NULL, NULL, NULL, NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    CHECK_ERROR(b24_job_outcomes(NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    CHECK_ERROR(b24_job_overview(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    CHECK_ERROR(b24_job_verify(NULL, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    CHECK_ERROR(b24_job_forget(NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    CHECK_ERROR(b24_job_open(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`path` is NULL");
    CHECK_TEXT(b24_job_path(NULL), "");
    CHECK(b24_overview_state(NULL) == B24_JOB_STATE_NONE && b24_overview_summary(NULL) == NULL);
    CHECK(!b24_verification_is_intact(NULL) && b24_verification_kept_head_run(NULL) == -1);
    b24_job_free(NULL);
    b24_overview_free(NULL);
    b24_verification_free(NULL);
    b24_plan_options_free(NULL);
    b24_job_run_options_free(NULL);
}

int main(void) {
    a_killed_process_loses_nothing();
    b24_client *client = portal_client();
    a_plan_is_a_file(client);
    what_an_earlier_job_left_is_refused(client);
    other_files_are_refused();
    an_interrupted_run_goes_on(client);
    a_job_runs_once_at_a_time(client);
    a_wrong_portal_stops_a_run(client);
    the_record_can_be_verified(client);
    nothing_is_asked_of_null();
    b24_client_free(client);
    return 0;
}
