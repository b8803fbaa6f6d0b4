//! A scratch place with a store and rules, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// Folders of one test.
pub struct Place {
    folder: TempDir,
    rules: PathBuf,
}

/// What a run left.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Place {
    /// With the bundled bank's rules.
    pub fn bank() -> Self {
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/berka");
        Self {
            folder: tempfile::tempdir().unwrap(),
            rules,
        }
    }

    /// With rules of its own: pairs of file name and bytes.
    pub fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rules = folder.path().join("rules");
        std::fs::create_dir(&rules).unwrap();
        for (name, bytes) in files {
            std::fs::write(rules.join(name), bytes).unwrap();
        }
        Self { folder, rules }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn rules(&self) -> &Path {
        &self.rules
    }

    /// The command, ready to run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
        command
            .env_remove("TAMIS_DATA")
            .env_remove("TAMIS_RULES")
            .arg("--data")
            .arg(self.data())
            .arg("--rules")
            .arg(&self.rules)
            .args(arguments);
        command
    }

    /// Runs it; paths of the scratch folder read `[place]`.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.ran(self.command(arguments).output().unwrap())
    }

    pub fn ran(&self, output: Output) -> Ran {
        let text = |bytes: Vec<u8>| {
            let text = self.shown(&String::from_utf8(bytes).unwrap());
            text.split_inclusive('\n').map(without_figures).collect()
        };
        Ran {
            code: output.status.code().unwrap(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Without the paths of this machine.
    pub fn shown(&self, text: &str) -> String {
        let top = self.folder.path().display().to_string();
        let rules = self.rules.display().to_string();
        text.replace(&top, "[place]").replace(&rules, "[rules]")
    }
}

/// Times and sizes on the disk differ from run to run.
fn without_figures(line: &str) -> &str {
    if line.contains(" bytes on the disk, ") {
        "[store figures]\n"
    } else {
        line
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "exit {}", self.code)?;
        write!(out, "--- out\n{}--- err\n{}", self.out, self.err)
    }
}
