//! Frames: a length of four bytes, big-endian, then JSON.
//!
//! tarpc's own transport has traps that were measured before this was written, and [`ServerTransport`] is what
//! answers them: a deadline far in the future makes tarpc panic (it is cut to [`DEADLINE_MAX`]); a frame that is
//! not a request closes the connection and kills the calls beside it (it is answered instead, when it carries an
//! id); a client that goes away leaves its long-polls waiting (its [`CancellationToken`] tells the handlers).

use std::collections::VecDeque;
use std::io;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures::{Sink, Stream};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tarpc::{ClientMessage, Response, ServerError};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Sleep;
use tokio_util::bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder, Framed, LengthDelimitedCodec};
use tokio_util::sync::CancellationToken;

use crate::answer_room::{AnswerRoom, LARGE_ANSWER_BYTES, Share, Unread};

/// The largest answer: a list of 100,000 movies fits. Who asked for it has room for it.
pub const FRAME_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The largest request. The longest there is are settings in a file of 4 MiB, whose line ends and quotes take twice
/// the room here; what many clients send at once must fit into the daemon's memory.
pub const REQUEST_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The longest that a call may run, whatever its caller asks: long-polls end after 60 s, searches after 90 s.
pub const DEADLINE_MAX: Duration = Duration::from_mins(2);

/// Refusals that wait to be sent. A client that sends nonsense and reads no answers is not read any further.
const REFUSALS_MAX: usize = 64;

/// How long a frame may take from its first byte to its last. Whoever sends more slowly only holds memory.
pub const FRAME_TIME_MAX: Duration = Duration::from_secs(30);

/// The kind of the error that comes in the place of a large answer which there was no room for.
pub const ANSWER_DROPPED: io::ErrorKind = io::ErrorKind::Interrupted;

/// A stream cut into frames.
pub type Frames<S> = Framed<S, FrameCodec>;

/// Cuts a stream into frames of at most `frame_bytes_max`, both ways.
pub fn frames<S: AsyncRead + AsyncWrite>(stream: S, frame_bytes_max: usize) -> Frames<S> {
    let codec = || LengthDelimitedCodec::builder().max_frame_length(frame_bytes_max).new_codec();
    Framed::new(stream, FrameCodec { incoming: codec(), outgoing: codec() })
}

/// Frames with a limit for each way.
#[derive(Debug)]
pub struct FrameCodec {
    incoming: LengthDelimitedCodec,
    outgoing: LengthDelimitedCodec,
}

impl FrameCodec {
    /// After the hello, on the daemon's side.
    pub fn take_requests(&mut self) {
        self.incoming.set_max_frame_length(REQUEST_BYTES_MAX);
        self.outgoing.set_max_frame_length(FRAME_BYTES_MAX);
    }

    /// After the hello, on a client's side, where tarpc has a codec of one limit. Nothing that a client sends is as long
    /// as [`REQUEST_BYTES_MAX`].
    pub fn into_answers(self) -> LengthDelimitedCodec {
        let mut codec = self.incoming;
        codec.set_max_frame_length(FRAME_BYTES_MAX);
        codec
    }
}

impl Decoder for FrameCodec {
    type Item = BytesMut;
    type Error = io::Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> io::Result<Option<BytesMut>> {
        self.incoming.decode(bytes)
    }
}

impl Encoder<Bytes> for FrameCodec {
    type Error = io::Error;

    fn encode(&mut self, frame: Bytes, bytes: &mut BytesMut) -> io::Result<()> {
        self.outgoing.encode(frame, bytes)
    }
}

/// JSON by `from_slice`; tarpc's own codec reads through a reader, which takes three times as long.
#[derive(Debug)]
pub struct JsonCodec<Item, SinkItem>(PhantomData<fn(SinkItem) -> Item>);

impl<Item, SinkItem> Default for JsonCodec<Item, SinkItem> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<Item: DeserializeOwned, SinkItem> tokio_serde::Deserializer<Item> for JsonCodec<Item, SinkItem> {
    type Error = io::Error;
    fn deserialize(self: Pin<&mut Self>, frame: &BytesMut) -> io::Result<Item> {
        serde_json::from_slice(frame).map_err(io::Error::from)
    }
}

impl<Item, SinkItem: Serialize> tokio_serde::Serializer<SinkItem> for JsonCodec<Item, SinkItem> {
    type Error = io::Error;
    fn serialize(self: Pin<&mut Self>, item: &SinkItem) -> io::Result<Bytes> {
        Ok(serde_json::to_vec(item)?.into())
    }
}

/// The daemon's side of a connection, as tarpc wants it.
#[derive(Debug)]
pub struct ServerTransport<S, Req, Resp> {
    frames: Frames<S>,
    refusals: VecDeque<Bytes>,
    gone: CancellationToken,
    share: Share,
    frame_time_max: Duration,
    /// Runs while a frame has begun and not ended.
    frame_ends: Option<Pin<Box<Sleep>>>,
    types: PhantomData<fn(Resp) -> Req>,
}

impl<S, Req, Resp> ServerTransport<S, Req, Resp> {
    /// Takes over a connection after its hello. `gone` is cancelled when the client is.
    pub fn new(frames: Frames<S>, gone: CancellationToken) -> Self {
        Self {
            frames,
            refusals: VecDeque::new(),
            gone,
            share: Share::default(),
            frame_time_max: FRAME_TIME_MAX,
            frame_ends: None,
            types: PhantomData,
        }
    }

    /// The same, with large answers counted together with those of other connections.
    #[must_use]
    pub fn within(self, room: &Arc<AnswerRoom>) -> Self {
        Self { share: room.share(), ..self }
    }

    /// The same, with another limit than [`FRAME_TIME_MAX`].
    #[must_use]
    pub fn frame_time_max(self, limit: Duration) -> Self {
        Self { frame_time_max: limit, ..self }
    }

    /// Tells whether large answers wait for the reader.
    pub fn unread(&self) -> Unread {
        self.share.unread()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, Req, Resp> ServerTransport<S, Req, Resp> {
    /// Sends the refusals that wait; they go between the answers of tarpc.
    fn poll_refusals(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.refusals.is_empty() {
            ready!(Sink::<Bytes>::poll_ready(Pin::new(&mut self.frames), cx))?;
            if let Some(frame) = self.refusals.pop_front() {
                Pin::new(&mut self.frames).start_send(frame)?;
            }
            if self.refusals.is_empty() {
                return Sink::<Bytes>::poll_flush(Pin::new(&mut self.frames), cx);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, Req, Resp> ServerTransport<S, Req, Resp> {
    /// The error of a frame that has begun and takes too long.
    fn poll_frame_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        if self.frames.read_buffer().is_empty() {
            self.frame_ends = None;
            return Poll::Pending;
        }
        let limit = self.frame_time_max;
        let ends = self.frame_ends.get_or_insert_with(|| Box::pin(tokio::time::sleep(limit)));
        ready!(ends.as_mut().poll(cx));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "a frame was sent too slowly"))
    }
}

impl<S, Req, Resp> Stream for ServerTransport<S, Req, Resp>
where
    S: AsyncRead + AsyncWrite + Unpin,
    Req: DeserializeOwned,
{
    type Item = io::Result<ClientMessage<Req>>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.poll_refusals(cx) {
                Poll::Ready(Err(error)) => {
                    self.gone.cancel();
                    return Poll::Ready(Some(Err(error)));
                }
                Poll::Pending if self.refusals.len() >= REFUSALS_MAX => return Poll::Pending,
                Poll::Ready(Ok(())) | Poll::Pending => {}
            }
            let Poll::Ready(next) = Pin::new(&mut self.frames).poll_next(cx) else {
                return match self.poll_frame_end(cx) {
                    Poll::Pending => Poll::Pending,
                    Poll::Ready(error) => {
                        self.gone.cancel();
                        Poll::Ready(Some(Err(error)))
                    }
                };
            };
            self.frame_ends = None;
            match next {
                None => {
                    self.gone.cancel();
                    return Poll::Ready(None);
                }
                Some(Err(error)) => {
                    self.gone.cancel();
                    return Poll::Ready(Some(Err(error)));
                }
                Some(Ok(frame)) => match read_message(&frame) {
                    Ok(message) => return Poll::Ready(Some(Ok(message))),
                    Err(Unreadable { request_id: Some(id), why }) => {
                        self.refusals.push_back(refusal(id, &why));
                    }
                    Err(Unreadable { request_id: None, why }) => {
                        self.gone.cancel();
                        return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::InvalidData, why))));
                    }
                },
            }
        }
    }
}

impl<S, Req, Resp> Sink<Response<Resp>> for ServerTransport<S, Req, Resp>
where
    S: AsyncRead + AsyncWrite + Unpin,
    Resp: Serialize,
{
    type Error = io::Error;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Sink::<Bytes>::poll_ready(Pin::new(&mut self.frames), cx)
    }

    fn start_send(mut self: Pin<&mut Self>, response: Response<Resp>) -> io::Result<()> {
        let body = serde_json::to_vec(&response)?;
        // Too large a frame would end the connection; the caller gets an error that it can read instead.
        let frame: Bytes = if body.len() > FRAME_BYTES_MAX {
            refusal(response.request_id, "the answer is too large: ask for it in pages (offset and limit)")
        } else if body.len() >= LARGE_ANSWER_BYTES && !self.share.take(body.len()) {
            let why = "busy: too many large answers wait for their readers; ask again in 2 s";
            error_frame(response.request_id, ANSWER_DROPPED, why)
        } else {
            body.into()
        };
        Pin::new(&mut self.frames).start_send(frame)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Sink::<Bytes>::poll_flush(Pin::new(&mut self.frames), cx))?;
        if self.share.unread().is_waiting() {
            // The buffer has grown to the size of the answer, and would keep it as long as the connection lives.
            *self.frames.write_buffer_mut() = BytesMut::new();
            self.share.give_back();
        }
        Poll::Ready(Ok(()))
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Sink::<Bytes>::poll_close(Pin::new(&mut self.frames), cx)
    }
}

/// A frame that could not be read, and the request to tell, when it could be found.
struct Unreadable {
    request_id: Option<u64>,
    why: String,
}

/// Reads one message; cuts its deadline, and fills in the trace context that scripts leave out.
fn read_message<Req: DeserializeOwned>(frame: &[u8]) -> Result<ClientMessage<Req>, Unreadable> {
    let mut value: Value = serde_json::from_slice(frame)
        .map_err(|error| Unreadable { request_id: None, why: format!("a frame is not JSON: {error}") })?;
    let request_id = value.pointer("/Request/id").and_then(Value::as_u64);
    let unreadable = |why: &dyn std::fmt::Display| Unreadable {
        request_id,
        why: format!("the daemon does not understand the call: {why}"),
    };
    if let Some(request) = value.get_mut("Request") {
        complete(request).map_err(|why| unreadable(&why))?;
    }
    serde_json::from_value(value).map_err(|error| unreadable(&error))
}

/// Cuts the deadline and fills in what scripts leave out.
///
/// serde reads a struct from an array as well; a deadline in that form would pass uncut, so only objects are taken.
fn complete(request: &mut Value) -> Result<(), &'static str> {
    let request = request.as_object_mut().ok_or("a request must be an object")?;
    let context = request.entry("context").or_insert_with(|| serde_json::json!({}));
    let context = context.as_object_mut().ok_or("the context must be an object")?;
    context.entry("trace_context").or_insert_with(no_trace);
    let Some(deadline) = context.get_mut("deadline") else { return Ok(()) };
    let deadline = deadline.as_object_mut().ok_or("the deadline must be an object with secs and nanos")?;
    if deadline.get("secs").and_then(Value::as_u64).is_some_and(|secs| secs >= DEADLINE_MAX.as_secs()) {
        deadline.insert("secs".to_owned(), DEADLINE_MAX.as_secs().into());
        deadline.insert("nanos".to_owned(), 0.into());
    }
    Ok(())
}

fn no_trace() -> Value {
    let id = [0_u8; 16];
    serde_json::json!({"trace_id": id, "span_id": 0, "sampling_decision": "Unsampled"})
}

fn refusal(request_id: u64, why: &str) -> Bytes {
    error_frame(request_id, io::ErrorKind::InvalidInput, why)
}

fn error_frame(request_id: u64, kind: io::ErrorKind, why: &str) -> Bytes {
    let error = ServerError::new(kind, why.to_owned());
    let response: Response<()> = Response { request_id, message: Err(error) };
    serde_json::to_vec(&response).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ClientMessage<Value>, Option<u64>> {
        read_message(text.as_bytes()).map_err(|unreadable| unreadable.request_id)
    }

    #[test]
    fn a_deadline_of_years_is_cut_and_a_missing_trace_is_filled_in() {
        let huge = u64::MAX;
        let text = format!(
            r#"{{"Request":{{"context":{{"deadline":{{"secs":{huge},"nanos":0}}}},"id":7,"message":1}}}}"#
        );
        let Ok(ClientMessage::Request(request)) = read(&text) else { panic!("not read") };
        let left = request.context.deadline.saturating_duration_since(std::time::Instant::now());
        assert!(left <= DEADLINE_MAX, "{left:?}");
    }

    #[test]
    fn a_deadline_in_the_form_of_an_array_is_refused_because_it_would_pass_uncut() {
        let huge = u64::MAX;
        let deadline = format!(r#"{{"Request":{{"context":{{"deadline":[{huge},0]}},"id":7,"message":1}}}}"#);
        assert_eq!(read(&deadline).err(), Some(Some(7)));
        let context = format!(r#"{{"Request":{{"context":[[{huge},0],{{}}],"id":8,"message":1}}}}"#);
        assert_eq!(read(&context).err(), Some(Some(8)));
        let request = format!(r#"{{"Request":[{{"deadline":[{huge},0]}},9,1]}}"#);
        assert_eq!(read(&request).err(), Some(None));
    }

    #[test]
    fn a_request_without_context_gets_the_ordinary_deadline() {
        let Ok(ClientMessage::Request(request)) = read(r#"{"Request":{"id":1,"message":1}}"#) else {
            panic!("not read")
        };
        let left = request.context.deadline.saturating_duration_since(std::time::Instant::now());
        assert!(left <= Duration::from_secs(10), "{left:?}");
    }

    #[test]
    fn a_call_that_is_not_understood_is_answered_by_its_id() {
        let text = r#"{"Request":{"context":{"deadline":{"secs":1,"nanos":"x"}},"id":9,"message":1}}"#;
        assert_eq!(read(text).err(), Some(Some(9)));
    }

    #[test]
    fn a_frame_that_is_not_json_has_nobody_to_answer() {
        assert_eq!(read("{").err(), Some(None));
        assert_eq!(read("[1,2]").err(), Some(None));
    }
}
