//! The real program, as an operator runs it.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    process::{Child, ChildStdout, Command, Stdio},
};

use super::Client;
use crate::command_line::Folder;

/// The real program while it serves. Its log is in a file.
pub struct Program {
    child: Child,
    folder: Folder,
    /// Open while the program runs, as a terminal is.
    _output: BufReader<ChildStdout>,
    /// A client of it.
    pub client: Client,
    /// What it printed, up to the line that it was to come to.
    pub said: Vec<String>,
}

impl Program {
    /// Starts it in a folder of its own, and waits for a line that starts like this.
    pub fn serve(name: &str, arguments: &[&str], settings: &[(&str, &str)], up_to: &str) -> Self {
        let folder = Folder::new(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_plenary"))
            .args(arguments)
            .env("PLENARY_LISTEN", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .current_dir(&folder.0)
            .stdout(Stdio::piped())
            .stderr(File::create(folder.0.join("log")).expect("a file"))
            .spawn()
            .expect("the program runs");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut said = Vec::new();
        for line in output.by_ref().lines() {
            said.push(line.expect("a line"));
            if said.last().is_some_and(|line| line.trim_start().starts_with(up_to)) {
                break;
            }
        }
        let address = said.iter().find_map(|line| line.split("http://").nth(1)?.strip_suffix("/graphql"));
        let client = Client::of(address.expect("where it listens").parse().expect("an address"));
        Self { child, folder, _output: output, client, said }
    }

    /// What it logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.0.join("log")).expect("a log")
    }
}

impl Program {
    /// Ends it at once, whatever it is doing (`kill -9`).
    pub fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it is gone");
    }
}

impl Program {
    /// Tells it to stop, as an operator or a service manager does; whether it ended in good order.
    pub fn stop(&mut self) -> bool {
        let told = Command::new("kill").arg(self.child.id().to_string()).status().expect("`kill` runs");
        assert!(told.success(), "it was not there to be told");
        self.child.wait().expect("it ends").success()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
