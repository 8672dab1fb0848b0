//! The only place that spawns tasks. They end with the program: the runtime is dropped at the end of `main`.

use std::future::Future;

use tokio::task::JoinHandle;

/// Lets a future run beside the drawing.
#[expect(clippy::disallowed_methods, reason = "this is the place that spawns")]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(future)
}
