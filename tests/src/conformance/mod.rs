//! Conformance: vectors that every language carries out on the real emulator, over sockets. A driver in the language does
//! what it is asked and tells what came of it; the comparison is written once, here.

mod driver;
mod expectation;
mod judge;
mod message;
mod relay;
mod scene;
mod sight;
mod vector;

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use schemars::schema_for;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use self::driver::Driver;
use self::judge::Course;
use self::scene::Scene;

pub use self::driver::{Language, Program};
pub use self::message::{decoded, encoded};
pub use self::relay::{Relay, relay};
pub use self::vector::{Vector, VectorFile, files};

/// A failure of the harness itself, or of a driver, which no vector stands for.
pub type Broken = Box<dyn Error + Send + Sync>;

/// The code of the webhook, which must appear in nothing that a driver says.
const SECRET: &str = "s3cretwebhookcode";

/// Drivers of one language at a time: vectors mostly wait.
const DRIVERS: usize = 16;

/// What came of all vectors in one language.
#[derive(Debug, Default)]
pub struct Report {
    /// Vectors that were carried out.
    pub run: usize,
    /// Vectors whose ids the language cannot even express, because a compiler refuses them.
    pub inexpressible: Vec<String>,
    /// Each vector that did not come out as expected, with the differences.
    pub failures: Vec<String>,
}

/// Every vector of every file.
///
/// # Errors
/// When a file cannot be read or has a field that nobody knows, or two vectors have the same name.
pub fn vectors() -> Result<Vec<Vector>, Broken> {
    let mut vectors = Vec::new();
    for (name, text) in files()? {
        let file: VectorFile = serde_json::from_str(&text).map_err(|error| format!("{name}: {error}"))?;
        vectors.extend(file.vectors);
    }
    let mut names = BTreeSet::new();
    match vectors.iter().find(|vector| !names.insert(vector.name.clone())) {
        Some(vector) => Err(format!("two vectors have the name `{}`", vector.name).into()),
        None => Ok(vectors),
    }
}

/// The JSON schema of a file of vectors.
#[must_use]
pub fn schema() -> String {
    format!("{:#}\n", schema_for!(VectorFile).to_value())
}

/// Lets drivers of one language carry out the vectors.
///
/// # Errors
/// When the harness or a driver breaks down.
pub async fn play(program: Program, vectors: Vec<Vector>) -> Result<Report, Broken> {
    let expressible = |vector: &Vector| {
        vector.call.ids.iter().all(|id| program.language.expresses(id))
            && program.language.expresses_store(vector)
    };
    let (vectors, others): (Vec<_>, Vec<_>) = vectors.into_iter().partition(expressible);
    let mut report = Report { run: vectors.len(), ..Report::default() };
    report.inexpressible = others.into_iter().map(|vector| vector.name).collect();
    let (program, queue) = (Arc::new(program), Arc::new(Mutex::new(vectors)));
    let mut lanes = JoinSet::new();
    for _ in 0..DRIVERS {
        lanes.spawn(lane(Arc::clone(&program), Arc::clone(&queue)));
    }
    while let Some(failures) = lanes.join_next().await {
        report.failures.extend(failures??);
    }
    report.failures.sort();
    Ok(report)
}

/// One driver, which takes vectors until there are none.
async fn lane(program: Arc<Program>, queue: Arc<Mutex<Vec<Vector>>>) -> Result<Vec<String>, Broken> {
    let mut driver = Driver::start(&program).await?;
    let mut failures = Vec::new();
    loop {
        let next = queue.lock().await.pop();
        let Some(vector) = next else { return Ok(failures) };
        let played = play_one(&program, &mut driver, &vector).await;
        let differences = played.map_err(|error| format!("`{}`: {error}", vector.name))?;
        if !differences.is_empty() {
            failures.push(format!("{}\n  {}", vector.name, differences.join("\n  ")));
        }
    }
}

async fn play_one(program: &Program, driver: &mut Driver, vector: &Vector) -> Result<Vec<String>, Broken> {
    let scene = Scene::open(&vector.portal).await?;
    #[expect(clippy::disallowed_methods, reason = "sockets keep real time")]
    let started = tokio::time::Instant::now();
    let mut questions = scene.questions(vector).into_iter();
    let mut sent_before = 0;
    let mut question = questions.next().ok_or("the vector asks for nothing")?;
    let (told, lines) = loop {
        let (told, lines) = driver.ask(&question).await?;
        match (told.planned, questions.next()) {
            (true, Some(next)) => question = next,
            _ => break (told, lines),
        }
        scene.touch(vector.call.job.as_ref().map_or(&[], |job| &job.touched))?;
        sent_before = scene.portal.emulator().received().len();
    };
    let took = started.elapsed();
    // What is still on its way to the portal arrives, and is judged too.
    #[expect(clippy::disallowed_methods, reason = "sockets keep real time")]
    tokio::time::sleep(Duration::from_millis(50)).await;
    let course = Course { language: program.language, vector, scene: &scene, told: &told, took, sent_before };
    let mut differences = judge::differences(&course)?;
    let text = format!("{}\n{}", decoded(&lines.join("\n")), driver.seen());
    let secrets = scene.secrets();
    let shown = secrets.iter().filter(|secret| text.contains(secret.as_str()));
    differences.extend(shown.map(|_| "a secret is in the answer or in the log".to_owned()));
    if !differences.is_empty() {
        differences.push(format!("the driver said: {}", lines.join(" | ").replace('\t', "=")));
    }
    scene.portal.shutdown().await;
    Ok(differences)
}
