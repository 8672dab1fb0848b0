//! A connection whose reader must go on reading: what was written and is not taken for too long ends it.
//!
//! A slow reader only has to be slow, not dead; it is cut when less than [`PROGRESS_BYTES`] leave in [`STALL_MAX`].

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// How long a reader may take for [`PROGRESS_BYTES`].
pub const STALL_MAX: Duration = Duration::from_secs(20);
/// What counts as reading on.
const PROGRESS_BYTES: usize = 16 * 1024;

/// Wraps a stream.
#[derive(Debug)]
pub struct Patient<S> {
    stream: S,
    stall_max: Duration,
    /// Since the first write that could not be done at once.
    ends: Option<Pin<Box<Sleep>>>,
    written: usize,
}

impl<S> Patient<S> {
    /// Nothing waits yet.
    pub fn new(stream: S) -> Self {
        Self::within(stream, STALL_MAX)
    }

    fn within(stream: S, stall_max: Duration) -> Self {
        Self { stream, stall_max, ends: None, written: 0 }
    }

    fn poll_end<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        let (written, stall_max) = (&mut self.written, self.stall_max);
        let ends = self.ends.get_or_insert_with(|| {
            *written = 0;
            Box::pin(tokio::time::sleep(stall_max))
        });
        ready!(ends.as_mut().poll(cx));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the other side does not read")))
    }

    fn note(&mut self, bytes: usize) {
        let Some(ends) = &mut self.ends else { return };
        self.written += bytes;
        if self.written >= PROGRESS_BYTES {
            self.written = 0;
            ends.as_mut().reset(Instant::now() + self.stall_max);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Ready(Ok(written)) => {
                self.note(written);
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => self.poll_end(cx),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Ready(done) => {
                self.ends = None;
                Poll::Ready(done)
            }
            Poll::Pending => self.poll_end(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_shutdown(cx) {
            Poll::Ready(done) => Poll::Ready(done),
            Poll::Pending => self.poll_end(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn a_reader_that_stops_ends_the_connection() {
        let (near, _far) = tokio::io::duplex(1024);
        let mut near = Patient::within(near, Duration::from_millis(50));
        let began = Instant::now();
        let error = near.write_all(&vec![0; 100_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(began.elapsed() >= Duration::from_millis(50));
    }

    #[tokio::test]
    async fn a_reader_that_reads_on_keeps_it_however_long_it_takes_in_all() {
        let (near, mut far) = tokio::io::duplex(PROGRESS_BYTES);
        let stall_max = Duration::from_millis(400);
        let mut near = Patient::within(near, stall_max);
        let began = Instant::now();
        let writing = async move {
            near.write_all(&vec![0; 20 * PROGRESS_BYTES]).await.unwrap();
            near.flush().await.unwrap();
        };
        let reading = async {
            let mut bytes = vec![0; PROGRESS_BYTES];
            for _ in 0..20 {
                wait_a_little().await;
                far.read_exact(&mut bytes).await.unwrap();
            }
        };
        tokio::join!(writing, reading);
        assert!(began.elapsed() > stall_max);
    }

    async fn wait_a_little() {
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
