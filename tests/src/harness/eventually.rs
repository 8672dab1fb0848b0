//! Waiting for a condition, with a failure that says what was waited for and how things stood.

use std::future::Future;
use std::time::{Duration, Instant};

use anyhow::anyhow;

/// First pause between two looks; doubles up to [`PAUSE_MAX`].
const PAUSE_FIRST: Duration = Duration::from_millis(10);
const PAUSE_MAX: Duration = Duration::from_millis(200);

/// Looks until `look` gives a value; its error means "not yet", and the last one is told when time is up.
pub async fn eventually<T, F, Fut>(what: &str, within: Duration, mut look: F) -> anyhow::Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = anyhow::Result<T>>,
{
    let began = Instant::now();
    let mut pause = PAUSE_FIRST;
    loop {
        let not_yet = match tokio::time::timeout(within, look()).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(not_yet)) => not_yet,
            Err(_) => anyhow!("the look itself did not end"),
        };
        if began.elapsed() > within {
            return Err(not_yet.context(format!("not within {} s: {what}", within.as_secs())));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSE_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failure_says_what_was_waited_for_and_how_it_stood() {
        let mut looks = 0;
        let third = eventually("the third look", Duration::from_secs(5), || {
            looks += 1;
            let looks = looks;
            async move { if looks == 3 { Ok(looks) } else { Err(anyhow!("look {looks}")) } }
        });
        assert_eq!(third.await.unwrap(), 3);
        let never =
            eventually("the moon", Duration::ZERO, || async { Err::<(), _>(anyhow!("it is cloudy")) });
        let error = format!("{:#}", never.await.unwrap_err());
        assert_eq!(error, "not within 0 s: the moon: it is cloudy");
    }
}
