//! A mail server on loopback: the commands are understood by mailin, sockets, TLS and faults are
//! handled here.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use mailin::{Action, AuthMechanism, Handler, Response, Session, SessionBuilder};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::connections::Connections;

/// The user that may log in, and the password.
pub const USER: &str = "care";
pub const PASSWORD: &str = "sesame";

/// The certificate of the authority that signed the server's.
pub fn authority() -> PathBuf {
    certificates().join("authority.pem")
}

fn certificates() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/support/receivers/certificates")
}

/// A mail as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Head and text as they came.
    pub text: String,
    /// Whether the connection was protected.
    pub protected: bool,
}

impl Mail {
    /// The value of a line of the head, folded lines joined.
    pub fn header(&self, name: &str) -> String {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        unfolded
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .unwrap_or_default()
            .to_owned()
    }
}

/// What goes wrong, once each, at the next occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The greeting is this code.
    Greeting(u16),
    /// There is no greeting.
    NeverGreet,
    /// The answer to the receiver's address is this code.
    Receiver(u16),
    /// The answer to the text is this code; it is not taken.
    Text(u16),
    /// The connection ends before the text is asked for.
    DieBeforeText,
    /// The text is taken, and the connection ends without an answer.
    DieAfterText,
    /// The text is taken, and no answer ever comes.
    HangAfterText,
}

#[derive(Default)]
struct State {
    mails: Vec<Mail>,
    faults: VecDeque<Fault>,
    connections: usize,
    logins: usize,
    closed: bool,
}

impl State {
    /// Takes the first fault if it belongs to this occasion.
    fn fault(&mut self, belongs: impl Fn(Fault) -> bool) -> Option<Fault> {
        let first = *self.faults.front()?;
        belongs(first).then(|| {
            self.faults.pop_front();
            first
        })
    }
}

/// A mail server; it ends with the process.
#[derive(Clone)]
pub struct MailServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    connections: Connections,
}

impl MailServer {
    /// Without protection and without login.
    pub fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), false)
    }

    /// With STARTTLS, and with a login once the connection is protected.
    pub fn start_protected() -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), true)
    }

    pub fn start_at(address: SocketAddr, protected: bool) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
            connections: Connections::default(),
        };
        let state = Arc::clone(&server.state);
        let connections = server.connections.clone();
        let tls = protected.then(tls_config);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if state.lock().unwrap().closed {
                    return;
                }
                let state = Arc::clone(&state);
                let tls = tls.clone();
                let stream = stream.unwrap();
                let open = connections.opened(&stream);
                thread::spawn(move || {
                    // A client that goes away is no fault of the server.
                    let _ = serve(stream, &state, tls);
                    drop(open);
                });
            }
        });
        server
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn then(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// What was taken so far, in order.
    pub fn mails(&self) -> Vec<Mail> {
        self.state.lock().unwrap().mails.clone()
    }

    /// How many were taken so far.
    pub fn mails_so_far(&self) -> usize {
        self.state.lock().unwrap().mails.len()
    }

    /// Connections made so far.
    pub fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    /// Logins that succeeded.
    pub fn logins(&self) -> usize {
        self.state.lock().unwrap().logins
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

fn tls_config() -> Arc<ServerConfig> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(certificates().join("server.pem"))
            .unwrap()
            .map(Result::unwrap)
            .collect();
    let key = PrivateKeyDer::from_pem_file(certificates().join("server_key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

/// What one connection is told.
struct Ear {
    state: Arc<Mutex<State>>,
    mail: Mail,
    text: Vec<u8>,
    /// What must happen to the connection when the text has ended.
    after: Arc<Mutex<Option<Fault>>>,
}

impl Handler for Ear {
    fn mail(&mut self, _ip: IpAddr, _domain: &str, from: &str) -> Response {
        self.mail.from = from.to_owned();
        self.mail.to.clear();
        mailin::response::OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        let fault = self
            .state
            .lock()
            .unwrap()
            .fault(|fault| matches!(fault, Fault::Receiver(_)));
        if let Some(Fault::Receiver(code)) = fault {
            return Response::custom(code, format!("not for <{to}>"));
        }
        self.mail.to.push(to.to_owned());
        mailin::response::OK
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, _: &[String]) -> Response {
        self.text.clear();
        mailin::response::OK
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.text.extend_from_slice(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mut state = self.state.lock().unwrap();
        let fault = state.fault(|fault| {
            matches!(
                fault,
                Fault::Text(_) | Fault::DieAfterText | Fault::HangAfterText
            )
        });
        if let Some(Fault::Text(code)) = fault {
            return Response::custom(code, "not this text".to_owned());
        }
        let mut mail = self.mail.clone();
        mail.text = String::from_utf8(self.text.clone()).unwrap();
        state.mails.push(mail);
        *self.after.lock().unwrap() = fault;
        mailin::response::OK
    }

    fn auth_plain(&mut self, _: &str, user: &str, password: &str) -> Response {
        if (user, password) == (USER, PASSWORD) {
            self.state.lock().unwrap().logins += 1;
            mailin::response::AUTH_OK
        } else {
            mailin::response::INVALID_CREDENTIALS
        }
    }
}

trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

fn serve(
    stream: TcpStream,
    state: &Arc<Mutex<State>>,
    tls: Option<Arc<ServerConfig>>,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let greeting = {
        let mut state = state.lock().unwrap();
        state.connections += 1;
        state.fault(|fault| matches!(fault, Fault::Greeting(_) | Fault::NeverGreet))
    };
    let mut builder = SessionBuilder::new("localhost");
    if tls.is_some() {
        builder.enable_start_tls().enable_auth(AuthMechanism::Plain);
    }
    let after = Arc::new(Mutex::new(None));
    let ear = Ear {
        state: Arc::clone(state),
        mail: Mail {
            from: String::new(),
            to: Vec::new(),
            text: String::new(),
            protected: false,
        },
        text: Vec::new(),
        after: Arc::clone(&after),
    };
    let mut session = builder.build(IpAddr::V4(Ipv4Addr::LOCALHOST), ear);
    let mut plain = BufReader::new(stream.try_clone()?);
    match greeting {
        Some(Fault::NeverGreet) => return wait_for_the_end(&mut plain),
        Some(Fault::Greeting(code)) => {
            return plain
                .get_mut()
                .write_all(format!("{code} not today\r\n").as_bytes());
        }
        _ => plain.get_mut().write_all(&session.greeting().buffer()?)?,
    }
    if converse(&mut session, &mut plain, state, &after)? == Next::Protect
        && let Some(config) = tls
    {
        let connection = ServerConnection::new(config).map_err(io::Error::other)?;
        let mut protected = BufReader::new(StreamOwned::new(connection, stream));
        session.tls_active();
        converse(&mut session, &mut protected, state, &after)?;
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum Next {
    End,
    Protect,
}

/// Lines and answers until the connection ends or is to be protected.
fn converse<W: Wire>(
    session: &mut Session<Ear>,
    wire: &mut BufReader<W>,
    state: &Mutex<State>,
    after: &Mutex<Option<Fault>>,
) -> io::Result<Next> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if wire.read_until(b'\n', &mut line)? == 0 {
            return Ok(Next::End);
        }
        let is_data = line.eq_ignore_ascii_case(b"DATA\r\n");
        let dies = |fault| fault == Fault::DieBeforeText;
        if is_data && state.lock().unwrap().fault(dies).is_some() {
            return Ok(Next::End);
        }
        let answer = session.process(&line);
        match after.lock().unwrap().take() {
            Some(Fault::HangAfterText) => {
                wait_for_the_end(wire)?;
                return Ok(Next::End);
            }
            Some(_) => return Ok(Next::End),
            None => {}
        }
        match answer.action {
            Action::NoReply => {}
            Action::Reply => wire.get_mut().write_all(&answer.buffer()?)?,
            Action::UpgradeTls => {
                wire.get_mut().write_all(&answer.buffer()?)?;
                wire.get_mut().flush()?;
                return Ok(Next::Protect);
            }
            Action::Close => {
                wire.get_mut().write_all(&answer.buffer()?)?;
                return Ok(Next::End);
            }
        }
        wire.get_mut().flush()?;
    }
}

fn wait_for_the_end<R: Read>(wire: &mut R) -> io::Result<()> {
    let mut rest = [0; 64];
    while wire.read(&mut rest)? > 0 {}
    Ok(())
}
