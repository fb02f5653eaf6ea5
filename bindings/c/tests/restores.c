/* portal: --leads 30 --contacts 10 --links-per-lead 2 --limits off --operating off */
/* Reports on jobs, restores, and what is left after `forget`. */

#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <math.h>
#include <unistd.h>

typedef struct {
    char text[200000];
    size_t size;
    int lines;
    int told;
    int finalized;
} account;

static account written;

static int append(void *user_data, const char *bytes, size_t size) {
    account *account = user_data;
    CHECK(account->size + size < sizeof account->text);
    memcpy(account->text + account->size, bytes, size);
    account->size += size;
    account->text[account->size] = '\0';
    return 0;
}

static int disk_full(void *user_data, const char *bytes, size_t size) {
    CHECK(user_data == NULL && bytes != NULL && size > 0);
    return 28;
}

static const char *report(const b24_job *job, b24_report_format format) {
    written.size = 0;
    CHECK_OK(b24_job_report(job, format, append, &written));
    return written.text;
}

static int on_restored(void *user_data, const char *json) {
    account *account = user_data;
    CHECK(strstr(json, "{\"v\":1,\"type\":\"restored\",") == json);
    CHECK(strstr(json, "\"status\":\"restored\"") != NULL);
    account->lines++;
    return 0;
}

static void on_progress(void *user_data, const b24_restore_summary *so_far) {
    account *account = user_data;
    CHECK(b24_restore_summary_failed(so_far) == 0);
    account->told++;
}

static void finalize(void *user_data) {
    ((account *)user_data)->finalized++;
}

static b24_job *executed(const b24_client *client) {
    b24_operation operations[] = {
        b24_operation_lead(1),
        b24_operation_lead(2),
        b24_operation_lead_contact_items(3),
        b24_operation_contact(10),
        b24_operation_lead(999),
    };
    char path[4096];
    CHECK(snprintf(path, sizeof path, "%s/restored.b24job-wal", setting("B24_SCRATCH")) < (int)sizeof path);
    unlink(path);
    path[strlen(path) - strlen("-wal")] = '\0';
    unlink(path);
    b24_plan_options *options = b24_plan_options_new();
    b24_plan_options_set_look(options, true);
    b24_plan_options_set_backup(options, true);
    b24_plan_options_set_if_unchanged(options, true);
    b24_job *job = NULL;
    CHECK_OK(b24_job_plan(path, client, operations, 5, options, &job));
    b24_plan_options_free(options);
    b24_summary *summary = NULL;
    CHECK_OK(b24_job_run(job, client, NULL, NULL, NULL, &summary));
    CHECK(b24_summary_deleted(summary) == 4 && b24_summary_total(summary) == 5);
    b24_summary_free(summary);
    return job;
}

static int on_planned(void *user_data, const char *json) {
    account *account = user_data;
    CHECK(strstr(json, "{\"v\":1,\"type\":\"planned\",") == json);
    account->lines++;
    if (account->lines == 1) CHECK(strstr(json, "\"lead_id\":1,") != NULL && strstr(json, "\"bindings\":2,") != NULL);
    if (account->lines == 5) CHECK(strstr(json, "\"visible\":false,\"title\":null,") != NULL);
    return account->lines == account->told;
}

static void a_plan_tells_what_it_found(const b24_job *job) {
    b24_plan_summary *summary = NULL;
    CHECK_OK(b24_job_plan_summary(job, &summary));
    CHECK(b24_plan_summary_operations(summary) == 5 && b24_plan_summary_duplicates(summary) == 0);
    CHECK(b24_plan_summary_looked_at(summary) == 5 && b24_plan_summary_not_visible(summary) == 1);
    CHECK(b24_plan_summary_bindings(summary) == 6 && b24_plan_summary_leads(summary) > 0);
    CHECK(b24_plan_summary_deals(summary) + b24_plan_summary_activities(summary) == 0);
    CHECK(b24_plan_summary_shared_activities(summary) == 0);
    b24_plan_summary_free(summary);
    b24_plan_summary_free(NULL);
    CHECK(b24_plan_summary_operations(NULL) == 0);
    account account = {.lines = 0};
    CHECK_OK(b24_job_planned(job, on_planned, &account));
    CHECK(account.lines == 5);
    account.lines = 0;
    account.told = 2;
    CHECK_OK(b24_job_planned(job, on_planned, &account));
    CHECK(account.lines == 2);
    CHECK_ERROR(b24_job_planned(job, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`on_planned` is NULL");
    CHECK_ERROR(b24_job_plan_summary(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
}

static void reports_have_four_forms(const b24_job *job) {
    CHECK(strstr(report(job, B24_REPORT_FORMAT_TEXT), "deleted") != NULL);
    CHECK(strstr(report(job, B24_REPORT_FORMAT_CSV), "crm.lead.contact.items.delete") != NULL);
    CHECK(strstr(report(job, B24_REPORT_FORMAT_JSONL), "{\"v\":1,\"type\":\"outcome\",\"seq\":0,") == written.text);
    CHECK(strstr(written.text, "\"type\":\"summary\"") != NULL);
    CHECK(strstr(report(job, B24_REPORT_FORMAT_HTML), "<!doctype html>") != NULL);
    CHECK_ERROR(b24_job_report(job, 9, append, &written), B24_KIND_INVALID_ARGUMENT, "`format` is 9");
    CHECK_ERROR(b24_job_report(job, B24_REPORT_FORMAT_CSV, disk_full, NULL), B24_KIND_JOB, "returned 28");
    CHECK_ERROR(b24_job_report(job, B24_REPORT_FORMAT_CSV, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`write` is NULL");
    CHECK_ERROR(b24_job_report(NULL, B24_REPORT_FORMAT_CSV, append, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
}

static void a_restore_puts_back_what_was_deleted(const b24_job *job, const b24_client *client) {
    b24_restore_plan *plan = NULL;
    CHECK_OK(b24_job_restore_plan(job, &plan));
    CHECK(b24_restore_plan_leads(plan) == 2 && b24_restore_plan_contacts(plan) == 1);
    CHECK(b24_restore_plan_unlinked(plan) == 1 && b24_restore_plan_without_copy(plan) == 0);
    b24_restore_plan_free(plan);

    account account = {.told = 0};
    b24_restore_options *options = b24_restore_options_new();
    b24_restore_options_set_progress_callback(options, on_progress, &account, finalize);
    b24_canceller *canceller = b24_canceller_new();
    b24_restore_options_set_canceller(options, canceller);
    b24_canceller_cancel(canceller);
    b24_canceller_free(canceller);
    b24_restore_summary *summary = NULL;
    CHECK_OK(b24_job_restore(job, client, options, &summary));
    CHECK(b24_restore_summary_cancelled(summary) && b24_restore_summary_leads(summary) == 0);
    b24_restore_summary_free(summary);

    b24_restore_options_set_canceller(options, NULL);
    CHECK_OK(b24_job_restore(job, client, options, &summary));
    CHECK(!b24_restore_summary_cancelled(summary) && b24_restore_summary_failed(summary) == 0);
    CHECK(b24_restore_summary_leads(summary) == 2 && b24_restore_summary_contacts(summary) == 1);
    CHECK(b24_restore_summary_bindings(summary) > 0 && b24_restore_summary_present(summary) == 0);
    CHECK(b24_restore_summary_losses(summary) > 0 && strlen(b24_restore_summary_loss(summary, 0)) > 0);
    CHECK_TEXT(b24_restore_summary_loss(summary, b24_restore_summary_losses(summary)), "");
    char *json = NULL;
    CHECK_OK(b24_restore_summary_to_json(summary, &json));
    CHECK(strstr(json, "{\"v\":1,\"type\":\"restore_summary\",\"leads\":2,\"contacts\":1,") == json);
    b24_string_free(json);
    b24_restore_summary_free(summary);
    CHECK(account.told > 0 && account.finalized == 0);
    b24_restore_options_free(options);
    CHECK(account.finalized == 1);
    CHECK_OK(b24_job_restored(job, on_restored, &account));
    CHECK(account.lines >= 4);

    CHECK_OK(b24_job_restore(job, client, NULL, &summary));
    CHECK(b24_restore_summary_leads(summary) == 0 && b24_restore_summary_earlier(summary) > 0);
    b24_restore_summary_free(summary);
}

static void what_is_forgotten_cannot_be_restored(const b24_job *job, const b24_client *client) {
    b24_overview *overview = NULL;
    CHECK_OK(b24_job_overview(job, &overview));
    CHECK(b24_overview_backups(overview) > 0 && b24_overview_backup(overview));
    CHECK(b24_overview_if_unchanged(overview) && b24_overview_finished(overview) > 1.6e9);
    b24_overview_free(overview);
    CHECK_OK(b24_job_forget(job));
    CHECK_OK(b24_job_overview(job, &overview));
    CHECK(b24_overview_backups(overview) == 0 && !isnan(b24_overview_forgotten(overview)));
    b24_overview_free(overview);
    CHECK_ERROR(b24_job_restore(job, client, NULL, NULL), B24_KIND_JOB, "no copies");
    b24_verification *verification = NULL;
    CHECK_OK(b24_job_verify(job, NULL, &verification));
    CHECK(b24_verification_is_intact(verification));
    b24_verification_free(verification);
}

int main(void) {
    b24_client *client = portal_client();
    b24_job *job = executed(client);
    a_plan_tells_what_it_found(job);
    reports_have_four_forms(job);
    a_restore_puts_back_what_was_deleted(job, client);
    what_is_forgotten_cannot_be_restored(job, client);
    CHECK_ERROR(b24_job_restored(job, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`on_restored` is NULL");
    CHECK_ERROR(b24_job_restore(NULL, client, NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    CHECK_ERROR(b24_job_restore_plan(NULL, NULL), B24_KIND_INVALID_ARGUMENT, "`job` is NULL");
    b24_job_free(job);
    b24_client_free(client);
    return 0;
}
