/* portal: --leads 500 --contacts 20 --links-per-lead 1 --limits off --operating off --cost crm.contact.delete=1 */
/* The C++ face: what C returns is thrown or owned, and exceptions in callbacks come out again. */

#include "b24delete.hpp"
#include "check.h"

#include <cstdio>
#include <stdexcept>

static b24::ClientOptions options() {
    b24::ClientOptions options{std::string(setting("B24_WEBHOOK"))};
    options.limits("off").operating_limit("off");
    return options;
}

static void errors_are_thrown(const b24::Client &client) {
    try {
        client.delete_lead(0);
        CHECK(false);
    } catch (const b24::Error &error) {
        CHECK(error.kind() == B24_KIND_INVALID_ID && error.effect() == B24_EFFECT_NOT_SENT);
        CHECK(error.kind_name() == "invalid_id" && !error.source());
        CHECK(std::string(error.what()).find("`0` is not a lead id") != std::string::npos);
        b24::Error copy = error;
        CHECK(copy.description() == error.description());
    }
    try {
        options().limits("x");
        CHECK(false);
    } catch (const std::exception &error) {
        CHECK(std::string(error.what()).find("`x` is not a limit") != std::string::npos);
    }
}

static void calls_answer(const b24::Client &client) {
    CHECK(client.host().find("127.0.0.1") == 0 && client.user_id() == 1);
    b24::Deletion deletion = client.delete_lead(1);
    CHECK(deletion.status() == B24_STATUS_DELETED && deletion.status_name() == "deleted");
    CHECK(deletion.confirmed_by() == B24_CONFIRMED_BY_REPLY && deletion.attempts() == 1);
    client.delete_lead_contact_items(2);
    CHECK(client.delete_lead_contact(2, 3).status() == B24_STATUS_ABSENT);
    client.delete_contact(20);

    std::future<b24::Deletion> lead = client.delete_async(b24_operation_lead(3));
    std::future<b24::Deletion> gone = client.delete_async(b24_operation_lead(1));
    CHECK(lead.get().status() == B24_STATUS_DELETED);
    try {
        gone.get();
        CHECK(false);
    } catch (const b24::Error &error) {
        CHECK(error.kind() == B24_KIND_NOT_FOUND);
    }

    b24::Canceller canceller;
    std::future<b24::Deletion> slow =
        client.delete_async(b24_operation_contact(5), b24::CallOptions().canceller(canceller).deadline(60));
    canceller.cancel();
    try {
        slow.get();
        CHECK(false);
    } catch (const b24::Error &error) {
        CHECK(error.kind() == B24_KIND_CANCELLED);
    }
}

static void runs_answer(const b24::Client &client) {
    std::vector<b24::Operation> operations{b24_operation_lead(10), b24_operation_lead(10)};
    std::vector<b24::Outcome> outcomes;
    b24::Summary summary = client.delete_many(operations, [&](const b24::Outcome &outcome) {
        outcomes.emplace_back(outcome.get());
        return true;
    });
    CHECK(summary.total() == 2 && summary.deleted() == 1 && summary.absent() == 1 && summary.is_clean());
    CHECK(outcomes.size() == 2 && outcomes[0].lead_id() == 10 && !outcomes[0].error());
    CHECK(outcomes[1].error()->kind() == B24_KIND_NOT_FOUND && outcomes[1].status_name() == "absent");
    CHECK(outcomes[1].to_json().find("\"seq\":1") != std::string::npos);
    CHECK(summary.to_json().find("\"type\":\"summary\"") != std::string::npos && !summary.error());

    std::int64_t next = 20;
    std::uint64_t told = 0;
    b24::RunOptions run_options;
    run_options.max_failures("10").stop_if_first_absent(100).on_progress(
        [&](const b24_summary *so_far) { told = b24_summary_total(so_far); });
    summary = client.delete_many(
        [&]() -> std::optional<b24::Operation> {
            return next < 120 ? std::optional<b24::Operation>(b24_operation_lead(next++)) : std::nullopt;
        },
        nullptr, run_options);
    CHECK(summary.deleted() == 100 && told == 100 && summary.stopped_by().empty());
}

static void exceptions_come_out_again(const b24::Client &client) {
    std::int64_t next = 1000; /* how far it gets is open: these leads are nobody's */
    auto endless = [&]() -> std::optional<b24::Operation> { return b24_operation_lead(next++); };
    try {
        client.delete_many(endless, [](const b24::Outcome &) -> bool { throw std::runtime_error("no more"); });
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(std::string(error.what()) == "no more");
    }
    try {
        client.delete_many([]() -> std::optional<b24::Operation> { throw std::out_of_range("no source"); });
        CHECK(false);
    } catch (const std::out_of_range &error) {
        CHECK(std::string(error.what()) == "no source");
    }
    b24::Summary summary = client.delete_many(endless, [](const b24::Outcome &) { return false; });
    CHECK(summary.stopped_by() == "cancelled");
}

class Memory : public b24::TokenStore {
public:
    std::optional<std::string> load() override { return saved; }
    void save(const std::string &tokens) override {
        if (fails) {
            throw std::runtime_error("disk full");
        }
        saved = tokens;
    }
    std::optional<std::string> saved;
    bool fails = true;
};

static void applications_keep_their_tokens() {
    auto store = std::make_shared<Memory>();
    b24::OAuthOptions oauth(setting("B24_REST"), setting("B24_CLIENT_ID"), setting("B24_CLIENT_SECRET"));
    oauth.token_endpoint(setting("B24_OAUTH_TOKEN")).tokens("", setting("B24_REFRESH_TOKEN")).token_store(store);
    oauth.token_request("post").allow_host("oauth.example.org");
    int events = 0;
    b24::Client client(b24::ClientOptions(oauth).limits("off").on_event([&](const b24_event *) { events++; }));
    CHECK(client.authorize_url("x").find("state=x") != std::string::npos);
    try {
        client.delete_lead(150);
        CHECK(false);
    } catch (const b24::Error &error) {
        CHECK(error.kind() == B24_KIND_CONFIG && error.effect() == B24_EFFECT_NOT_SENT);
    }
    store->fails = false;
    client.delete_lead(150);
    CHECK(store->saved.has_value() && events > 0);
    client.refresh();
}

static void jobs_answer(const b24::Client &client) {
    const std::string path = std::string(setting("B24_SCRATCH")) + "/face.b24job";
    std::remove(path.c_str());
    std::remove((path + "-wal").c_str());
    std::int64_t next = 300;
    auto source = [&]() -> std::optional<b24::Operation> {
        return next < 320 ? std::optional<b24::Operation>(b24_operation_lead(next++)) : std::nullopt;
    };
    try {
        b24::Job::plan(path, client, []() -> std::optional<b24::Operation> { throw std::out_of_range("no source"); });
        CHECK(false);
    } catch (const std::out_of_range &error) {
        CHECK(std::string(error.what()) == "no source");
    }
    b24::PlanOptions plan_options;
    plan_options.look(true).backup(true).if_unchanged(false).expect(20).max_failures("5%").stop_if_first_absent(10);
    b24::Job planned = b24::Job::plan(path, client, source, plan_options);
    CHECK(planned.path() == path);
    try {
        b24::Job::plan(path, client, std::vector<b24::Operation>{b24_operation_lead(1)});
        CHECK(false);
    } catch (const b24::Error &error) {
        CHECK(error.kind() == B24_KIND_JOB);
    }
    try {
        planned.run(client, [](const b24::Outcome &) -> bool { throw std::runtime_error("no more"); });
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(std::string(error.what()) == "no more");
    }

    CHECK(b24_plan_summary_looked_at(planned.plan_summary().get()) == 20);
    int lines = 0;
    planned.planned([&](const std::string &json) {
        CHECK(json.find("\"type\":\"planned\"") != std::string::npos);
        return ++lines < 7;
    });
    CHECK(lines == 7);
    try {
        planned.planned([](const std::string &) -> bool { throw std::runtime_error("no line"); });
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(std::string(error.what()) == "no line");
    }

    b24::Job job(path);
    std::uint64_t told = 0;
    b24::JobRunOptions run_options;
    run_options.expect(20).max_failures("3").allow_absent(true).canceller(b24::Canceller()).on_progress(
        [&](const b24_summary *so_far) { told = b24_summary_total(so_far); });
    b24::Summary summary = job.run(client, nullptr, run_options);
    CHECK(summary.is_clean() && summary.total() == told);
    int outcomes = 0;
    job.outcomes([&](const b24::Outcome &outcome) { return outcome.status() == B24_STATUS_DELETED && ++outcomes < 20; });
    CHECK(outcomes == 20);
    b24::Overview overview = job.overview();
    CHECK(b24_overview_state(overview.get()) == B24_JOB_STATE_FINISHED && b24_overview_runs(overview.get()) == 2);
    CHECK(b24_verification_is_intact(job.verify(b24_overview_head(overview.get())).get()));
    CHECK(job.report(B24_REPORT_FORMAT_JSONL).find("\"type\":\"summary\"") != std::string::npos);

    CHECK(b24_restore_plan_leads(job.restore_plan().get()) == 20);
    int steps = 0;
    b24::RestoreOptions restore_options;
    restore_options.canceller(b24::Canceller()).on_progress([&](const b24_restore_summary *) { steps++; });
    CHECK(b24_restore_summary_leads(job.restore(client, restore_options).get()) == 20 && steps > 0);
    lines = 0;
    job.restored([&](const std::string &json) { return json.find("\"restored\"") != std::string::npos && ++lines > 0; });
    CHECK(lines >= 20);
    job.forget();
    CHECK(b24_overview_backups(job.overview().get()) == 0);
}

int main() {
    b24::Client client(options());
    errors_are_thrown(client);
    calls_answer(client);
    runs_answer(client);
    exceptions_come_out_again(client);
    jobs_answer(client);
    applications_keep_their_tokens();
    return 0;
}
