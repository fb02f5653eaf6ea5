/*
 * The C++17 face of b24delete: RAII, exceptions, and nothing else that b24delete.h does not do. It is header-only.
 *
 * Every class owns a handle of the C library and can be moved; `get()` leads to the C functions. What b24delete.h says about
 * threads, processes and versions holds here too. Errors are thrown as `b24::Error`.
 */
#ifndef B24DELETE_HPP
#define B24DELETE_HPP

#include "b24delete.h"

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace b24 {

using ErrorKind = b24_kind;
using Effect = b24_effect;
using Status = b24_status;
using ConfirmedBy = b24_confirmed_by;
using Operation = b24_operation;
using JobState = b24_job_state;
using ReportFormat = b24_report_format;

namespace detail {

/* A handle with the function that frees it. */
template <typename Handle, void (*Free)(Handle *)>
struct Freer {
    void operator()(Handle *handle) const noexcept { Free(handle); }
};

template <typename Handle, void (*Free)(Handle *)>
using Owned = std::unique_ptr<Handle, Freer<Handle, Free>>;

/* A text that the C library handed over. */
inline std::string taken(char *text) {
    Owned<char, b24_string_free> owned(text);
    return owned ? std::string(owned.get()) : std::string();
}

/* Frees a callback that was handed over as `user_data`. */
template <typename T>
void destroy(void *user_data) noexcept {
    delete static_cast<T *>(user_data);
}

}  // namespace detail

/* What went wrong. Copies share the same error. */
class Error : public std::exception {
public:
    /* Takes the error over. */
    explicit Error(b24_error *error) : owned_(error, b24_error_free), error_(owned_.get()) {}

    /* The whole error in one line, for people. */
    const char *what() const noexcept override { return b24_error_message(error_); }
    ErrorKind kind() const noexcept { return b24_error_kind(error_); }
    /* The kind as a stable word, such as `not_found`. */
    std::string kind_name() const { return b24_error_kind_name(error_); }
    /* Answers "may it have happened?" */
    Effect effect() const noexcept { return b24_error_effect(error_); }
    std::string effect_name() const { return b24_error_effect_name(error_); }
    std::string method() const { return b24_error_method(error_); }
    std::string code() const { return b24_error_code(error_); }
    std::string description() const { return b24_error_description(error_); }
    int http_status() const noexcept { return b24_error_http_status(error_); }
    std::uint32_t attempts() const noexcept { return b24_error_attempts(error_); }
    /* The error that led to this one. */
    std::optional<Error> source() const {
        const b24_error *source = b24_error_source(error_);
        return source == nullptr ? std::nullopt : std::optional<Error>(Error(owned_, source));
    }
    const b24_error *get() const noexcept { return error_; }

private:
    Error(std::shared_ptr<b24_error> owned, const b24_error *error) : owned_(std::move(owned)), error_(error) {}

    std::shared_ptr<b24_error> owned_;
    const b24_error *error_;
};

/* Throws what a C function has returned. */
inline void check(b24_error *error) {
    if (error != nullptr) {
        throw Error(error);
    }
}

/* Cancels calls and runs from elsewhere. */
class Canceller {
public:
    Canceller() : handle_(b24_canceller_new()) {}
    void cancel() const noexcept { b24_canceller_cancel(handle_.get()); }
    const b24_canceller *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_canceller, b24_canceller_free> handle_;
};

/* How single calls behave. */
class CallOptions {
public:
    CallOptions() : handle_(b24_call_options_new()) {}
    CallOptions &deadline(double seconds) {
        check(b24_call_options_set_deadline(handle_.get(), seconds));
        return *this;
    }
    CallOptions &canceller(const Canceller &canceller) {
        b24_call_options_set_canceller(handle_.get(), canceller.get());
        return *this;
    }
    const b24_call_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_call_options, b24_call_options_free> handle_;
};

/* The answer of a single call. */
class Deletion {
public:
    explicit Deletion(b24_deletion *handle) : handle_(handle) {}
    Status status() const noexcept { return b24_deletion_status(handle_.get()); }
    std::string status_name() const { return b24_deletion_status_name(handle_.get()); }
    ConfirmedBy confirmed_by() const noexcept { return b24_deletion_confirmed_by(handle_.get()); }
    std::uint32_t attempts() const noexcept { return b24_deletion_attempts(handle_.get()); }
    /* For the portal's times: `b24_deletion_time_…`. */
    const b24_deletion *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_deletion, b24_deletion_free> handle_;
};

/* The verdict of a run on one operation. */
class Outcome {
public:
    /* Copies what a callback was lent. */
    explicit Outcome(const b24_outcome *outcome) : handle_(b24_outcome_copy(outcome)) {}
    std::uint64_t seq() const noexcept { return b24_outcome_seq(handle_.get()); }
    std::string method() const { return b24_outcome_method(handle_.get()); }
    /* 0 where there is none. */
    std::int64_t lead_id() const noexcept { return b24_outcome_lead_id(handle_.get()); }
    /* 0 where there is none. */
    std::int64_t contact_id() const noexcept { return b24_outcome_contact_id(handle_.get()); }
    Status status() const noexcept { return b24_outcome_status(handle_.get()); }
    std::string status_name() const { return b24_outcome_status_name(handle_.get()); }
    ConfirmedBy confirmed_by() const noexcept { return b24_outcome_confirmed_by(handle_.get()); }
    std::uint32_t attempts() const noexcept { return b24_outcome_attempts(handle_.get()); }
    std::optional<Error> error() const {
        b24_error *error = b24_error_copy(b24_outcome_error(handle_.get()));
        return error == nullptr ? std::nullopt : std::optional<Error>(Error(error));
    }
    std::string to_json() const {
        char *json = nullptr;
        check(b24_outcome_to_json(handle_.get(), &json));
        return detail::taken(json);
    }
    const b24_outcome *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_outcome, b24_outcome_free> handle_;
};

/* The account of a run. */
class Summary {
public:
    explicit Summary(b24_summary *handle) : handle_(handle) {}
    std::uint64_t total() const noexcept { return b24_summary_total(handle_.get()); }
    std::uint64_t deleted() const noexcept { return b24_summary_deleted(handle_.get()); }
    std::uint64_t deleted_by_lookup() const noexcept { return b24_summary_deleted_by_lookup(handle_.get()); }
    std::uint64_t absent() const noexcept { return b24_summary_absent(handle_.get()); }
    std::uint64_t failed() const noexcept { return b24_summary_failed(handle_.get()); }
    std::uint64_t unknown() const noexcept { return b24_summary_unknown(handle_.get()); }
    std::uint64_t not_run() const noexcept { return b24_summary_not_run(handle_.get()); }
    std::uint64_t requests() const noexcept { return b24_summary_requests(handle_.get()); }
    double seconds() const noexcept { return b24_summary_seconds(handle_.get()); }
    bool is_clean() const noexcept { return b24_summary_is_clean(handle_.get()); }
    /* Empty when nothing stopped the run. */
    std::string stopped_by() const { return b24_summary_stopped_by(handle_.get()); }
    std::optional<Error> error() const {
        b24_error *error = b24_error_copy(b24_summary_error(handle_.get()));
        return error == nullptr ? std::nullopt : std::optional<Error>(Error(error));
    }
    std::string to_json() const {
        char *json = nullptr;
        check(b24_summary_to_json(handle_.get(), &json));
        return detail::taken(json);
    }
    const b24_summary *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_summary, b24_summary_free> handle_;
};

/* How runs behave. */
class RunOptions {
public:
    /* It must not throw. */
    using Progress = std::function<void(const b24_summary *so_far)>;

    RunOptions() : handle_(b24_run_options_new()) {}
    /* A count such as `10`, or `5%`. */
    RunOptions &max_failures(const std::string &max_failures) {
        check(b24_run_options_set_max_failures(handle_.get(), max_failures.c_str()));
        return *this;
    }
    RunOptions &stop_if_first_absent(std::uint64_t count) {
        b24_run_options_set_stop_if_first_absent(handle_.get(), count);
        return *this;
    }
    RunOptions &canceller(const Canceller &canceller) {
        b24_run_options_set_canceller(handle_.get(), canceller.get());
        return *this;
    }
    RunOptions &on_progress(Progress progress) {
        auto tell = [](void *user_data, const b24_summary *so_far) noexcept {
            (*static_cast<Progress *>(user_data))(so_far);
        };
        b24_run_options_set_progress_callback(handle_.get(), tell, new Progress(std::move(progress)),
                                              detail::destroy<Progress>);
        return *this;
    }
    const b24_run_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_run_options, b24_run_options_free> handle_;
};

/* Keeps tokens. What its functions throw is an error of kind `config` for the caller of the client. */
class TokenStore {
public:
    virtual ~TokenStore() = default;
    /* The text that was saved last. */
    virtual std::optional<std::string> load() = 0;
    /* Keeps a text with secrets in place of all earlier ones. */
    virtual void save(const std::string &tokens) = 0;
};

/* The authorization of an application. */
class OAuthOptions {
public:
    OAuthOptions(const std::string &rest, const std::string &client_id, const std::string &client_secret) {
        b24_oauth_options *handle = nullptr;
        check(b24_oauth_options_new(rest.c_str(), client_id.c_str(), client_secret.c_str(), &handle));
        handle_.reset(handle);
    }
    /* An empty text stands for a token that there is not. */
    OAuthOptions &tokens(const std::string &access_token, const std::string &refresh_token) {
        auto given = [](const std::string &token) { return token.empty() ? nullptr : token.c_str(); };
        check(b24_oauth_options_set_tokens(handle_.get(), given(access_token), given(refresh_token)));
        return *this;
    }
    OAuthOptions &token_endpoint(const std::string &url) {
        check(b24_oauth_options_set_token_endpoint(handle_.get(), url.c_str()));
        return *this;
    }
    OAuthOptions &token_request(const std::string &way) {
        check(b24_oauth_options_set_token_request(handle_.get(), way.c_str()));
        return *this;
    }
    OAuthOptions &allow_host(const std::string &host) {
        check(b24_oauth_options_allow_host(handle_.get(), host.c_str()));
        return *this;
    }
    OAuthOptions &token_file(const std::string &path) {
        check(b24_oauth_options_set_token_file(handle_.get(), path.c_str()));
        return *this;
    }
    OAuthOptions &token_store(std::shared_ptr<TokenStore> store) {
        using Store = std::shared_ptr<TokenStore>;
        auto load = [](void *user_data, b24_tokens *tokens) noexcept -> int {
            try {
                const auto saved = (*static_cast<Store *>(user_data))->load();
                if (saved) {
                    check(b24_tokens_set(tokens, saved->c_str()));
                }
                return 0;
            } catch (...) {
                return -1;
            }
        };
        auto save = [](void *user_data, const char *tokens) noexcept -> int {
            try {
                (*static_cast<Store *>(user_data))->save(tokens);
                return 0;
            } catch (...) {
                return -1;
            }
        };
        check(b24_oauth_options_set_token_store(handle_.get(), load, save, new Store(std::move(store)),
                                                detail::destroy<Store>));
        return *this;
    }
    const b24_oauth_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_oauth_options, b24_oauth_options_free> handle_;
};

/* How a client reaches a portal and how it behaves there. */
class ClientOptions {
public:
    /* It must not throw. */
    using Events = std::function<void(const b24_event *event)>;

    ClientOptions() : handle_(b24_client_options_new()) {}
    explicit ClientOptions(const std::string &webhook) : ClientOptions() {
        b24_client_options_set_webhook(handle_.get(), webhook.c_str());
    }
    explicit ClientOptions(const OAuthOptions &oauth) : ClientOptions() {
        check(b24_client_options_set_oauth(handle_.get(), oauth.get()));
    }
    ClientOptions &limits(const std::string &limits) {
        check(b24_client_options_set_limits(handle_.get(), limits.c_str()));
        return *this;
    }
    ClientOptions &operating_limit(const std::string &limit) {
        check(b24_client_options_set_operating_limit(handle_.get(), limit.c_str()));
        return *this;
    }
    ClientOptions &api(const std::string &api) {
        check(b24_client_options_set_api(handle_.get(), api.c_str()));
        return *this;
    }
    ClientOptions &connect_timeout(double seconds) {
        check(b24_client_options_set_connect_timeout(handle_.get(), seconds));
        return *this;
    }
    ClientOptions &request_timeout(double seconds) {
        check(b24_client_options_set_request_timeout(handle_.get(), seconds));
        return *this;
    }
    ClientOptions &settle_time(double seconds) {
        check(b24_client_options_set_settle_time(handle_.get(), seconds));
        return *this;
    }
    ClientOptions &concurrency(std::size_t concurrency) {
        b24_client_options_set_concurrency(handle_.get(), concurrency);
        return *this;
    }
    ClientOptions &on_event(Events events) {
        auto tell = [](void *user_data, const b24_event *event) noexcept {
            (*static_cast<Events *>(user_data))(event);
        };
        b24_client_options_set_event_callback(handle_.get(), tell, new Events(std::move(events)),
                                              detail::destroy<Events>);
        return *this;
    }
    const b24_client_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_client_options, b24_client_options_free> handle_;
};

/* Returns false to cancel the run. What it throws cancels the run too, and comes out of the call. */
using OnOutcome = std::function<bool(const Outcome &outcome)>;
/* Gives the next operation, or none at the end. What it throws ends the call, and comes out of it. */
using Source = std::function<std::optional<Operation>()>;
/* Gets a line of JSON. Returns false to end the call. What it throws ends it too, and comes out of it. */
using OnLine = std::function<bool(const std::string &json)>;

namespace detail {

/* The callbacks of one call, and what they have thrown. */
struct Callbacks {
    OnOutcome on_outcome;
    Source source;
    std::exception_ptr thrown;

    b24_outcome_callback tell() const noexcept { return on_outcome ? tell_outcome : nullptr; }

    static int tell_outcome(void *user_data, const b24_outcome *outcome) noexcept {
        auto &call = *static_cast<Callbacks *>(user_data);
        try {
            return call.on_outcome(Outcome(outcome)) ? 0 : 1;
        } catch (...) {
            call.thrown = std::current_exception();
            return 1;
        }
    }
    static std::ptrdiff_t read(void *user_data, Operation *operations, std::size_t capacity) noexcept {
        auto &call = *static_cast<Callbacks *>(user_data);
        std::size_t count = 0;
        try {
            while (count < capacity) {
                const auto operation = call.source();
                if (!operation) {
                    break;
                }
                operations[count++] = *operation;
            }
        } catch (...) {
            call.thrown = std::current_exception();
            return -1;
        }
        return static_cast<std::ptrdiff_t>(count);
    }
    /* Throws what a callback has thrown. */
    void rethrow() const {
        if (thrown) {
            std::rethrow_exception(thrown);
        }
    }
    template <typename Result>
    Result ended(Result result) const {
        rethrow();
        return result;
    }
};

/* The callback for lines of JSON, and what it has thrown. */
struct Lines {
    OnLine on_line;
    std::exception_ptr thrown;

    static int tell(void *user_data, const char *json) noexcept {
        auto &call = *static_cast<Lines *>(user_data);
        try {
            return call.on_line(json) ? 0 : 1;
        } catch (...) {
            call.thrown = std::current_exception();
            return 1;
        }
    }
    void ended(b24_error *error) const {
        if (thrown) {
            b24_error_free(error);
            std::rethrow_exception(thrown);
        }
        check(error);
    }
};

}  // namespace detail

/* Deletes on one portal. */
class Client {
public:
    explicit Client(const ClientOptions &options) {
        b24_client *handle = nullptr;
        check(b24_client_new(options.get(), &handle));
        handle_.reset(handle);
    }
    std::string host() const { return b24_client_host(handle_.get()); }
    std::uint64_t user_id() const noexcept { return b24_client_user_id(handle_.get()); }

    Deletion delete_lead(std::int64_t lead_id) const { return delete_one(b24_operation_lead(lead_id)); }
    Deletion delete_contact(std::int64_t contact_id) const { return delete_one(b24_operation_contact(contact_id)); }
    Deletion delete_lead_contact(std::int64_t lead_id, std::int64_t contact_id) const {
        return delete_one(b24_operation_lead_contact(lead_id, contact_id));
    }
    Deletion delete_lead_contact_items(std::int64_t lead_id) const {
        return delete_one(b24_operation_lead_contact_items(lead_id));
    }
    /* One operation, with options. */
    Deletion delete_one(const Operation &operation, const CallOptions &options = {}) const {
        b24_deletion *deletion = nullptr;
        check(b24_delete(handle_.get(), operation, options.get(), &deletion));
        return Deletion(deletion);
    }
    /* One operation, without waiting. The future throws what the call ends with. */
    std::future<Deletion> delete_async(const Operation &operation, const CallOptions &options = {}) const {
        using Promise = std::promise<Deletion>;
        auto answer = [](void *user_data, b24_error *error, b24_deletion *deletion) noexcept {
            auto &promise = *static_cast<Promise *>(user_data);
            if (error != nullptr) {
                promise.set_exception(std::make_exception_ptr(Error(error)));
            } else {
                promise.set_value(Deletion(deletion));
            }
        };
        auto promise = std::make_unique<Promise>();
        auto future = promise->get_future();
        check(b24_delete_async(handle_.get(), operation, options.get(), answer, promise.release(),
                               detail::destroy<Promise>));
        return future;
    }
    /* Many operations that are all there. */
    Summary delete_many(const std::vector<Operation> &operations, OnOutcome on_outcome = nullptr,
                        const RunOptions &options = {}) const {
        detail::Callbacks run{std::move(on_outcome), nullptr, nullptr};
        b24_summary *summary = nullptr;
        check(b24_delete_many(handle_.get(), operations.data(), operations.size(), options.get(),
                              run.tell(), &run, &summary));
        return run.ended(Summary(summary));
    }
    /* As many operations as a function gives. */
    Summary delete_many(Source source, OnOutcome on_outcome = nullptr, const RunOptions &options = {}) const {
        detail::Callbacks run{std::move(on_outcome), std::move(source), nullptr};
        b24_summary *summary = nullptr;
        check(b24_delete_many_from(handle_.get(), detail::Callbacks::read, options.get(), run.tell(), &run, &summary));
        return run.ended(Summary(summary));
    }

    /* Where a user lets the application in. */
    std::string authorize_url(const std::string &state) const {
        char *url = nullptr;
        check(b24_client_authorize_url(handle_.get(), state.c_str(), &url));
        return detail::taken(url);
    }
    void log_in(const std::string &code) const { check(b24_client_log_in(handle_.get(), code.c_str())); }
    void refresh() const { check(b24_client_refresh(handle_.get())); }

    const b24_client *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_client, b24_client_free> handle_;
};

/* What a job is to do beyond its operations. */
class PlanOptions {
public:
    PlanOptions() : handle_(b24_plan_options_new()) {}
    PlanOptions &look(bool look) {
        b24_plan_options_set_look(handle_.get(), look);
        return *this;
    }
    PlanOptions &backup(bool backup) {
        b24_plan_options_set_backup(handle_.get(), backup);
        return *this;
    }
    PlanOptions &if_unchanged(bool if_unchanged) {
        b24_plan_options_set_if_unchanged(handle_.get(), if_unchanged);
        return *this;
    }
    PlanOptions &expect(std::uint64_t count) {
        b24_plan_options_set_expect(handle_.get(), count);
        return *this;
    }
    /* A count such as `10`, or `5%`. */
    PlanOptions &max_failures(const std::string &max_failures) {
        check(b24_plan_options_set_max_failures(handle_.get(), max_failures.c_str()));
        return *this;
    }
    PlanOptions &stop_if_first_absent(std::uint64_t count) {
        b24_plan_options_set_stop_if_first_absent(handle_.get(), count);
        return *this;
    }
    const b24_plan_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_plan_options, b24_plan_options_free> handle_;
};

/* How a job is run. */
class JobRunOptions {
public:
    using Progress = RunOptions::Progress;

    JobRunOptions() : handle_(b24_job_run_options_new()) {}
    JobRunOptions &expect(std::uint64_t count) {
        b24_job_run_options_set_expect(handle_.get(), count);
        return *this;
    }
    /* A count such as `10`, or `5%`. */
    JobRunOptions &max_failures(const std::string &max_failures) {
        check(b24_job_run_options_set_max_failures(handle_.get(), max_failures.c_str()));
        return *this;
    }
    JobRunOptions &allow_absent(bool allow_absent) {
        b24_job_run_options_set_allow_absent(handle_.get(), allow_absent);
        return *this;
    }
    JobRunOptions &canceller(const Canceller &canceller) {
        b24_job_run_options_set_canceller(handle_.get(), canceller.get());
        return *this;
    }
    JobRunOptions &on_progress(Progress progress) {
        auto tell = [](void *user_data, const b24_summary *so_far) noexcept {
            (*static_cast<Progress *>(user_data))(so_far);
        };
        b24_job_run_options_set_progress_callback(handle_.get(), tell, new Progress(std::move(progress)),
                                                  detail::destroy<Progress>);
        return *this;
    }
    const b24_job_run_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_job_run_options, b24_job_run_options_free> handle_;
};

/* How a job is restored. */
class RestoreOptions {
public:
    /* It must not throw. */
    using Progress = std::function<void(const b24_restore_summary *so_far)>;

    RestoreOptions() : handle_(b24_restore_options_new()) {}
    RestoreOptions &canceller(const Canceller &canceller) {
        b24_restore_options_set_canceller(handle_.get(), canceller.get());
        return *this;
    }
    RestoreOptions &on_progress(Progress progress) {
        auto tell = [](void *user_data, const b24_restore_summary *so_far) noexcept {
            (*static_cast<Progress *>(user_data))(so_far);
        };
        b24_restore_options_set_progress_callback(handle_.get(), tell, new Progress(std::move(progress)),
                                                  detail::destroy<Progress>);
        return *this;
    }
    const b24_restore_options *get() const noexcept { return handle_.get(); }

private:
    detail::Owned<b24_restore_options, b24_restore_options_free> handle_;
};

/* Read by the functions of the C library that begin with these names. */
using Overview = detail::Owned<b24_overview, b24_overview_free>;
using PlanSummary = detail::Owned<b24_plan_summary, b24_plan_summary_free>;
using Verification = detail::Owned<b24_verification, b24_verification_free>;
using RestorePlan = detail::Owned<b24_restore_plan, b24_restore_plan_free>;
using RestoreSummary = detail::Owned<b24_restore_summary, b24_restore_summary_free>;

/* A plan and its record in one file. */
class Job {
public:
    /* Operations that are all there. */
    static Job plan(const std::string &path, const Client &client, const std::vector<Operation> &operations,
                    const PlanOptions &options = {}) {
        b24_job *job = nullptr;
        check(b24_job_plan(path.c_str(), client.get(), operations.data(), operations.size(), options.get(), &job));
        return Job(job);
    }
    /* As many operations as a function gives. */
    static Job plan(const std::string &path, const Client &client, Source source, const PlanOptions &options = {}) {
        detail::Callbacks call{nullptr, std::move(source), nullptr};
        b24_job *job = nullptr;
        b24_error *error =
            b24_job_plan_from(path.c_str(), client.get(), detail::Callbacks::read, &call, options.get(), &job);
        Job owned(job);
        detail::Owned<b24_error, b24_error_free> refused(error);
        call.rethrow();
        check(refused.release());
        return owned;
    }
    /* A job that was planned before. */
    explicit Job(const std::string &path) {
        b24_job *job = nullptr;
        check(b24_job_open(path.c_str(), &job));
        handle_.reset(job);
    }
    std::string path() const { return b24_job_path(handle_.get()); }

    /* Starts it, or goes on where it stopped. */
    Summary run(const Client &client, OnOutcome on_outcome = nullptr, const JobRunOptions &options = {}) const {
        detail::Callbacks call{std::move(on_outcome), nullptr, nullptr};
        b24_summary *summary = nullptr;
        check(b24_job_run(handle_.get(), client.get(), options.get(), call.tell(), &call, &summary));
        return call.ended(Summary(summary));
    }
    /* The last outcome of every operation that has one. */
    void outcomes(OnOutcome on_outcome) const {
        detail::Callbacks call{std::move(on_outcome), nullptr, nullptr};
        check(b24_job_outcomes(handle_.get(), call.tell(), &call));
        call.rethrow();
    }
    Overview overview() const {
        b24_overview *overview = nullptr;
        check(b24_job_overview(handle_.get(), &overview));
        return Overview(overview);
    }
    /* What the plan found, in sums. */
    PlanSummary plan_summary() const {
        b24_plan_summary *summary = nullptr;
        check(b24_job_plan_summary(handle_.get(), &summary));
        return PlanSummary(summary);
    }
    /* Every operation of the plan, as a line of JSON. */
    void planned(OnLine on_line) const {
        detail::Lines call{std::move(on_line), nullptr};
        call.ended(b24_job_planned(handle_.get(), detail::Lines::tell, &call));
    }
    /* Also against a head that was kept elsewhere, unless that is empty. */
    Verification verify(const std::string &head = {}) const {
        b24_verification *verification = nullptr;
        check(b24_job_verify(handle_.get(), head.empty() ? nullptr : head.c_str(), &verification));
        return Verification(verification);
    }
    void forget() const { check(b24_job_forget(handle_.get())); }
    /* The report as a text; `b24_job_report` writes one of any size. */
    std::string report(ReportFormat format) const {
        auto append = [](void *user_data, const char *bytes, std::size_t size) noexcept -> int {
            try {
                static_cast<std::string *>(user_data)->append(bytes, size);
                return 0;
            } catch (...) {
                return -1;
            }
        };
        std::string text;
        check(b24_job_report(handle_.get(), format, append, &text));
        return text;
    }
    /* What `restore` has to do. */
    RestorePlan restore_plan() const {
        b24_restore_plan *plan = nullptr;
        check(b24_job_restore_plan(handle_.get(), &plan));
        return RestorePlan(plan);
    }
    /* Puts back what the job deleted. */
    RestoreSummary restore(const Client &client, const RestoreOptions &options = {}) const {
        b24_restore_summary *summary = nullptr;
        check(b24_job_restore(handle_.get(), client.get(), options.get(), &summary));
        return RestoreSummary(summary);
    }
    /* What restores did, record by record, as lines of JSON: the map from old ids to new ones. */
    void restored(OnLine on_line) const {
        detail::Lines call{std::move(on_line), nullptr};
        call.ended(b24_job_restored(handle_.get(), detail::Lines::tell, &call));
    }
    const b24_job *get() const noexcept { return handle_.get(); }

private:
    explicit Job(b24_job *handle) : handle_(handle) {}

    detail::Owned<b24_job, b24_job_free> handle_;
};

}  // namespace b24

#endif
