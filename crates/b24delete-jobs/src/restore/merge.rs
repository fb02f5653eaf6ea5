//! Today's contacts of a lead, with those that are to return.

use crate::backup::LeadContact;

/// The rows that a lead is to have: those of today, and those of before in their old places. Who was the main contact
/// before is it again.
pub(super) fn merge(today: &[LeadContact], before: &[LeadContact]) -> Vec<LeadContact> {
    let mut rows = today.to_vec();
    for old in before {
        match rows.iter_mut().find(|row| row.contact_id == old.contact_id) {
            Some(row) => *row = *old,
            None => rows.push(*old),
        }
    }
    let main = before.iter().find(|row| row.is_primary).or(rows.iter().find(|row| row.is_primary));
    let main = main.map(|row| row.contact_id);
    rows.iter_mut().for_each(|row| row.is_primary = Some(row.contact_id) == main);
    rows.sort_by_key(|row| (row.sort, row.contact_id));
    rows
}

/// Rows of the same contacts; whichever was read first stands, because later ones saw the consequences of the first
/// deletion.
pub(super) fn first_of_each(rows: impl IntoIterator<Item = LeadContact>) -> Vec<LeadContact> {
    let mut first: Vec<LeadContact> = Vec::new();
    for row in rows {
        let main_is_known = first.iter().any(|known| known.is_primary);
        if first.iter().all(|known| known.contact_id != row.contact_id) {
            first.push(LeadContact { is_primary: row.is_primary && !main_is_known, ..row });
        }
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(contact_id: u64, sort: i64, is_primary: bool) -> LeadContact {
        LeadContact { contact_id, sort, role_id: 0, is_primary }
    }

    #[test]
    fn what_was_taken_off_returns_to_its_place_and_the_rest_stays() {
        let today = [row(2, 20, true), row(9, 50, false)];
        let before = [row(1, 10, true), row(3, 30, false)];
        assert_eq!(
            merge(&today, &before),
            [row(1, 10, true), row(2, 20, false), row(3, 30, false), row(9, 50, false)]
        );
    }

    #[test]
    fn a_binding_that_was_made_again_gets_its_old_place() {
        assert_eq!(merge(&[row(1, 40, true)], &[row(1, 10, false)]), [row(1, 10, false)]);
    }

    #[test]
    fn the_main_contact_of_today_stays_when_another_returns() {
        assert_eq!(merge(&[row(2, 20, true)], &[row(3, 5, false)]), [row(3, 5, false), row(2, 20, true)]);
        assert!(merge(&[], &[]).is_empty());
    }

    #[test]
    fn the_first_copy_tells_who_was_the_main_contact() {
        // Contact 1 went first, which made 2 the main contact before that went too.
        assert_eq!(
            first_of_each([row(1, 10, true), row(2, 20, true), row(1, 99, false)]),
            [row(1, 10, true), row(2, 20, false)]
        );
    }
}
