//! What one seed sets up: a portal, what goes wrong with it, a client, its work, and somebody else at work.

mod client;
mod portal;
mod weather;
mod work;

pub(crate) use client::ClientPlan;
pub(crate) use client::HOST;
pub(crate) use portal::{CONTACT, LEAD, PortalPlan, WEBHOOK_CODE};
pub(crate) use weather::{Mishap, Weather};
pub(crate) use work::{ActorStep, Call, Deed, Ending, Pulling, Rebinder, RunPlan, Work};

use super::dice::Dice;

/// Everything about the run of one seed.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    /// The seed.
    pub(crate) seed: u64,
    /// The portal with its records.
    pub(crate) portal: PortalPlan,
    /// What goes wrong.
    pub(crate) weather: Weather,
    /// The client's options.
    pub(crate) client: ClientPlan,
    /// What the client is asked to do.
    pub(crate) work: Work,
    /// What somebody else does on the portal meanwhile.
    pub(crate) actor: Vec<ActorStep>,
    /// Somebody who links again what the client has unlinked.
    pub(crate) rebinder: Option<Rebinder>,
}

impl Setup {
    /// The setup of a seed.
    pub(crate) fn draw(seed: u64) -> Self {
        let mut dice = Dice::new(seed, 1);
        // One in eight has nothing go wrong: then nothing may be unknown and nothing refused.
        let calm = dice.chance(0.125);
        let portal = PortalPlan::draw(&mut dice, calm);
        let work = Work::draw(&mut dice, &portal);
        let weather = if calm { Weather::calm() } else { Weather::draw(&mut dice) };
        let longest = weather.longest_delay() + work.longest_request(&portal);
        let client = ClientPlan::draw(&mut dice, &portal, calm, longest);
        let steps = if dice.chance(0.5) { dice.whole(1, 8) } else { 0 };
        let actor = (0..steps).map(|_| ActorStep::draw(&mut dice, &portal)).collect();
        let rebinder = dice.maybe(0.25, Rebinder::draw);
        Self { seed, portal, weather, client, work, actor, rebinder }
    }

    /// True when nothing goes wrong by itself and the client keeps the portal's own limits.
    pub(crate) fn is_calm(&self) -> bool {
        self.weather.is_calm() && self.client.keeps_the_limits(&self.portal)
    }
}
