//! From a heart to a running server and to its orderly end.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::control::Control;
use super::gate::Gate;
use super::guard::Guard;
use super::metrics::Metrics;
use super::state::{Inside, State};
use super::{CONTROL_SOCKET, Heart, disk, listen, router, signals, spool};
use crate::base::limit::{
    SERVER_CONNECTIONS_WAITING_MAX, SERVER_IMPORTS_MAX, SERVER_RUNNING_MAX,
    SERVER_SHUTDOWN_SECONDS_MAX, SERVER_TAKING_MAX, SERVER_THREADS,
};

/// What a server is started with.
pub struct Setup {
    /// Rules, data, members.
    pub heart: Heart,
    /// Where it listens.
    pub door: Door,
    /// Folder of the store.
    pub data_folder: PathBuf,
    /// Folder of the rule files.
    pub rules_folder: PathBuf,
    /// Requests a second taken over TCP.
    pub requests_a_second_max: u32,
    /// Bytes of one body of facts.
    pub body_bytes_max: usize,
}

/// An address that is held and not listened on yet: whoever connects is refused until the server stands.
pub struct Door {
    socket: TcpSocket,
    address: SocketAddr,
}

impl Door {
    /// Holds `HOST:PORT`, which must be loopback: before anything is opened that a second server must not touch.
    ///
    /// # Errors
    /// It is none, or another process has it.
    pub fn hold(listen: &str) -> Result<Door, ServeError> {
        let address = address(listen)?;
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        };
        let socket = socket.map_err(ServeError::System)?;
        // A server that ended a moment ago leaves connections behind that others may not wait for.
        socket.set_reuseaddr(true).map_err(ServeError::System)?;
        let held = socket.bind(address);
        held.map_err(|error| ServeError::Listen(address, error))?;
        Ok(Door { socket, address })
    }

    fn open(self) -> Result<TcpListener, ServeError> {
        let opened = self.socket.listen(SERVER_CONNECTIONS_WAITING_MAX);
        opened.map_err(|error| ServeError::Listen(self.address, error))
    }
}

/// Why a server did not start or did not end well.
#[derive(Debug)]
pub enum ServeError {
    /// Not `HOST:PORT`.
    Address(String),
    /// Another address than loopback.
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    Listen(SocketAddr, std::io::Error),
    /// The control socket cannot be made.
    Control(PathBuf, std::io::Error),
    /// The system refuses threads or signals.
    System(std::io::Error),
    /// The store was not closed in order.
    Close(String),
}

impl fmt::Display for ServeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServeError::Address(text) => write!(
                out,
                "`{text}` is no address to listen on\nhelp: write --listen 127.0.0.1:7171"
            ),
            ServeError::NotLoopback(address) => write!(
                out,
                "{address} can be reached from other machines, and there are no tokens that would guard it\nhelp: listen on 127.0.0.1 or [::1] and put a proxy that knows its users before it"
            ),
            ServeError::Listen(address, error) => write!(
                out,
                "cannot listen on {address}: {error}\nhelp: name another address with --listen; port 0 takes a free one"
            ),
            ServeError::Control(path, error) => write!(
                out,
                "cannot make the control socket {}: {error}\nhelp: its path may have 107 bytes; name a shorter folder with --data",
                path.display()
            ),
            ServeError::System(error) => write!(out, "the system refuses: {error}"),
            ServeError::Close(reason) => write!(out, "the store was not closed in order: {reason}"),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves until a signal ends it. `announce` is told the address once it is listened on.
pub fn run(setup: Setup, announce: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(SERVER_THREADS)
        .enable_all()
        .build()
        .map_err(ServeError::System)?;
    let state = runtime.block_on(serve(setup, announce))?;
    // Threads that still answer somebody hold the state; the store is closed behind them.
    runtime.shutdown_timeout(Duration::from_secs(SERVER_SHUTDOWN_SECONDS_MAX));
    state.heart.close().map_err(ServeError::Close)
}

async fn serve(setup: Setup, announce: impl FnOnce(SocketAddr)) -> Result<State, ServeError> {
    let door = setup.door.open()?;
    let bound = door.local_addr().map_err(ServeError::System)?;
    let (stop, stopping) = watch::channel(false);
    let socket = setup.data_folder.join(CONTROL_SOCKET);
    let (control, control_door) =
        Control::open(&setup.data_folder).map_err(|error| ServeError::Control(socket, error))?;
    signals::listen(stop).map_err(ServeError::System)?;
    spool::clear(&setup.data_folder).map_err(ServeError::System)?;
    let state = State::new(Inside {
        heart: setup.heart,
        gate: Gate::new(SERVER_RUNNING_MAX),
        taking: Gate::new(SERVER_TAKING_MAX),
        imports: Gate::new(SERVER_IMPORTS_MAX),
        backups: Gate::new(1),
        metrics: Metrics::new(),
        stopping: stopping.clone(),
        rules_folder: setup.rules_folder,
        data_folder: setup.data_folder,
        body_bytes_max: setup.body_bytes_max,
    });
    let guard = Guard::new(setup.requests_a_second_max);
    let (alive, mut gone) = mpsc::channel(1);
    announce(bound);
    tracing::info!(target: "tamis::server", address = %bound, version = super::VERSION, "listening");
    tokio::join!(
        listen::serve(
            door,
            router::guarded(&state, guard),
            stopping.clone(),
            alive.clone()
        ),
        listen::serve(control_door, router::open(&state), stopping.clone(), alive),
        disk::watch(state.clone(), stopping),
    );
    // Verbs that come from here on go to the store themselves.
    drop(control);
    let limit = Duration::from_secs(SERVER_SHUTDOWN_SECONDS_MAX);
    if timeout(limit, gone.recv()).await.is_err() {
        tracing::warn!(target: "tamis::server", "requests were cut off");
    }
    Ok(state)
}

/// The address, which must be loopback.
fn address(text: &str) -> Result<SocketAddr, ServeError> {
    let mut found = text
        .to_socket_addrs()
        .map_err(|_| ServeError::Address(text.to_owned()))?;
    let address = found
        .next()
        .ok_or_else(|| ServeError::Address(text.to_owned()))?;
    match address.ip().is_loopback() {
        true => Ok(address),
        false => Err(ServeError::NotLoopback(address)),
    }
}
