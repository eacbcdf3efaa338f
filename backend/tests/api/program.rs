//! The real program as a process of its own.
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use crate::app::NOW;

/// A server that ends with its test.
pub struct Program {
    child: Child,
    pub url: String,
}

/// A command of the program, in a folder of its own and without our environment's settings.
pub fn command(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
    command.args(words).current_dir(folder).env("PERENNIAL_TEST", "1");
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PERENNIAL_")) {
        command.env_remove(name);
    }
    command.env("PERENNIAL_TEST", "1").stdin(Stdio::null());
    command
}

/// Runs a command to its end.
pub fn run(folder: &Path, words: &[&str]) -> Output {
    command(folder, words).output().unwrap()
}

/// What a command printed, once it went well.
pub fn printed(folder: &Path, words: &[&str]) -> String {
    let output = run(folder, words);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{words:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

/// The exit code and the words of a command that went badly.
pub fn refused(folder: &Path, words: &[&str]) -> (i32, String) {
    let output = run(folder, words);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "{words:?} went well");
    (output.status.code().unwrap(), errors)
}

/// Begins to serve a database on a free port, from a time on.
pub fn begin(folder: &Path, database: &str, clock: &str) -> Child {
    let words = ["serve", "--listen", "127.0.0.1:0", "--database", database, "--clock", clock];
    command(folder, &words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Where it serves, once it does; none if it ended before.
pub fn address(told: ChildStdout) -> Option<String> {
    let url =
        |line: &str| Some(line.strip_prefix("Perennial serves ")?.trim_end_matches('/').into());
    BufReader::new(told).lines().find_map(|line| url(&line.ok()?))
}

impl Program {
    /// Serves a database on a free port, from [`NOW`] on.
    pub fn serve(folder: &Path, database: &str) -> Self {
        let mut child = begin(folder, database, NOW);
        let url = address(child.stdout.take().unwrap());
        Self { child, url: url.expect("the program serves") }
    }
    /// `kill -9`: the program cannot tidy up.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
    /// Tells it to stop as a service manager does; its exit code.
    #[cfg(unix)]
    pub fn stop(&mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
