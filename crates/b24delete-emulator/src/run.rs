//! Running a request: checks, faults, then the call or the commands of the batch.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::admission::{Caller, Work, admit, find};
use crate::batch::{self, Batch, Command, Sections};
use crate::client::{Client, Delivery, Progress};
use crate::faults::{Fault, Moment, Strike};
use crate::hostile;
use crate::methods::{Answer, Call, Method, Origin, Refusal};
use crate::oauth::{self, Site};
use crate::portal::{Portal, locked};
use crate::reply::{Format, Reply, Success, Time, refusals};
use crate::request::Request;
use crate::settings::Charge;
use crate::store::Store;

/// One request on its way through the portal.
#[derive(Debug)]
struct Run<'a> {
    portal: &'a Arc<Portal>,
    origin: Origin,
    caller: Caller,
    format: Format,
    client: Client,
}

/// What became of one call or command.
#[derive(Debug)]
enum Done {
    /// The method ran.
    Ran(Result<Answer, Refusal>, Time),
    /// Limits or faults refused it.
    Refused(Refusal),
    /// The request was cut before.
    Killed,
}

/// Sees a request through, whether or not its client still waits.
pub(crate) async fn run(portal: Arc<Portal>, request: Request, number: u64, mut client: Client) {
    let format = request.format;
    match admit(&portal, request) {
        Err(refusal) => {
            portal.count_refused(&refusal.code);
            client.deliver(Delivery::Answer(Reply::refusal(refusal, format).into_response()));
        }
        Ok((work, caller)) => {
            let name = match caller {
                Caller::Webhook => &portal.webhook_name,
                Caller::Application => &portal.application_name,
            };
            let origin = Origin { credential: Arc::clone(name), request: number };
            Run { portal: &portal, origin, caller, format, client }.carry_out(&work).await;
        }
    }
}

/// Sees a request for tokens through. The portal's limits are not the authorization server's.
pub(crate) async fn run_token(
    portal: Arc<Portal>,
    params: Result<Map<String, Value>, Refusal>,
    site: Site,
    number: u64,
    client: Client,
) {
    let origin = Origin { credential: Arc::clone(&portal.application_name), request: number };
    let run = Run { portal: &portal, origin, caller: Caller::Application, format: Format::Json, client };
    run.carry_out(&Work::Token { params, site }).await;
}

impl Run<'_> {
    async fn carry_out(mut self, work: &Work) {
        self.strike_or_work(work).await;
        if self.client.was_cut() {
            self.portal.count(|statistics| statistics.cut += 1);
        }
    }

    async fn strike_or_work(&mut self, work: &Work) {
        let Some(Strike { fault, moment }) = self.strike(work) else {
            return self.work_and_deliver(work).await;
        };
        self.portal.count(|statistics| *statistics.faults.entry(fault.kind()).or_default() += 1);
        if let Fault::Stall { seconds: Some(seconds) } = fault {
            return self.stall(work, seconds, moment).await;
        }
        let portal = self.portal;
        let unreal = || hostile::plausible(self.format);
        match moment {
            Moment::Before => self.client.deliver(hostile::deliver(portal, &fault, unreal(), self.format)),
            Moment::After | Moment::AfterCommands(_) => {
                let most = if let Moment::AfterCommands(most) = moment { most } else { usize::MAX };
                if let Some(reply) = self.work(work, most).await {
                    self.client.deliver(hostile::deliver(portal, &fault, reply, self.format));
                }
            }
            Moment::Later(seconds) => {
                self.client.deliver(hostile::deliver(portal, &fault, unreal(), self.format));
                self.portal.clock.sleep(seconds).await;
                self.work(work, usize::MAX).await;
            }
        }
    }

    fn strike(&self, work: &Work) -> Option<Strike> {
        let mut faults = locked(&self.portal.faults);
        match work {
            Work::Call { name, .. } => faults.strike_request(name, &[]),
            Work::Token { .. } => faults.strike_request(oauth::TOKEN, &[]),
            Work::Batch(batch) => {
                let commands: Vec<&str> = batch.commands.iter().map(|command| &*command.method).collect();
                faults.strike_request("batch", &commands)
            }
        }
    }

    /// Answers late: a wait before or after the work.
    async fn stall(&mut self, work: &Work, seconds: f64, moment: Moment) {
        if moment == Moment::Before {
            if self.client.spend(&self.portal.clock, seconds).await == Progress::Alive
                && !self.client.is_done()
            {
                self.work_and_deliver(work).await;
            }
        } else if let Some(reply) = self.work(work, usize::MAX).await
            && self.client.spend(&self.portal.clock, seconds).await == Progress::Alive
        {
            self.client.deliver(Delivery::Answer(reply.into_response()));
        }
    }

    async fn work_and_deliver(&mut self, work: &Work) {
        if let Some(reply) = self.work(work, usize::MAX).await {
            self.client.deliver(Delivery::Answer(reply.into_response()));
        }
    }

    /// Runs the call, or at most so many commands; `None` when the request was killed.
    async fn work(&mut self, work: &Work, most: usize) -> Option<Reply> {
        match work {
            Work::Call { .. } | Work::Token { .. } if most == 0 => Some(hostile::plausible(self.format)),
            Work::Token { params, site } => self.token(params, site).await,
            Work::Call { name, method, params } => self.single(name, method, params).await,
            Work::Batch(batch) => self.batch(batch, most).await,
        }
    }

    /// Answers a request for tokens; `None` when it was killed.
    async fn token(&mut self, params: &Result<Map<String, Value>, Refusal>, site: &Site) -> Option<Reply> {
        let portal = self.portal;
        let cost = portal.settings.cost_of(oauth::TOKEN);
        if self.client.spend(&portal.clock, cost).await == Progress::Killed {
            return None;
        }
        let params = match params {
            Ok(params) => params,
            Err(refusal) => return Some(Reply::refusal(refusal.clone(), Format::Json)),
        };
        portal.count(|statistics| *statistics.executed.entry(oauth::TOKEN).or_default() += 1);
        let (now, unix) = (portal.clock.elapsed(), portal.clock.unix());
        Some(locked(&portal.oauth).answer(params, site, &portal.settings.scopes, now, unix))
    }

    async fn single(
        &mut self,
        name: &str,
        method: &'static Method,
        params: &Map<String, Value>,
    ) -> Option<Reply> {
        let refusal = match self.execute(name, method, params, true).await {
            Done::Ran(Ok(answer), time) => {
                let Answer { result, total, next } = answer;
                return Some(Reply::success(&Success { result, next, total, time }, self.format));
            }
            Done::Ran(Err(refusal), _) | Done::Refused(refusal) => refusal,
            Done::Killed => return None,
        };
        Some(Reply::refusal(refusal, self.format))
    }

    async fn batch(&mut self, batch: &Batch, most: usize) -> Option<Reply> {
        let portal = self.portal;
        let charged = portal.settings.charge == Charge::Batch;
        if charged && portal.is_blocked(&self.origin.credential, "batch") {
            portal.count_refused(&refusals::OPERATING_LIMIT.code);
            return Some(Reply::refusal(refusals::OPERATING_LIMIT, self.format));
        }
        let start = portal.clock.elapsed();
        let mut sections = Sections::default();
        let mut alive = true;
        for (index, command) in batch.commands.iter().enumerate().take(most) {
            alive = !self.client.is_done()
                && self.command(command, index, &mut sections).await == Progress::Alive;
            if !alive || (batch.halt && !sections.result_error.is_empty()) {
                break;
            }
        }
        let usage = if charged {
            let usage = portal.charge(&self.origin.credential, "batch", start);
            sections.result_time.entries_mut().for_each(|time| portal.tell_usage(time, usage));
            usage
        } else {
            portal.free_of_charge()
        };
        let time = portal.time(start, portal.clock.elapsed() - start, usage);
        alive.then(|| {
            Reply::success(&Success { result: sections, next: None, total: None, time }, self.format)
        })
    }

    /// Runs one command of a batch into the sections.
    async fn command(&mut self, command: &Command, index: usize, sections: &mut Sections) -> Progress {
        let portal = self.portal;
        let found = if index >= batch::LONGEST {
            Err(refusals::BATCH_TOO_LONG)
        } else if command.method == "batch" {
            Err(refusals::BATCH_IN_BATCH)
        } else {
            find(portal, self.caller, &command.method)
        };
        let method = match found {
            Ok(method) => method,
            Err(refusal) => {
                self.refuse(command, refusal, sections);
                return Progress::Alive;
            }
        };
        let strike = locked(&portal.faults).strike_command(&command.method);
        if let Some(strike) = strike {
            portal.count(|statistics| *statistics.faults.entry(strike.fault.kind()).or_default() += 1);
            return self.struck_command(command, method, strike, sections).await;
        }
        let done = self
            .execute(&command.method, method, &resolved(command, sections), self.charges_commands())
            .await;
        self.note(command, done, sections)
    }

    /// Runs a command that a fault strikes.
    async fn struck_command(
        &mut self,
        command: &Command,
        method: &'static Method,
        strike: Strike,
        sections: &mut Sections,
    ) -> Progress {
        let mut done = None;
        if matches!(strike.moment, Moment::After | Moment::AfterCommands(_)) {
            let params = resolved(command, sections);
            done = Some(self.execute(&command.method, method, &params, self.charges_commands()).await);
        }
        if matches!(done, Some(Done::Killed)) {
            return Progress::Killed;
        }
        match strike.fault {
            Fault::Drop {} => {}
            Fault::Both { code, description } => {
                if let Some(done) = done {
                    self.note(command, done, sections);
                } else {
                    sections.result.push(command.key.clone(), Value::Bool(true));
                }
                // A command that its method refused is in the section of errors already.
                if sections.result_error.get(&command.key).is_none() {
                    let refusal =
                        Refusal { http_status: 400, code: Cow::Owned(code), description: description.into() };
                    sections.result_error.push(command.key.clone(), refusal.into());
                }
            }
            fault => self.refuse(command, hostile::refusal(&fault).unwrap_or(refusals::INTERNAL), sections),
        }
        Progress::Alive
    }

    fn charges_commands(&self) -> bool {
        self.portal.settings.charge == Charge::Nested
    }

    fn refuse(&self, command: &Command, refusal: Refusal, sections: &mut Sections) {
        self.portal.count_refused(&refusal.code);
        sections.result_error.push(command.key.clone(), refusal.into());
    }

    fn note(&self, command: &Command, done: Done, sections: &mut Sections) -> Progress {
        match done {
            Done::Ran(Ok(answer), time) => {
                if let Some(total) = answer.total {
                    sections.result_total.push(command.key.clone(), total);
                }
                if let Some(next) = answer.next {
                    sections.result_next.push(command.key.clone(), next);
                }
                sections.result.push(command.key.clone(), answer.result);
                sections.result_time.push(command.key.clone(), time);
            }
            Done::Ran(Err(refusal), _) | Done::Refused(refusal) => {
                sections.result_error.push(command.key.clone(), refusal.into());
            }
            Done::Killed => return Progress::Killed,
        }
        Progress::Alive
    }

    /// Runs a method, with its cost before it, and charges it when it is `charged`.
    async fn execute(
        &mut self,
        name: &str,
        method: &'static Method,
        params: &Map<String, Value>,
        charged: bool,
    ) -> Done {
        let portal = self.portal;
        if charged && portal.is_blocked(&self.origin.credential, name) {
            portal.count_refused(&refusals::OPERATING_LIMIT.code);
            return Done::Refused(refusals::OPERATING_LIMIT);
        }
        let start = portal.clock.elapsed();
        let cost = portal.settings.cost_of(name);
        let progress = self.client.spend(&portal.clock, cost).await;
        let result = (progress == Progress::Alive).then(|| self.transact(name, method, params));
        let usage = if charged {
            portal.charge(&self.origin.credential, name, start)
        } else {
            portal.free_of_charge()
        };
        let processing = portal.clock.elapsed() - start;
        result.map_or(Done::Killed, |result| Done::Ran(result, portal.time(start, processing, usage)))
    }

    fn transact(
        &self,
        name: &str,
        method: &'static Method,
        params: &Map<String, Value>,
    ) -> Result<Answer, Refusal> {
        let portal = self.portal;
        portal.count(|statistics| *statistics.executed.entry(method.name).or_default() += 1);
        let now = portal.clock.elapsed();
        if let Some(result) = locked(&portal.lingering).find(name, params, now) {
            return Ok(Answer { result, ..Answer::default() });
        }
        let linger = locked(&portal.faults).strike_record(name);
        let run = |store: &mut Store| {
            let mut call = |method: &Method, params: &Map<String, Value>| {
                method.run(&mut Call {
                    store: &mut *store,
                    params,
                    profile: &portal.settings.profile,
                    now: portal.clock.unix(),
                    application: self.caller == Caller::Application,
                    scopes: &portal.settings.scopes,
                    origin: &self.origin,
                })
            };
            if let Some(seconds) = linger {
                portal.count(|statistics| *statistics.faults.entry("linger").or_default() += 1);
                locked(&portal.lingering).remember(name, params, now + seconds, &mut call);
            }
            call(method, params)
        };
        locked(&portal.store).transaction(run).unwrap_or(Err(refusals::INTERNAL))
    }
}

/// The parameters of a command, with references to earlier results replaced.
fn resolved(command: &Command, sections: &Sections) -> Map<String, Value> {
    let mut params = command.params();
    batch::resolve(&mut params, &sections.result);
    params
}
