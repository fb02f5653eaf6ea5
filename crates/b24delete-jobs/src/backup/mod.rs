//! Copies of records, read just before they are deleted.

mod asking;
mod content;
mod copy;

use b24delete::{Client, Operation, Result};

use self::asking::{Ask, What, ask};
pub(crate) use self::content::{Backup, LeadContact};
use self::copy::Copy;

/// Reads copies of what the operations of a pack delete, in the order of the operations. None where there is nothing
/// any more: the delete itself tells.
///
/// The records and their bindings come first, in one request and at most one command of the next; product rows,
/// activities and comments follow in batches. An operation whose copy is not complete has an error of the kind `job`.
///
/// # Errors
/// When the portal cannot be read, or refuses the acting user every one of several copies: nothing may be deleted.
pub(crate) async fn read(client: &Client, operations: &[Operation]) -> Result<Vec<Result<Option<Backup>>>> {
    let mut copies: Vec<Copy> = operations.iter().map(|operation| Copy::new(*operation)).collect();
    let mut asks = first_asks(&copies);
    let mut listed = false;
    while !asks.is_empty() {
        let mut next = Vec::new();
        for (asked, answer) in ask(client, asks).await? {
            match (asked.what, answer) {
                (What::Leads | What::Contacts, answer) => {
                    let rows = answer?.result;
                    copies.iter_mut().for_each(|copy| copy.take_listed(asked.what, &rows));
                }
                (_, answer) => {
                    let Some(copy) = copies.get_mut(asked.place) else { continue };
                    next.extend(copy.take(&asked, answer));
                }
            }
        }
        if !std::mem::replace(&mut listed, true) {
            // What the lists leave out may still be there.
            next.extend(copies.iter().enumerate().filter_map(|(place, copy)| copy.not_listed(place)));
        }
        asks = next;
    }
    let refused = copies.iter().filter(|copy| copy.is_refused()).count();
    match copies.iter().find_map(Copy::error) {
        Some(error) if refused > 1 && refused == copies.len() => Err(error),
        _ => Ok(copies.into_iter().map(Copy::end).collect()),
    }
}

/// Records and bindings before everything else.
fn first_asks(copies: &[Copy]) -> Vec<Ask> {
    let ids = |of: fn(&Copy) -> Option<u64>| copies.iter().filter_map(of).collect::<Vec<_>>();
    let mut asks = Vec::new();
    match ids(Copy::deleted_lead) {
        ids if ids.is_empty() => {}
        ids => asks.push(Ask::leads(&ids)),
    }
    match ids(Copy::deleted_contact) {
        ids if ids.is_empty() => {}
        ids => asks.push(Ask::contacts(&ids)),
    }
    let places = || copies.iter().enumerate();
    asks.extend(places().filter_map(|(place, copy)| copy.bindings(place)));
    asks.extend(places().flat_map(|(place, copy)| copy.belongings(place)));
    asks
}
