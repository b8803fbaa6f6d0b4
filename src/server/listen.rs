//! Doors: connections taken from a listener, each served until it ends or the server
//! stops. What is answered is the router's business.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::{Semaphore, mpsc, watch};

use super::patient::Patient;
use crate::base::limit::{
    SERVER_CONNECTIONS_MAX, SERVER_HEAD_BYTES_MAX, SERVER_HEAD_SECONDS_MAX, SERVER_HEADERS_MAX,
};

/// Held by every connection; when all are gone the other end sees it.
pub type Alive = mpsc::Sender<()>;

/// What connections come from.
pub trait Door: Send + 'static {
    /// A connection.
    type Connection: AsyncRead + AsyncWrite + Unpin + Send + 'static;
    /// Waits for the next one.
    fn next(&self) -> impl Future<Output = io::Result<Self::Connection>> + Send;
}

impl Door for TcpListener {
    type Connection = tokio::net::TcpStream;

    async fn next(&self) -> io::Result<Self::Connection> {
        let (connection, _) = self.accept().await?;
        // Events of a stream go out at once.
        connection.set_nodelay(true)?;
        Ok(connection)
    }
}

impl Door for UnixListener {
    type Connection = tokio::net::UnixStream;

    async fn next(&self) -> io::Result<Self::Connection> {
        self.accept().await.map(|(connection, _)| connection)
    }
}

/// Serves a door until the server stops.
pub async fn serve(
    door: impl Door,
    router: Router,
    mut stopping: watch::Receiver<bool>,
    alive: Alive,
) {
    let places = Arc::new(Semaphore::new(SERVER_CONNECTIONS_MAX));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        let taken = tokio::select! {
            taken = door.next() => taken,
            _ = stopping.wait_for(|stop| *stop) => return,
        };
        let connection = match taken {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(target: "tamis::server", reason = error.kind().to_string(), "a connection was not taken");
                // Too many open files: others must end first.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (router, stopping, alive) = (router.clone(), stopping.clone(), alive.clone());
        tokio::spawn(async move {
            one(connection, router, stopping).await;
            drop((place, alive));
        });
    }
}

/// Serves one connection; on stopping it ends after the request at hand.
async fn one<C>(connection: C, router: Router, mut stopping: watch::Receiver<bool>)
where
    C: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(SERVER_HEAD_SECONDS_MAX))
        .max_headers(SERVER_HEADERS_MAX)
        .max_buf_size(SERVER_HEAD_BYTES_MAX);
    let io = TokioIo::new(Patient::new(connection));
    let mut served = pin!(builder.serve_connection(io, TowerToHyperService::new(router)));
    let mut told = false;
    loop {
        tokio::select! {
            // How a connection ends is its peer's business.
            _ = served.as_mut() => return,
            _ = stopping.wait_for(|stop| *stop), if !told => {
                told = true;
                served.as_mut().graceful_shutdown();
            }
        }
    }
}
