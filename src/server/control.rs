//! The control socket: the same API for whoever may open the file. Mode 0600 from its
//! first moment; what an earlier server left is replaced, which is safe because the
//! store's lock lets one server at a time hold the folder.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

use super::CONTROL_SOCKET;

/// The socket's file, removed when dropped.
pub struct Control {
    path: PathBuf,
}

impl Control {
    /// Listens in the data folder.
    pub fn open(data_folder: &Path) -> io::Result<(Self, UnixListener)> {
        let path = data_folder.join(CONTROL_SOCKET);
        let draft = data_folder.join(format!("{CONTROL_SOCKET}.new"));
        for old in [&path, &draft] {
            remove_socket(old)?;
        }
        let listener = UnixListener::bind(&draft)?;
        fs::set_permissions(&draft, Permissions::from_mode(0o600))?;
        fs::rename(&draft, &path)?;
        Ok((Self { path }, listener))
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        // Whoever finds it left behind sees that nobody answers.
        let _ = fs::remove_file(&self.path);
    }
}

fn remove_socket(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(about) if about.file_type().is_socket() => fs::remove_file(path),
        Ok(_) => Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is a file of that name that is no socket",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
