//! An answer written by a working thread: whole when it is small, as a stream that waits
//! for its reader when it is not.

use std::io::{self, Write};

use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};
use tokio_stream::wrappers::ReceiverStream;

use super::NOTES_HEADER;
use super::accept::{Accepted, media_type};
use super::gate::{Gate, Turn};
use super::refusal::{Answered, FAULT, Refusal};
use crate::base::limit::{SERVER_CHUNK_BYTES, SERVER_CHUNKS_WAITING_MAX};
use crate::form::Form;
use crate::form::care::{Told, write};

/// What is known before the first byte goes out.
pub struct Head {
    /// Form of the body.
    pub form: Form,
    /// What the form has no place for.
    pub notes: Vec<String>,
}

type Part = io::Result<Bytes>;

/// Writes an answer: `write` gets what its work has made, and a sink.
pub async fn answer<T: Send + 'static>(
    gate: &Gate,
    work: impl FnOnce(&Turn) -> Answered<(Head, T)> + Send + 'static,
    write: impl FnOnce(&mut dyn Write, T) -> io::Result<()> + Send + 'static,
) -> Answered {
    let (sender, receiver) = oneshot::channel();
    let streams = gate.clone();
    let done = gate.run(move |turn| {
        let (head, made) = work(&turn)?;
        let mut sink = Sink {
            buffer: Vec::new(),
            head: Some((head, sender)),
            parts: None,
            place: Some(turn.place),
            streams,
        };
        let written = write(&mut sink, made).and_then(|()| sink.finish());
        written.map_err(|error| sink.failed(&error))
    });
    tokio::pin!(done);
    tokio::select! {
        biased;
        begun = receiver => match begun {
            Ok(response) => Ok(response),
            // The work ended before anything was written: its own words say why.
            Err(_) => match done.await {
                Err(refusal) => Err(refusal),
                Ok(()) => Err(Refusal::new(FAULT, "the answer is empty")),
            },
        },
        Err(refusal) = &mut done => Err(refusal),
    }
}

struct Sink {
    buffer: Vec<u8>,
    head: Option<(Head, oneshot::Sender<Response>)>,
    parts: Option<(mpsc::Sender<Part>, OwnedSemaphorePermit)>,
    place: Option<OwnedSemaphorePermit>,
    streams: Gate,
}

impl Sink {
    /// Sends what is gathered; the first time, the head with it.
    fn send(&mut self) -> io::Result<()> {
        if let Some((head, sender)) = self.head.take() {
            let place = self
                .streams
                .stream()
                .map_err(|_| io::ErrorKind::WouldBlock)?;
            // Others may ask while this one is read.
            drop(self.place.take());
            let (parts, receiver) = mpsc::channel(SERVER_CHUNKS_WAITING_MAX);
            self.parts = Some((parts, place));
            let body = Body::from_stream(ReceiverStream::new(receiver));
            sender
                .send(response(head, body))
                .map_err(|_| io::ErrorKind::BrokenPipe)?;
        }
        let Some((parts, _)) = &self.parts else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        parts
            .blocking_send(Ok(std::mem::take(&mut self.buffer).into()))
            .map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn finish(&mut self) -> io::Result<()> {
        match self.head.take() {
            Some((head, sender)) => {
                let body = Body::from(std::mem::take(&mut self.buffer));
                // A request that went away wants no answer.
                let _ = sender.send(response(head, body));
                Ok(())
            }
            None if self.buffer.is_empty() => Ok(()),
            None => self.send(),
        }
    }

    /// Ends a stream so that its reader sees that it is not whole.
    fn failed(&mut self, error: &io::Error) -> Refusal {
        if let Some((parts, _)) = &self.parts {
            let _ = parts.blocking_send(Err(io::ErrorKind::Other.into()));
        }
        match self.streams.stream() {
            Err(refusal) if error.kind() == io::ErrorKind::WouldBlock => refusal,
            _ => Refusal::new(FAULT, "the answer could not be written"),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= SERVER_CHUNK_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn response(head: Head, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(media_type(head.form)),
    );
    if !head.notes.is_empty()
        && let Ok(value) = HeaderValue::from_str(&ascii_list(&head.notes))
    {
        headers.insert(HeaderName::from_static(NOTES_HEADER), value);
    }
    response
}

/// Lines as a JSON list without a letter outside ASCII, as headers want it.
fn ascii_list(lines: &[String]) -> String {
    let json = serde_json::to_string(lines).unwrap_or_default();
    let mut out = String::new();
    for letter in json.chars() {
        if letter.is_ascii() {
            out.push(letter);
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// An answer with lines for people, as the request accepts it; with notes beside it.
pub async fn told<T: Told + Send + 'static>(
    gate: &Gate,
    accepted: Accepted,
    work: impl FnOnce(&Turn) -> Answered<(T, Vec<String>)> + Send + 'static,
) -> Answered {
    let form = match accepted.form {
        Form::Table => Form::Table,
        _ => Form::Json,
    };
    answer(
        gate,
        move |turn| {
            let (made, notes) = work(turn)?;
            Ok((Head { form, notes }, made))
        },
        move |out, made| write(out, &made, form),
    )
    .await
}

/// A value as a JSON answer.
pub fn json(value: &impl serde::Serialize) -> Answered {
    let mut body = Vec::new();
    crate::form::json(&mut body, value)
        .map_err(|_| Refusal::new(FAULT, "the answer could not be written"))?;
    let head = Head {
        form: Form::Json,
        notes: Vec::new(),
    };
    Ok(response(head, Body::from(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_ascii_and_read_back() {
        let lines = vec!["2 lack 余额".to_owned(), "\"x\" 🙂".to_owned()];
        let list = ascii_list(&lines);
        assert!(list.is_ascii(), "{list}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&list).unwrap(), lines);
    }
}
