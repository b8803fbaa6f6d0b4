//! Which connections of a receiver are open, so that a test can wait for the last word of a
//! client that has ended.

use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct State {
    /// Who connected last.
    last: Option<SocketAddr>,
    open: usize,
}

/// The connections of one receiver.
#[derive(Clone, Default)]
pub struct Connections(Arc<Mutex<State>>);

/// One that is open until this is dropped.
pub struct Open(Connections);

impl Connections {
    /// Counts one, in the order in which they are accepted.
    pub fn opened(&self, stream: &TcpStream) -> Open {
        let mut state = self.0.lock().unwrap();
        state.last = stream.peer_addr().ok().or(state.last);
        state.open += 1;
        drop(state);
        Open(self.clone())
    }

    /// Waits until those that were made before are accepted, and all are closed.
    pub fn drain(&self, address: SocketAddr) {
        let stream = TcpStream::connect(address).unwrap();
        let probe = stream.local_addr().unwrap();
        drop(stream);
        super::wait_until("closed connections", || {
            let state = self.0.lock().unwrap();
            state.last == Some(probe) && state.open == 0
        });
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().open -= 1;
    }
}
