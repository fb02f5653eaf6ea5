//! The command line as it is typed. What it means is decided in `settings`.

mod auth;
mod connection;
mod delete;
mod emulator;
mod job;
mod report;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::auth::{AuthAction, AuthArguments};
pub(crate) use self::connection::{ConnectionArguments, Spelled};
pub(crate) use self::delete::{DeleteArguments, JobArguments};
pub(crate) use self::emulator::{EmulatorArguments, ProfileName, UnlinkedAnswer};
pub(crate) use self::job::{ForgetArguments, RunArguments, ShowArguments};
pub(crate) use self::report::{ReportArguments, ReportOutput, RestoreArguments};

const ABOUT: &str = "Deletes Bitrix24 CRM leads, contacts and lead-contact bindings, \
                     with one verified outcome for every single one";

const EXIT_CODES: &str = "Exit codes:
  0    everything is deleted or was absent
  1    something failed, is unknown or was not run
  2    wrong usage or configuration, nothing was deleted
  3    the portal refused as a whole: authorization, rights, scope, plan or block
  130  interrupted";

const RESTORE_EXIT_CODES: &str = "Exit codes:
  0    everything that was copied is back
  1    something failed, or there is no copy of it
  2    wrong usage or configuration, nothing was restored
  3    the portal refused as a whole: authorization, rights, scope, plan or block
  130  interrupted, the same command goes on";

const CHECK_EXIT_CODES: &str = "Exit codes:
  0    everything that deleting needs is there
  1    the portal could not be reached
  2    wrong usage or configuration
  3    the portal refuses: authorization, rights, scope, plan, block or a missing method";

const EXAMPLES: &str = "Examples:
  b24delete lead 15 100-200 --webhook-file webhook.txt
  b24delete lead --filter STATUS_ID=JUNK --filter '<DATE_CREATE=2024-01-31' --dry-run
  b24delete lead --from ids.csv --backup --job junk.b24job";

const APPLICATIONS: &str =
    "An application is named by its profile in `b24delete/profiles.toml` in the configuration
directory (`$XDG_CONFIG_HOME`, `~/.config` or `%APPDATA%`):

  [NAME]
  rest = \"https://example.bitrix24.com/rest/\"
  client_id = \"local.0123456789abcd.01234567\"
  client_secret = \"…\"

  Optional: `token_endpoint`, `token_request` (`post` or `get`), `allowed_hosts`, `token_file`.

Or by the environment: `B24_REST`, `B24_CLIENT_ID`, `B24_CLIENT_SECRET`, and where needed
`B24_ACCESS_TOKEN`, `B24_REFRESH_TOKEN` and `B24_OAUTH_TOKEN` (the token endpoint). Its tokens are
kept in `b24delete/tokens/` in the state directory (`$XDG_STATE_HOME` or `~/.local/state`).";

const RECYCLE_BIN: &str = "`deleted` may mean: in the CRM recycle bin for 30 days, which REST cannot purge.";

/// Everything that can be typed.
#[derive(Debug, Parser)]
#[command(name = "b24delete", version, about = ABOUT, after_help = EXIT_CODES, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) verbosity: VerbosityArguments,
}

/// How much is told on stderr.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct VerbosityArguments {
    /// Leave out progress and notes; errors and warnings remain
    #[arg(short, long, global = true, display_order = 101)]
    pub(crate) quiet: bool,
    /// Tell on stderr what is sent, waited for and repeated; more with `-vv` and `-vvv`
    #[arg(short, long, global = true, action = ArgAction::Count, display_order = 102)]
    pub(crate) verbose: u8,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Delete leads, with their activities, history and timeline
    #[command(
        mut_arg("targets", |argument| argument.value_name("ID")
            .help("Ids of leads, or ranges such as `100-200`")),
        after_help = format!("{EXAMPLES}\n\n{RECYCLE_BIN}\n\n{EXIT_CODES}")
    )]
    Lead(DeleteArguments),
    /// Delete contacts
    #[command(
        mut_arg("targets", |argument| argument.value_name("ID")
            .help("Ids of contacts, or ranges such as `100-200`")),
        after_help = format!("{RECYCLE_BIN}\n\n{EXIT_CODES}")
    )]
    Contact(DeleteArguments),
    /// Take single contacts off leads; the records stay
    #[command(
        mut_arg("targets", |argument| argument.value_name("LEAD:CONTACT")
            .help("Bindings: the lead's id, a colon and the contact's id")),
        mut_arg("filter", |argument| argument.hide(true)),
        after_help = EXIT_CODES
    )]
    LeadContact(DeleteArguments),
    /// Take all contacts off leads; the records stay
    #[command(
        mut_arg("targets", |argument| argument.value_name("LEAD")
            .help("Ids of leads, or ranges such as `100-200`")),
        after_help = EXIT_CODES
    )]
    LeadContactItems(DeleteArguments),
    /// Carry out a planned job, or go on with one that stopped
    ///
    /// `deleted`, `absent` and `failed` stand; everything else is carried out. What an earlier process may have sent is
    /// looked up first.
    #[command(after_help = EXIT_CODES)]
    Run(RunArguments),
    /// Show how far a job is, also while it runs, or list the jobs
    Show(ShowArguments),
    /// Remove titles and copies from a job file for good; ids and outcomes stay
    Forget(ForgetArguments),
    /// Account for a job: totals, reasons of failures, times, every outcome; also while it runs
    #[command(after_help = RECYCLE_BIN)]
    Report(ReportArguments),
    /// Put back what a job deleted: bindings as they were, leads and contacts with new ids
    ///
    /// Records need a job that was run with `--backup`. Their activities, comments, files and history do not return. What
    /// was restored is not restored again, and a restore that stopped goes on.
    #[command(after_help = RESTORE_EXIT_CODES)]
    Restore(RestoreArguments),
    /// Show who the webhook acts as, what it may do and which limits apply; deletes nothing
    #[command(
        mut_arg("settle_time", |argument| argument.hide(true)),
        mut_arg("concurrency", |argument| argument.hide(true)),
        after_help = CHECK_EXIT_CODES
    )]
    Check(CheckArguments),
    /// Log an application in, by OAuth 2.0, and look after its tokens
    #[command(disable_help_subcommand = true, after_help = APPLICATIONS)]
    Auth(AuthArguments),
    /// Run a local portal for tests
    ///
    /// Prints one line of JSON with its addresses, then serves on the loopback interface until stdin closes or it is
    /// interrupted.
    Emulator(EmulatorArguments),
    /// Watch deletions on a local portal: limits waited out, a lost answer settled, refusals told apart
    Demo,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `check`
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// The form of the data on stdout.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArguments {
    /// Form of the data on stdout
    #[arg(long, value_enum, default_value_t = Output::Text, display_order = 100)]
    pub(crate) output: Output,
}

/// The form of the data on stdout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// Aligned lines for people
    Text,
    /// One JSON object a line
    Jsonl,
}
