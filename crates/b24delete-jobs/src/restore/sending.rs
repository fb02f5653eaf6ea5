//! Calls that change something, in as few requests as is safe.

use b24delete::{Answer, Client, Effect, Error, ErrorKind, Family, Result, Write};

use super::work::concerns_one;

/// Calls in one request. A portal may take a second for each, and cuts a request after a minute.
const TOGETHER: usize = 20;

/// Bytes of parameters in one request.
const LARGEST: usize = 128 << 10;

/// How often something is sent at most.
pub(super) const SENDS: usize = 3;

/// Sends calls that do not depend on each other; one answer for each, in their order. When the portal refuses more than
/// single calls, the rest is not sent.
pub(super) async fn send(client: &Client, writes: Vec<Write>) -> Vec<Result<Answer>> {
    let mut answers: Vec<Result<Answer>> = Vec::with_capacity(writes.len());
    for group in groups(&writes) {
        let refused = answers.last().and_then(|answer| answer.as_ref().err());
        match refused.filter(|error| !concerns_one(error) && error.effect() != Effect::MayHaveApplied) {
            Some(error) => {
                let error = error.clone().with_effect(Effect::NotSent);
                answers.extend(group.iter().map(|_| Err(error.clone())));
            }
            None => answers.extend(send_group(client, group).await),
        }
    }
    answers
}

/// How many calls go together: a single one where a text in it would be taken for a reference.
fn groups(writes: &[Write]) -> Vec<&[Write]> {
    let (mut groups, mut start, mut size) = (Vec::new(), 0, 0);
    for (index, write) in writes.iter().enumerate() {
        let own = write.parameters.to_string().len();
        let before = writes.get(index.wrapping_sub(1)).filter(|_| index > start);
        let alone = before.is_some_and(|before| !before.fits_into_a_batch()) || !write.fits_into_a_batch();
        if index > start && (alone || index - start == TOGETHER || size + own > LARGEST) {
            groups.extend(writes.get(start..index));
            (start, size) = (index, 0);
        }
        size += own;
    }
    groups.extend(writes.get(start..).filter(|rest| !rest.is_empty()));
    groups
}

async fn send_group(client: &Client, group: &[Write]) -> Vec<Result<Answer>> {
    if let [write] = group {
        return vec![client.write(write.method, &write.parameters).await];
    }
    let answers = match client.write_batch(group).await {
        Ok(answers) => answers,
        Err(error) => return group.iter().map(|_| Err(error.clone())).collect(),
    };
    let mut settled = Vec::with_capacity(answers.len());
    for (write, answer) in group.iter().zip(answers) {
        settled.push(match answer {
            // It did not run, and by itself it waits for its turn.
            Err(error) if came_too_early(&error) => client.write(write.method, &write.parameters).await,
            answer => answer,
        });
    }
    settled
}

fn came_too_early(error: &Error) -> bool {
    let must_wait = error.kind().family() == Family::Limit || error.kind() == ErrorKind::ExpiredToken;
    must_wait && error.effect() != Effect::MayHaveApplied
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sizes(titles: &[&str]) -> Vec<usize> {
        let write = |title: &&str| Write {
            method: "crm.lead.add",
            parameters: json!({ "fields": { "TITLE": title } }),
        };
        let writes: Vec<_> = titles.iter().map(write).collect();
        groups(&writes).into_iter().map(<[Write]>::len).collect()
    }

    #[test]
    fn a_reference_and_a_large_text_go_alone() {
        let large = "x".repeat(LARGEST);
        assert_eq!(sizes(&[]), [0_usize; 0]);
        assert_eq!(sizes(&["a", "b", "$result[r0]", "c", "d"]), [2, 1, 2]);
        assert_eq!(sizes(&["$result[r0]", "$result[r1]"]), [1, 1]);
        assert_eq!(sizes(&["a", &large, "b"]), [1, 1, 1]);
        assert_eq!(sizes(&["a"; 45]), [20, 20, 5]);
    }
}
