//! A small disk of its own for tests of full ones. Who mounts it says what is tried where that is
//! not allowed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file system of its own, until this is dropped.
pub struct Disk(PathBuf);

impl Disk {
    /// `None` where that is not allowed.
    pub fn mount(folder: &Path, megabytes: usize) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let size = format!("size={megabytes}m,mode=700");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tamis-test"])
            .arg(folder)
            .output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        is_mounted.then(|| Self(folder.to_owned()))
    }

    /// Something else takes so many megabytes more; fewer when there are no more.
    pub fn fill(&self, megabytes: usize) {
        let options = File::options().create(true).append(true).to_owned();
        let mut file = options.open(self.0.join("other")).unwrap();
        for _ in 0..megabytes {
            if file.write_all(&vec![1; 1 << 20]).is_err() {
                return;
            }
        }
    }

    /// That else goes.
    pub fn free(&self) {
        fs::remove_file(self.0.join("other")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What is left of it ends with its last user.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
