//! Finds a source's file, opens it plain or through gzip, and counts its bytes.
//! What the bytes say is the business of [`super::text`] and [`super::csv`].

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::error::ImportError;
use crate::base::limit::{GZIP_FREE_BYTES, GZIP_RATIO_MAX};
use crate::language::typed::SourceFile;

/// Bytes read from the disk at once.
const DISK_BYTES: usize = 128 << 10;
/// What a gzip file begins with.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// A file being read.
pub struct Opened {
    /// Plain bytes of the content.
    pub stream: Box<dyn Read + Send>,
    /// Bytes on the disk.
    pub bytes_total: u64,
    /// Bytes of them read so far.
    pub bytes_done: Arc<AtomicU64>,
}

/// Where the file of a source lies: as given by hand, else beside its rule file, there also with `.gz`.
pub fn locate(
    folder: &Path,
    source: &SourceFile,
    given: Option<&Path>,
) -> Result<PathBuf, ImportError> {
    let named = match given {
        Some(path) => path.to_path_buf(),
        None => folder.join(&source.folder).join(&source.file),
    };
    let mut packed = named.clone().into_os_string();
    packed.push(".gz");
    let tried = vec![named, PathBuf::from(packed)];
    for path in &tried {
        match std::fs::metadata(path) {
            Ok(about) if about.is_file() => return Ok(path.clone()),
            Ok(_) => return Err(ImportError::NotAFile { path: path.clone() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(ImportError::Unreadable {
                    path: path.clone(),
                    error,
                });
            }
        }
    }
    Err(ImportError::NotFound {
        source: source.name.to_string(),
        tried,
    })
}

/// Opens a file; gzip is known by its first bytes, and must be it where the name says so.
pub fn open(path: &Path) -> Result<Opened, ImportError> {
    let unreadable = |error| ImportError::Unreadable {
        path: path.to_path_buf(),
        error,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let bytes_total = file.metadata().map_err(unreadable)?.len();
    let mut magic = Vec::new();
    file.by_ref()
        .take(GZIP_MAGIC.len() as u64)
        .read_to_end(&mut magic)
        .map_err(unreadable)?;
    io::Seek::rewind(&mut file).map_err(unreadable)?;
    let bytes_done = Arc::new(AtomicU64::new(0));
    let counted = Counted {
        input: file,
        done: Arc::clone(&bytes_done),
    };
    if magic != GZIP_MAGIC && bytes_total > 0 && is_called_packed(path) {
        return Err(ImportError::Gzip {
            path: path.to_path_buf(),
            offset: 0,
            decoded: 0,
            reason: "it does not begin as gzip does; if it is not packed, take `.gz` off its name"
                .to_owned(),
        });
    }
    let stream: Box<dyn Read + Send> = if magic == GZIP_MAGIC {
        Box::new(Gunzip {
            decoder: MultiGzDecoder::new(BufReader::with_capacity(DISK_BYTES, counted)),
            done: Arc::clone(&bytes_done),
            decoded: 0,
            path: path.to_path_buf(),
        })
    } else {
        Box::new(counted)
    };
    Ok(Opened {
        stream,
        bytes_total,
        bytes_done,
    })
}

fn is_called_packed(path: &Path) -> bool {
    let ending = path.extension();
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("gz"))
}

/// An error that came up through [`Read`] as what it was.
pub fn read_error(path: &Path, error: io::Error) -> ImportError {
    match error.downcast::<ImportError>() {
        Ok(error) => error,
        Err(error) => ImportError::Unreadable {
            path: path.to_path_buf(),
            error,
        },
    }
}

/// Counts what is read.
struct Counted {
    input: File,
    done: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(output)?;
        self.done.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Unpacks with a bound on what may come out.
struct Gunzip {
    decoder: MultiGzDecoder<BufReader<Counted>>,
    done: Arc<AtomicU64>,
    decoded: u64,
    path: PathBuf,
}

impl Gunzip {
    /// Bytes of the compressed file taken in.
    fn offset(&self) -> u64 {
        let waiting = self.decoder.get_ref().buffer().len() as u64;
        self.done.load(Ordering::Relaxed).saturating_sub(waiting)
    }
}

impl Read for Gunzip {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        match self.decoder.read(output) {
            Ok(count) => {
                self.decoded += count as u64;
                let offset = self.offset();
                if self.decoded > GZIP_FREE_BYTES.max(offset.saturating_mul(GZIP_RATIO_MAX)) {
                    return Err(io::Error::other(ImportError::Expands {
                        path: self.path.clone(),
                        decoded: self.decoded,
                        offset,
                    }));
                }
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Err(io::Error::other(ImportError::Gzip {
                path: self.path.clone(),
                offset: self.offset(),
                decoded: self.decoded,
                reason: error.to_string(),
            })),
        }
    }
}

#[cfg(test)]
mod tests;
