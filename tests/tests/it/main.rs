//! Scenarios: the engine against the portal, in process and on paused time.

mod makespan;
