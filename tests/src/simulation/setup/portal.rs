//! A random portal.

use b24delete_emulator::profile::{Answers, Language, Profile, Unlinked};
use b24delete_emulator::settings::{AfterCut, Charge, MethodCost, OperatingLimit, RateLimit};
use b24delete_emulator::store::{Restriction, Seed};
use b24delete_emulator::{Emulator, Settings};

use crate::in_process;
use crate::simulation::dice::Dice;

/// The secret that must never be seen.
pub(crate) const WEBHOOK_CODE: &str = "s3cretwebhookcode";

/// An id that no record gets.
const NOBODY: i64 = 9_007_199_254_740_991;

/// The type of leads in restrictions.
pub(crate) const LEAD: i64 = 1;
/// The type of contacts in restrictions.
pub(crate) const CONTACT: i64 = 3;

/// A portal, its records and its limits.
#[derive(Debug, Clone)]
pub(crate) struct PortalPlan {
    /// How many leads, contacts and links there are.
    pub(crate) records: Seed,
    /// What the webhook's user may not do.
    pub(crate) restrictions: Vec<Restriction>,
    /// How the portal words its answers.
    pub(crate) profile: Profile,
    /// The limit on requests.
    pub(crate) rate: Option<RateLimit>,
    /// The limit on execution time.
    pub(crate) operating: Option<OperatingLimit>,
    /// Which method the time of a batch is charged to.
    pub(crate) charge: Charge,
    /// Seconds that a command takes: deletes of leads and links, deletes of contacts, lookups.
    pub(crate) cost: [f64; 3],
    /// When the gateway cuts a request, and what the portal does then.
    pub(crate) cut: Option<(f64, AfterCut)>,
    /// Seconds by which the portal's clock is wrong.
    pub(crate) clock_skew: f64,
    /// Where the randomness of faults starts.
    pub(crate) random_seed: u64,
}

impl PortalPlan {
    /// A random portal; a calm one does not cut requests.
    pub(super) fn draw(dice: &mut Dice, calm: bool) -> Self {
        let leads = if dice.chance(0.15) { dice.whole(20, 60) } else { dice.whole(1, 8) };
        let contacts = dice.whole(1, 6);
        let records =
            Seed { leads, contacts, links_per_lead: dice.whole(0, contacts.min(3)), ..Seed::default() };
        let cost = [
            dice.pick(&[0.0, 0.0, 0.05, 0.5, 2.0, 4.18, 15.0]),
            dice.pick(&[0.0, 0.0, 0.05, 1.0, 10.0, 40.0]),
            dice.pick(&[0.0, 0.0, 0.01, 0.1, 0.4]),
        ];
        let cut = |dice: &mut Dice| {
            let after =
                dice.pick(&[AfterCut::Stop, AfterCut::FinishCommand, AfterCut::RunOn, AfterCut::RunOn]);
            (dice.pick(&[3.0, 10.0, 30.0, 60.0]), after)
        };
        Self {
            records,
            restrictions: restrictions(dice, records),
            profile: profile(dice),
            rate: dice
                .pick(&[None, Some((50.0, 2.0)), Some((50.0, 2.0)), Some((3.0, 1.0)), Some((1.0, 0.5))])
                .map(|(capacity, per_second)| RateLimit { capacity, per_second }),
            operating: operating(dice, cost),
            charge: dice.pick(&[Charge::Nested, Charge::Batch]),
            cost,
            cut: if calm { None } else { dice.maybe(0.4, cut) },
            clock_skew: dice.pick(&[0.0, 0.0, 7200.0, -18_000.5, 40_000.25]),
            random_seed: dice.whole(0, u64::MAX),
        }
    }

    /// A lead, now and then one that does not exist and never will.
    pub(super) fn any_lead(&self, dice: &mut Dice) -> i64 {
        any_id(dice, self.records.leads)
    }

    /// A contact, now and then one that does not exist and never will.
    pub(super) fn any_contact(&self, dice: &mut Dice) -> i64 {
        any_id(dice, self.records.contacts)
    }

    /// True when the user's rights on a record differ from the usual.
    pub(crate) fn restricts(&self, entity_type: i64, id: Option<i64>) -> bool {
        self.restrictions
            .iter()
            .any(|restriction| restriction.entity_type_id == entity_type && Some(restriction.id) == id)
    }

    /// Opens the portal.
    ///
    /// # Panics
    /// When its database cannot be written.
    #[expect(clippy::expect_used, reason = "a run without its portal has nothing to say")]
    pub(crate) fn open(&self) -> Emulator {
        let mut settings = Settings::default();
        settings.seed = self.records;
        settings.profile = self.profile;
        settings.limits = self.rate;
        settings.operating = self.operating;
        settings.charge = self.charge;
        let [delete, delete_contact, get] = self.cost;
        settings.cost =
            [("crm.*.delete", delete), ("crm.contact.delete", delete_contact), ("crm.*.get", get)]
                .map(|(method, seconds)| MethodCost { method: method.into(), seconds })
                .to_vec();
        settings.cut = self.cut.map(|(seconds, _)| seconds);
        settings.after_cut = self.cut.map(|(_, after)| after).unwrap_or_default();
        settings.clock_skew = self.clock_skew;
        settings.random_seed = self.random_seed;
        settings.webhook_code = Some(WEBHOOK_CODE.to_owned());
        settings.start_time = Some(1_800_000_000.25);
        let portal = in_process::portal(settings);
        for restriction in &self.restrictions {
            portal.restrict(restriction).expect("the restriction is kept");
        }
        portal
    }
}

fn any_id(dice: &mut Dice, count: u64) -> i64 {
    let last = i64::try_from(count).unwrap_or_default();
    let id = dice.id(1, last + 1);
    if id > last { NOBODY } else { id }
}

fn restrictions(dice: &mut Dice, records: Seed) -> Vec<Restriction> {
    let count = if dice.chance(0.4) { dice.whole(1, 4) } else { 0 };
    let mut restriction = || {
        let entity_type_id = dice.pick(&[LEAD, CONTACT, CONTACT]);
        let last = if entity_type_id == LEAD { records.leads } else { records.contacts };
        let id = dice.id(1, i64::try_from(last).unwrap_or(1));
        let kind = dice.whole(0, 3);
        Restriction {
            entity_type_id,
            id,
            unreadable: kind == 0,
            undeletable: kind == 1,
            // Hidden rows are what tempts a client to take a link for gone.
            unlisted: kind >= 2,
        }
    };
    (0..count).map(|_| restriction()).collect()
}

fn profile(dice: &mut Dice) -> Profile {
    Profile {
        answers: dice.pick(&[Answers::Documented, Answers::Observed]),
        unlinked: dice.pick(&[Unlinked::False, Unlinked::False, Unlinked::NotFound, Unlinked::True]),
        language: dice.pick(&[Language::English, Language::Russian]),
    }
}

/// The documented limit, or a tighter one. It is still several times what the first packs take, whose operations no reply
/// has measured yet: nobody could keep a limit that one of them exceeds.
fn operating(dice: &mut Dice, cost: [f64; 3]) -> Option<OperatingLimit> {
    let longest = cost.into_iter().fold(0.0, f64::max);
    match dice.whole(0, 3) {
        0 => None,
        1 | 2 => Some(OperatingLimit { seconds: 480.0, window: 600.0 }),
        _ => {
            let seconds = (12.0 * longest).max(5.0);
            Some(OperatingLimit { seconds, window: seconds * dice.pick(&[1.25, 2.0, 5.0]) })
        }
    }
}
