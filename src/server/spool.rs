//! A body too large for memory, laid on the disk while it is worked on: under a name of its
//! own in the data folder, for its owner alone, gone when its holder is.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use tokio::fs::{File, OpenOptions};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_stream::StreamExt;
use uuid::Uuid;

use super::body::too_large;
use super::refusal::{Answered, FAULT, MALFORMED, Refusal, TOO_SLOW};
use crate::base::limit::{SERVER_BODY_SECONDS_MAX, SERVER_IMPORT_SECONDS_MAX};

/// The folder below the data folder; of no use to anyone while no server runs.
pub const FOLDER: &str = "incoming";
const OWNER_ONLY: u32 = 0o600;

/// A file that is removed with this value.
pub struct Spooled {
    path: PathBuf,
}

impl Spooled {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        // One that cannot be removed now goes with the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Removes what a run that ended without warning left behind.
pub fn clear(data_folder: &Path) -> io::Result<()> {
    match std::fs::remove_dir_all(data_folder.join(FOLDER)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes a body down, at most so many bytes.
pub async fn spool(body: Body, data_folder: &Path, bytes_max: usize) -> Answered<Spooled> {
    let folder = data_folder.join(FOLDER);
    tokio::fs::create_dir_all(&folder)
        .await
        .map_err(|error| unwritten(&error))?;
    let path = folder.join(Uuid::now_v7().simple().to_string());
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(OWNER_ONLY)
        .open(&path)
        .await
        .map_err(|error| unwritten(&error))?;
    let spooled = Spooled { path };
    let end = Instant::now() + Duration::from_secs(SERVER_IMPORT_SECONDS_MAX);
    match timeout_at(end, fill(body, file, bytes_max)).await {
        Ok(filled) => filled?,
        Err(_) => return Err(too_slow("the whole body", SERVER_IMPORT_SECONDS_MAX)),
    }
    Ok(spooled)
}

async fn fill(body: Body, mut file: File, bytes_max: usize) -> Answered<()> {
    let patience = Duration::from_secs(SERVER_BODY_SECONDS_MAX);
    let mut parts = body.into_data_stream();
    let mut bytes = 0_usize;
    loop {
        let part = match timeout(patience, parts.next()).await {
            Err(_) => {
                return Err(too_slow(
                    "the next part of the body",
                    SERVER_BODY_SECONDS_MAX,
                ));
            }
            Ok(None) => break,
            Ok(Some(Err(_))) => return Err(Refusal::new(MALFORMED, "the body broke off")),
            Ok(Some(Ok(part))) => part,
        };
        bytes = bytes.saturating_add(part.len());
        if bytes > bytes_max {
            return Err(too_large(bytes_max));
        }
        file.write_all(&part)
            .await
            .map_err(|error| unwritten(&error))?;
    }
    file.flush().await.map_err(|error| unwritten(&error))
}

fn too_slow(what: &str, seconds: u64) -> Refusal {
    Refusal::new(
        TOO_SLOW,
        format!("{what} did not come within {seconds} seconds"),
    )
}

fn unwritten(error: &io::Error) -> Refusal {
    if error.kind() == io::ErrorKind::StorageFull {
        let full = StatusCode::INSUFFICIENT_STORAGE;
        return Refusal::foreign("S020", full, "the disk has no room for the file")
            .help("send it in parts, or make room");
    }
    Refusal::new(FAULT, format!("the file cannot be laid down: {error}"))
        .help("look at the rights of the data folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_lies_on_the_disk_as_long_as_it_is_held() {
        let folder = tempfile::tempdir().unwrap();
        let held = spool(Body::from("a,b\n"), folder.path(), 4).await.unwrap();
        assert_eq!(std::fs::read_to_string(held.path()).unwrap(), "a,b\n");
        let path = held.path().to_owned();
        drop(held);
        assert!(!path.exists());
        let refused = spool(Body::from("a,b\n1"), folder.path(), 4).await;
        assert_eq!(refused.err().unwrap().0.code, "A008");
        assert_eq!(
            std::fs::read_dir(folder.path().join(FOLDER))
                .unwrap()
                .count(),
            0
        );
        std::fs::write(folder.path().join(FOLDER).join("left"), "x").unwrap();
        clear(folder.path()).unwrap();
        clear(folder.path()).unwrap();
        assert!(!folder.path().join(FOLDER).exists());
    }
}
