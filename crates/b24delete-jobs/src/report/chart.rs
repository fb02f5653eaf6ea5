//! The chart of throughput and waiting: bars over the time that the job ran.

use std::time::Duration;

use super::content::{RunSpan, Timeline, shown_end, shown_time};
use super::facts::took;
use crate::text::{grouped, spell};

/// The most bars of a chart, and the fewest that it has room for.
const MAX_BARS: f64 = 120.0;
const MIN_BARS: f64 = 12.0;

/// So many moments with outcomes fall on a bar at least, on the average: packs that end seconds apart would make a comb.
const MOMENTS: f64 = 3.0;

/// Times that one bar may stand for, in seconds; for longer jobs a multiple of the last one.
const STEPS: [f64; 13] =
    [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 21_600.0];

/// A chart in its own units: bars are one wide, heights go to 100.
#[derive(Debug)]
pub(super) struct Chart {
    /// How many bars fit.
    pub(super) width: usize,
    pub(super) bars: Vec<Bar>,
    /// Where a run ended and the next began, with the length of the break.
    pub(super) breaks: Vec<Break>,
    /// The highest throughput, in operations a minute.
    pub(super) highest: String,
    pub(super) began: String,
    pub(super) ended: String,
    /// All of it in one sentence, for those who do not see it.
    pub(super) told: String,
}

/// What happened while one bar lasted.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) x: usize,
    /// Throughput, in hundredths of the highest.
    pub(super) height: String,
    pub(super) top: String,
    /// Part of the time in which nothing could be sent, in hundredths.
    pub(super) waiting: String,
    pub(super) waiting_top: String,
    pub(super) told: String,
}

/// A time between two runs.
#[derive(Debug)]
pub(super) struct Break {
    pub(super) x: String,
    pub(super) told: String,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    settled: f64,
    /// In seconds.
    waited: f64,
}

/// What the running time is cut into.
#[derive(Debug, Clone, Copy)]
struct Scale {
    running: f64,
    step: f64,
    bars: usize,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 120 bars")]
    fn of(timeline: &Timeline) -> Self {
        let running = timeline.running().as_secs_f64().max(1.0);
        let most = (timeline.settled.len() as f64 / MOMENTS).clamp(MIN_BARS, MAX_BARS);
        let fits = |step: &f64| running / step <= most;
        let longest = 86_400.0;
        let step =
            STEPS.into_iter().find(fits).unwrap_or_else(|| longest * (running / most / longest).ceil());
        Self { running, step, bars: (running / step).ceil() as usize }
    }

    /// The bar at this many seconds after the start.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the bars")]
    fn bar_at(self, seconds: f64) -> usize {
        ((seconds / self.step) as usize).min(self.bars - 1)
    }

    fn start(self, bar: usize) -> f64 {
        bar as f64 * self.step
    }

    /// Seconds that a bar stands for; the last one may be shorter.
    fn length(self, bar: usize) -> f64 {
        (self.running - self.start(bar)).clamp(self.step / 10.0, self.step)
    }
}

impl Chart {
    /// The chart of this timeline; none when the job never ran.
    pub(super) fn of(timeline: &Timeline) -> Option<Self> {
        let (first, last) = timeline.runs.first().zip(timeline.runs.last())?;
        let scale = Scale::of(timeline);
        let sums = sums(timeline, scale);
        let rate = |bar, sum: &Sum| sum.settled * 60.0 / scale.length(bar);
        let highest = sums.iter().enumerate().map(|(bar, sum)| rate(bar, sum)).fold(1.0, f64::max);
        let bars = sums.iter().enumerate().map(|(bar, sum)| {
            let (rate, waiting) = (rate(bar, sum), (sum.waited / scale.length(bar)).min(1.0));
            let after = spell(Duration::from_secs_f64(scale.start(bar)));
            let percent = waiting * 100.0;
            let told = format!("after {after}: {} a minute, {percent:.0} % waiting", whole(rate));
            Bar::new(bar, rate / highest, waiting, told)
        });
        Some(Self {
            width: scale.bars,
            bars: bars.collect(),
            breaks: breaks(timeline, scale),
            highest: whole(highest),
            began: shown_time(first.started),
            ended: shown_end(first.started, last.ended),
            told: format!("{}; at most {} operations a minute", took(timeline), whole(highest)),
        })
    }
}

impl Bar {
    fn new(x: usize, throughput: f64, waiting: f64, told: String) -> Self {
        let hundredths = |part: f64| format!("{:.1}", part * 100.0);
        Self {
            x,
            height: hundredths(throughput),
            top: hundredths(1.0 - throughput),
            waiting: hundredths(waiting),
            waiting_top: hundredths(1.0 - waiting),
            told,
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate of operations")]
fn whole(rate: f64) -> String {
    grouped(rate.round() as u64)
}

/// What happened in each bar.
fn sums(timeline: &Timeline, scale: Scale) -> Vec<Sum> {
    let mut sums = vec![Sum::default(); scale.bars];
    for (at, settled) in &timeline.settled {
        if let Some(sum) = sums.get_mut(scale.bar_at(timeline.place(*at))) {
            sum.settled += *settled as f64;
        }
    }
    for (from, to, _) in timeline.waiting() {
        for (bar, sum) in sums.iter_mut().enumerate().skip(scale.bar_at(from)) {
            let start = scale.start(bar);
            if start >= to {
                break;
            }
            sum.waited += to.min(start + scale.step) - from.max(start);
        }
    }
    sums
}

fn breaks(timeline: &Timeline, scale: Scale) -> Vec<Break> {
    let between = |pair: &[RunSpan]| {
        let [before, after] = pair else { return None };
        let stood = Duration::try_from(after.started.duration_since(before.ended)).unwrap_or_default();
        let x = format!("{:.2}", timeline.place(after.started) / scale.step);
        Some(Break {
            x,
            told: format!("stood still for {}, until {}", spell(stood), shown_time(after.started)),
        })
    };
    timeline.runs.windows(2).filter_map(between).collect()
}
