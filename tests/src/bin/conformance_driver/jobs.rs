//! Jobs: planned here, and run here or begun by another language.

use b24delete::{Client, Result};
use b24delete_jobs::{Job, JobRunOptions, PlanOptions};

use crate::{Answer, Broken, Question, operations, tell};

/// Plans a job.
pub(crate) async fn plan(
    client: &Client,
    question: &mut Question,
    answer: &mut Answer,
) -> Result<(), Broken> {
    let file = question.take("job_file").ok_or("no `job_file`")?;
    let mut options = PlanOptions::default();
    options.expect = question.number("expect")?;
    options.if_unchanged = question.take("if_unchanged").as_deref() == Some("true");
    match operations(question) {
        Ok(operations) => match Job::plan(file, client, operations, options).await {
            Ok(_) => answer.record("planned"),
            Err(error) => tell::error(&error, answer),
        },
        Err(error) => tell::error(&error, answer),
    }
    Ok(())
}

/// Runs a job, and tells what its file holds then.
pub(crate) async fn run(client: &Client, question: &mut Question, answer: &mut Answer) -> Result<(), Broken> {
    let job = Job::open(question.take("job_file").ok_or("no `job_file`")?)?;
    let mut options = JobRunOptions::default();
    options.expect = question.number("expect")?;
    options.max_failures = question.take("max_failures").map(|text| text.parse()).transpose()?;
    match job.run(client, options).await {
        Ok(mut run) => {
            while run.next().await.is_some() {}
            for outcome in job.outcomes()? {
                tell::outcome(&outcome?, answer)?;
            }
            tell::summary(&run.summary(), answer)
        }
        Err(error) => {
            tell::error(&error, answer);
            Ok(())
        }
    }
}
