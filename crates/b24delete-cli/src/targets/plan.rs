//! The targets of one command: counted, without duplicates, ready to be handed out.

use std::path::PathBuf;

use b24delete::Operation;
use b24delete_jobs::Distinct;
use b24delete_jobs::text::counted;
use roaring::RoaringTreemap;

use super::file::TargetFile;
use super::kind::{Item, Kind};
use crate::failure::Failure;

/// So many duplicates are named.
const NAMED_DUPLICATES: usize = 5;

/// Checked targets. What was not given when the plan was made is never handed out.
#[derive(Debug)]
pub(crate) struct Plan {
    kind: Kind,
    sources: Vec<Source>,
    chosen: Distinct,
    duplicates: Duplicates,
}

#[derive(Debug)]
enum Source {
    Arguments(Vec<Item>),
    File(TargetFile),
    Ids(RoaringTreemap),
}

#[derive(Debug, Default)]
struct Duplicates {
    count: u64,
    named: Vec<Operation>,
}

impl Plan {
    /// Reads and checks everything that was given.
    ///
    /// # Errors
    /// For the first target that is wrong, with its place, and when there is none at all.
    pub(crate) fn read(kind: Kind, arguments: &[String], files: &[PathBuf]) -> Result<Self, Failure> {
        let items = arguments.iter().map(|text| kind.parse_argument(text)).collect::<Result<_, _>>()?;
        let mut sources = vec![Source::Arguments(items)];
        for path in files {
            sources.push(Source::File(TargetFile::open(path, kind)?));
        }
        let mut plan = Self { kind, sources, chosen: Distinct::default(), duplicates: Duplicates::default() };
        for source in &mut plan.sources {
            let before = plan.chosen.len() + plan.duplicates.count;
            source.visit(kind, &mut |operation| {
                if !plan.chosen.insert(&operation)? {
                    plan.duplicates.add(operation);
                }
                Ok(())
            })?;
            if let Source::File(file) = source
                && before == plan.chosen.len() + plan.duplicates.count
            {
                return Err(Failure::usage(format!("`{}` holds no targets", file.name())));
            }
        }
        Ok(plan)
    }

    /// A plan from ids that a filter found.
    ///
    /// # Errors
    /// When they cannot be kept.
    pub(crate) fn of_ids(kind: Kind, ids: RoaringTreemap) -> Result<Self, Failure> {
        let mut chosen = Distinct::default();
        for operation in ids.iter().filter_map(|id| kind.operation(id)) {
            chosen.insert(&operation)?;
        }
        Ok(Self { kind, sources: vec![Source::Ids(ids)], chosen, duplicates: Duplicates::default() })
    }

    /// Which of the four operations it is for.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// How many different targets there are.
    pub(crate) fn len(&self) -> u64 {
        self.chosen.len()
    }

    /// What to tell about targets that were given more than once.
    pub(crate) fn duplicates(&self) -> Option<String> {
        let Duplicates { count, named } = &self.duplicates;
        if *count == 0 {
            return None;
        }
        let mut names: Vec<_> = named.iter().map(|operation| format!("`{}`", target(operation))).collect();
        if *count > named.len() as u64 {
            names.push("…".to_owned());
        }
        let duplicates = counted(*count, "duplicate is", "duplicates are");
        Some(format!("{duplicates} left out, everything is deleted once: {}", names.join(", ")))
    }

    /// Hands out every target once, in the order in which they were given.
    pub(crate) fn into_operations(self) -> Operations {
        let Self { kind, sources, chosen, .. } = self;
        let rows = sources.into_iter().flat_map(move |source| source.into_rows(kind));
        Operations { rows: Box::new(rows), chosen }
    }
}

impl Duplicates {
    fn add(&mut self, operation: Operation) {
        self.count += 1;
        if self.named.len() < NAMED_DUPLICATES && !self.named.contains(&operation) {
            self.named.push(operation);
        }
    }
}

/// The target as the user writes it.
fn target(operation: &Operation) -> String {
    match operation {
        Operation::DeleteLead { lead_id } | Operation::DeleteLeadContactItems { lead_id } => {
            lead_id.to_string()
        }
        Operation::DeleteContact { contact_id } => contact_id.to_string(),
        Operation::DeleteLeadContact { lead_id, contact_id } => format!("{lead_id}:{contact_id}"),
    }
}

type Rows = Box<dyn Iterator<Item = Result<Operation, Failure>> + Send>;

impl Source {
    fn visit(
        &mut self,
        kind: Kind,
        each: &mut dyn FnMut(Operation) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match self {
            Self::Arguments(items) => {
                items.iter().try_for_each(|item| item.expand(kind).try_for_each(&mut *each))
            }
            Self::File(file) => file.rows(kind)?.try_for_each(|operation| each(operation?)),
            Self::Ids(ids) => ids.iter().filter_map(|id| kind.operation(id)).try_for_each(each),
        }
    }

    fn into_rows(self, kind: Kind) -> Rows {
        match self {
            Self::Arguments(items) => {
                Box::new(items.into_iter().flat_map(move |item| item.expand(kind)).map(Ok))
            }
            Self::File(file) => match file.into_rows(kind) {
                Ok(rows) => Box::new(rows),
                Err(failure) => Box::new(std::iter::once(Err(failure))),
            },
            Self::Ids(ids) => Box::new(ids.into_iter().filter_map(move |id| kind.operation(id)).map(Ok)),
        }
    }
}

impl Item {
    fn expand(self, kind: Kind) -> Box<dyn Iterator<Item = Operation> + Send> {
        match self {
            Self::One(operation) => Box::new(std::iter::once(operation)),
            Self::Range(first, last) => Box::new((first..=last).filter_map(move |id| kind.operation(id))),
        }
    }
}

/// The targets of a plan, each once. It ends at the first fault of an input.
pub(crate) struct Operations {
    rows: Rows,
    chosen: Distinct,
}

impl Operations {
    /// Targets that have not been handed out: more than none at the end when an input shrank.
    pub(crate) fn remaining(&self) -> u64 {
        self.chosen.len()
    }

    /// Forgets what was not handed out: it has been told.
    pub(crate) fn give_up(&mut self) {
        self.chosen = Distinct::default();
    }
}

impl Iterator for Operations {
    type Item = Result<Operation, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self { rows, chosen } = self;
        let chosen_once = |row: Result<Operation, Failure>| match row {
            Ok(operation) => match chosen.remove(&operation) {
                Ok(was_chosen) => was_chosen.then_some(Ok(operation)),
                Err(error) => Some(Err(error.into())),
            },
            Err(failure) => Some(Err(failure)),
        };
        rows.find_map(chosen_once)
    }
}

impl std::fmt::Debug for Operations {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} operations", self.remaining())
    }
}
