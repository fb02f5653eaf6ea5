/* portal: --leads 20 --limits off --operating off */
/* Signals, forks, and what the library leaves alone. */

#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <dirent.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    interrupted = signal;
}

/* The classic signals but SIGKILL and SIGSTOP, one bit for each. */
static const unsigned long long CAN_BE_BLOCKED = 0x7fffffffULL & ~(1ULL << (SIGKILL - 1)) & ~(1ULL << (SIGSTOP - 1));

/* Threads of this process that block every signal that can be blocked. */
static int threads_without_signals(void) {
    int count = 0;
    DIR *tasks = opendir("/proc/self/task");
    CHECK(tasks != NULL);
    for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        char path[300];
        char line[200];
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        while (status != NULL && fgets(line, sizeof line, status) != NULL) {
            unsigned long long blocked = 0;
            if (sscanf(line, "SigBlk: %llx", &blocked) == 1) {
                count += (blocked & CAN_BE_BLOCKED) == CAN_BE_BLOCKED;
            }
        }
        if (status != NULL) {
            fclose(status);
        }
    }
    closedir(tasks);
    return count;
}

static void signals_stay_with_the_program(void) {
    struct sigaction action = {.sa_handler = on_interrupt};
    struct sigaction found;
    CHECK(sigaction(SIGINT, &action, NULL) == 0);
    b24_client *client = portal_client();
    CHECK_OK(b24_delete_lead(client, 1, NULL));
    CHECK(sigaction(SIGINT, NULL, &found) == 0 && found.sa_handler == on_interrupt);
    CHECK(sigaction(SIGPIPE, NULL, &found) == 0 && found.sa_handler == SIG_DFL);
    CHECK(threads_without_signals() >= 2);
    sigset_t blocked;
    CHECK(sigprocmask(SIG_BLOCK, NULL, &blocked) == 0);
    CHECK(!sigismember(&blocked, SIGINT) && !sigismember(&blocked, SIGPIPE));
    CHECK(kill(getpid(), SIGINT) == 0);
    CHECK(interrupted == SIGINT);
    CHECK_OK(b24_delete_lead(client, 2, NULL));
    b24_client_free(client);
}

/* What a child does with what its parent has made. */
static int child(b24_client *client, const b24_canceller *canceller) {
    alarm(60); /* never hang */
    b24_error *error = b24_delete_lead(client, 3, NULL);
    CHECK(b24_error_effect(error) == B24_EFFECT_NOT_SENT);
    CHECK_ERROR(error, B24_KIND_CONFIG, "made before a fork");
    b24_operation operation = b24_operation_lead(3);
    CHECK_ERROR(b24_delete_many(client, &operation, 1, NULL, NULL, NULL, NULL), B24_KIND_CONFIG, "fork");
    b24_canceller_cancel(canceller);
    CHECK(strlen(b24_client_host(client)) > 0);
    b24_client_free(client);
    b24_client *own = portal_client();
    CHECK_OK(b24_delete_lead(own, 3, NULL));
    b24_client_free(own);
    return 0;
}

static void a_child_makes_clients_of_its_own(void) {
    b24_client *client = portal_client();
    b24_canceller *canceller = b24_canceller_new();
    CHECK_OK(b24_delete_lead(client, 4, NULL));
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        /* Not by its end: in a child the memory of the parent's threads counts as a leak. */
        _exit(child(client, canceller) == 0 && kill(getpid(), SIGKILL) == 0);
    }
    int status = 0;
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    CHECK_ERROR(b24_delete_lead(client, 3, NULL), B24_KIND_NOT_FOUND, "");
    CHECK_OK(b24_delete_lead(client, 5, NULL));
    b24_canceller_free(canceller);
    b24_client_free(client);
}

int main(void) {
    signals_stay_with_the_program();
    a_child_makes_clients_of_its_own();
    return 0;
}
