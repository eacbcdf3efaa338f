//! The real program as a process of its own.
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

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

impl Program {
    /// Serves a database on a free port, from [`NOW`] on.
    pub fn serve(folder: &Path, database: &str) -> Self {
        let words = ["serve", "--listen", "127.0.0.1:0", "--database", database, "--clock", NOW];
        let mut child =
            command(folder, &words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| {
            let line = line.unwrap();
            line.strip_prefix("Perennial serves ").map(|url| url.trim_end_matches('/').to_owned())
        });
        Self { child, url: url.expect("the program serves") }
    }
    /// Several replicas begin to serve a database at once; each is killed so long after, whatever
    /// it does by then.
    pub fn killed_after(folder: &Path, database: &str, delays: &[Duration]) {
        let words = ["serve", "--listen", "127.0.0.1:0", "--database", database, "--clock", NOW];
        let quiet = || Stdio::null();
        let begin = || command(folder, &words).stdout(quiet()).stderr(quiet()).spawn().unwrap();
        let mut children: Vec<(Duration, Child)> =
            delays.iter().map(|delay| (*delay, begin())).collect();
        children.sort_unstable_by_key(|(delay, _)| *delay);
        let begun = Instant::now();
        for (delay, child) in &mut children {
            std::thread::sleep(delay.saturating_sub(begun.elapsed()));
            child.kill().unwrap();
            child.wait().unwrap();
        }
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
