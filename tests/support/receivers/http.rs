//! An HTTP receiver that speaks plain HTTP/1.1 on loopback, written by hand so that it can break
//! off at any byte.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::connections::Connections;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    /// Names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
    pub at: Instant,
    /// The status that it is answered with; 0 where there is none.
    pub status: u16,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// What to do with one request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status with these header lines and an empty body.
    Status(u16, Vec<(&'static str, String)>),
    /// 200 after a while.
    After(Duration),
    /// Never.
    Hang,
    /// Takes the request and closes without a word.
    Die,
    /// 200 with a body that comes a byte a time and does not end.
    Trickle,
}

#[derive(Default)]
struct State {
    requests: Vec<Request>,
    answers: VecDeque<Answer>,
    otherwise: Option<Answer>,
    running: usize,
    running_most: usize,
    closed: bool,
}

impl Answer {
    fn status(&self) -> u16 {
        match self {
            Answer::Status(status, _) => *status,
            Answer::After(_) | Answer::Trickle => 200,
            Answer::Hang | Answer::Die => 0,
        }
    }
}

/// A receiver; it ends with the process.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    connections: Connections,
}

impl Receiver {
    /// Listens on a free port of loopback.
    pub fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap())
    }

    /// Listens there; the port may have served another receiver just before.
    pub fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
            connections: Connections::default(),
        };
        let state = Arc::clone(&receiver.state);
        let connections = receiver.connections.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if state.lock().unwrap().closed {
                    return;
                }
                let state = Arc::clone(&state);
                let stream = stream.unwrap();
                let open = connections.opened(&stream);
                thread::spawn(move || {
                    // A client that goes away is no fault of the receiver.
                    let _ = serve(&stream, &state);
                    drop(open);
                });
            }
        });
        receiver
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The next requests are answered so, one each.
    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state.lock().unwrap().answers.extend(answers);
    }

    /// All further requests are answered so; 200 unless said.
    pub fn otherwise(&self, answer: Answer) {
        self.state.lock().unwrap().otherwise = Some(answer);
    }

    /// What came so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    /// How many came so far.
    pub fn requests_so_far(&self) -> usize {
        self.state.lock().unwrap().requests.len()
    }

    /// Requests that were open at the same time, at most.
    pub fn running_most(&self) -> usize {
        self.state.lock().unwrap().running_most
    }

    /// Waits until all is recorded that a client sent before it ended.
    pub fn drain(&self) {
        self.connections.drain(self.address);
    }

    /// Listens no more; when it returns, connections are refused.
    pub fn close(&self) {
        self.state.lock().unwrap().closed = true;
        super::wait_until("a closed port", || {
            TcpStream::connect(self.address).is_err()
        });
    }
}

fn serve(stream: &TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut out = stream.try_clone()?;
    while let Some(mut request) = read(&mut reader)? {
        let answer = {
            let mut state = state.lock().unwrap();
            state.running += 1;
            state.running_most = state.running_most.max(state.running);
            let otherwise = state.otherwise.clone();
            let answer = state
                .answers
                .pop_front()
                .or(otherwise)
                .unwrap_or(Answer::Status(200, Vec::new()));
            request.status = answer.status();
            state.requests.push(request);
            answer
        };
        let goes_on = give(answer, &mut out);
        state.lock().unwrap().running -= 1;
        if !goes_on? {
            break;
        }
    }
    stream.shutdown(std::net::Shutdown::Both)
}

fn read(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers
        .get("content-length")
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Request {
        path,
        headers,
        body,
        at: Instant::now(),
        status: 0,
    }))
}

/// Whether the connection goes on.
fn give(answer: Answer, out: &mut TcpStream) -> std::io::Result<bool> {
    match answer {
        Answer::Status(status, headers) => {
            let mut head = format!("HTTP/1.1 {status} x\r\ncontent-length: 0\r\n");
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            out.write_all(head.as_bytes())?;
            Ok(true)
        }
        Answer::After(wait) => {
            thread::sleep(wait);
            out.write_all(b"HTTP/1.1 200 x\r\ncontent-length: 0\r\n\r\n")?;
            Ok(true)
        }
        Answer::Hang => {
            // Until the client gives up.
            let mut rest = [0];
            let _ = out.read(&mut rest);
            Ok(false)
        }
        Answer::Die => Ok(false),
        Answer::Trickle => {
            out.write_all(b"HTTP/1.1 200 x\r\ncontent-length: 1000000\r\n\r\n")?;
            for _ in 0..1_000 {
                out.write_all(b".")?;
                thread::sleep(Duration::from_millis(100));
            }
            Ok(false)
        }
    }
}
