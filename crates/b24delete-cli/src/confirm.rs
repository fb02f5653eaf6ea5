//! The question before a deletion.

use std::io;

use b24delete::Client;
use b24delete_jobs::text::grouped;

use crate::failure::Failure;
use crate::portal_user::PortalUser;
use crate::printer::Printer;

/// Above this the count must be typed.
const TYPED_ABOVE: u64 = 1000;

/// What the user is asked.
#[derive(Debug, Clone)]
pub(crate) struct Question<'a> {
    pub(crate) client: &'a Client,
    /// What would be deleted, in words, such as `12 leads`.
    pub(crate) targets: String,
    pub(crate) count: u64,
    /// How to look at them first, in words.
    pub(crate) look: String,
}

impl Question<'_> {
    /// Asks whether to go on; false when the user declines.
    ///
    /// # Errors
    /// When nobody can be asked and `--yes` was not given, or the portal does not tell who is acting.
    pub(crate) async fn ask(&self, yes: bool, printer: &Printer) -> Result<bool, Failure> {
        let host = self.client.host();
        let targets = &self.targets;
        if self.count <= 1 || yes {
            let user = self
                .client
                .user_id()
                .map_or_else(|| "the application's user".to_owned(), |id| format!("user {id}"));
            printer.note(format_args!("deletes {targets} on {host} as {user}"));
            return Ok(true);
        }
        if !printer.can_ask() {
            let message = format!("{targets} on {host} would be deleted, and there is no terminal to ask on");
            let hint = format!("{}, `--yes` deletes without asking", self.look);
            return Err(Failure::usage(message).hint(hint));
        }
        let user = PortalUser::read(self.client).await?;
        let wanted = match self.count > TYPED_ABOVE {
            true => {
                let number = grouped(self.count);
                printer.prompt(&format!("Delete {targets} on {host} as {user}?\nType {number} to go on: "));
                Wanted::Number(self.count)
            }
            false => {
                printer.prompt(&format!("Delete {targets} on {host} as {user}? [y/N] "));
                Wanted::Yes
            }
        };
        let answer =
            tokio::task::spawn_blocking(read_line).await.ok().and_then(Result::ok).unwrap_or_default();
        printer.answered();
        Ok(wanted.is_met_by(&answer))
    }
}

/// Asks a question that yes or no answers; false when the user declines.
///
/// # Errors
/// When nobody can be asked.
pub(crate) async fn ask_yes(question: &str, printer: &Printer) -> Result<bool, Failure> {
    if !printer.can_ask() {
        let message = format!("{question}? There is no terminal to ask on");
        return Err(Failure::usage(message).hint("`--yes` goes on without asking"));
    }
    printer.prompt(&format!("{question}? [y/N] "));
    let answer = tokio::task::spawn_blocking(read_line).await.ok().and_then(Result::ok).unwrap_or_default();
    printer.answered();
    Ok(Wanted::Yes.is_met_by(&answer))
}

/// The answer that lets the deletion go on.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Yes,
    Number(u64),
}

impl Wanted {
    fn is_met_by(self, answer: &str) -> bool {
        let answer = answer.trim();
        match self {
            Self::Yes => answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"),
            Self::Number(number) => answer == number.to_string() || answer == grouped(number),
        }
    }
}

fn read_line() -> io::Result<String> {
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn only_a_clear_answer_goes_on() {
        for answer in ["y", "Y\n", " yes "] {
            assert!(Wanted::Yes.is_met_by(answer), "{answer}");
        }
        for answer in ["", "\n", "n", "yep", "1"] {
            assert!(!Wanted::Yes.is_met_by(answer), "{answer}");
        }
        for answer in ["1234", "1,234\n"] {
            assert!(Wanted::Number(1234).is_met_by(answer), "{answer}");
        }
        for answer in ["", "y", "123", "12345", "1.234"] {
            assert!(!Wanted::Number(1234).is_met_by(answer), "{answer}");
        }
    }
}
