//! Rows that hold many operations and outcomes, against the plain lists that they stand for.

use std::path::Path;

use b24delete::{ConfirmedBy, Error, ErrorKind, Operation, Outcome, Status};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rusqlite::Connection;

use super::{Kept, Part, Store, schema};

/// Several rows of the largest size.
const OPERATIONS: usize = 2_500;

fn empty() -> Store {
    let connection = Connection::open_in_memory().unwrap();
    schema::migrate(&connection, 0).unwrap();
    Store::new(connection, Path::new("job"))
}

/// Operations of all kinds, in stretches of different length.
fn operations(random: &mut StdRng) -> Vec<Operation> {
    let mut operations = Vec::new();
    while operations.len() < OPERATIONS {
        let kind = random.random_range(0..4);
        for _ in 0..random.random_range(1..1_200) {
            let id = random.random_range(1..1_000_000_000_i64);
            let operation = match kind {
                0 => Operation::lead(id),
                1 => Operation::contact(id),
                2 => Operation::lead_contact(id, id + 1),
                _ => Operation::lead_contact_items(id),
            };
            operations.push(operation.unwrap());
        }
    }
    operations.truncate(OPERATIONS);
    operations
}

/// Outcomes of some neighbours, most of them alike.
fn outcomes(random: &mut StdRng, operations: &[Operation]) -> Vec<Outcome> {
    let first = random.random_range(0..operations.len());
    let count = random.random_range(1..120);
    let mut outcomes = Vec::new();
    for (seq, operation) in operations.iter().enumerate().skip(first).take(count) {
        let status = match random.random_range(0..20) {
            0 => Status::Failed,
            1 => Status::NotRun,
            2 => Status::Unknown,
            _ => Status::Deleted,
        };
        let mut outcome = Outcome::new(seq as u64, *operation, status);
        outcome.attempts = 1;
        if status == Status::Failed {
            let text = format!("reason {}", random.random_range(0..3));
            outcome.error = Some(Error::not_sent(ErrorKind::Internal, text).with_attempts(1));
        } else if status == Status::Deleted {
            outcome.confirmed_by = Some(ConfirmedBy::Reply);
        }
        outcomes.push(outcome);
    }
    outcomes
}

#[test]
fn every_operation_has_its_last_outcome_and_the_record_has_them_all() {
    for seed in 0..6 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut store = empty();
        let operations = operations(&mut random);
        let (first, rest) = operations.split_at(random.random_range(1..operations.len()));
        store.insert_operations(0, first).unwrap();
        store.insert_operations(first.len() as u64, rest).unwrap();
        let mut last: Vec<Option<Outcome>> = vec![None; operations.len()];
        let mut record = Vec::new();
        for at in 0..200 {
            let outcomes = outcomes(&mut random, &operations);
            store.insert_outcomes(&outcomes, record.len() as u64, at).unwrap();
            for outcome in outcomes {
                let place = usize::try_from(outcome.seq).unwrap();
                last[place] = Some(outcome.clone());
                record.push((record.len() as u64, outcome, at));
            }
        }

        let from = random.random_range(0..operations.len());
        let numbered: Vec<_> = (0..).zip(operations.iter().copied()).collect();
        assert_eq!(
            store.operations(from as u64, 700).unwrap(),
            numbered[from..].iter().take(700).copied().collect::<Vec<_>>()
        );
        let lines = store.lines(from as u64, usize::MAX).unwrap();
        let told = lines.iter().map(|line| line.kept.as_ref().map(|kept| &kept.outcome));
        assert!(told.eq(last[from..].iter().map(Option::as_ref)), "seed {seed}");
        let settled: Vec<_> = last.iter().flatten().cloned().collect();
        assert_eq!(store.outcomes(0, usize::MAX).unwrap(), settled);
        assert_eq!(store.summary().unwrap().total, settled.len() as u64);

        let is_open = |place: &usize| {
            last[*place]
                .as_ref()
                .is_none_or(|outcome| matches!(outcome.status, Status::Unknown | Status::NotRun))
        };
        let open: Vec<_> = (0..operations.len()).filter(is_open).map(|place| place as u64).collect();
        let found: Vec<_> =
            store.open_operations(0, usize::MAX).unwrap().iter().map(|open| open.seq).collect();
        assert_eq!(found, open);
        let failed = store.first_lines(Part::Attention, 40).unwrap();
        let of_status = |status| settled.iter().filter(move |outcome| outcome.status == status);
        let worst =
            [Status::Failed, Status::Unknown, Status::NotRun].into_iter().flat_map(of_status).take(40);
        assert!(failed.iter().map(|line| &line.kept.as_ref().unwrap().outcome).eq(worst), "seed {seed}");

        let mut entries = Vec::new();
        let keep = |kept: Kept| {
            entries.push((kept.entry, kept.outcome, kept.at));
            Ok(())
        };
        store.each_entry(keep).unwrap();
        assert_eq!(entries, record, "seed {seed}");
    }
}

#[test]
fn neighbours_that_are_alike_share_a_row() {
    let mut store = empty();
    let operations: Vec<_> = (1..=2_000).map(|id| Operation::lead(id).unwrap()).collect();
    store.insert_operations(0, &operations).unwrap();
    for (pack, operations) in operations.chunks(50).enumerate() {
        let outcome = |(place, operation): (usize, &Operation)| {
            Outcome::new((50 * pack + place) as u64, *operation, Status::Deleted)
        };
        let outcomes: Vec<_> = operations.iter().enumerate().map(outcome).collect();
        store.insert_outcomes(&outcomes, 50 * pack as u64, 7).unwrap();
    }
    let rows = |table: &str| -> i64 {
        store.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((rows("operations"), rows("outcomes")), (2, 40));
}
